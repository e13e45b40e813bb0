// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Two runs that follow each other: one in single precision, and one in double from its end.

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include <nmf/core/compiler.hpp>
#include <nmf/core/options.hpp>
#include <nmf/core/progress.hpp>
#include <nmf/core/random.hpp>
#include <nmf/data/sparse/stored_entries.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/run/factorization.hpp>
#include <nmf/run/loop.hpp>

namespace nmf::detail {

/// Which of the two a run is. A run by itself has neither.
struct Stage {
    const Stopwatch* watch = nullptr;         ///< Of both, with their limits of time.
    Factorization<float>* earlier = nullptr;  ///< For the second: what the first one made.

    /// The first of two: what it makes stays as it is.
    [[nodiscard]] bool first() const { return watch != nullptr && earlier == nullptr; }

    /// The starts of this run, of those that are given. The second run has the best of them alone.
    [[nodiscard]] Starts starts(const Starts& given) const {
        return earlier != nullptr ? Starts{} : given;
    }

    /// The number of its first start.
    [[nodiscard]] Index start(Seed first) const {
        return earlier != nullptr ? static_cast<Index>(earlier->seed - first.value) : 0;
    }

    /// Why the second run does not go on, if the first was cut short.
    [[nodiscard]] std::optional<Status> ended() const {
        if (earlier == nullptr) return std::nullopt;
        const bool cut =
            earlier->status == Status::cancelled || earlier->status == Status::time_limit;
        return cut ? std::optional(earlier->status) : std::nullopt;
    }
};

/// Sets W' and H to those of an earlier run, which loses them.
template <RealScalar S>
NMF_COLD void take_pair(Factorization<float>& fit, Factor<S>& w, Factor<S>& h) {
    w.assign(fit.W.transpose().template cast<S>());
    h.assign(fit.H.template cast<S>());
    fit.W.resize(0, 0);
    fit.H.resize(0, 0);
}

/// Adds what the first run tells to the result of the second.
template <RealScalar S>
NMF_COLD void add_earlier(Factorization<S>& fit, const Factorization<float>& earlier) {
    fit.steps_taken_back += earlier.steps_taken_back;
    fit.seed = earlier.seed;
    fit.starts = earlier.starts;
    for (StartResult& start : fit.starts) {
        if (start.seed != fit.seed) continue;
        start.iterations = fit.iterations;
        start.objective = fit.objective;
    }
    for (const Warning warning : earlier.warnings) {
        const auto& known = fit.warnings;
        if (std::find(known.begin(), known.end(), warning) == known.end()) {
            fit.warnings.push_back(warning);
        }
    }
}

/// Whether single precision has room for these entries and for products with them.
template <class I>
[[nodiscard]] NMF_COLD bool suit_single_precision(const StoredEntries<double, I>& v) {
    constexpr double most = 1e18;
    for (Index j = 0; j < v.cols; ++j) {
        for (Index entry = v.begin(j); entry < v.end(j); ++entry) {
            const double size = std::abs(v.values[entry]);
            // False for a NaN too.
            if (size != 0 && !(size >= 1 / most && size <= most)) return false;
        }
    }
    return true;
}

}  // namespace nmf::detail
