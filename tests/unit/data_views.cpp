// SPDX-License-Identifier: MIT
// Every form of data has a view that keeps the laws.

#include <nmf/data/view.hpp>
#include <nmf/testing/data_view_laws.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/storage.hpp"

using nmf::Index;
using nmf::make_view;
using nmf::Matrix;
using nmf::testing::data_view_laws;
using Reports = std::vector<std::string>;

namespace {

/// Some zero rows and columns. The entries are exact in float, so that no cast changes them.
template <class S>
Matrix<S> sample(Index rows, Index cols) {
    Matrix<double> v = scattered(rows, cols, 0.4);
    if (rows > 2) v.row(rows / 2).setZero();
    if (cols > 2) v.col(cols / 3).setZero();
    return v.cast<float>().cast<S>();
}

void check_none(const Reports& reports, const std::string& where) {
    INFO(where);
    CHECK(reports == Reports{});
}

template <class S>
auto check_against(const Matrix<S>& sample) {
    return [expected = Matrix<double>(sample.template cast<double>())](const std::string& name,
                                                                       const auto& v) {
        check_none(data_view_laws(make_view(v), expected),
                   name + ", " + nmf::detail::shape(expected.rows(), expected.cols()));
    };
}

}  // namespace

TEMPLATE_TEST_CASE("Views of dense matrices in memory keep the laws", "", float, double) {
    for (const auto& [rows, cols] : {std::pair<Index, Index>{37, 29},
                                     {1, 1},
                                     {1, 50},
                                     {50, 1},
                                     {300, 70},
                                     {70, 300},
                                     {64, 64},
                                     {5, 131}}) {
        const Matrix<TestType> v = sample<TestType>(rows, cols);
        storage::dense_in_memory(v, check_against(v));
    }
}

TEMPLATE_TEST_CASE("Views of dense expressions keep the laws", "", float, double) {
    for (const auto& [rows, cols] : {std::pair<Index, Index>{37, 29}, {70, 300}}) {
        const Matrix<TestType> v = sample<TestType>(rows, cols);
        storage::expressions(v, check_against(v));
    }
}

TEMPLATE_TEST_CASE("Views of vectors, rows, columns and fixed sizes keep the laws", "", float,
                   double) {
    const Matrix<TestType> v = sample<TestType>(9, 7);
    const auto check = [&](const auto& part) {
        check_none(data_view_laws(make_view(part), part.template cast<double>()), "a part");
    };
    check(v.row(2));
    check(v.col(3));
    check(v.diagonal());
    check(nmf::Vector<TestType>(v.col(1)));
    check(Eigen::Matrix<TestType, 1, Eigen::Dynamic>(v.row(1)));
    check(Eigen::Matrix<TestType, 9, 7>(v));
    check(Eigen::Matrix<TestType, 1, 7>(v.row(0)));
    check(Eigen::Matrix<TestType, 9, 7, Eigen::RowMajor>(v));
}

TEMPLATE_TEST_CASE("Views of sparse matrices keep the laws", "", float, double) {
    for (const auto& [rows, cols] :
         {std::pair<Index, Index>{37, 29}, {1, 1}, {1, 50}, {50, 1}, {120, 300}}) {
        const Matrix<TestType> v = sample<TestType>(rows, cols);
        storage::sparse_with_index<int>(v, "int", check_against(v));
        storage::other_sparse(v, check_against(v));
    }
    const Matrix<TestType> v = sample<TestType>(37, 29);
    storage::sparse_with_index<std::int64_t>(v, "int64", check_against(v));
}

TEMPLATE_TEST_CASE("The view of a sparse zero matrix keeps the laws", "", float, double) {
    const Matrix<TestType> v = Matrix<TestType>::Zero(12, 5);
    const Sparse<TestType> empty(12, 5);
    CHECK(data_view_laws(make_view(empty), v.template cast<double>()) == Reports{});
}

namespace {

/// A view with faults. They are in the transposed view or in one kernel only.
struct FaultyView {
    using Scalar = double;
    using Base = nmf::DenseView<double, nmf::detail::StridedSource<double>>;

    enum class Fault { shape, stored, sum, product, padding, residual, blocks, columns } fault;
    Base base;

    [[nodiscard]] Index rows() const { return base.rows() + (fault == Fault::shape ? 1 : 0); }
    [[nodiscard]] Index cols() const { return base.cols(); }
    [[nodiscard]] double stored() const { return fault == Fault::stored ? 0 : base.stored(); }
    [[nodiscard]] nmf::Summary summary() const {
        nmf::Summary sums = base.summary();
        if (fault == Fault::sum) {
            sums.squared_norm =
                static_cast<double>(static_cast<float>(sums.squared_norm * (1 + 1e-7)));
        }
        return sums;
    }
    void product(const nmf::Factor<double>& a, nmf::Factor<double>& c) const {
        base.product(a, c);
        if (fault == Fault::product) c.matrix()(c.rows() - 1, c.cols() - 1) *= 1 + 1e-12;
        if (fault == Fault::padding) c.padded_matrix().bottomRows(1).setOnes();
    }
    static constexpr Index block_size = Base::block_size;
    template <class F>
    void for_each_block(const F& f) const {
        base.for_each_block(f);
        if (fault == Fault::blocks) f(Index(0), Index(1), Index(0), 0);
    }
    struct Products {
        decltype(std::declval<const Base&>().products(1)) good;
        Fault fault;
        void begin(const nmf::Factor<double>& a) { good.begin(a); }
        void operator()(Index first, Index count, double* c) const {
            good(first, count, c);
            if (fault == Fault::columns) c[0] += 1;
        }
    };
    [[nodiscard]] Products products(Index rank) const { return {base.products(rank), fault}; }
    [[nodiscard]] double squared_residual(const nmf::Factor<double>& a,
                                          const nmf::Factor<double>& x, double norm,
                                          nmf::detail::Scratch<double>& scratch) const {
        return base.squared_residual(a, x, norm, scratch) +
               (fault == Fault::residual ? norm * 1e-9 : 0);
    }
    [[nodiscard]] FaultyView transposed() const { return {fault, base.transposed()}; }

    static constexpr bool weighted = false;
    [[nodiscard]] static constexpr bool has_unstored_zeros() { return false; }
    template <class F>
    void visit(Index j, const F& f) const {
        base.visit(j, f);
    }
};

}  // namespace

TEST_CASE("The laws of a data view find faults") {
    const Matrix<double> v = sample<double>(37, 29);
    const auto breaks = [&](FaultyView::Fault fault, const std::string& law) {
        const Reports reports = data_view_laws(FaultyView{fault, make_view(v)}, v);
        return !reports.empty() && reports.front().rfind(law, 0) == 0;
    };
    CHECK(breaks(FaultyView::Fault::shape, "1."));
    CHECK(breaks(FaultyView::Fault::stored, "2."));
    CHECK(breaks(FaultyView::Fault::sum, "3."));
    CHECK(breaks(FaultyView::Fault::product, "4."));
    // Without packets nothing is padded.
    CHECK(breaks(FaultyView::Fault::padding, "5.") == (nmf::detail::padded<double>(1) > 1));
    CHECK(breaks(FaultyView::Fault::residual, "6."));
    CHECK(breaks(FaultyView::Fault::blocks, "7."));
    CHECK(breaks(FaultyView::Fault::columns, "8."));
}
