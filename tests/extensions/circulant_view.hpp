// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A view of a V that is nowhere: V(i, j) = f((i + j) mod n).

#include <algorithm>
#include <utility>
#include <vector>

#include <nmf/data/concept.hpp>

namespace own {

class CirculantView {
public:
    using Scalar = double;
    using Index = nmf::Index;
    static constexpr bool weighted = false;
    static constexpr Index block_size = 16;

    explicit CirculantView(std::vector<double> values) : values_(std::move(values)) {}

    [[nodiscard]] Index rows() const { return static_cast<Index>(values_.size()); }
    [[nodiscard]] Index cols() const { return rows(); }
    [[nodiscard]] double stored() const { return static_cast<double>(rows() * cols()); }
    [[nodiscard]] static constexpr bool has_unstored_zeros() { return false; }

    [[nodiscard]] nmf::Summary summary() const {
        nmf::Summary sums;
        for (Index j = 0; j < cols(); ++j) nmf::detail::summarize_visited(*this, j, sums);
        if (!sums.acceptable) nmf::detail::throw_first_offender(*this);
        return sums;
    }

    void product(const nmf::Factor<double>& a, nmf::Factor<double>& c) const {
        columns_of_product(a, 0, cols(), c.data());
    }

    template <class F>
    void for_each_block(const F& f) const {
        for (Index j = 0; j < cols(); j += block_size) {
            f(j, std::min(block_size, cols() - j), Index(0), 0);
        }
    }

    struct Products {
        const CirculantView* view;
        const nmf::Factor<double>* a = nullptr;
        void begin(const nmf::Factor<double>& with) { a = &with; }
        void operator()(Index first, Index count, double* c) const {
            view->columns_of_product(*a, first, count, c);
        }
    };
    [[nodiscard]] Products products(Index /*rank*/) const { return {this}; }

    [[nodiscard]] double squared_residual(const nmf::Factor<double>& a,
                                          const nmf::Factor<double>& x, double /*square*/,
                                          nmf::detail::Scratch<double>& /*scratch*/) const {
        double sum = 0;
        for (Index j = 0; j < cols(); ++j) {
            for (Index i = 0; i < rows(); ++i) {
                const double gap = entry(i, j) - a.matrix().col(i).dot(x.matrix().col(j));
                sum += gap * gap;
            }
        }
        return sum;
    }

    /// V is symmetric.
    [[nodiscard]] CirculantView transposed() const { return *this; }

    template <class F>
    void visit(Index j, const F& f) const {
        for (Index i = 0; i < rows(); ++i) f(i, entry(i, j), 1.0);
    }

    [[nodiscard]] nmf::Matrix<double> matrix() const {
        nmf::Matrix<double> v(rows(), cols());
        for (Index j = 0; j < cols(); ++j) {
            for (Index i = 0; i < rows(); ++i) v(i, j) = entry(i, j);
        }
        return v;
    }

private:
    [[nodiscard]] double entry(Index i, Index j) const {
        return values_[static_cast<std::size_t>((i + j) % rows())];
    }

    void columns_of_product(const nmf::Factor<double>& a, Index first, Index count,
                            double* c) const {
        std::fill_n(c, count * a.stride(), 0.0);
        for (Index j = first; j < first + count; ++j, c += a.stride()) {
            for (Index i = 0; i < rows(); ++i) {
                const double v = entry(i, j);
                for (Index at = 0; at < a.rows(); ++at) c[at] += v * a.column(i)[at];
            }
        }
    }

    std::vector<double> values_;
};

}  // namespace own
