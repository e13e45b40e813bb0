// SPDX-License-Identifier: MIT
// Views that know V by its columns alone keep the laws, and the least that such a view has is
// enough for a run.

#include <algorithm>
#include <string>
#include <vector>

#include <nmf/nmf.hpp>
#include <nmf/testing/data_pass_laws.hpp>
#include <nmf/testing/data_view_laws.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/streams.hpp"

using nmf::Factor;
using nmf::Index;
using nmf::Matrix;
using nmf::testing::data_pass_laws;
using nmf::testing::data_view_laws;
using Reports = std::vector<std::string>;

namespace {

enum class Fault { none, overwrites, adds, transposes, leaves_bottom, chunks };

/// With nothing but what the concepts name.
class LeastColumns {
public:
    using Scalar = double;
    explicit LeastColumns(const Matrix<double>& v, Fault fault = Fault::none)
        : v_(&v), fault_(fault) {}
    [[nodiscard]] Index rows() const { return v_->rows(); }
    [[nodiscard]] Index cols() const { return v_->cols(); }
    [[nodiscard]] double stored() const { return static_cast<double>(v_->size()); }
    [[nodiscard]] nmf::Summary summary() const {
        nmf::Summary sums;
        sums.sum = v_->sum();
        sums.squared_norm = v_->squaredNorm();
        sums.largest = v_->maxCoeff();
        return sums;
    }
    void product(const Factor<double>& a, Factor<double>& c) const {
        nmf::detail::multiply_by_blocks(*this, products(a.rows()), a, c);
    }

    static constexpr Index block_size = 7;
    template <class F>
    void for_each_block(const F& f, Index most = 64) const {
        for (Index j = 0; j < cols(); j += block_size) {
            const Index chunk = fault_ == Fault::chunks ? most : j / block_size % most;
            f(j, std::min(block_size, cols() - j), chunk, 0);
        }
    }
    struct Products {
        const LeastColumns* view;
        const Factor<double>* a = nullptr;
        void begin(const Factor<double>& with) { a = &with; }
        void operator()(Index first, Index count, double* c) const {
            std::fill_n(c, count * a->stride(), 0.0);
            columns(c, *a, count) = a->matrix() * view->v_->middleCols(first, count);
        }
    };
    [[nodiscard]] Products products(Index) const { return {this}; }
    void multiply_back(Index first, Index count, const double* x, Factor<double>& c,
                       bool overwrite) const {
        if (fault_ == Fault::overwrites) overwrite = true;
        if (fault_ == Fault::adds) overwrite = false;
        if (overwrite) c.padded_matrix().setZero();
        c.matrix() += columns(x, c, count) * v_->middleCols(first, count).transpose();
    }
    [[nodiscard]] double squared_residual(const Factor<double>& a, const Factor<double>& x, double,
                                          nmf::detail::Scratch<double>&) const {
        return (*v_ - a.matrix().transpose() * x.matrix()).squaredNorm();
    }

    static constexpr bool weighted = false;
    [[nodiscard]] static constexpr bool has_unstored_zeros() { return false; }
    template <class F>
    void visit(Index j, const F& f) const {
        for (Index i = 0; i < rows(); ++i) f(i, (*v_)(i, j), 1.0);
    }

protected:
    static nmf::FactorMap<double> columns(double* x, const Factor<double>& like, Index count) {
        return {x, like.rows(), count, Eigen::OuterStride<>(like.stride())};
    }
    static nmf::ConstFactorMap<double> columns(const double* x, const Factor<double>& like,
                                               Index count) {
        return {x, like.rows(), count, Eigen::OuterStride<>(like.stride())};
    }

    const Matrix<double>* v_;
    Fault fault_;
};

/// The same for all losses.
class LeastEntries : public LeastColumns {
public:
    using LeastColumns::LeastColumns;

