// SPDX-License-Identifier: MIT
// Losses, weights and missing entries of the program: what works gives what the library gives, and
// what does not is refused by both names.

#include <limits>
#include <string>
#include <vector>

#include "io/matrix.hpp"
#include "nmf_program.hpp"
#include "support/divergence.hpp"
#include "support/problems.hpp"

namespace {

using nmf::Matrix;
using Words = std::vector<std::string>;

constexpr nmf::Index rows = 14;
constexpr nmf::Index cols = 11;

/// V and its weights in files, and a start.
struct Problem {
    TemporaryDirectory directory;
    Matrix<double> v = uniform(1, rows, cols);
    Matrix<double> mask = (uniform(4, rows, cols).array() < 0.7).cast<double>();
    Matrix<double> weights = 2.0 * mask.cwiseProduct(uniform(7, rows, cols));
    nmf::CustomInit<double> start = raw_start(rows, cols, 3);

    [[nodiscard]] std::string write(const std::string& name, const Matrix<double>& matrix) const {
        io::write_matrix<double>(directory / name, matrix);
        return (directory / name).string();
    }

    [[nodiscard]] std::string coordinates(const std::string& name, const Matrix<double>& of) const {
        std::string text = "%%MatrixMarket matrix coordinate real general\n" +
                           std::to_string(rows) + ' ' + std::to_string(cols) + ' ' +
                           std::to_string((of.array() != 0).count()) + '\n';
        for (nmf::Index i = 0; i < rows; ++i) {
            for (nmf::Index j = 0; j < cols; ++j) {
                if (of(i, j) == 0) continue;
                text += std::to_string(i + 1) + ' ' + std::to_string(j + 1) + ' ';
                io::append_number(text, of(i, j));
                text += '\n';
            }
        }
        return directory.write(name, text).string();
    }

    [[nodiscard]] Words arguments() const {
        return {"--rank",           "3",
                "--init-w",         write("W0.npy", uniform(2, rows, 3)),
                "--init-h",         write("H0.npy", uniform(3, 3, cols)),
                "--max-iterations", "12",
                "--tolerance",      "0",
                "--threads",        "1",
                "--quiet"};
    }
};

struct Method {
    std::string loss;
    std::string solver;
};

/// What the library makes of it.
double expected(const Method& method, const Problem& problem, const AnyEntries& entries) {
    const How how{.entries = entries,
                  .least_squares = method.solver == "mu"    ? AnySolver(nmf::MultiplicativeUpdate{})
                                   : method.solver == "als" ? AnySolver(nmf::Als{})
                                   : method.solver == "anls" ? AnySolver(nmf::Anls{})
                                                             : AnySolver(nmf::Hals{}),
                  .start = problem.start,
                  .stopping = nmf::Only{nmf::MaxIterations{12}}};
    if (method.loss == "frobenius") return fit_weighted(problem.v, 3, how).objective;
    if (method.solver == "cd") return fit_cd(problem.v, 3, how).objective;
    const double beta = method.loss == "kl" ? 1 : method.loss == "is" ? 0 : 1.5;
    return fit_beta(beta, problem.v, 3, how).objective;
}

}  // namespace

TEST_CASE("Every loss, solver and choice of entries works as in the library or is refused",
          "[cli]") {
    const Problem problem;
    const std::string dense = problem.write("V.npy", problem.v);
    const Matrix<double> holes =
        (problem.mask.array() > 0).select(problem.v, std::numeric_limits<double>::quiet_NaN());
    struct Choice {
        std::string name;
        Words words;
        AnyEntries entries;
    };
    const std::vector<Choice> choices = {
        {"all", {dense}, nmf::AllEntries{}},
        {"sparse", {problem.coordinates("all.mtx", problem.v)}, nmf::AllEntries{}},
        {"weights",
         {dense, "--weights", problem.write("M.npy", problem.weights)},
         nmf::Weights(problem.weights)},
        {"sparse weights",
         {dense, "--weights", problem.coordinates("M.mtx", problem.weights)},
         nmf::Weights(problem.weights)},
        {"nan",
         {problem.write("holes.npy", holes), "--missing", "nan"},
         nmf::Weights(problem.mask)},
        {"unstored",
         {problem.coordinates("V.mtx", problem.v.cwiseProduct(problem.mask)), "--missing",
          "unstored"},
         nmf::Weights(problem.mask)}};
    for (const std::string loss : {"frobenius", "kl", "is", "1.5"}) {
        for (const std::string solver : {"hals", "mu", "als", "anls", "cd"}) {
            const bool works = solver == "cd"   ? loss == "kl"
                               : solver == "mu" ? true
                                                : loss == "frobenius";
            for (const auto& [name, words, entries] : choices) {
                CAPTURE(loss, solver, name);
                const Words all = words + problem.arguments() +
                                  Words{"--loss", loss, "--solver", solver, "--no-mixed-precision"};
                if (!works) {
                    REQUIRE(refusal_of(all) ==
                            "--solver " + solver + " cannot be combined with --loss " + loss);
                    continue;
                }
                const FlatJson json = result_of(all);
                REQUIRE(json.text("loss") == loss);
                REQUIRE(json.text("solver") == solver);
                REQUIRE(json.number("iterations") == 12);
                REQUIRE_THAT(json.number("objective"),
                             WithinRel(expected({loss, solver}, problem, entries), 1e-9));
            }
        }
    }
}

