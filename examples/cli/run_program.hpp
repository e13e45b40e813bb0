// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What the main functions of the examples share.

#include <cstdint>
#include <cstdio>
#include <exception>
#include <limits>
#include <new>

#include <CLI/CLI.hpp>

namespace cli {

/// For whole numbers, unsigned ones as well: of these CLI11 would take -1 for the largest.
inline const CLI::Range not_negative(std::int64_t{0}, std::numeric_limits<std::int64_t>::max());

/// Parses the command line and calls run(). Returns the exit status: 0, or 2 with one line on
/// standard error.
template <class Run>
int run_program(CLI::App& app, int argc, const char* const* argv, const Run& run) {
    const auto refuse = [&](const char* why) {
        std::fprintf(stderr, "%s: %s\n", app.get_name().c_str(), why);
        return 2;
    };
    try {
        app.parse(argc, argv);
        run();
        return 0;
    } catch (const CLI::Success& request) {
        return app.exit(request);
    } catch (const std::bad_alloc&) {
        return refuse("not enough memory");
    } catch (const std::exception& error) {
        return refuse(error.what());
    }
}

}  // namespace cli
