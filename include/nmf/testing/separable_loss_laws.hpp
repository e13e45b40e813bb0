// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The laws of a loss of the multiplicative family.

#include <cmath>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <nmf/core/random.hpp>
#include <nmf/loss/separable.hpp>
#include <nmf/solvers/multiplicative_update.hpp>
#include <nmf/testing/broken_laws.hpp>

namespace nmf::testing {

namespace detail {

template <SeparableLoss L>
class SeparableLossCheck {
public:
    SeparableLossCheck(const L& loss, BrokenLaws& broken) : loss_(loss), broken_(broken) {}

    void check() {
        for (const double v : {0.0, 0.01, 0.4, 1.0, 1.01, 3.0, 40.0}) {
            if (v == 0 && !nmf::detail::allows_zeros(loss_)) continue;
            for (const double y : {0.02, 0.4, 1.0, 1.7, 30.0}) check_entry(v, y);
        }
        for (const double linear : {0.0, 0.5}) {
            for (const double ridge : {0.0, 0.7}) {
                for (const Index rank : {1, 4}) check_step(rank, linear, ridge);
            }
        }
    }

private:
    using Terms = nmf::detail::Array<double>;

    void check_entry(double v, double y) {
        std::ostringstream where;
        where << "v = " << v << ", y = " << y;
        const Terms entry = Terms::Constant(1, v);
        const Terms model = Terms::Constant(1, y);
        Terms p(1);
        Terms q(1);
        loss_.split(entry, model, p, q);
        broken_.require(p[0] >= 0 && q[0] >= 0 && std::isfinite(p[0] + q[0]),
                        "1. split() gives finite p, q >= 0", where.str());

        // Central differences, right to h^4.
        const double h = 1e-3 * y;
        const auto gap = [&](double step) {
            return loss_.entry(v, y + step) - loss_.entry(v, y - step);
        };
        const double slope = (8.0 * gap(h) - gap(2.0 * h)) / (12.0 * h);
        const double size = p[0] + q[0] + loss_.entry(v, y) / y;
        broken_.require(std::abs(slope - (q[0] - p[0])) <= 1e-8 * size,
                        "2. the derivative of entry(v, y) by y is q - p", where.str());

        if (nmf::detail::unit_denominator(loss_)) {
            broken_.require(q[0] == 1 && (v > 0 || (p[0] == 0 && loss_.entry(v, y) == y)),
                            "3. with unit_denominator() q is 1, and an entry 0 costs y",
                            where.str());
        }
        if constexpr (requires { loss_.degree(); }) {
            const double scaled = loss_.entry(8.0 * v, 8.0 * y);
            const double expected = std::pow(8.0, loss_.degree()) * loss_.entry(v, y);
            broken_.require(std::abs(scaled - expected) <= 1e-12 * expected,
                            "4. entry(c v, c y) is c^degree entry(v, y)", where.str());
        }
        if constexpr (requires { loss_.costs(entry, model, p); }) {
            const double subtracted = loss_.costs(entry, model, p);
            const double exact = loss_.entry(v, y);
            broken_.require(std::abs(p[0] - exact) <= 1e-13 * (exact + subtracted),
                            "5. costs() are those of entry(), but for what was subtracted",
                            where.str());
        }
    }

    /// f(x) = sum d(v_i | <a_i, x>) + l sum(x) + r/2 ||x||^2 before and after a step.
    void check_step(Index rank, double linear, double ridge) {
        constexpr Index entries = 12;
        std::ostringstream where;
        where << "k = " << rank << ", l = " << linear << ", r = " << ridge;
        for (std::uint64_t seed = 0; seed < 40; ++seed) {
            const CounterRandom random(seed);
            const Matrix<double> a =
                (4.0 * random.stream(0).uniform_matrix<double>(rank, entries).array() - 2.0).exp();
            const Terms v =
                (8.0 * random.stream(1).uniform_matrix<double>(entries, 1).array() - 4.0).exp();
            Factor<double> x(rank, 1);
            x.matrix() =
                (6.0 * random.stream(2).uniform_matrix<double>(rank, 1).array() - 3.0).exp();
            const auto objective = [&] {
                const Terms y = (a.transpose() * x.matrix().col(0)).array();
                double sum = linear * x.matrix().sum() + 0.5 * ridge * x.matrix().squaredNorm();
                for (Index i = 0; i < entries; ++i) sum += loss_.entry(v[i], y[i]);
                return sum;
            };
            const double before = objective();
            const Terms y = (a.transpose() * x.matrix().col(0)).array();
            Terms p(entries);
            Terms q(entries);
            loss_.split(v, y, p, q);
            MultiplicativeStep<double> step;
            step.resize(rank, 1);
            step.numerator.matrix() = a * p.matrix();
            step.denominator.matrix() = a * q.matrix();
            step.linear.matrix().setConstant(linear);
            step.ridge.matrix().setConstant(ridge);
            step.exponent = loss_.exponent(ridge > 0);
            step.constant_denominator = nmf::detail::unit_denominator(loss_);
            MultiplicativeUpdate::Workspace<double> work;
            MultiplicativeUpdate{}.update(step, x, work);
            broken_.require(objective() <= before * (1.0 + 1e-13),
                            "6. a multiplicative step does not raise the objective", where.str());
        }
    }

    const L& loss_;
    BrokenLaws& broken_;
};

}  // namespace detail

/// The laws of nmf/loss/separable.hpp that a loss breaks; none for a good one. The laws of every
/// loss are in nmf/testing/loss_laws.hpp.
template <SeparableLoss L>
[[nodiscard]] std::vector<std::string> separable_loss_laws(const L& loss) {
    BrokenLaws broken;
    detail::SeparableLossCheck<L>(loss, broken).check();
    return std::move(broken).reports();
}

}  // namespace nmf::testing