TEST_CASE("A loss without a solver is minimised by the one that the library takes", "[cli]") {
    const Problem problem;
    const std::string input = problem.write("V.npy", problem.v);
    const auto solver_of = [&](const Words& options) {
        return result_of(Words{input} + problem.arguments() + options).text("solver");
    };
    REQUIRE(solver_of({"--loss", "kl"}) == "cd");
    REQUIRE(solver_of({"--loss", "kl", "--no-extrapolation"}) == "mu");
    REQUIRE(solver_of({"--loss", "is"}) == "mu");
    REQUIRE(solver_of({"--loss", "-0.5"}) == "mu");
}

TEST_CASE("Options of least squares and two choices of entries are refused by both names",
          "[cli]") {
    const auto refused = [](const Words& options) {
        return refusal_of(Words{"V.npy", "--rank", "3"} + options);
    };
    REQUIRE(refused({"--weights", "M.npy", "--missing", "nan"}) ==
            "--weights cannot be combined with --missing");
    REQUIRE(refused({"--loss", "kl", "--inner-iterations", "2"}) ==
            "--inner-iterations cannot be combined with --loss kl");
    REQUIRE(refused({"--loss", "kl", "--solver", "cd", "--no-extrapolation"}) ==
            "--no-extrapolation cannot be combined with --solver cd");
}

TEST_CASE("Compression works for a dense V and least squares, and is refused by name else",
          "[cli]") {
    const Problem problem;
    const std::string dense = problem.write("V.npy", problem.v);
    const Words one_sweep = problem.arguments() + Words{"--inner-iterations", "1"};
    const FlatJson plain = result_of(Words{dense} + one_sweep);
    // 3 + 20 directions are all that V has, so that only rounding is lost.
    const FlatJson compressed = result_of(Words{dense, "--compress"} + one_sweep);
    REQUIRE_THAT(compressed.number("objective"), WithinRel(plain.number("objective"), 1e-9));
    REQUIRE(compressed.number("compression_error") < 1e-12);

    REQUIRE(refusal_of(Words{dense, "--compress", "--loss", "kl"} + problem.arguments()) ==
            "--compress cannot be combined with --loss kl");
    REQUIRE(refusal_of(Words{dense, "--compress", "--missing", "nan"} + problem.arguments()) ==
            "--compress cannot be combined with --missing");
    REQUIRE(refusal_of(Words{dense, "--compress", "--weights", dense} + problem.arguments()) ==
            "--compress cannot be combined with --weights");
    const std::string sparse = problem.coordinates("V.mtx", problem.v);
    REQUIRE(refusal_of(Words{sparse, "--compress"} + problem.arguments()) ==
            sparse + ": expected a dense matrix for --compress, found a sparse one");
}

TEST_CASE("Weights, zeros and holes that do not fit are refused with their file and place",
          "[cli]") {
    const Problem problem;
    const std::string input = problem.write("V.npy", problem.v);
    const Words rank{"--rank", "3"};
    const std::string turned = problem.write("turned.npy", problem.weights.transpose());
    REQUIRE(refusal_of(Words{input, "--weights", turned} + rank) ==
            turned + ": expected weights of the size of V, 14 x 11");
    for (const double bad : {-1.0, std::numeric_limits<double>::quiet_NaN()}) {
        Matrix<double> weights = problem.weights;
        weights(4, 2) = bad;
        const std::string file = problem.write("bad.npy", weights);
        REQUIRE(refusal_of(Words{input, "--weights", file} + rank) ==
                file + ": row 5, column 3 (counted from 1): expected a finite number >= 0, found " +
                    (bad < 0 ? "-1" : "nan"));
    }
    REQUIRE(refusal_of(Words{input, "--missing", "unstored"} + rank) ==
            input +
                ": expected a sparse matrix (.mtx, coordinate) for --missing unstored, found a "
                "dense one");
    Matrix<double> zero = problem.v;
    zero(13, 10) = 0;
    const std::string with_zero = problem.write("zero.npy", zero);
    REQUIRE(refusal_of(Words{with_zero, "--loss", "is"} + rank) ==
            with_zero +
                ": row 14, column 11 (counted from 1): expected a finite number > 0, found 0");
    zero(13, 10) = std::numeric_limits<double>::quiet_NaN();
    const std::string with_nan = problem.write("nan.npy", zero);
    REQUIRE(refusal_of(Words{with_nan, "--loss", "kl"} + rank) ==
            with_nan +
                ": row 14, column 11 (counted from 1): expected a finite number >= 0, found nan");
}
