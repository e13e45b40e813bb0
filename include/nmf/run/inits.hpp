// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Which init each of several starts has.

#include <cstddef>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <nmf/core/compiler.hpp>
#include <nmf/core/errors.hpp>
#include <nmf/core/options.hpp>
#include <nmf/init/concept.hpp>
#include <nmf/init/random.hpp>
#include <nmf/run/factorization.hpp>

namespace nmf::detail {

/// The inits of a run in the order given, lists with each of theirs. Refers to the arguments.
template <class... Ps>
class Inits {
public:
    explicit Inits(std::tuple<const Ps&...> of) : of_(std::move(of)) {
        std::apply([&](const auto&... policies) { (see(policies), ...); }, of_);
    }

    [[nodiscard]] Index count() const { return static_cast<Index>(names_.size()); }
    [[nodiscard]] bool some_draw() const { return !drawing_.empty(); }
    [[nodiscard]] const std::string& name(Index i) const {
        return names_[static_cast<std::size_t>(i)];
    }

    /// The init of a start: its own for each of the first ones, and then those that draw in turn.
    [[nodiscard]] Index of_start(Index start) const {
        if (start < count() || !some_draw()) return start;
        return drawing_[static_cast<std::size_t>(start - count()) % drawing_.size()];
    }

    /// f(init) of init i, or nothing if there is none.
    template <class F>
    void with(Index i, const F& f) const {
        Index number = 0;
        std::apply(
            [&](const auto&... policies) {
                (for_each_init(policies,
                               [&](const auto& init) {
                                   if (number++ == i) f(init);
                               }),
                 ...);
            },
            of_);
    }

private:
    template <class P, class F>
    static void for_each_init(const P& policy, const F& f) {
        if constexpr (InitList<P>) {
            for (const auto& init : policy.inits()) f(init);
        } else {
            f(policy);
        }
    }

    template <class P>
    void see(const P& policy) {
        for_each_init(policy, [&](const auto& init) {
            if (draws(init)) drawing_.push_back(count());
            names_.push_back(name_of(init));
        });
    }

    std::tuple<const Ps&...> of_;
    std::vector<std::string> names_;
    std::vector<Index> drawing_;
};

inline constexpr RandomInit default_init{};

/// The inits among the arguments, or the default.
template <class... Ps>
[[nodiscard]] auto pick_inits(const Ps&... policies) {
    const auto reference = []<class P>(const P& policy) {
        if constexpr (HasAxis<P, axis::Init>) {
            return std::tuple<const P&>(policy);
        } else {
            return std::tuple<>();
        }
    };
    if constexpr ((false || ... || HasAxis<Ps, axis::Init>)) {
        return Inits(std::tuple_cat(reference(policies)...));
    } else {
        return Inits(std::tuple<const RandomInit&>(default_init));
    }
}

/// Throws InputError for inits without a start of their own, and for several starts that would be
/// one. With Compressed, starts are not of one problem.
template <class InitSet>
NMF_COLD void check_starts(const Starts& starts, const InitSet& inits, bool compresses) {
    if (inits.count() > starts.count) {
        throw_input_error({"there are ", decimal(inits.count()), " inits, and Starts.count is ",
                           decimal(starts.count), "; each init has a start of its own"});
    }
    if (starts.count > inits.count() && !inits.some_draw()) {
        if (inits.count() == 1) {
            throw_input_error({"Starts.count is ", decimal(starts.count), ", and the init ",
                               inits.name(0),
                               " makes the same start from every seed; RandomInit does not"});
        }
        throw_input_error({"Starts.count is ", decimal(starts.count), ", and each of the ",
                           decimal(inits.count()),
                           " inits makes the same start from every seed; RandomInit does not"});
    }
    if (compresses && starts.count > 1) {
        throw_input_error(
            {"Starts.count is ", decimal(starts.count),
             "; with Compressed each seed has a V~ of its own, so there is one start"});
    }
}

}  // namespace nmf::detail
