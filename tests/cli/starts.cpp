// SPDX-License-Identifier: MIT
// nmf --starts.

#include <string>

#include <nmf/core/random.hpp>

#include "io/matrix.hpp"
#include "nmf_program.hpp"

TEST_CASE("The best of several starts is the run from its seed", "[cli]") {
    const TemporaryDirectory directory;
    const auto input = (directory / "V.npy").string();
    io::write_matrix<double>(directory / "V.npy",
                             nmf::CounterRandom(1).uniform_matrix<double>(30, 20));
    const auto of = [&](const std::string& seed, const std::string& starts) {
        return result_of({input, "--rank", "4", "--seed", seed, "--starts", starts});
    };
    const FlatJson best = of("3", "5");
    CHECK(best.number("starts") == 5);
    const auto seed = static_cast<int>(best.number("seed"));
    REQUIRE(seed >= 3);
    REQUIRE(seed < 8);
    const FlatJson alone = of(std::to_string(seed), "1");
    CHECK(alone.number("objective") == best.number("objective"));
    CHECK(alone.number("iterations") == best.number("iterations"));
}
