// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Problems whose solution is known because they are made from it. All their numbers are small
/// integers or halves, so that they, and products of them, are exact in float and double.

#include <cstdint>

#include <nmf/core/random.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/subproblem/normal_equations.hpp>

namespace nmf::testing {

/// What a half-step looks like; see known_half_step.
struct HalfStepShape {
    Index rank = 4;
    Index columns = 70;
    double linear = 0;     ///< The L1 weight l.
    Index directions = 0;  ///< G = A A' + ridge with A of so many columns; 0: 2 x rank.
    double ridge = 4;      ///< 0 with directions < rank makes G singular.
    Index dead = -1;       ///< This row of A is zero; needs ridge = 0.
    std::uint64_t seed = 1;
};

template <RealScalar S>
struct KnownHalfStep {
    NormalEquations<S> equations;
    Factor<S> solution;  ///< Satisfies the KKT conditions without any rounding error.
    Factor<S> other;     ///< Another X >= 0, with zeros.
};

namespace detail {

/// Integers drawn from 0 .. largest, about a third of them 0.
inline Matrix<double> small_integers(CounterRandom random, Index rows, Index cols, Index largest) {
    Matrix<double> result(rows, cols);
    for (Index j = 0; j < cols; ++j) {
        for (Index i = 0; i < rows; ++i) {
            const auto draw = static_cast<std::uint64_t>(3 * (i * cols + j));
            const bool zero = random.below(draw, 3) == 0;
            result(i, j) = zero ? 0.0 : static_cast<double>(random.below(draw + 1, largest + 1));
        }
    }
    return result;
}

}  // namespace detail

/// A half-step that a known X solves. X and a slack M >= 0 with X .* M = 0 are drawn, and
/// C = G X + l - M: then the gradient G X - C + l is M. C >= 0, as it is for a V >= 0. If there are
/// several columns, the last one of C and X is zero, as it is for a zero column of V.
template <RealScalar S>
[[nodiscard]] KnownHalfStep<S> known_half_step(const HalfStepShape& shape) {
    const CounterRandom random(shape.seed);
    const Index directions = shape.directions > 0 ? shape.directions : 2 * shape.rank;
    Matrix<double> a = detail::small_integers(random.stream(0), shape.rank, directions, 3);
    if (shape.dead >= 0) a.row(shape.dead).setZero();
    Matrix<double> gram = a * a.transpose();
    gram.diagonal().array() += shape.ridge;

    Matrix<double> x = detail::small_integers(random.stream(1), shape.rank, shape.columns, 4);
    if (shape.columns > 1) x.rightCols(1).setZero();
    if (shape.dead >= 0 && shape.linear > 0) x.row(shape.dead).setZero();
    const Matrix<double> product = gram * x;
    Matrix<double> cross = product.array() + shape.linear;
    const CounterRandom slack = random.stream(2);
    for (Index j = 0; j < shape.columns; ++j) {
        for (Index i = 0; i < shape.rank; ++i) {
            if (x(i, j) > 0) continue;
            const auto draw = static_cast<std::uint64_t>(i * shape.columns + j);
            cross(i, j) -=
                static_cast<double>(slack.below(draw, static_cast<Index>(product(i, j)) + 1));
        }
    }
    if (shape.columns > 1) cross.rightCols(1).setZero();
    if (shape.dead >= 0) cross.row(shape.dead).setZero();

    KnownHalfStep<S> step;
    step.equations.gram.assign(gram.template cast<S>());
    step.equations.cross.assign(cross.template cast<S>());
    step.equations.linear = static_cast<S>(shape.linear);
    step.solution.assign(x.template cast<S>());
    step.other.assign(
        detail::small_integers(random.stream(3), shape.rank, shape.columns, 7).template cast<S>());
    return step;
}

/// V = W H without error.
template <RealScalar S>
struct ExactProblem {
    Matrix<S> v;  ///< m x n
    Matrix<S> w;  ///< m x k
    Matrix<S> h;  ///< k x n
};

template <RealScalar S>
[[nodiscard]] ExactProblem<S> exact_problem(Index rows, Index cols, Index rank,
                                            std::uint64_t seed) {
    const CounterRandom random(seed);
    const Matrix<double> w = detail::small_integers(random.stream(0), rows, rank, 5);
    const Matrix<double> h = detail::small_integers(random.stream(1), rank, cols, 5);
    const Matrix<double> v = w * h;
    return {v.template cast<S>(), w.template cast<S>(), h.template cast<S>()};
}

}  // namespace nmf::testing
