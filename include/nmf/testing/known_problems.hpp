// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Problems that are made from a known solution. All their numbers are small integers or halves, so
/// they and their products are exact in float and double.

#include <cstdint>

#include <nmf/core/random.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/subproblem/bounds.hpp>
#include <nmf/subproblem/normal_equations.hpp>

namespace nmf::testing {

/// The parameters of a half-step; see known_half_step.
struct HalfStepShape {
    Index rank = 4;
    Index columns = 70;
    double linear = 0;      ///< The L1 weight l.
    Index directions = 0;   ///< G = A A' + ridge, where A has this many columns; 0: 2 x rank.
    double ridge = 4;       ///< 0 with directions < rank makes G singular.
    Index dead = -1;        ///< This row of A is zero; needs ridge = 0.
    bool any_sign = false;  ///< With bounds: entries may be negative.
    std::uint64_t seed = 1;
};

template <RealScalar S, class Region = NonNegative>
struct KnownHalfStep {
    NormalEquations<S, Region> equations;
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

/// A half-step that a known X solves. X and a slack M >= 0 with X .* M = 0 are drawn, and C = G X +
/// l - M. Then the gradient G X - C + l is M. C >= 0, as for a V >= 0. If there are several
/// columns, the last one of C and X is zero, as for a zero column of V.
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
    step.equations.resize(shape.rank, shape.columns);
    step.equations.gram.assign(gram.template cast<S>());
    step.equations.cross.assign(cross.template cast<S>());
    step.equations.linear.matrix().setConstant(static_cast<S>(shape.linear));
    step.solution.assign(x.template cast<S>());
    step.other.assign(
        detail::small_integers(random.stream(3), shape.rank, shape.columns, 7).template cast<S>());
    return step;
}

/// The same within bounds, which `bounds` keeps. In turn, an entry is free, fixed, or at its lower
/// or upper bound with a gradient of the matching sign.
template <RealScalar S>
struct BoundedHalfStep : KnownHalfStep<S, Box<S>> {
    Bounds<S> bounds;
};

template <RealScalar S>
[[nodiscard]] BoundedHalfStep<S> bounded_half_step(const HalfStepShape& shape) {
    BoundedHalfStep<S> step;
    const KnownHalfStep<S> known = known_half_step<S>(shape);
    step.bounds = Bounds<S>(shape.rank, shape.columns, shape.any_sign);
    step.equations.gram = known.equations.gram;
    step.equations.linear = known.equations.linear;
    step.solution = known.solution;
    step.other = known.other;
    const CounterRandom random = CounterRandom(shape.seed).stream(4);
    const auto draw = [&](Index a, Index j, std::uint64_t of, Index below) {
        const auto number = static_cast<std::uint64_t>(a * shape.columns + j);
        return static_cast<double>(random.below(4 * number + of, below));
    };
    Matrix<double> slack = Matrix<double>::Zero(shape.rank, shape.columns);
    for (Index j = 0; j < shape.columns; ++j) {
        for (Index a = 0; a < shape.rank; ++a) {
            S& x = step.solution.data()[j * step.solution.stride() + a];
            if (a == shape.dead) {
                step.bounds.narrow(a, j, x, x);
                continue;
            }
            if (shape.any_sign && draw(a, j, 3, 2) > 0) x = -x;
            const double size = 1 + draw(a, j, 1, 3);
            switch (random.below(4 * static_cast<std::uint64_t>(a * shape.columns + j), 4)) {
                case 0:
                    if (!shape.any_sign && !(x > S(0))) slack(a, j) = size;
                    break;
                case 1:
                    step.bounds.narrow(a, j, x, x);
                    slack(a, j) = 1 - size;
                    break;
                case 2:
                    step.bounds.narrow(a, j, x, x + S(2));
                    slack(a, j) = size;
                    break;
                default:
                    step.bounds.narrow(a, j, shape.any_sign ? x - S(2) : S(0), x);
                    slack(a, j) = -size;
            }
        }
    }
    const Matrix<double> gram = step.equations.gram.matrix().template cast<double>();
    const Matrix<double> x = step.solution.matrix().template cast<double>();
    // C >= 0 where X >= 0, as solvers that multiply need it.
    const Matrix<double> upward = (gram * x).array() + shape.linear;
    if (!shape.any_sign) slack = slack.cwiseMin(upward);
    step.equations.cross.assign((upward - slack).template cast<S>());
    step.bounds.clip(step.other);
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