    template <class F>
    void for_each_group(Index most, const F& f) const {
        for (Index j = 0; j < cols(); j += most) f(j, std::min(most, cols() - j), Index(0), 0);
    }
    template <class Cost>
    [[nodiscard]] nmf::CostSums costs(const Factor<double>& a, const Factor<double>& x,
                                      const Cost& cost, nmf::detail::Scratch<double>&, bool) const {
        nmf::CostSums sums;
        const Matrix<double> y = a.matrix().transpose() * x.matrix();
        for (Index j = 0; j < cols(); ++j) {
            cost(v_->col(j).data(), y.col(j).data(), static_cast<const double*>(nullptr), rows(),
                 sums);
        }
        return sums;
    }
    template <class Terms, class Load, class Look, class Body>
    void pass(const nmf::detail::PassFactors<double>& factors, const Terms& terms,
              nmf::detail::Scratch<double>& scratch, const Load& load, const Look& look,
              const Body& body, Index most = 64) const {
        scratch.prepare(1, nmf::detail::TilePass<double>::size(factors.fixed.stride()));
        for_each_block(
            [&](Index first, Index count, Index chunk, int thread) {
                nmf::detail::ColumnBlock<double> block{first, count};
                load(block, thread);
                const Ratios ratios(*this, factors.fixed, block.x, first, count, terms,
                                    [&](const double* v, const double* y, const double* m,
                                        Index n) { look(v, y, m, n, thread); });
                columns(block.top, factors.fixed, count) += factors.top.matrix() * ratios.p;
                if (!terms.unit_denominator()) {
                    columns(block.bottom, factors.fixed, count) +=
                        factors.bottom.matrix() * ratios.q;
                }
                body(block, chunk, thread);
            },
            most);
    }
    template <class Terms, class Look>
    void pass_back(const nmf::detail::BackPass<double>& back, Index first, Index count,
                   const Terms& terms, const Look& look, double*) const {
        const Ratios ratios(*this, back.fixed, back.x, first, count, terms, look);
        const auto give = [&](const double* x, const Matrix<double>& from, Factor<double>& to) {
            if (back.overwrite) to.padded_matrix().setZero();
            if (fault_ == Fault::transposes) x = back.x;
            to.matrix() += columns(x, to, count) * from.transpose();
        };
        give(back.for_top, ratios.p, *back.top);
        if (back.bottom == nullptr || fault_ == Fault::leaves_bottom) return;
        give(back.for_bottom, ratios.q, *back.bottom);
    }

private:
    struct Ratios {
        template <class Terms, class Look>
        Ratios(const LeastEntries& view, const Factor<double>& a, const double* x, Index first,
               Index count, const Terms& terms, const Look& look)
            : p(view.rows(), count), q(view.rows(), count) {
            Matrix<double> y = a.matrix().transpose() * columns(x, a, count);
            constexpr Index most = 64;
            for (Index c = 0; c < count; ++c) {
                for (Index i = 0; i < view.rows(); i += most) {
                    const Index n = std::min(most, view.rows() - i);
                    const double* const v = &(*view.v_)(i, first + c);
                    const double* const ones = nullptr;
                    look(v, &y(i, c), ones, n);
                    terms(v, &y(i, c), ones, n, &p(i, c),
                          terms.unit_denominator() ? nullptr : &q(i, c));
                }
            }
        }
        Matrix<double> p;
        Matrix<double> q;
    };
};

static_assert(nmf::OneSidedView<LeastColumns> && !nmf::TransposableView<LeastColumns>);
static_assert(!nmf::EntryView<LeastColumns>);
static_assert(nmf::OneSidedView<LeastEntries> && nmf::EntryView<LeastEntries>);
using Stream = decltype(stream_of(std::declval<const Matrix<double>&>()));
static_assert(nmf::OneSidedView<Stream> && nmf::EntryView<Stream>);
static_assert(nmf::TransposableView<nmf::detail::FlippedOf<Stream>>);
using Dense = decltype(nmf::make_view(std::declval<const Matrix<double>&>()));
static_assert(nmf::TransposableView<Dense> && !nmf::OneSidedView<Dense>);
static_assert(std::same_as<nmf::detail::FlippedOf<Dense>,
                           decltype(std::declval<const Dense&>().transposed())>);

Matrix<double> ones(const Matrix<double>& v) { return Matrix<double>::Ones(v.rows(), v.cols()); }

}  // namespace

