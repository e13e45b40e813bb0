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
    template <nmf::RealScalar S>
    void add_to(const nmf::PenaltyPlace<S>&, nmf::PenaltyTerms& terms) const {
        if (!in_value && ++*calls >= last) terms.add_linear(number);
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
    const auto check = [](const Case& of, int last, bool in_value, const auto&... policies) {
        for (const double number : {not_a_number, infinity}) {
            INFO(of.name << ", " << number << (in_value ? " as its value" : " in a half-step")
                         << ", at call " << last);
            int calls = 0;
            check_last_good(
                nmf::factorize(golden_v(), rank, SpoiltPenalty{&calls, last, number, in_value},
                               nmf::MaxIterations{60}, nmf::Threads{1}, policies...),
                of);
        }
    };
    const Case squares{"least squares", 2, ones()};
    const Case weighted{"weighted", 2, real_weights(30, 20)};
    const Case kl{"kl", 1, ones()};
    const Case is{"is", 0, ones()};
    for (const bool in_value : {false, true}) {
        check(squares, 25, in_value);
        check(kl, 25, in_value, nmf::KullbackLeibler{}, nmf::MultiplicativeUpdate{});
        check(is, 25, in_value, nmf::ItakuraSaito{});
    }
    // From the first half-step on, and from a later one on.
    for (const int last : {1, 20}) check(kl, last, false, nmf::KullbackLeibler{});
    for (const int last : {1, 20}) check(weighted, last, false, nmf::Weights(weighted.weights));
    check(kl, 1, false, nmf::KullbackLeibler{}, nmf::MultiplicativeUpdate{});
    check(is, 1, false, nmf::ItakuraSaito{});
}

namespace {

/// The generalised Kullback-Leibler divergence, whose statistics have another number once.
struct SpoiltLoss {
    using Axis = nmf::axis::Loss;
    static constexpr std::string_view name = "spoilt";
    template <nmf::RealScalar S>
    using HalfStep = nmf::MultiplicativeStep<S>;

    int* calls;
    int last;
    double number;
    bool in_denominator;

    [[nodiscard]] double entry(double v, double y) const { return v * std::log(v / y) - v + y; }
    template <class V, class Y, class P, class Q>
    void split(const V& v, const Y& y, P& p, Q& q) const {
        p = v / y;
        q.setOnes();
        if (++*calls != last) return;
        (in_denominator ? q(0) : p(0)) = number;
    }
    [[nodiscard]] double exponent(bool /*quadratic*/) const { return 1; }
};

}  // namespace

TEST_CASE("A NaN or infinity in the statistics of a loss ends a run with the last good pair") {
    const Case kl{"own loss", 1, ones()};
    for (const double number : {not_a_number, infinity, -infinity}) {
        for (const bool in_denominator : {false, true}) {
            for (const int last : {1, 50, 77}) {
                INFO(number << (in_denominator ? " in q" : " in p") << " at call " << last);
                int calls = 0;
                check_last_good(nmf::factorize(golden_v(), rank,
                                               SpoiltLoss{&calls, last, number, in_denominator},
                                               nmf::MaxIterations{60}, nmf::Threads{1}),
                                kl);
            }
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
