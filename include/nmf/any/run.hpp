// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The runs of factorize(V, options): three, whatever V and the policies are.

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nmf/any/combinations.hpp>
#include <nmf/any/entries.hpp>
#include <nmf/any/options.hpp>
#include <nmf/constraint/free.hpp>
#include <nmf/data/low_rank.hpp>
#include <nmf/penalty/elastic_net.hpp>
#include <nmf/run/factorize_view.hpp>
#include <nmf/run/stage.hpp>
#include <nmf/stopping/time_limit.hpp>

namespace nmf::detail {

/// The loss of runs on single entries: a beta-divergence with coordinate descent, which is for the
/// power 1, or multiplicative updates, which are then an opening without end.
struct AnyDivergence : BetaFamily<AnyDivergence> {
    static constexpr std::string_view name = "any";
    [[nodiscard]] std::string full_name() const { return of.full_name(); }

    template <RealScalar S>
    using Column = EntryColumn<S>;

    explicit AnyDivergence(const AnyLoss& loss) : of(loss), beta(loss.beta) {}

    AnyLoss of;
    double beta;
};

/// The entries of a view that is made already, compressed if that is asked for.
struct AnyEntries {
    using Axis = axis::Entries;
    static constexpr std::string_view name = "those of the options";

    const std::optional<Compressed>* compressed;

    [[nodiscard]] bool compresses() const { return compressed->has_value(); }

    template <class Low>
    [[nodiscard]] static auto view_of(const Low& low) {
        return erased_view(low);
    }
    template <DataView View>
    [[nodiscard]] auto compress(const View& view, Index rank, CounterRandom random) const {
        return (*compressed)->compress(view, rank, random);
    }
};

/// The constraints of the options.
struct AnyConstraint {
    using Axis = axis::Constraint;
    static constexpr std::string_view name = "those of the options";

    const Options* options;

    [[nodiscard]] bool any_sign(Side side) const {
        return side == Side::w ? options->free_w : options->free_h;
    }
    template <RealScalar S>
    void bound(Side side, Bounds<S>& bounds) const {
        options->frozen.bound(side, bounds);
        options->upper_bound.bound(side, bounds);
    }
    void check() const { options->upper_bound.check(); }
};

struct AnyObserver {
    const std::function<Signal(const Progress&)>* observer;
    Signal operator()(const Progress& progress) const {
        return *observer ? (*observer)(progress) : Signal::proceed;
    }
};

/// When a run with these options ends.
struct AnyEnding {
    using Axis = axis::Stopping;
    static constexpr bool limit = true;
    static constexpr bool test = true;
    static constexpr bool stoppable = true;

    explicit AnyEnding(const Options& of)
        : only(of.stopping && of.stopping->only), options(&of), time_limit{of.time_limit} {}

    bool only;
    const Options* options;
    TimeLimit time_limit;

    [[nodiscard]] NMF_COLD std::optional<Status> check(const Progress& progress) const {
        auto status = tested(progress);
        if (status || only) return status;
        status = MaxIterations{options->max_iterations}.check(progress);
        if (!status) status = time_limit.check(progress);
        if (!status && stop_requested()) status = Status::cancelled;
        return status;
    }
    [[nodiscard]] double deadline() const {
        const double tested = options->stopping ? options->stopping->deadline() : no_deadline;
        return only ? tested : std::min(tested, time_limit.deadline());
    }
    [[nodiscard]] bool stop_requested() const {
        if (options->stopping && options->stopping->stop_requested()) return true;
#ifdef __cpp_lib_jthread
        return !only && options->stop.stop_requested();
#else
        return false;
#endif
    }
    NMF_COLD void check() const {
        if (options->tolerance) KktTolerance{*options->tolerance}.check();
        MaxIterations{options->max_iterations}.check();
        time_limit.check();
        if (options->relative_decrease) options->relative_decrease->check();
        if (options->diminishing_returns) options->diminishing_returns->check();
        if (options->stopping) options->stopping->check();
    }

private:
    static constexpr double no_deadline = std::numeric_limits<double>::infinity();

    /// A tolerance of 0 asks for all iterations, even past an exact solution.
    [[nodiscard]] std::optional<Status> tested(const Progress& progress) const {
        std::optional<Status> status;
        if (options->stopping) {
            status = options->stopping->check_given(progress);
            if (status || !options->stopping->only_limits) return status;
        }
        const double tolerance = options->tolerance.value_or(KktTolerance{}.value);
        if (tolerance > 0) status = KktTolerance{tolerance}.check(progress);
        if (!status && options->relative_decrease) {
            status = options->relative_decrease->check(progress);
        }
        const bool by_default = !options->tolerance && !options->relative_decrease;
        if (!status && (by_default || options->diminishing_returns)) {
            status = options->diminishing_returns.value_or(DiminishingReturns{}).check(progress);
        }
        return status;
    }
};

/// A run by this loss and solver, with further policies.
template <RealScalar S, class LossPolicy, class... Ps>
[[nodiscard]] NMF_COLD Factorization<S> run_any(const AnyMatrix<S>& v, const Options& options,
                                                const Stage& stage, const LossPolicy& loss,
                                                const AnySolver& solver, const Ps&... policies) {
    const auto plain = [&](const AnyView<S>&) { return plain_view(v, options.signed_entries); };
    struct Shape {
        const AnyMatrix<S>& of;
        [[nodiscard]] Index rows() const { return of.rows; }
        [[nodiscard]] Index cols() const { return of.cols; }
    };
    return factorize_checked(
        Shape{v}, AnyEntries{&options.compress}, options.rank, [&] { return view_of(v, options); },
        plain, loss, solver, options.init, AnyEnding(options), ElasticNet{options.l1, options.l2},
        AllowNoMinimiser{options.allow_no_minimiser}, options.update_order, options.dead_components,
        Seed{options.seed}, options.starts, Threads{options.threads},
        AnyObserver{&options.observer}, stage, policies...);
}

template <RealScalar S>
[[nodiscard]] NMF_COLD Factorization<S> factorize_any(const AnyMatrix<S>& v, const Options& options,
                                                      const Stage& stage) {
    const AnySolver solver = check_combination(options, v.is_sparse);
    const AnyConstraint constraint{&options};
    const MaybeUnitComponents unit{options.unit_components};
    if (!options.loss.is_least_squares()) {
        return run_any(v, options, stage, AnyDivergence(options.loss), solver, constraint, unit);
    }
    if (is_constrained(options)) {
        return run_any(v, options, stage, Frobenius{}, solver, options.count_scaled_l2, constraint,
                       unit);
    }
    return run_any(v, options, stage, Frobenius{}, solver, options.count_scaled_l2);
}

}  // namespace nmf::detail
