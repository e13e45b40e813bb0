// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The strongest features and samples of a component, and the strongest component of a sample.

#include <algorithm>
#include <vector>

#include <nmf/analysis/components.hpp>
#include <nmf/core/types.hpp>
#include <nmf/run/factorization.hpp>

namespace nmf {

/// The numbers of the `count` largest entries > 0 of a vector, the largest first. Of equal ones the
/// earlier is first; there may be fewer. Cost: n log(count) for n entries.
template <class Derived>
[[nodiscard]] std::vector<Index> top(const Eigen::DenseBase<Derived>& of, Index count) {
    const auto& values = of.derived();
    std::vector<Index> order;
    for (Index i = 0; i < values.size(); ++i) {
        if (values(i) > 0) order.push_back(i);
    }
    const auto size = static_cast<Index>(order.size());
    const auto end = order.begin() + std::clamp<Index>(count, 0, size);
    std::partial_sort(order.begin(), end, order.end(), [&](Index a, Index b) {
        return values(a) > values(b) || (values(a) == values(b) && a < b);
    });
    order.erase(end, order.end());
    return order;
}

/// The features (rows of V) that component a of a fit has most of.
template <RealScalar S>
[[nodiscard]] std::vector<Index> top_features(const Factorization<S>& fit, Index a, Index count) {
    return top(fit.W.col(a), count);
}

/// The samples (columns of V) that have most of component a of a fit.
template <RealScalar S>
[[nodiscard]] std::vector<Index> top_samples(const Factorization<S>& fit, Index a, Index count) {
    return top(fit.H.row(a), count);
}

/// For each sample (column of V) the component that makes up most of its model; -1 where the model
/// is 0. A component counts by the norm of its column in W. Cost: k n.
template <RealScalar S>
[[nodiscard]] std::vector<Index> labels(const Factorization<S>& fit,
                                        ComponentNorm norm = ComponentNorm::l1) {
    Vector<double> sizes(fit.W.cols());
    for (Index a = 0; a < sizes.size(); ++a) sizes[a] = detail::norm_of(fit.W.col(a), norm);
    std::vector<Index> of_samples;
    of_samples.reserve(static_cast<std::size_t>(fit.H.cols()));
    for (Index j = 0; j < fit.H.cols(); ++j) {
        Index best = -1;
        double most = 0;
        for (Index a = 0; a < sizes.size(); ++a) {
            const double part = sizes[a] * static_cast<double>(fit.H(a, j));
            if (part > most) {
                most = part;
                best = a;
            }
        }
        of_samples.push_back(best);
    }
    return of_samples;
}

}  // namespace nmf
