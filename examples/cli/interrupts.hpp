// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Ctrl-C and its like.

#include <stop_token>
#include <thread>

namespace cli {

/// From its construction on the first SIGINT or SIGTERM requests a stop, within a tenth of a
/// second, and a second one ends the program.
class Interrupts {
public:
    Interrupts();

    [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

    /// The signal that came, 0 before.
    [[nodiscard]] static int signal();

private:
    std::stop_source source_;
    std::jthread watcher_;  // a handler may not request a stop itself
};

}  // namespace cli
