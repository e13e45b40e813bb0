// SPDX-License-Identifier: MIT
// A parameter of a policy out of its range is refused with an InputError that names it.

#include <limits>
#include <string>

#include <nmf/constraint/free.hpp>
#include <nmf/constraint/frozen.hpp>
#include <nmf/constraint/upper_bound.hpp>
#include <nmf/data/compressed.hpp>
#include <nmf/factorize.hpp>
#include <nmf/penalty/count_scaled_l2.hpp>
#include <nmf/penalty/orthogonal.hpp>
#include <nmf/solvers/kl_coordinate_descent.hpp>
#include <nmf/stopping/relative_decrease.hpp>
#include <nmf/stopping/time_limit.hpp>

#include "support/catch.hpp"
#include "support/input_error.hpp"
#include "support/problems.hpp"
#include "support/storage.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// All nan but for one entry.
Matrix<double> only(Index rows, Index cols, Index row, Index col, double value) {
    Matrix<double> known = Matrix<double>::Constant(rows, cols, not_a_number);
    known(row, col) = value;
    return known;
}

}  // namespace

TEST_CASE("A penalty has to be a finite number >= 0") {
    const Matrix<double> v = uniform(1, 9, 7);
    const std::string expected = "; it has to be a finite number >= 0";
    const auto refused = [&](const nmf::ElasticNet& penalty, const std::string& text) {
        check_message([&] { static_cast<void>(fit(v, 2, {.penalty = penalty})); },
                      {text + expected});
    };
    refused({nmf::L1{-1, 0}, {}}, "L1.w is -1");
    refused({nmf::L1{0, not_a_number}, {}}, "L1.h is nan");
    refused({{}, nmf::L2{infinity, 0}}, "L2.w is inf");
    check_message(
        [] {
            nmf::CountScaledL2{0.5, -0.25}.check();
        },
        {"CountScaledL2.h is -0.25" + expected});
}

TEMPLATE_TEST_CASE("A parameter out of range is named, with its value and its range", "", float,
                   double) {
    // V is refused as well, but later.
    const Matrix<TestType> v = -uniform(1, 9, 7).cast<TestType>();
    const auto refused = [&](const Options& options, const std::string& text) {
        check_message([&] { static_cast<void>(fit(v, 2, options)); }, {text});
    };
    refused({.stopping = nmf::MaxIterations{-1}}, "MaxIterations.value is -1; it has to be >= 0");
    refused({.stopping = nmf::KktTolerance{-1e-6}},
            "KktTolerance.value is -1e-06; it has to be a finite number >= 0");
    refused({.stopping = nmf::Only{nmf::KktTolerance{not_a_number}}}, "KktTolerance.value is nan;");
    refused({.stopping = nmf::TimeLimit{} || nmf::KktTolerance{infinity}},
            "KktTolerance.value is inf;");
    refused({.stopping = nmf::TimeLimit{not_a_number}},
            "TimeLimit.seconds is nan; it has to be a number >= 0");
    refused({.stopping = nmf::KktTolerance{} && nmf::TimeLimit{-2}}, "TimeLimit.seconds is -2;");
    refused({.stopping = nmf::RelativeDecrease{.window = 0}},
            "RelativeDecrease.window is 0; it has to be >= 1");
    refused({.stopping = nmf::RelativeDecrease{not_a_number}}, "RelativeDecrease.value is nan;");
    refused({.order = static_cast<nmf::UpdateOrder>(7)},
            "UpdateOrder is 7; it has to be UpdateOrder::hw or UpdateOrder::wh");
    refused({.dead = static_cast<nmf::DeadComponents>(-1)}, "DeadComponents is -1;");
    refused({.penalty = {nmf::L1{.w = 1, .h = infinity}, {}}},
            "L1.h is inf; it has to be a finite number >= 0");
    refused({.solver = nmf::Hals{.inner_iterations = -3}}, "Hals.inner_iterations is -3;");
    refused({.init = nmf::RandomColumns{0}}, "RandomColumns.columns is 0;");
    refused({.init = nmf::Spa{-1}}, "Spa.least_mass is -1;");
    const auto allowed = [&](const AnyRule& rule) {
        check_entry([&] { static_cast<void>(fit(v, 2, {.stopping = rule})); }, "V", 0, 0,
                    static_cast<double>(v(0, 0)));
    };
    allowed(nmf::MaxIterations{0} || nmf::KktTolerance{0} || nmf::TimeLimit{infinity});
    allowed(nmf::RelativeDecrease{.value = 0, .window = 1});
}

