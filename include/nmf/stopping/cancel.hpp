// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Stop when another thread asks for it.

#include <version>

#include <nmf/stopping/combine.hpp>

// Not every standard library has it yet.
#ifdef __cpp_lib_jthread
#include <stop_token>

namespace nmf {

/// Stops with status cancelled when a stop has been requested of the token's std::stop_source, from
/// any thread.
struct Cancel {
    using Axis = axis::Stopping;
    static constexpr bool limit = true;
    std::stop_token token{};

    [[nodiscard]] std::optional<Status> check(const Progress&) const {
        if (stop_requested()) return Status::cancelled;
        return std::nullopt;
    }
    [[nodiscard]] bool stop_requested() const { return token.stop_requested(); }
};

static_assert(StoppingRule<Cancel>);

}  // namespace nmf
#endif
