// SPDX-License-Identifier: MIT
// What the program says of the tables that it reads, and when it stops by the objective.

#include <string>
#include <vector>

#include <nmf/core/random.hpp>

#include "io/matrix.hpp"
#include "nmf_program.hpp"

namespace {

using Words = std::vector<std::string>;

const Words quick{"--rank", "1", "--max-iterations", "3"};

}  // namespace

TEST_CASE("What is taken for names is said on standard error, once for each table", "[cli]") {
    const TemporaryDirectory directory;
    const std::string input = directory.write("V.csv", ",s1,s2\n0,1,2\n1,3,4\n2,5,6\n").string();
    const std::string weights =
        directory.write("M.csv", "\"\",\"a\",\"b\"\n\"1\",1,1\n\"2\",1,0\n\"3\",1,1\n").string();
    const std::string taken = ": line 1 is taken for the header and column 1 for names\n";
    const Run run = run_nmf(Words{input, "--weights", weights} + quick);
    CAPTURE(run.out, run.err);
    REQUIRE(run.status == 0);
    const FlatJson json(run.out);
    REQUIRE(json.number("rows") == 3);
    REQUIRE(json.number("cols") == 2);
    REQUIRE(run.err.find("nmf: " + input + taken + "nmf: " + weights + taken) == 0);
    REQUIRE(run_nmf(Words{input, "--quiet"} + quick).err.empty());
}

TEST_CASE("The options --header and --row-names decide where guessing cannot", "[cli]") {
    const TemporaryDirectory directory;
    const std::string input = directory.write("V.csv", "g,4,5\nh,1,2\ni,3,4\n").string();
    REQUIRE(refusal_of(Words{input} + quick).find(input + ": line 1: begins with a name") == 0);
    REQUIRE(result_of(Words{input, "--header", "yes"} + quick).number("rows") == 2);
    REQUIRE(result_of(Words{input, "--header", "no"} + quick).number("rows") == 3);
    const std::string counts = directory.write("C.csv", "a,b\n7,1\n5,3\n").string();
    REQUIRE(result_of(Words{counts} + quick).number("cols") == 2);
    REQUIRE(result_of(Words{counts, "--row-names", "1"} + quick).number("cols") == 1);
    REQUIRE_THAT(refusal_of(Words{counts, "--row-names", "2"} + quick),
                 ContainsSubstring("line 2: expected numbers behind 2 fields of names"));
}

TEST_CASE("A stack of images is refused by nmf", "[cli]") {
    const std::string file = NMF_EXAMPLES_DATA "/digits8/images.npy";
    REQUIRE_THAT(refusal_of({file, "--rank", "2"}),
                 StartsWith(file + ": expected an array of 2 dimensions, found 3: 1797 x 8 x 8; "));
}

TEST_CASE("The option --relative-decrease stops where the objective hardly falls", "[cli]") {
    const TemporaryDirectory directory;
    const std::string input = (directory / "V.npy").string();
    io::write_matrix<double>(input, nmf::CounterRandom(1).uniform_matrix<double>(30, 20));
    const auto run = [&](const Words& options, const std::string& tolerance = "0") {
        const Words rest{"--rank", "4", "--max-iterations", "400", "--quiet"};
        return result_of(Words{input, "--tolerance", tolerance} + rest + options);
    };
    const FlatJson early = run({"--relative-decrease", "1e-2", "--decrease-window", "5"});
    const FlatJson late = run({"--relative-decrease", "1e-4", "--decrease-window", "5"});
    REQUIRE(early.text("status") == "converged");
    REQUIRE(late.text("status") == "converged");
    // The rule needs a window before it.
    REQUIRE(early.number("iterations") >= 5);
    REQUIRE(early.number("iterations") < late.number("iterations"));
    REQUIRE(late.number("iterations") < 400);
    REQUIRE(late.number("objective") < early.number("objective"));
    // Beside it the tolerance still holds.
    const FlatJson both = run({"--relative-decrease", "0"}, "0.05");
    REQUIRE(both.number("kkt_residual") <= 0.05);
}
