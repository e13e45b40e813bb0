// SPDX-License-Identifier: MIT
// Views without the entries that are held out keep the laws, and all hold out the same ones.

#include <cmath>
#include <utility>

#include <nmf/nmf.hpp>
#include <nmf/testing/data_pass_laws.hpp>

#include "laws/report.hpp"
#include "support/catch.hpp"
#include "support/held_out.hpp"
#include "support/problems.hpp"
#include "support/storage.hpp"

using nmf::HeldOut;
using nmf::Index;
using nmf::make_view;
using nmf::Matrix;
using nmf::testing::data_pass_laws;

namespace {

constexpr Index rows = 150;
constexpr Index cols = 131;

/// Exact in single precision, with an empty row and column.
Matrix<double> sample() {
    Matrix<double> v = scattered(rows, cols, 0.3);
    v.row(20).setZero();
    v.col(30).setZero();
    return v.cast<float>().cast<double>();
}

/// The laws of what is left of V with weights.
template <class View>
void check_rest(const View& view, const Matrix<double>& v, const Matrix<double>& weights) {
    const HeldEntries held = held_entries(view);
    CHECK(held.mask.maxCoeff() == 1);
    CHECK((held.weights.array() > 0).select(v - held.values, 0.0).isZero(0));
    CHECK(data_pass_laws(view, v, weights.cwiseProduct(held.kept())) == none);
}

template <class S>
void check_views(double fraction) {
    INFO("fraction " << fraction);
    const Matrix<double> v = sample();
    const Matrix<double> ones = Matrix<double>::Ones(rows, cols);
    const Matrix<double> weights = quarters(rows, cols);
    const Matrix<double> where_stored = (v.array() > 0).cast<double>();
    const Matrix<double> both = weights.cwiseProduct(where_stored);
    const Matrix<S> dense = v.cast<S>();
    const Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> by_rows = dense;
    const Sparse<S> stored = sparse(dense);
    const Sparse<double> listed = sparse(weights);
    const HeldOut out{fraction, 3};
    for (const int threads : {1, 2}) {
        const nmf::detail::RunScope scope(threads);
        check_rest(make_view(dense, out), v, ones);
        check_rest(make_view(by_rows, out), v, ones);
        check_rest(make_view(stored, out), v, ones);
        check_rest(make_view(dense, out, nmf::Weights(weights)), v, weights);
        check_rest(make_view(dense, nmf::Weights(listed), out), v, weights);
        check_rest(make_view(stored, nmf::MissingUnstored{}, out), v, where_stored);
        check_rest(make_view(stored, nmf::Weights(weights), out, nmf::MissingUnstored{}), v, both);
        check_rest(make_view(dense, out, nmf::SignedEntries{}), v, ones);
        check_rest(make_view(stored, out, nmf::SignedEntries{}), v, ones);
    }
}

/// A source of the user's, with weights.
struct OwnSource {
    static constexpr bool weighted = true;
    const Matrix<double>* v;
    const Matrix<double>* m;
    bool turned = false;
    [[nodiscard]] double weight(Index i, Index j) const { return turned ? (*m)(j, i) : (*m)(i, j); }
    [[nodiscard]] double value(Index i, Index j) const {
        if (!(weight(i, j) > 0)) return 1;
        return turned ? (*v)(j, i) : (*v)(i, j);
    }
    [[nodiscard]] double operator()(Index i, Index j) const {
        return weight(i, j) > 0 ? weight(i, j) * value(i, j) : 0;
    }
    [[nodiscard]] OwnSource transposed() const { return {v, m, !turned}; }
};

struct OwnEntries {
    using Axis = nmf::axis::Entries;
    const Matrix<double>* m;
    [[nodiscard]] auto view(const Matrix<double>& v) const {
        return nmf::DenseView<double, OwnSource>({&v, m}, v.rows(), v.cols());
    }
};

}  // namespace

TEST_CASE("Entries are held out of a choice of the user's own") {
    const Matrix<double> v = sample();
    const Matrix<double> weights = quarters(rows, cols);
    const HeldOut out{0.2, 3};
    const auto view = make_view(v, OwnEntries{&weights}, out);
    check_rest(view, v, weights);
    CHECK(held_entries(view).weights ==
          held_entries(make_view(v, nmf::Weights(weights), out)).weights);
}

TEST_CASE("Views that hold entries out keep the laws in double") {
    for (const double fraction : {0.02, 0.3, 0.9}) check_views<double>(fraction);
}

TEST_CASE("Views that hold entries out keep the laws in single precision") {
    check_views<float>(0.1);
}

