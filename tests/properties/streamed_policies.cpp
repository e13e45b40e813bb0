// SPDX-License-Identifier: MIT
//
// Penalties, constraints and starts are, for a V that is read by blocks of columns, those of the
// same V in memory.

#include <limits>

#include "support/stream_runs.hpp"

using nmf::Index;
using nmf::Matrix;

TEST_CASE("Penalties and constraints are those of a V in memory") {
    const Matrix<double> v = stream_v<double>();
    const nmf::KullbackLeibler kl;
    const nmf::L1 lasso{.w = 0.1, .h = 0.2};
    const nmf::L2 ridge{.w = 0.2, .h = 0.1};
    check(v, "hals, penalties", lasso, ridge);
    check(v, "anls, penalties", nmf::Anls{}, lasso, ridge);
    check(v, "mu, penalties", kl, mu, lasso, ridge);
    check(v, "beta 0.5, penalties", nmf::BetaDivergence{0.5}, lasso, ridge);
    check(v, "counted", nmf::CountScaledL2{.w = 0.01, .h = 0.01});
    check(v, "orthogonal", nmf::Orthogonal{.w = 0.1, .h = 0.1});
    check(v, "smooth", nmf::Smooth{.w = 0.1, .h = 0.1});
    check(v, "smooth, mu", kl, mu, nmf::Smooth{.w = 0.1, .h = 0.1});
    check(v, "unit", nmf::L1{.h = 0.2}, nmf::UnitComponents{nmf::Side::w});
    check(v, "unit, mu", kl, mu, nmf::L1{.h = 0.2}, nmf::UnitComponents{nmf::Side::w});
    check(v, "bounds", nmf::UpperBound{.h = 0.3});
    check(v, "bounds, mu", kl, mu, nmf::UpperBound{.w = 0.3, .h = 0.3});
    check(v, "any sign", nmf::Free{nmf::Side::w});
    Matrix<double> of_w =
        Matrix<double>::Constant(v.rows(), stream_rank, std::numeric_limits<double>::quiet_NaN());
    of_w.topLeftCorner(20, 2).setConstant(0.5);
    of_w.topRightCorner(30, 1).setZero();
    check(v, "frozen", nmf::Frozen{of_w, {}});
    check(v, "frozen, mu", kl, mu, nmf::Frozen{of_w, {}});
    check(v, "frozen, extrapolated anls", nmf::Anls{}, nmf::Frozen{of_w, {}});
}

TEST_CASE("Every start is that of a V in memory") {
    const Matrix<double> v = stream_v<double>();
    for (const auto fill :
         {nmf::Nndsvd::Fill::zeros, nmf::Nndsvd::Fill::average, nmf::Nndsvd::Fill::random}) {
        check(v, "nndsvd", nmf::Nndsvd{fill});
        check(v, "nndsvd, mu", nmf::Nndsvd{fill}, nmf::KullbackLeibler{}, mu);
    }
    check(v, "columns", nmf::RandomColumns{});
    check(v, "spa", nmf::Spa{});
    check(v, "anchor words", nmf::AnchorWords{}, nmf::KullbackLeibler{}, mu);
    check(v, "custom",
          nmf::CustomInit(uniform(5, v.rows(), stream_rank), uniform(6, stream_rank, v.cols())));
    check(v, "raw", raw_start(v.rows(), v.cols(), stream_rank), nmf::KullbackLeibler{}, mu);
    check(v, "seed", nmf::Seed{7});
}
