// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The laws of a penalty.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <nmf/factor/gram.hpp>
#include <nmf/machine/sums.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/testing/broken_laws.hpp>
#include <nmf/testing/known_problems.hpp>

namespace nmf::testing {

namespace detail {

/// The terms that a penalty adds to a half-step that starts at X_0.
template <RealScalar S, Penalty P>
class AddedTerms {
public:
    AddedTerms(const P& penalty, Side side, const Factor<S>& at) : pull(at.rows(), at.cols()) {
        nmf::detail::GramKernel<S>()(at, nmf::detail::WholeData{}, gram_);
        const PenaltyPlace<S> place{side, 1.0, &at, &gram_};
        const Penalties<P> all{{penalty}};
        all.terms_of(place, at.rows(), terms);
        all.pulls_of(place, 0, pull.matrix());
    }

    PenaltyTerms terms;
    Factor<S> pull;

    /// Its value at X, and the sum of the sizes of its terms.
    [[nodiscard]] std::pair<double, double> operator()(const Factor<S>& x) const {
        double value = 0;
        double size = 0;
        const auto add = [&](double term) {
            value += term;
            size += std::abs(term);
        };
        const Matrix<double> m = x.matrix().template cast<double>();
        for (Index j = 0; j < m.cols(); ++j) {
            for (Index a = 0; a < m.rows(); ++a) {
                const double entry = m(a, j);
                add(terms.linear[a] * entry);
                add(0.5 * terms.ridge[a] * entry * entry);
                add(-static_cast<double>(pull.matrix()(a, j)) * entry);
                for (Index b = 0; terms.couples && b < m.rows(); ++b) {
                    add(0.5 * terms.coupling(a, b) * entry * m(b, j));
                }
            }
        }
        return {value, size};
    }

private:
    Matrix<double> gram_;
};

}  // namespace detail

/// The laws that a penalty breaks; none for a good one. The first is the law of
/// nmf/penalty/concept.hpp. The others are needed for an objective >= 0 and by the solvers.
template <RealScalar S, Penalty P>
[[nodiscard]] std::vector<std::string> penalty_laws(const P& penalty) {
    BrokenLaws broken;
    constexpr auto eps = static_cast<double>(std::numeric_limits<S>::epsilon());
    for (const Side side : {Side::w, Side::h}) {
        for (const Index rank : {1, 3, 17}) {
            const std::string where =
                std::string(side == Side::w ? "W" : "H") + ", k = " + std::to_string(rank);
            const auto problem = known_half_step<S>({.rank = rank, .columns = 30});
            const auto value = [&](const Factor<S>& x) {
                return nmf::detail::penalty_value(penalty, side, x, 1.0);
            };
            // From one factor to the other, a small way there, and a small way back.
            const Factor<S>& here = problem.other;
            const detail::AddedTerms<S, P> added(penalty, side, here);
            Factor<S> near = here;
            Factor<S> away = here;
            for (Index e = 0; e < near.stride() * near.cols(); ++e) {
                const S step = (problem.solution.data()[e] - here.data()[e]) / S(64);
                near.data()[e] += step;
                away.data()[e] = std::max(S(0), away.data()[e] - step);
            }
            const auto [from, from_size] = added(here);
            const bool exact = !nmf::detail::touches_at_factor<P>;
            const std::array<const Factor<S>*, 3> places{&problem.solution, &near, &away};
            for (const Factor<S>* there : places) {
                const auto [to, to_size] = added(*there);
                const double above = (to - from) - (value(*there) - value(here));
                const double size = from_size + to_size + value(*there) + value(here);
                const double rounding = 32.0 * eps * size;
                broken.require(std::abs(above) <= rounding || (!exact && above > 0),
                               "1. the terms have the value, or are nowhere below it", where);
                // A gap that begins with 0 grows with the square of the way.
                const bool far = there == &problem.solution;
                broken.require(far || std::abs(above) <= rounding + size / 1024,
                               "2. they have its gradient at the factor", where);
            }
            broken.require(value(here) >= 0 && value(problem.solution) >= 0,
                           "3. value is never negative", where);
            const auto& terms = added.terms;
            broken.require(terms.linear.size() == rank && terms.ridge.size() == rank &&
                               terms.linear.minCoeff() >= 0 && terms.ridge.minCoeff() >= 0,
                           "4. linear terms and ridges are >= 0, one for each component", where);
            broken.require(!terms.couples || terms.coupling == terms.coupling.transpose(),
                           "5. the coupling is symmetric", where);
            broken.require(added.pull.padded_matrix().minCoeff() >= S(0), "6. pulls are >= 0",
                           where);
        }
    }
    return std::move(broken).reports();
}

}  // namespace nmf::testing
