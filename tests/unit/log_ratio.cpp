// SPDX-License-Identifier: MIT
// Logarithms of many ratios, against those in long double.

#include <cmath>
#include <vector>

#include <nmf/machine/log_ratio.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"

using nmf::Index;
using Numbers = Eigen::Array<double, Eigen::Dynamic, 1>;

namespace {

Numbers logs(const Numbers& v, const Numbers& y) {
    Numbers out(v.size());
    nmf::detail::log_ratios(v, y, out);
    return out;
}

long double exact(double v, double y) {
    const long double gap = static_cast<long double>(v) - static_cast<long double>(y);
    return std::abs(gap) < 0.5L * static_cast<long double>(y)
               ? std::log1p(gap / static_cast<long double>(y))
               : std::log(static_cast<long double>(v) / static_cast<long double>(y));
}

}  // namespace

TEST_CASE("Logarithms of ratios are right to a few eps, far from 1 and close to it") {
    constexpr Index n = 4003;
    const Numbers unit = uniform(1, n, 1).array();
    const Numbers sign = 2.0 * uniform(2, n, 1).array() - 1.0;
    const Numbers near = unit + 0.5;
    const std::vector<std::pair<Numbers, Numbers>> pairs{
        {(sign * 300.0).exp(), (unit * 300.0).exp()},
        {near, near * (1.0 + 0.7 * sign)},
        {near, near * (1.0 + 1e-3 * sign)},
        {near, near * (1.0 + 1e-12 * sign)},
        {near * 1e-155, near * 1e149},
        {near * 1e154, near * 2e-140},
        {near, near}};
    for (std::size_t pair = 0; pair < pairs.size(); ++pair) {
        INFO("pair " << pair);
        const auto& [v, y] = pairs[pair];
        const Numbers out = logs(v.max(1e-155), y);
        double worst = 0;
        for (Index e = 0; e < n; ++e) {
            const long double expected = exact(std::max(v[e], 1e-155), y[e]);
            const long double gap = std::abs(static_cast<long double>(out[e]) - expected);
            if (gap > 0) worst = std::max(worst, static_cast<double>(gap / std::abs(expected)));
        }
        CHECK(worst <= 1e-15);
    }
}

TEST_CASE("Logarithms of ratios are NaN out of range, and the same whatever stands beside") {
    for (const auto& [v, y] : std::vector<std::pair<double, double>>{
             {0, 1}, {9e-156, 1}, {2e155, 1}, {1, 0}, {1, 9e-141}, {1, 2e150}, {-1, 1}, {1, -1}}) {
        INFO(v << " / " << y);
        const Numbers out = logs(Numbers::Constant(9, v), Numbers::Constant(9, y));
        CHECK(out.isNaN().all());
    }
    const Numbers v = uniform(3, 40, 1).array() + 0.1;
    const Numbers y = uniform(4, 40, 1).array() + 0.1;
    const Numbers all = logs(v, y);
    for (Index n = 1; n <= 40; ++n) {
        CHECK((logs(v.head(n), y.head(n)) == all.head(n)).all());
    }
}
