// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Two runs that follow each other: one in single precision, and one in double from its end.

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include <nmf/core/compiler.hpp>
#include <nmf/core/errors.hpp>
#include <nmf/core/interrupt.hpp>
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
    bool first = false;                       ///< What it makes stays as it is.

    /// The starts of this run, of those that are given. The second run has the best of them alone.
    [[nodiscard]] Starts starts(const Starts& given) const {
        return earlier != nullptr ? Starts{} : given;
    }

    /// The number of its first start.
    [[nodiscard]] Index start(Seed of_run) const {
        return earlier != nullptr ? static_cast<Index>(earlier->seed - of_run.value) : 0;
    }

    /// Why the second run does not go on, if the first was cut short.
    [[nodiscard]] std::optional<Status> ended() const {
        if (earlier == nullptr) return std::nullopt;
        const bool cut =
            earlier->status == Status::cancelled || earlier->status == Status::time_limit;
        return cut ? std::optional(earlier->status) : std::nullopt;
    }
};

/// f(). Where it takes up an earlier run, neither a limit of time nor a request ends it: there is a
/// result already.
template <class F>
decltype(auto) taking_up(const Stage& stage, const F& f) {
    if (stage.earlier == nullptr) return f();
    const Uninterrupted completing;
    return f();
}

/// What `second` returns for its Stage. `first` makes the run before it, in single precision. Where
/// that cannot be made, or has become no number, the second run is the only one. It then throws
/// what there is to throw.
template <class First, class Second>
[[nodiscard]] auto in_two_stages(const First& first, const Second& second) {
    const Stopwatch watch;
    Factorization<float> made;
    bool there = false;
    try {
        made = first(Stage{.watch = &watch, .first = true});
        there = made.status != Status::not_finite;
    } catch (const InputError&) {
        there = false;
    }
    return second(Stage{.watch = &watch, .earlier = there ? &made : nullptr});
}

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
