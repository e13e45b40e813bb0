// SPDX-License-Identifier: MIT
#include "support/divergence.hpp"

#include <cmath>

#include "support/measure.hpp"

long double divergence(double beta, long double v, long double y) {
    const long double b = beta;
    if (b == 0) return v / y - std::log(v / y) - 1;
    if (b == 1) return v > 0 ? v * std::log(v / y) - v + y : y;
    const long double power = v > 0 ? std::pow(v, b) : 0.0L;
    return (power + (b - 1) * std::pow(y, b) - b * v * std::pow(y, b - 1)) / (b * (b - 1));
}

double naive_objective(double beta, const nmf::Matrix<double>& v,
                       const nmf::Matrix<double>& weights, const nmf::Matrix<double>& w,
                       const nmf::Matrix<double>& h, const nmf::ElasticNet& penalty) {
    const measure::Exact left = measure::exact(w);
    const measure::Exact right = measure::exact(h);
    const measure::Exact y = left * right;
    long double sum = penalty.l1.w * left.sum() + penalty.l1.h * right.sum() +
                      0.5L * penalty.l2.w * left.squaredNorm() +
                      0.5L * penalty.l2.h * right.squaredNorm();
    for (nmf::Index j = 0; j < v.cols(); ++j) {
        for (nmf::Index i = 0; i < v.rows(); ++i) {
            if (weights(i, j) > 0) sum += weights(i, j) * divergence(beta, v(i, j), y(i, j));
        }
    }
    return static_cast<double>(sum);
}

double naive_objective(double beta, const nmf::Matrix<double>& v, const nmf::Matrix<double>& w,
                       const nmf::Matrix<double>& h, const nmf::ElasticNet& penalty) {
    return naive_objective(beta, v, nmf::Matrix<double>::Ones(v.rows(), v.cols()), w, h, penalty);
}