namespace {

/// Of a sparse V with missing zeros, with a fault in one member.
struct FaultyView : nmf::MissingZerosView<double, int> {
    using Base = nmf::MissingZerosView<double, int>;
    enum class Fault { none, sums, squares, missing } fault;

    FaultyView(Base base, Fault of) : Base(std::move(base)), fault(of) {}
    [[nodiscard]] FaultyView transposed() const { return {Base::transposed(), fault}; }
    [[nodiscard]] nmf::CostSums missing_sums(const nmf::Factor<double>& a,
                                             const nmf::Factor<double>& x) const {
        nmf::CostSums sums = Base::missing_sums(a, x);
        if (fault == Fault::sums) sums.reconstruction *= 1 + 1e-9;
        if (fault == Fault::squares) sums.squared_reconstruction *= 1 + 1e-9;
        return sums;
    }
    template <class F>
    void visit_differing(Index j, const F& f) const {
        Index left = fault == Fault::missing ? 1 : 0;
        Base::visit_differing(j, [&](Index i, double m) {
            if (left-- != 1) f(i, m);
        });
    }
};

}  // namespace

TEST_CASE("The laws find faults of a view with missing zeros") {
    const Matrix<double> v = sample();
    const Sparse<double> stored = sparse(v);
    const auto view = make_view(stored, HeldOut{0.2, 3});
    const Matrix<double> kept = held_entries(view).kept();
    const auto laws = [&](FaultyView::Fault fault) {
        return data_pass_laws(FaultyView(view, fault), v, kept);
    };
    CHECK(laws(FaultyView::Fault::none) == none);
    CHECK(breaks(laws(FaultyView::Fault::sums), 11));
    CHECK(breaks(laws(FaultyView::Fault::squares), 11));
    CHECK(breaks(laws(FaultyView::Fault::missing), 10));
}

TEST_CASE("What a sum over the view says of what counts is that") {
    const Sparse<double> v = sparse(sample());
    const auto view = make_view(v, HeldOut{0.2, 5});
    const HeldEntries held = held_entries(view);
    const Matrix<double> rest = sample().cwiseProduct(held.kept());
    const nmf::Summary sums = view.summary();
    CHECK(std::abs(sums.sum - rest.sum()) <= 1e-12 * rest.sum());
    CHECK(std::abs(sums.squared_norm - rest.squaredNorm()) <= 1e-12 * rest.squaredNorm());
    CHECK(sums.weight == held.kept().sum());
    CHECK(!sums.unit_weights);
    CHECK(nmf::detail::mean_entry(view, sums) == sums.sum / held.kept().sum());
}

TEST_CASE("The squared residual is that of the entries that count, far from V and at V") {
    const Matrix<double> v = sample();
    const Sparse<double> stored = sparse(v);
    const auto view = make_view(stored, HeldOut{0.2, 5});
    const Matrix<double> kept = held_entries(view).kept();
    nmf::detail::Scratch<double> scratch;
    const auto check = [&](const Matrix<double>& of_a, const Matrix<double>& of_x,
                           double rounding) {
        const Matrix<double> y = of_a.transpose() * of_x;
        const double norm = y.cwiseProduct(kept).squaredNorm();
        const double residual = view.squared_residual(nmf::Factor<double>(of_a),
                                                      nmf::Factor<double>(of_x), norm, scratch);
        CHECK(std::abs(residual - (v - y).cwiseProduct(kept).squaredNorm()) <= rounding);
    };
    const Matrix<double> a = uniform(11, 4, rows);
    const Matrix<double> x = uniform(12, 4, cols);
    check(a, x, 1e-12 * (a.transpose() * x).squaredNorm());
    // A model that is V where entries count, and large where they are held out.
    const Matrix<double> filled = v + 7.0 * (1.0 - kept.array()).matrix();
    check(filled.transpose(), Matrix<double>::Identity(cols, cols), 1e-12 * filled.squaredNorm());
}

