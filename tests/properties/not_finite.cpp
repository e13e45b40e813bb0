// SPDX-License-Identifier: MIT
// A NaN or an infinity that a policy makes ends the run with a status that says so, and with the
// last good pair.

#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/divergence.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;
using nmf::Status;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr Index rank = 3;

/// Calls a solver, and after the given number of calls writes a number into its result.
template <class Base>
struct Spoilt {
    using Axis = nmf::axis::Solver;
    static constexpr std::string_view name = "spoilt";

    int* calls;
    int last;
    double number;
    Base base{};

    template <class S>
    struct Workspace {
        typename Base::template Workspace<S> of_base;
    };

    template <class HalfStep, class S>
    requires nmf::HasUpdate<Base, HalfStep, S>
    void update(HalfStep& step, nmf::Factor<S>& x, Workspace<S>& work) const {
        base.update(step, x, work.of_base);
        if (++*calls == last) x.matrix()(1, 0) = static_cast<S>(number);
    }
};

/// A penalty of 0 until it is asked for the given time, and then another number.
struct SpoiltPenalty {
    using Axis = nmf::axis::Penalty;
    static constexpr std::string_view name = "spoilt";

    int* calls;
    int last;
    double number;
    bool in_value;

    template <class S>
    [[nodiscard]] double value(nmf::Side, const nmf::Factor<S>&) const {
        return in_value && ++*calls >= last ? number : 0.0;
    }
    template <class HalfStep>
    void add_to(nmf::Side, HalfStep& step) const {
        if (!in_value && ++*calls >= last) step.linear = static_cast<decltype(step.linear)>(number);
    }
};

/// 1/2 ||V - W H||^2 of dense weights, or the beta-divergence.
struct Case {
    const char* name;
    double beta;
    Matrix<double> weights;
};

template <class Fit>
void check_last_good(const Fit& run, const Case& of) {
    CHECK(run.status == Status::not_finite);
    CHECK(std::string(message(run.status)).find("NaN") != std::string::npos);
    CHECK(measure::acceptable(run));
    CHECK(run.history.back().objective == run.objective);
    const double expected = naive_objective(of.beta, golden_v(), of.weights, run.W, run.H);
    CHECK_THAT(run.objective, WithinRel(expected, 1e-9));
}

Matrix<double> ones() { return Matrix<double>::Ones(30, 20); }

/// Runs at most 60 iterations with a solver that goes wrong early, later and late.
template <class Base, class... Ps>
void check_spoilt_solver(const Case& of, int calls_an_iteration, const Ps&... policies) {
    for (const double number : {not_a_number, infinity, -infinity}) {
        for (const int iteration : {2, 5, 9}) {
            INFO(of.name << ", " << number << " after iteration " << iteration);
            int calls = 0;
            const Spoilt<Base> solver{&calls, iteration * calls_an_iteration, number};
            check_last_good(nmf::factorize(golden_v(), rank, solver, nmf::MaxIterations{60},
                                           nmf::Threads{1}, policies...),
                            of);
            CHECK(calls >= iteration * calls_an_iteration);
        }
    }
}

}  // namespace

TEST_CASE("A solver's NaN or infinity ends a run of least squares with the last good pair") {
    const Case all{"all", 2, ones()};
    check_spoilt_solver<nmf::Hals>(all, 2);
    check_spoilt_solver<nmf::Anls>(all, 2);
    check_spoilt_solver<nmf::Als>(all, 2);
    check_spoilt_solver<nmf::MultiplicativeUpdate>(all, 2);
    const Case weighted{"weighted", 2, real_weights(30, 20)};
    check_spoilt_solver<nmf::Hals>(weighted, 50, nmf::Weights(weighted.weights));
}

TEST_CASE("A solver's NaN or infinity ends a run of a divergence with the last good pair") {
    const Case kl{"kl", 1, ones()};
    check_spoilt_solver<nmf::MultiplicativeUpdate>(kl, 2, nmf::KullbackLeibler{});
    check_spoilt_solver<nmf::KlCoordinateDescent>(kl, 50, nmf::KullbackLeibler{});
    const Case weighted{"kl, weighted", 1, real_weights(30, 20)};
    check_spoilt_solver<nmf::MultiplicativeUpdate>(weighted, 2, nmf::KullbackLeibler{},
                                                   nmf::Weights(weighted.weights));
    const Case is{"is", 0, ones()};
    check_spoilt_solver<nmf::MultiplicativeUpdate>(is, 2, nmf::ItakuraSaito{});
}

TEST_CASE("A penalty's NaN ends a run with the last good pair") {
    const Case squares{"least squares", 2, ones()};
    const Case kl{"kl", 1, ones()};
    for (const double number : {not_a_number, infinity}) {
        for (const bool in_value : {false, true}) {
            INFO(number << (in_value ? " as its value" : " in a half-step"));
            const nmf::MaxIterations stop{60};
            int calls = 0;
            const SpoiltPenalty penalty{&calls, 25, number, in_value};
            check_last_good(nmf::factorize(golden_v(), rank, penalty, stop), squares);
            calls = 0;
            check_last_good(nmf::factorize(golden_v(), rank, penalty, stop, nmf::KullbackLeibler{},
                                           nmf::MultiplicativeUpdate{}),
                            kl);
        }
    }
}

TEST_CASE("A penalty that is NaN from the start on is refused") {
    int calls = 0;
    const SpoiltPenalty penalty{&calls, 0, not_a_number, true};
    CHECK_THROWS_AS(nmf::factorize(golden_v(), rank, penalty), nmf::InputError);
}

namespace {

struct SpoiltInit {
    using Axis = nmf::axis::Init;
    static constexpr std::string_view name = "spoilt";
    double number;

    template <class View, class S>
    void start(const View&, const nmf::Summary&, nmf::CounterRandom, nmf::Factor<S>& w,
               nmf::Factor<S>& h) const {
        w.matrix().setOnes();
        h.matrix().setOnes();
        h.matrix()(2, 7) = static_cast<S>(number);
    }
};

}  // namespace

TEST_CASE("A start that is no number, or negative, is refused with its place") {
    for (const double number : {not_a_number, infinity, -1.0}) {
        try {
            static_cast<void>(nmf::factorize(golden_v(), rank, SpoiltInit{number}));
            FAIL("accepted");
        } catch (const nmf::InputError& error) {
            CHECK(error.row == 2);
            CHECK(error.col == 7);
            CHECK_THAT(error.what(), ContainsSubstring("init 'spoilt'"));
        }
    }
}

TEST_CASE("A divergence of a NaN is NaN") {
    for (const double beta : {-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0}) {
        const nmf::BetaDivergence loss(beta);
        for (const double number : {0.0, 2.0}) {
            CHECK(std::isnan(loss.entry(number, not_a_number)));
            CHECK(std::isnan(loss.entry(not_a_number, number)));
        }
    }
}
