// SPDX-License-Identifier: MIT
// Penalties, losses, stopping rules and initialisations keep their laws, and those with a fault are
// found out.

#include <cmath>
#include <limits>
#include <memory>

#include <nmf/loss/frobenius.hpp>
#include <nmf/penalty/count_scaled_l2.hpp>
#include <nmf/penalty/orthogonal.hpp>
#include <nmf/penalty/smooth.hpp>
#include <nmf/stopping/cancel.hpp>
#include <nmf/stopping/kkt_tolerance.hpp>
#include <nmf/stopping/max_iterations.hpp>
#include <nmf/stopping/relative_decrease.hpp>
#include <nmf/stopping/time_limit.hpp>
#include <nmf/stopping/validation_error.hpp>
#include <nmf/testing/init_laws.hpp>
#include <nmf/testing/loss_laws.hpp>
#include <nmf/testing/penalty_laws.hpp>
#include <nmf/testing/stopping_laws.hpp>

#include "laws/report.hpp"
#include "support/any_init.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using nmf::Factor;
using nmf::Side;
using nmf::testing::init_laws;
using nmf::testing::loss_laws;
using nmf::testing::penalty_laws;
using nmf::testing::stopping_laws;

TEMPLATE_TEST_CASE("Every penalty keeps the laws", "", float, double) {
    CHECK(penalty_laws<TestType>(nmf::ElasticNet{}) == none);
    CHECK(penalty_laws<TestType>(nmf::ElasticNet{nmf::L1{0.5, 0.25}, nmf::L2{2, 3}}) == none);
    CHECK(penalty_laws<TestType>(nmf::ElasticNet{nmf::L1{0, 7}, nmf::L2{0, 1e-3}}) == none);
}

TEST_CASE("L1 and L2 keep the laws by themselves") {
    CHECK(penalty_laws<double>(nmf::L1{0.5, 0.25}) == none);
    CHECK(penalty_laws<double>(nmf::L2{0.5, 0.25}) == none);
    CHECK(penalty_laws<double>(nmf::CountScaledL2{0.5, 0.25}) == none);
}

TEMPLATE_TEST_CASE("Penalties that couple entries keep the laws", "", float, double) {
    CHECK(penalty_laws<TestType>(nmf::Orthogonal{0.5, 0.25}) == none);
    CHECK(penalty_laws<TestType>(nmf::Orthogonal{.w = 2}) == none);
    CHECK(penalty_laws<TestType>(nmf::Smooth{0.5, 0.25}) == none);
    CHECK(penalty_laws<TestType>(nmf::Smooth{.h = 3}) == none);
}

namespace {

/// An L2 penalty with faults.
struct FaultyPenalty {
    using Axis = nmf::axis::Penalty;
    static constexpr std::string_view name = "faulty";

    enum class Fault { factor_two, slope, negative, reward, asymmetric, push } fault;

    template <nmf::RealScalar S>
    [[nodiscard]] double value(Side side, const Factor<S>& x) const {
        if (fault == Fault::negative) return -1;
        if (fault == Fault::reward) {
            return -0.25 * x.padded_matrix().template cast<double>().sum();
        }
        const double weight = fault == Fault::factor_two ? 2.0 : 1.0;
        return weight * nmf::L2{1, 1}.value(side, x);
    }

    template <nmf::RealScalar S>
    void add_to(const nmf::PenaltyPlace<S>& place, nmf::PenaltyTerms& terms) const {
        if (fault == Fault::reward) {
            terms.add_linear(-0.25);
            return;
        }
        nmf::L2{1, 1}.add_to(place, terms);
        if (fault == Fault::slope) terms.add_ridge(1);
        if (fault == Fault::asymmetric && terms.linear.size() > 1) terms.coupled()(0, 1) = 1;
    }

    template <nmf::RealScalar S>
    void pull(const nmf::PenaltyPlace<S>& place, nmf::Index first, nmf::FactorMap<S> to) const {
        if (fault == Fault::push) to.array() -= S(1);
        // Of a ridge of 1 too much all but its slope at the factor is taken back.
        if (fault == Fault::slope)
            to += S(0.5) * place.factor->matrix().middleCols(first, to.cols());
    }
};

}  // namespace

TEST_CASE("The laws of a penalty find faults") {
    const auto broken = [](FaultyPenalty::Fault fault) {
        return penalty_laws<double>(FaultyPenalty{fault});
    };
    CHECK(breaks(broken(FaultyPenalty::Fault::factor_two), 1));
    CHECK(breaks(broken(FaultyPenalty::Fault::slope), 2));
    CHECK(breaks(broken(FaultyPenalty::Fault::negative), 3));
    CHECK(breaks(broken(FaultyPenalty::Fault::reward), 4));
    CHECK(breaks(broken(FaultyPenalty::Fault::asymmetric), 5));
    CHECK(breaks(broken(FaultyPenalty::Fault::push), 6));
}

TEST_CASE("Every loss keeps the laws") { CHECK(loss_laws(nmf::Frobenius{}) == none); }

namespace {

struct FaultyLoss {
    using Axis = nmf::axis::Loss;
    static constexpr std::string_view name = "faulty";
    template <nmf::RealScalar S>
    using HalfStep = nmf::NormalEquations<S>;