TEST_CASE("Whatever stores V and says what is missing, the same entries are held out") {
    const Matrix<double> v = sample();
    const Matrix<double> where_stored = (v.array() > 0).cast<double>();
    const Sparse<double> stored = sparse(v);
    const Eigen::SparseMatrix<double, Eigen::RowMajor, std::int64_t> by_rows = stored;
    const HeldOut out{0.25, 11};
    const Matrix<double> of_all = held_entries(make_view(v, out)).mask;
    const Matrix<double> of_stored = of_all.cwiseProduct(where_stored);
    CHECK(held_entries(make_view(stored, nmf::MissingUnstored{}, out)).mask == of_stored);
    CHECK(held_entries(make_view(by_rows, out, nmf::MissingUnstored{})).mask == of_stored);
    CHECK(held_entries(make_view(v, nmf::Weights(where_stored), out)).mask == of_stored);
    const Matrix<double> nan = (where_stored.array() > 0).select(v, std::nan(""));
    CHECK(held_entries(make_view(nan, nmf::MissingNan{}, out)).mask == of_stored);
    const Sparse<double> listed = sparse(where_stored);
    CHECK(held_entries(make_view(v, nmf::Weights(listed), out)).mask == of_stored);
    CHECK(held_entries(make_view(v, out).transposed()).mask == of_all.transpose());
    CHECK(held_entries(make_view(stored, nmf::MissingUnstored{}, out).transposed()).mask ==
          of_stored.transpose());
    // Where unstored zeros count, what is stored is drawn alike.
    CHECK(held_entries(make_view(stored, out)).mask.cwiseProduct(where_stored) == of_stored);
    // V' has its own draw, and so has another seed.
    const Matrix<double> turned = v.transpose();
    CHECK(held_entries(make_view(turned, out)).mask != of_all.transpose());
    CHECK(held_entries(make_view(v, HeldOut{0.25, 12})).mask != of_all);
    // A part of V has the draw of its places.
    const Matrix<double> part = v.topLeftCorner(50, 40);
    CHECK(held_entries(make_view(part, out)).mask == of_all.topLeftCorner(50, 40));
}

TEST_CASE("About the fraction of the entries is held out, in every row and column") {
    const Matrix<double> v = uniform(1, 400, 300);
    for (const double fraction : {0.05, 0.5, 0.95}) {
        const Matrix<double> mask = held_entries(make_view(v, HeldOut{fraction, 1})).mask;
        // Six standard deviations.
        const auto slack = [&](double n) { return 6 * std::sqrt(fraction * (1 - fraction) / n); };
        CHECK(std::abs(mask.mean() - fraction) <= slack(400.0 * 300.0));
        CHECK((mask.colwise().mean().array() - fraction).abs().maxCoeff() <= slack(400));
        CHECK((mask.rowwise().mean().array() - fraction).abs().maxCoeff() <= slack(300));
    }
}

TEST_CASE("Of unstored zeros a sample is held out, with the weight of all that are left out") {
    const auto zeros_of = [](const Sparse<double>& v, double fraction) {
        const auto view = make_view(v, HeldOut{fraction, 9});
        HeldEntries held = held_entries(view);
        for (Index j = 0; j < v.outerSize(); ++j) {
            for (Sparse<double>::InnerIterator e(v, j); e; ++e) {
                held.mask(e.row(), j) = held.weights(e.row(), j) = 0;
            }
        }
        return held;
    };
    // Few entries: a zero for each of them.
    const Sparse<double> few = sparse(scattered(200, 90, 0.02));
    const HeldEntries of_few = zeros_of(few, 0.3);
    const auto stored = static_cast<double>(few.nonZeros());
    CHECK(of_few.mask.sum() == stored);
    CHECK(std::abs(of_few.weights.sum() - 0.3 * (200 * 90 - stored)) <= 1e-8);
    CHECK(of_few.weights.maxCoeff() > 10);
    // Many entries: the fraction of the zeros.
    Sparse<double> many = sparse(scattered(200, 90, 0.8));
    many.coeffRef(7, 8) = 0;  // Stored all the same.
    const double zeros = 200 * 90 - static_cast<double>(many.nonZeros());
    const HeldEntries of_many = zeros_of(many, 0.3);
    CHECK(of_many.mask.sum() == std::round(0.3 * zeros));
    CHECK(std::abs(of_many.weights.maxCoeff() - 1) <= 1 / zeros);
    // All over V.
    CHECK(of_few.mask.topRows(100).sum() > 0.35 * stored);
    CHECK(of_few.mask.bottomRows(100).sum() > 0.35 * stored);
    CHECK(of_few.mask.leftCols(45).sum() > 0.35 * stored);
    // Without any zero, or any entry.
    const Matrix<double> full = uniform(3, 6, 5).array() + 1.0;
    CHECK(zeros_of(sparse(full), 0.5).mask.sum() == 0);
    CHECK(zeros_of(Sparse<double>(6, 5), 0.5).mask.sum() == 0);
    CHECK(zeros_of(sparse(scattered(6, 5, 0.9)), 0.99).mask.maxCoeff() <= 1);
}
