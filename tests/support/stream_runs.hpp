// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Runs on a stream beside those on the same V in memory.

#include <limits>
#include <string>

#include <nmf/nmf.hpp>

#include "support/by_options.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/streams.hpp"

inline constexpr nmf::Index stream_rank = 5;

/// Some of its blocks are whole, and one is not.
template <class S>
nmf::Matrix<S> stream_v(nmf::Index rows = 83, nmf::Index cols = 210) {
    return (uniform(1, rows, stream_rank) * uniform(2, stream_rank, cols) +
            0.3 * uniform(3, rows, cols) + nmf::Matrix<double>::Constant(rows, cols, 0.01))
        .template cast<S>();
}

template <class S>
void check_same(const nmf::Factorization<S>& streamed, const nmf::Factorization<S>& in_memory) {
    // What rounding becomes in a dozen iterations.
    constexpr double close = 1e4 * static_cast<double>(std::numeric_limits<S>::epsilon());
    CHECK(streamed.status == in_memory.status);
    CHECK(streamed.steps_taken_back == in_memory.steps_taken_back);
    CHECK(streamed.warnings == in_memory.warnings);
    REQUIRE(streamed.history.size() == in_memory.history.size());
    for (std::size_t line = 0; line < streamed.history.size(); ++line) {
        INFO("iteration " << line);
        const nmf::HistoryEntry& now = streamed.history[line];
        const nmf::HistoryEntry& expected = in_memory.history[line];
        CHECK_THAT(now.objective, WithinRel(expected.objective, close));
        CHECK_THAT(now.relative_error, WithinRel(expected.relative_error, close));
        CHECK_THAT(now.kkt_residual, WithinRel(expected.kkt_residual, 10 * close));
    }
    CHECK((streamed.W - in_memory.W).norm() <= close * in_memory.W.norm());
    CHECK((streamed.H - in_memory.H).norm() <= close * in_memory.H.norm());
}

inline const nmf::Only few{nmf::MaxIterations{12}};

template <class S, class... Ps>
void check(const nmf::Matrix<S>& v, const std::string& name, const Ps&... policies) {
    INFO(name);
    check_same<S>(nmf::factorize(stream_of(v), stream_rank, few, policies...),
                  by_options::factorize_or_by_types(v, stream_rank, few, policies...));
}

inline const nmf::Hals plain{.extrapolation = {.enabled = false}};
inline const nmf::MultiplicativeUpdate mu;
inline const nmf::MultiplicativeUpdate plain_mu{.extrapolation = {.enabled = false}};
inline const nmf::MultiplicativeUpdate joint_mu{.joint = true};
