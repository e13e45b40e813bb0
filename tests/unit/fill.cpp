// SPDX-License-Identifier: MIT
// Zeros of a start are raised for solvers that cannot leave them, and for no others.

#include <nmf/factorize.hpp>
#include <nmf/init/nndsvd.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"

using nmf::Factor;
using nmf::Index;
using nmf::Matrix;

namespace {

/// A product of rank 6, and its start by NNDSVD, with many zeros.
struct Start {
    Matrix<double> v = uniform(11, 40, 6) * uniform(12, 6, 30);
    Factor<double> w{6, 40};
    Factor<double> h{6, 30};

    Start() {
        const auto view = nmf::make_view(v);
        nmf::Nndsvd{}.start(view, view.summary(), nmf::CounterRandom(0), w, h);
    }
};

/// The start taken as it is, but scaled to V as a run would scale it.
nmf::CustomInit<double> locked(const Start& start) {
    const Matrix<double> w = start.w.matrix().transpose();
    const Matrix<double> h = start.h.matrix();
    const Matrix<double> model = w * h;
    const double scale = std::sqrt(model.cwiseProduct(start.v).sum() / model.squaredNorm());
    return {scale * w, scale * h, false};
}

}  // namespace

TEST_CASE("Zeros are locked for multiplicative updates alone; a fill is a hundredth of the mean") {
    using nmf::detail::has_locked_zeros;
    Start start;
    const auto view = nmf::make_view(start.v);
    const Matrix<double> w = start.w.matrix();
    REQUIRE((w.array() == 0).count() > 20);
    CHECK_FALSE(has_locked_zeros(nmf::Hals{}, view, start.w, start.h));
    CHECK_FALSE(has_locked_zeros(nmf::KlCoordinateDescent{}, view, start.w, start.h));
    CHECK(has_locked_zeros(nmf::MultiplicativeUpdate{}, view, start.w, start.h));
    nmf::detail::fill_zeros(start.w, view.transposed());
    nmf::detail::fill_zeros(start.h, view);
    const Matrix<double> filled = (w.array() > 0).select(w, 0.01 * w.mean());
    CHECK((start.w.matrix() - filled).cwiseAbs().maxCoeff() <= 1e-15);
    CHECK((start.h.matrix().array() > 0).all());
    CHECK_FALSE(has_locked_zeros(nmf::MultiplicativeUpdate{}, view, start.w, start.h));
}

TEST_CASE("Two factors of zeros are locked for every solver") {
    const Matrix<double> v = uniform(1, 40, 40);
    const auto view = nmf::make_view(v);
    const Factor<double> zero{6, 40};
    CHECK(nmf::detail::has_locked_zeros(nmf::Hals{}, view, zero, zero));
    CHECK(nmf::detail::has_locked_zeros(nmf::MultiplicativeUpdate{}, view, zero, zero));
}

TEST_CASE("Multiplicative updates from NNDSVD with zeros are not locked there") {
    const Start start;
    const auto run = [&](const auto& loss, const auto& init) {
        return nmf::factorize(start.v, 6, nmf::MultiplicativeUpdate{}, loss, init,
                              nmf::MaxIterations{1000});
    };
    // At most half the error, which goes with the root of the objective.
    const auto compare = [&](const auto& loss) {
        const double stuck = run(loss, locked(start)).objective;
        CHECK(run(loss, nmf::Nndsvd{}).objective <= 0.25 * stuck);
        const nmf::CustomInit<double> given(Matrix<double>(start.w.matrix().transpose()),
                                            Matrix<double>(start.h.matrix()));
        CHECK(run(loss, given).objective <= 0.25 * stuck);
    };
    compare(nmf::Frobenius{});
    compare(nmf::KullbackLeibler{});
}

TEST_CASE("A start that is to be taken as it is keeps its zeros, and so do unobserved columns") {
    const Start start;
    const auto init = locked(start);
    const auto raw =
        nmf::factorize(start.v, 6, nmf::MultiplicativeUpdate{}, init, nmf::MaxIterations{0});
    CHECK((raw.W.array() == 0).count() == (start.w.matrix().array() == 0).count());

    Matrix<double> holed = start.v;
    holed.col(4).setConstant(std::numeric_limits<double>::quiet_NaN());
    const nmf::CustomInit<double> given(Matrix<double>(start.w.matrix().transpose()),
                                        Matrix<double>(start.h.matrix()));
    const auto run = nmf::factorize(holed, 6, nmf::MultiplicativeUpdate{}, given, nmf::MissingNan{},
                                    nmf::MaxIterations{3});
    CHECK((run.H.col(4).array() == 0).all());
    CHECK((run.H.leftCols(4).array() > 0).all());
}