TEST_CASE("Every policy knows the range of its parameters") {
    const auto refused = [](const auto& policy, const std::string& text) {
        check_message([&] { policy.check(); }, {text});
    };
    using nmf::Als;
    using nmf::Anls;
    using nmf::BetaDivergence;
    using nmf::Compressed;
    using nmf::Hals;
    using nmf::KlCoordinateDescent;
    using nmf::MultiplicativeUpdate;
    using nmf::Nndsvd;
    using nmf::RandomColumns;
    refused(Hals{.inner_iterations = -3}, "Hals.inner_iterations is -3; it has to be >= 0");
    refused(Hals{.inner_tolerance = -1},
            "Hals.inner_tolerance is -1; it has to be a finite number >= 0");
    refused(Hals{.inner_tolerance = infinity}, "Hals.inner_tolerance is inf;");
    refused(Hals{.extrapolation = {.start = not_a_number}},
            "Hals.extrapolation.start is nan; it has to be in [0, 1]");
    refused(Hals{.extrapolation = {.enabled = false, .start = 1.5}},
            "Hals.extrapolation.start is 1.5;");
    refused(Anls{.extrapolation = {.shrink = 1}},
            "Anls.extrapolation.shrink is 1; it has to be a finite number > 1");
    refused(Anls{.extrapolation = {.growth = 0.5}},
            "Anls.extrapolation.growth is 0.5; it has to be a finite number >= 1");
    refused(Hals{.extrapolation = {.ceiling_growth = infinity}},
            "Hals.extrapolation.ceiling_growth is inf;");
    refused(MultiplicativeUpdate{.extrapolation = {.relaxation = 2}},
            "MultiplicativeUpdate.extrapolation.relaxation is 2; it has to be in [1, 2)");
    refused(MultiplicativeUpdate{.inner_iterations = 0},
            "MultiplicativeUpdate.inner_iterations is 0; it has to be >= 1");
    refused(KlCoordinateDescent{.relaxation = 100},
            "KlCoordinateDescent.relaxation is 100; it has to be in [1, 2)");
    refused(KlCoordinateDescent{.relaxation = not_a_number}, "relaxation is nan;");
    refused(KlCoordinateDescent{.sweeps = 0}, "KlCoordinateDescent.sweeps is 0;");
    refused(KlCoordinateDescent{.after = -1}, "KlCoordinateDescent.after is -1;");
    refused(RandomColumns{0}, "RandomColumns.columns is 0; it has to be >= 1");
    refused(nmf::Spa{-1}, "Spa.least_mass is -1; it has to be a finite number >= 0");
    refused(nmf::AnchorWords{infinity}, "AnchorWords.least_mass is inf;");
    refused(nmf::AnchorWords{not_a_number}, "AnchorWords.least_mass is nan;");
    refused(Nndsvd{static_cast<Nndsvd::Fill>(3)},
            "Nndsvd.fill is 3; it has to be Fill::zeros, Fill::average or Fill::random");
    refused(Compressed{.oversampling = -5}, "Compressed.oversampling is -5; it has to be >= 0");
    refused(Compressed{.power_iterations = -1}, "Compressed.power_iterations is -1;");
    BetaDivergence changed{0.5};
    changed.beta = not_a_number;
    refused(changed, "BetaDivergence.beta is nan; it has to be in [-64, 64]");
    // The bounds themselves are allowed, and so are the defaults.
    nmf::detail::check_parameters(
        Hals{}, Anls{}, Als{}, MultiplicativeUpdate{}, KlCoordinateDescent{}, Nndsvd{},
        RandomColumns{1}, nmf::Spa{0}, nmf::AnchorWords{0},
        Compressed{.oversampling = 0, .power_iterations = 0}, BetaDivergence{64},
        Hals{.inner_tolerance = 0,
             .extrapolation = {.start = 0, .growth = 1, .ceiling_growth = 1}});
}

