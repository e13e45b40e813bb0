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

TEST_CASE("Several inits share the starts", "[cli]") {
    const TemporaryDirectory directory;
    const auto input = (directory / "V.npy").string();
    io::write_matrix<double>(directory / "V.npy",
                             nmf::CounterRandom(1).uniform_matrix<double>(30, 20));
    const std::string names = "nndsvda,spa,random";
    const std::vector<std::string> options = {input,    "--rank", "4",        "--seed", "3",
                                              "--init", names,    "--starts", "4"};
    const FlatJson best = result_of(options);
    CHECK(best.text("inits") == names);
    const auto seed = static_cast<int>(best.number("seed"));
    const std::string init = seed == 3 ? "nndsvda" : seed == 4 ? "spa" : "random";
    CHECK(best.text("init") == init);
    const FlatJson alone =
        result_of({input, "--rank", "4", "--seed", std::to_string(seed), "--init", init});
    CHECK(alone.number("objective") == best.number("objective"));
    const Run told = run_nmf(options);
    for (const std::string line :
         {"seed 3, nndsvda: ", "seed 4, spa: ", "seed 5, random: ", "seed 6, random: "}) {
        CHECK_THAT(told.err, ContainsSubstring(line));
    }
    CHECK_THAT(refusal_of({input, "--rank", "4", "--init", names}),
               ContainsSubstring("--starts of at least 3"));
    CHECK_THAT(refusal_of({input, "--rank", "4", "--starts", "9", "--init", "spa,,random"}),
               ContainsSubstring("--init"));
}
