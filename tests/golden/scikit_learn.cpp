// SPDX-License-Identifier: MIT
// Parity with scikit-learn from more starts than the golden values have.

#include <algorithm>
#include <string>

#include "reference/sklearn_values.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

namespace {

nmf::Matrix<double> data(const sklearn::Case& of) {
    const nmf::Matrix<double> v = uniform(of.seed, of.rows, of.cols);
    if (of.density >= 1) return v;
    return (uniform(of.seed + 1000, of.rows, of.cols).array() < of.density).select(v, 0.0);
}

Options options(const sklearn::Case& of) {
    Options run{.init = nmf::CustomInit(uniform(of.seed + 2000, of.rows, of.rank),
                                        uniform(of.seed + 3000, of.rank, of.cols), false),
                .stopping = nmf::Only{nmf::MaxIterations{100}},
                .penalty = nmf::scikit_learn_penalty({.rows = of.rows,
                                                      .cols = of.cols,
                                                      .alpha_W = of.alpha_w,
                                                      .alpha_H = of.alpha_h,
                                                      .l1_ratio = of.l1_ratio}),
                .order = nmf::UpdateOrder::wh};
    if (std::string(of.solver) == "mu") {
        run.solver = nmf::MultiplicativeUpdate{.extrapolation = {.enabled = false}};
    } else {
        run.solver = plain_hals(1);
    }
    return run;
}

}  // namespace

TEST_CASE("Hals and MultiplicativeUpdate follow scikit-learn's cd and mu") {
    for (const sklearn::Case& of : sklearn::cases) {
        const nmf::Matrix<double> v = data(of);
        const auto check = [&](const auto& run, const char* storage) {
            for (std::size_t line = 0; line < 3; ++line) {
                INFO(of.name << ", " << of.solver << ", " << storage << ", iteration "
                             << sklearn::iterations[line]);
                // A run that has stalled would stay where it is.
                const auto at = std::min(static_cast<std::size_t>(sklearn::iterations[line]),
                                         run.history.size() - 1);
                CHECK_THAT(run.history[at].objective, WithinRel(of.objective[line], 1e-8));
            }
        };
        check(fit(v, of.rank, options(of)), "dense");
        check(fit(sparse(v), of.rank, options(of)), "sparse");
    }
}
