// SPDX-License-Identifier: MIT
// What a penalty on H does to topics of speeches, where the components of W have norm 1.

#include <variant>

#include <nmf/factorize.hpp>
#include <nmf/penalty/l1.hpp>
#include <nmf/penalty/unit_components.hpp>

#include "io/matrix.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"

TEST_CASE("The zeros of H go from under a half to nine tenths as its penalty grows") {
    const auto file = shared_data("sotu/X.mtx.gz");
    if (!file) return;
    const auto any = io::read_matrix<double>(*file);
    const auto& v = std::get<io::Sparse<double>>(any);
    const auto zeros_of = [&](double weight) {
        const auto fit = nmf::factorize(v, 8, nmf::UnitComponents{nmf::Side::w},
                                        nmf::L1{.h = weight}, nmf::MaxIterations{300});
        return (fit.H.array() == 0).cast<double>().mean();
    };
    double before = 0;
    for (const double weight : {0.0, 0.5, 1.0}) {
        const double zeros = zeros_of(weight);
        CHECK(zeros > before);
        if (weight == 0) CHECK(zeros < 0.5);
        before = zeros;
    }
    CHECK(before > 0.9);
}