TEMPLATE_TEST_CASE("Streamed views keep the laws", "", float, double) {
    for (const int threads : {1, 3}) {
        const nmf::detail::RunScope run(threads);
        for (const auto& [rows, cols] : {std::pair<Index, Index>{37, 29},
                                         {1, 1},
                                         {1, 50},
                                         {50, 1},
                                         {200, 65},
                                         {64, 64},
                                         {30, 300}}) {
            INFO(rows << " x " << cols);
            const Matrix<TestType> v = scattered(rows, cols, 0.4).template cast<TestType>();
            const auto in_double = Matrix<double>(v.template cast<double>());
            CHECK(data_view_laws(stream_of(v), in_double) == Reports{});
            CHECK(data_pass_laws(stream_of(v), in_double, ones(in_double)) == Reports{});
        }
    }
}

TEST_CASE("The least one-sided views keep the laws") {
    const Matrix<double> v = scattered(37, 29, 0.4);
    CHECK(data_view_laws(LeastColumns(v), v) == Reports{});
    CHECK(data_view_laws(LeastEntries(v), v) == Reports{});
    CHECK(data_pass_laws(LeastEntries(v), v, ones(v)) == Reports{});
}

TEST_CASE("The laws find what a one-sided view does wrong") {
    const Matrix<double> v = scattered(37, 29, 0.4);
    const auto finds = [](const Reports& reports, const char* law) {
        return std::any_of(reports.begin(), reports.end(), [&](const std::string& report) {
            return report.find(law) != std::string::npos;
        });
    };
    for (const Fault fault : {Fault::overwrites, Fault::adds}) {
        CHECK(finds(data_view_laws(LeastColumns(v, fault), v), "10. multiply_back()"));
    }
    CHECK(finds(data_view_laws(LeastColumns(v, Fault::chunks), v), "9. for_each_block(f, most)"));
    const auto faults = [&](Fault fault) {
        return data_pass_laws(LeastEntries(v, fault), v, ones(v));
    };
    CHECK(finds(faults(Fault::transposes), "5. pass() sets A P"));
    CHECK(finds(faults(Fault::leaves_bottom), "6. pass() sets A Q"));
}

TEST_CASE("A one-sided view of one's own serves a run") {
    const Matrix<double> v = uniform(1, 30, 20);
    const nmf::Only few{nmf::MaxIterations{20}};
    const auto close = [&](const auto& fit, const auto& in_memory) {
        CHECK_THAT(fit.objective, WithinRel(in_memory.objective, 1e-10));
        CHECK((fit.W - in_memory.W).norm() <= 1e-8 * in_memory.W.norm());
        CHECK((fit.H - in_memory.H).norm() <= 1e-8 * in_memory.H.norm());
    };
    close(nmf::factorize(LeastColumns(v), 4, few), nmf::factorize(v, 4, few));
    close(nmf::factorize(LeastColumns(v), 4, few, nmf::Nndsvd{}),
          nmf::factorize(v, 4, few, nmf::Nndsvd{}));
    const nmf::MultiplicativeUpdate mu;
    close(nmf::factorize(LeastEntries(v), 4, few, nmf::KullbackLeibler{}),
          nmf::factorize(v, 4, few, nmf::KullbackLeibler{}, mu));
    close(nmf::factorize(LeastEntries(v), 4, few, nmf::BetaDivergence{0.5}),
          nmf::factorize(v, 4, few, nmf::BetaDivergence{0.5}));
}
