// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The norms of the components of a pair of factors, and making them equal.

#include <cmath>

#include <nmf/core/types.hpp>
#include <nmf/factor/factor.hpp>

namespace nmf::detail {

/// Squared norms of the rows. Allocates nothing where `out` has that length.
template <RealScalar S>
void row_norms(const Factor<S>& x, Vector<double>& out) {
    out = x.matrix().template cast<double>().rowwise().squaredNorm();
}

/// Makes the norms of the components equal. Keeps its scratch from call to call.
template <RealScalar S>
class Balance {
public:
    /// Scales the components so that ||l_a|| = ||r_a||; L'R stays.
    void operator()(Factor<S>& left, Factor<S>& right) {
        row_norms(left, left_norms_);
        row_norms(right, right_norms_);
        left_by_.setOnes(left.rows());
        right_by_.setOnes(left.rows());
        for (Index a = 0; a < left.rows(); ++a) {
            if (!(left_norms_[a] > 0 && right_norms_[a] > 0)) continue;
            const double by = std::sqrt(std::sqrt(right_norms_[a] / left_norms_[a]));
            left_by_[a] = static_cast<S>(by);
            right_by_[a] = static_cast<S>(1.0 / by);
        }
        left.matrix().array().colwise() *= left_by_.array();
        right.matrix().array().colwise() *= right_by_.array();
    }

private:
    Vector<double> left_norms_;
    Vector<double> right_norms_;
    Vector<S> left_by_;
    Vector<S> right_by_;
};

}  // namespace nmf::detail
