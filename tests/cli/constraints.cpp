// SPDX-License-Identifier: MIT
// Frozen entries, components of norm 1 and a V of any sign, as options of the program.

#include <limits>
#include <string>
#include <vector>

#include "io/matrix.hpp"
#include "nmf_program.hpp"
#include "support/problems.hpp"

namespace {

using io::Dense;
using Words = std::vector<std::string>;

constexpr double free_entry = std::numeric_limits<double>::quiet_NaN();

/// Files, and the factors that a run writes.
struct Files {
    TemporaryDirectory directory;
    std::string v = write("V.npy", uniform(1, 8, 6));

    [[nodiscard]] std::string write(const std::string& name, const Dense<double>& matrix) const {
        io::write_matrix<double>(directory / name, matrix);
        return (directory / name).string();
    }
    [[nodiscard]] FlatJson run(const Words& words) const {
        const Words rest{
            "--rank", "2", "--threads", "1", "--quiet", "--output", (directory / "fit").string()};
        return result_of(words + rest);
    }
    [[nodiscard]] Dense<double> w() const {
        return io::read_dense<double>(directory / "fit.W.npy");
    }
    [[nodiscard]] Dense<double> h() const {
        return io::read_dense<double>(directory / "fit.H.npy");
    }
};

}  // namespace

TEST_CASE("Numbers of --frozen-w and --frozen-h stay, and nan is free", "[cli]") {
    const Files files;
    Dense<double> w = Dense<double>::Constant(8, 2, free_entry);
    w.col(0).setConstant(0.5);
    Dense<double> h = Dense<double>::Constant(2, 6, free_entry);
    h(1, 2) = 0;
    for (const std::string loss : {"frobenius", "kl", "is"}) {
        const FlatJson json =
            files.run({files.v, "--loss", loss, "--frozen-w", files.write("W.npy", w), "--frozen-h",
                       files.write("H.npy", h)});
        CAPTURE(loss);
        REQUIRE((files.w().col(0).array() == 0.5).all());
        REQUIRE(files.h()(1, 2) == 0);
        REQUIRE(files.w().col(1).maxCoeff() > 0);
        REQUIRE_THAT(json.text("frozen_w"), ContainsSubstring("W.npy"));
    }
    const FlatJson single =
        files.run({files.v, "--precision", "single", "--frozen-w", files.write("W.npy", w)});
    REQUIRE((files.w().col(0).array() == 0.5).all());
}

TEST_CASE("A frozen factor that does not fit is refused by its file", "[cli]") {
    const Files files;
    const std::string other = files.write("W.npy", uniform(2, 7, 2));
    REQUIRE_THAT(refusal_of({files.v, "--rank", "2", "--frozen-w", other}),
                 ContainsSubstring("W.npy: expected W of 8 x 2, found 7 x 2"));
    Dense<double> h = uniform(2, 2, 6);
    h(1, 3) = -1;
    const std::string negative = files.write("H.npy", h);
    REQUIRE_THAT(refusal_of({files.v, "--rank", "2", "--frozen-h", negative}),
                 ContainsSubstring("H.npy: row 2, column 4 (counted from 1): expected a finite "
                                   "number >= 0, or nan where the entry is free, found -1"));
}

TEST_CASE("Option --unit-components gives the components of one factor norm 1", "[cli]") {
    const Files files;
    for (const std::string loss : {"frobenius", "kl"}) {
        const FlatJson json =
            files.run({files.v, "--loss", loss, "--unit-components", "w", "--l1-h", "0.01"});
        CAPTURE(loss);
        const Dense<double> w = files.w();
        for (io::Index a = 0; a < 2; ++a) REQUIRE_THAT(w.col(a).norm(), WithinRel(1.0, 1e-12));
        REQUIRE(json.text("unit_components") == "w");
    }
    const Words base{files.v, "--rank", "2", "--unit-components", "h"};
    REQUIRE(refusal_of(base + Words{"--l2-h", "1"}) ==
            "--unit-components h cannot be combined with --l2-h");
    REQUIRE(refusal_of(base + Words{"--frozen-w", "W.npy"}) ==
            "--unit-components h cannot be combined with --frozen-w");
    REQUIRE(refusal_of(base + Words{"--count-scaled-l2-w", "1"}) ==
            "--unit-components h cannot be combined with --count-scaled-l2-w");
    REQUIRE(refusal_of({files.v, "--rank", "2", "--unit-components", "v"}) ==
            "--unit-components v: expected w|h");
}

TEST_CASE("Option --signed takes a V with negative entries", "[cli]") {
    const Files files;
    const std::string v = files.write("S.npy", uniform(1, 8, 6).array() - 0.5);
    REQUIRE_THAT(refusal_of({v, "--rank", "2"}),
                 ContainsSubstring("expected a finite number >= 0"));
    for (const std::string solver : {"hals", "als", "anls"}) {
        const FlatJson json = files.run({v, "--signed", "--solver", solver});
        REQUIRE(json.number("relative_error") < 1);
        REQUIRE(files.w().minCoeff() >= 0);
    }
    REQUIRE(refusal_of({v, "--rank", "2", "--signed", "--solver", "mu"}) ==
            "--signed cannot be combined with --solver mu");
    REQUIRE(refusal_of({v, "--rank", "2", "--signed", "--loss", "kl"}) ==
            "--signed cannot be combined with --loss kl");
    REQUIRE(refusal_of({v, "--rank", "2", "--signed", "--compress"}) ==
            "--signed cannot be combined with --compress");
    Dense<double> broken = uniform(1, 8, 6).array() - 0.5;
    broken(2, 1) = std::numeric_limits<double>::infinity();
    REQUIRE_THAT(refusal_of({files.write("B.npy", broken), "--rank", "2", "--signed"}),
                 ContainsSubstring("row 3, column 2 (counted from 1): expected a finite number, "
                                   "found"));
}
