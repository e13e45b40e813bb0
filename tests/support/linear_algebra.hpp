// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What tests compare with, by the simplest means.

#include <algorithm>
#include <cmath>

#include <nmf/core/types.hpp>

/// The singular values of V, descending, by one-sided Jacobi rotations (Hestenes 1958).
inline nmf::Vector<double> singular_values(nmf::Matrix<double> v) {
    if (v.rows() < v.cols()) v = nmf::Matrix<double>(v.transpose());
    for (int sweep = 0; sweep < 30; ++sweep) {
        double worst = 0;
        for (nmf::Index p = 0; p < v.cols(); ++p) {
            for (nmf::Index q = p + 1; q < v.cols(); ++q) {
                const double a = v.col(p).squaredNorm();
                const double b = v.col(q).squaredNorm();
                const double c = v.col(p).dot(v.col(q));
                if (!(std::abs(c) > 1e-16 * std::sqrt(a * b))) continue;
                worst = std::max(worst, std::abs(c) / std::sqrt(a * b));
                const double zeta = (b - a) / (2 * c);
                const double t =
                    std::copysign(1.0, zeta) / (std::abs(zeta) + std::sqrt(1 + zeta * zeta));
                const double cosine = 1 / std::sqrt(1 + t * t);
                const nmf::Vector<double> column = v.col(p);
                v.col(p) = cosine * (column - t * v.col(q));
                v.col(q) = cosine * (t * column + v.col(q));
            }
        }
        if (worst < 1e-15) break;
    }
    nmf::Vector<double> values = v.colwise().norm();
    std::sort(values.data(), values.data() + values.size(), std::greater<>());
    return values;
}

/// The smallest ||V - Y|| of any Y of this rank.
inline double distance_to_rank(const nmf::Matrix<double>& v, nmf::Index rank) {
    const nmf::Vector<double> values = singular_values(v);
    return values.tail(std::max<nmf::Index>(0, values.size() - rank)).norm();
}

struct SingularPair {
    double value;
    nmf::Vector<double> left;
    nmf::Vector<double> right;
};

/// The leading singular triplet of V >= 0, by power iteration.
inline SingularPair leading_pair(const nmf::Matrix<double>& v) {
    nmf::Vector<double> right = nmf::Vector<double>::Ones(v.cols()).normalized();
    nmf::Vector<double> left;
    for (int step = 0; step < 500; ++step) {
        left = (v * right).normalized();
        right = (v.transpose() * left).normalized();
    }
    return {left.dot(v * right), left, right};
}