TEST_CASE("Constraints that do not fit, or leave no number, are refused") {
    const Matrix<double> v = uniform(1, 9, 7);
    const auto refused = [&](const std::string& text, const auto&... policies) {
        check_message([&] { static_cast<void>(nmf::factorize(v, 3, policies...)); }, {text});
    };
    refused("UpperBound.w is -1; it has to be >= 0", nmf::UpperBound{.w = -1});
    refused("UpperBound.h is nan;", nmf::UpperBound{.h = not_a_number});
    refused("Frozen.w is 8 x 2; it has to be 9 x at most 3", nmf::Frozen{.w = uniform(2, 8, 2)});
    refused("Frozen.h is 4 x 7; it has to be at most 3 x 7", nmf::Frozen{.h = uniform(2, 4, 7)});
    refused("the constraints leave no number for W(2, 1): it would have to be >= 0.75 and <= 0.5",
            nmf::UpperBound{.w = 0.5}, nmf::Frozen{.w = only(9, 2, 2, 1, 0.75)});
    refused("the penalty L1 adds up entries, or products, of W, which may be negative here",
            nmf::Free{nmf::Side::w}, nmf::L1{.w = 1, .h = 1});
    refused("the penalty orthogonal adds up entries, or products, of H", nmf::Free{nmf::Side::h},
            nmf::Orthogonal{.w = 1, .h = 1});
    check_entry(
        [&] { static_cast<void>(nmf::factorize(v, 3, nmf::Frozen{.h = only(2, 7, 1, 4, -3)})); },
        "Frozen.h", 1, 4, -3);
    check_entry(
        [&] {
            static_cast<void>(nmf::factorize(v, 3, nmf::Frozen{.w = only(9, 1, 3, 0, infinity)}));
        },
        "Frozen.w", 3, 0, infinity);
    // Of any sign, a negative entry can be known.
    const auto fit =
        nmf::factorize(v, 3, nmf::Frozen{.h = only(2, 7, 1, 4, -3)}, nmf::Free{nmf::Side::h});
    CHECK(fit.H(1, 4) == -3);
}

TEST_CASE("The parameters of scikit-learn's penalty are checked") {
    const auto refused = [](const nmf::ScikitLearnPenalty& in, const std::string& text) {
        check_message([&] { static_cast<void>(nmf::scikit_learn_penalty(in)); }, {text});
    };
    refused({.rows = 3, .cols = 4, .l1_ratio = 1.5},
            "ScikitLearnPenalty.l1_ratio is 1.5; it has to be in [0, 1]");
    refused({.rows = 3, .cols = 4, .l1_ratio = not_a_number}, "ScikitLearnPenalty.l1_ratio is nan");
    refused({.rows = 3, .cols = 4, .alpha_W = -1},
            "ScikitLearnPenalty.alpha_W is -1; it has to be a finite number >= 0");
    refused({.rows = 3, .cols = 4, .alpha_H = infinity}, "ScikitLearnPenalty.alpha_H is inf");
    refused({.cols = 4, .alpha_W = 1}, "ScikitLearnPenalty.rows is 0; it has to be >= 1");
    const auto same = nmf::scikit_learn_penalty({.rows = 3, .cols = 4, .alpha_W = 0.5});
    CHECK(same.l2.w == 2);
    CHECK(same.l2.h == 1.5);
    CHECK(same.l1.none());
    const auto none = nmf::scikit_learn_penalty(
        {.rows = 3, .cols = 4, .alpha_W = 0.5, .alpha_H = 0, .l1_ratio = 1});
    CHECK(none.l1.w == 2);
    CHECK(none.l1.h == 0);
    CHECK(none.l2.none());
}