    double (*cost)(double, double);
    [[nodiscard]] double entry(double v, double y) const { return cost(v, y); }
};

}  // namespace

TEST_CASE("The laws of a loss find faults") {
    const auto broken = [](double (*cost)(double, double)) { return loss_laws(FaultyLoss{cost}); };
    CHECK(breaks(broken([](double v, double y) { return v * std::log(v / y) - v + y; }), 1));
    CHECK(breaks(broken([](double v, double y) { return v - y; }), 2));
    CHECK(breaks(broken([](double v, double y) { return std::abs(v - y) + 1e-9; }), 3));
}

TEST_CASE("Every stopping rule keeps the laws") {
    CHECK(stopping_laws(nmf::KktTolerance{}) == none);
    CHECK(stopping_laws(nmf::DiminishingReturns{}) == none);
    CHECK(stopping_laws(nmf::DiminishingReturns{.value = 0.1, .residual = 1, .least = 1}) == none);
    CHECK(stopping_laws(nmf::MaxIterations{20}) == none);
    CHECK(stopping_laws(nmf::TimeLimit{7}) == none);
    CHECK(stopping_laws(nmf::RelativeDecrease{.value = 1e-3, .window = 5}) == none);
    CHECK(stopping_laws(nmf::KktTolerance{} || nmf::MaxIterations{20}) == none);
    CHECK(stopping_laws(nmf::RelativeDecrease{} && nmf::TimeLimit{3}) == none);
    CHECK(stopping_laws(nmf::Only{nmf::MaxIterations{20}}) == none);
    CHECK(stopping_laws(nmf::ValidationError{}) == none);
    CHECK(stopping_laws(nmf::ValidationError{.value = 0.01, .window = 3} ||
                        nmf::MaxIterations{20}) == none);
    CHECK(stopping_laws(nmf::Cancel{}) == none);
    const nmf::StopWhen late{[](const nmf::Progress& p) { return p.iteration > 3; }};
    CHECK(stopping_laws(late) == none);
}

namespace {

/// Stops at the third question, whatever the progress.
struct Counting {
    using Axis = nmf::axis::Stopping;
    std::shared_ptr<int> questions = std::make_shared<int>(0);
    [[nodiscard]] std::optional<nmf::Status> check(const nmf::Progress&) const {
        if (++*questions == 3) return nmf::Status::converged;
        return std::nullopt;
    }
};

struct Cancelling {
    using Axis = nmf::axis::Stopping;
    [[nodiscard]] std::optional<nmf::Status> check(const nmf::Progress& progress) const {
        if (progress.iteration > 3) return nmf::Status::cancelled;
        return std::nullopt;
    }
};

}  // namespace

TEST_CASE("The laws of a stopping rule find faults") {
    CHECK(breaks(stopping_laws(Counting{}), 1));
    CHECK(breaks(stopping_laws(Cancelling{}), 3));
}

TEMPLATE_TEST_CASE("Every initialisation keeps the laws", "", float, double) {
    for (const auto& [name, init] : all_inits()) {
        INFO(name);
        CHECK(init_laws<TestType>(init) == none);
    }
}

TEST_CASE("CustomInit keeps the laws of an initialisation") {
    const nmf::Matrix<double> v = uniform(1, 9, 7);
    const nmf::CustomInit<double> init(uniform(2, 9, 3), uniform(3, 3, 7));
    CHECK(init_laws(AnyInit(init), nmf::make_view(v), 3) == none);
}

namespace {

struct FaultyInit {
    using Axis = nmf::axis::Init;
    static constexpr std::string_view name = "faulty";

    enum class Fault { infinite, unseeded, shape, padding, zero } fault;
    std::shared_ptr<std::uint64_t> calls = std::make_shared<std::uint64_t>(0);

    template <nmf::DataView View, class S = typename View::Scalar>
    void start(const View& view, const nmf::Summary& sums, nmf::CounterRandom random, Factor<S>& w,
               Factor<S>& h) const {
        if (fault == Fault::unseeded) random = random.stream(++*calls);
        nmf::RandomInit{}.start(view, sums, random, w, h);
        if (fault == Fault::infinite) w.matrix()(0, 0) = std::numeric_limits<S>::infinity();
        if (fault == Fault::shape) h.resize(h.rows() + 1, h.cols());
        if (fault == Fault::padding) w.padded_matrix().setOnes();
        if (fault == Fault::zero) w.matrix().setZero();
    }
};

}  // namespace

TEST_CASE("The laws of an initialisation find faults") {
    const auto broken = [](FaultyInit::Fault fault) {
        return init_laws<double>(FaultyInit{.fault = fault});
    };
    CHECK(breaks(broken(FaultyInit::Fault::infinite), 1));
    CHECK(breaks(broken(FaultyInit::Fault::unseeded), 2));
    CHECK(breaks(broken(FaultyInit::Fault::shape), 3));
    CHECK(breaks(broken(FaultyInit::Fault::padding), 4));
    CHECK(breaks(broken(FaultyInit::Fault::zero), 5));
}
