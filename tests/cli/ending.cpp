// SPDX-License-Identifier: MIT
// nmf --tolerance and --returns.

#include <string>
#include <vector>

#include <nmf/core/random.hpp>

#include "io/matrix.hpp"
#include "nmf_program.hpp"

TEST_CASE("A tolerance alone asks for more iterations than the default", "[cli]") {
    const TemporaryDirectory directory;
    const auto input = (directory / "V.npy").string();
    io::write_matrix<double>(directory / "V.npy",
                             nmf::CounterRandom(1).uniform_matrix<double>(200, 100));
    const auto of = [&](const std::vector<std::string>& options) {
        return result_of(std::vector<std::string>{input, "--rank", "5"} + options);
    };
    const FlatJson usual = of({});
    CHECK(usual.text("status") == "converged");
    const FlatJson by_residual = of({"--tolerance", "1e-4"});
    CHECK(by_residual.number("iterations") > usual.number("iterations"));
    CHECK(by_residual.number("tolerance") == 1e-4);
    const FlatJson both = of({"--tolerance", "1e-4", "--returns", "1e-4"});
    CHECK(both.number("iterations") == usual.number("iterations"));
    CHECK(both.number("returns") == 1e-4);
    CHECK(refusal_of({input, "--rank", "5", "--returns", "-1"}) ==
          "--returns -1: expected a finite number >= 0");
}
