// SPDX-License-Identifier: MIT
// Which entries count: what the program reports of those that are missing, that it does not make
// dense what is sparse, and that every combination of options works or is refused by name.

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "io/matrix.hpp"
#include "nmf_program.hpp"
#include "support/problems.hpp"

namespace {

using io::Dense;
using io::Index;
using Words = std::vector<std::string>;

constexpr double not_observed = std::numeric_limits<double>::quiet_NaN();

std::string write(const TemporaryDirectory& directory, const std::string& name,
                  const Dense<double>& matrix) {
    io::write_matrix<double>(directory / name, matrix);
    return (directory / name).string();
}

/// The entries that are not 0, in a sparse file.
std::string write_sparse(const TemporaryDirectory& directory, const std::string& name,
                         const Dense<double>& matrix) {
    std::string text = "%%MatrixMarket matrix coordinate real general\n" +
                       std::to_string(matrix.rows()) + ' ' + std::to_string(matrix.cols()) + ' ' +
                       std::to_string((matrix.array() != 0).count()) + '\n';
    for (Index i = 0; i < matrix.rows(); ++i) {
        for (Index j = 0; j < matrix.cols(); ++j) {
            if (matrix(i, j) == 0) continue;
            text += std::to_string(i + 1) + ' ' + std::to_string(j + 1) + ' ';
            io::append_number(text, matrix(i, j));
            text += '\n';
        }
    }
    return directory.write(name, text).string();
}

/// 8 x 6, of which row 3 and columns 2 and 5 (counted from 1) are not observed.
Dense<double> observed() {
    Dense<double> mask = (uniform(4, 8, 6).array() < 0.8).cast<double>();
    mask.row(2).setZero();
    mask.col(1).setZero();
    mask.col(4).setZero();
    return mask;
}

}  // namespace

TEST_CASE("Rows and columns without an observed entry are reported", "[cli]") {
    const TemporaryDirectory directory;
    const Dense<double> v = uniform(1, 8, 6);
    const Dense<double> mask = observed();
    const Dense<double> holes = (mask.array() > 0).select(v, not_observed);
    const std::string dense = write(directory, "V.npy", v);
    const std::vector<Words> choices = {
        {dense, "--weights", write(directory, "M.npy", mask)},
        {dense, "--weights", write_sparse(directory, "M.mtx", mask)},
        {write(directory, "holes.npy", holes), "--missing", "nan"},
        {write_sparse(directory, "V.mtx", v.cwiseProduct(mask)), "--missing", "unstored"}};
    const Words rest{"--rank", "2", "--max-iterations", "5", "--threads", "1"};
    for (const Words& words : choices) {
        CAPTURE(words);
        const Run run = run_nmf(words + rest);
        REQUIRE(run.status == 0);
        const FlatJson json(run.out);
        REQUIRE(json.number("unobserved_rows") == 1);
        REQUIRE(json.number("unobserved_columns") == 2);
        REQUIRE_THAT(
            run.err,
            ContainsSubstring(
                "\nrows without an observed entry, 0 in W: 1, first row 3 (from 1)\n"
                "columns without an observed entry, 0 in H: 2, first column 2 (from 1)\n"));
        REQUIRE(run_nmf(words + rest + Words{"--quiet"}).err.empty());
    }
    const FlatJson whole = result_of({dense, "--missing", "nan", "--rank", "2"});
    REQUIRE(whole.number("unobserved_rows") == 0);
    REQUIRE(whole.number("unobserved_columns") == 0);
}

TEST_CASE("A sparse matrix that would not fit into memory as a dense one stays sparse", "[cli]") {
    const TemporaryDirectory directory;
    const std::string shape = "100000 100000 3\n";  // 80 GB
    const auto file = [&](const std::string& name, const std::string& entries) {
        return directory
            .write(name, "%%MatrixMarket matrix coordinate real general\n" + shape + entries)
            .string();
    };
    const std::string input = file("V.mtx", "1 1 2\n50000 7 3\n100000 100000 1\n");
    const std::string weights = file("M.mtx", "1 1 0.5\n50000 7 1\n100000 100000 2\n");
    const Words rest{"--rank", "1", "--max-iterations", "2", "--quiet"};
    const FlatJson by_weights = result_of(Words{input, "--weights", weights} + rest);
    REQUIRE(by_weights.number("unobserved_rows") == 99997);
    const FlatJson unstored = result_of(Words{input, "--missing", "unstored"} + rest);
    REQUIRE(unstored.number("unobserved_columns") == 99997);
    // Without a NaN every entry is observed, the zeros too.
    const FlatJson zeros = result_of(Words{input, "--missing", "nan"} + rest);
    REQUIRE(zeros.number("unobserved_rows") == 0);
    REQUIRE(zeros.number("objective") == result_of(Words{input} + rest).number("objective"));
}

TEST_CASE("NaN and dense weights say the same of dense and sparse files, many or few", "[cli]") {
    const TemporaryDirectory directory;
    const double share = GENERATE(0.9, 0.5, 0.05);
    const Dense<double> v = scattered(30, 20, 0.4);
    const Dense<double> mask = (uniform(4, 30, 20).array() < share).cast<double>();
    const Dense<double> holes = (mask.array() > 0).select(v, not_observed);
    const Words rest{"--rank",           "2",
                     "--max-iterations", "5",
                     "--tolerance",      "0",
                     "--init-w",         write(directory, "W.npy", uniform(2, 30, 2)),
                     "--init-h",         write(directory, "H.npy", uniform(3, 2, 20)),
                     "--quiet"};
    for (const std::string loss : {"frobenius", "kl"}) {
        CAPTURE(share, loss);
        const auto objective = [&](const Words& words) {
            return result_of(words + rest + Words{"--loss", loss}).number("objective");
        };
        const std::string weights = write(directory, "M.npy", mask);
        const std::string dense = write(directory, "V.npy", v);
        const double expected =
            objective({dense, "--weights", write_sparse(directory, "M.mtx", mask)});
        const auto same = WithinRel(expected, 1e-10);
        REQUIRE_THAT(objective({dense, "--weights", weights}), same);
        const std::string sparse = write_sparse(directory, "V.mtx", v);
        REQUIRE_THAT(objective({sparse, "--weights", weights}), same);
        REQUIRE_THAT(objective({write(directory, "N.npy", holes), "--missing", "nan"}), same);
        const std::string sparse_holes = write_sparse(directory, "N.mtx", holes);
        REQUIRE_THAT(objective({sparse_holes, "--missing", "nan"}), same);
    }
}

TEST_CASE("The count-scaled ridge counts the observed entries", "[cli]") {
    const TemporaryDirectory directory;
    const Dense<double> v = uniform(1, 8, 6);
    const Dense<double> mask = observed();
    const FlatJson json =
        result_of({write(directory, "V.npy", v), "--weights", write(directory, "M.npy", mask),
                   "--rank", "2", "--count-scaled-l2-w", "0.1", "--count-scaled-l2-h", "0.3",
                   "--output", (directory / "fit").string(), "--quiet"});
    const auto W = io::read_dense<double>(directory / "fit.W.npy");
    const auto H = io::read_dense<double>(directory / "fit.H.npy");
    const double expected = 0.5 * mask.cwiseProduct(v - W * H).squaredNorm() +
                            0.05 * mask.rowwise().sum().dot(W.rowwise().squaredNorm()) +
                            0.15 * mask.colwise().sum().dot(H.colwise().squaredNorm());
    REQUIRE_THAT(json.number("objective"), WithinRel(expected, 1e-12));
    for (const std::string option : {"--count-scaled-l2-w", "--count-scaled-l2-h"}) {
        REQUIRE(refusal_of({"V.npy", "--rank", "2", option, "0.1", "--loss", "kl"}) ==
                option + " cannot be combined with --loss kl");
    }
}

TEST_CASE("Every combination of options works or is refused by two names", "[cli]") {
    const TemporaryDirectory directory;
    const Dense<double> v = uniform(1, 8, 6);
    const Dense<double> mask = (uniform(4, 8, 6).array() < 0.8).cast<double>();
    const Dense<double> holes = (mask.array() > 0).select(v, not_observed);
    const std::string dense = write(directory, "V.npy", v);
    const std::vector<Words> entries = {
        {dense},
        {write_sparse(directory, "all.mtx", v)},
        {dense, "--weights", write(directory, "M.npy", mask)},
        {dense, "--weights", write_sparse(directory, "M.mtx", mask)},
        {write(directory, "holes.npy", holes), "--missing", "nan"},
        {write_sparse(directory, "holes.mtx", holes), "--missing", "nan"},
        {write_sparse(directory, "V.mtx", v.cwiseProduct(mask)), "--missing", "unstored"}};
    const std::vector<Words> penalties = {{},
                                          {"--l1-w", "0.1", "--l1-h", "0.2"},
                                          {"--l2-w", "0.1", "--l2-h", "0.2"},
                                          {"--count-scaled-l2-w", "0.1", "--l2-h", "0.1"}};
    const std::vector<Words> starts = {{"--init", "random"},
                                       {"--init", "nndsvd"},
                                       {"--init", "nndsvda"},
                                       {"--init", "nndsvdar"},
                                       {"--init", "columns"},
                                       {"--init-w", write(directory, "W.npy", uniform(2, 8, 2)),
                                        "--init-h", write(directory, "H.npy", uniform(3, 2, 6))}};
    std::size_t turn = 0;
    for (const std::string loss : {"frobenius", "kl", "is", "1.5"}) {
        for (const std::string solver : {"hals", "mu", "als", "anls", "cd"}) {
            const bool fits = solver == "mu" || loss == (solver == "cd" ? "kl" : "frobenius");
            for (const Words& penalty : penalties) {
                const bool counted = !penalty.empty() && penalty.front() == "--count-scaled-l2-w";
                for (const Words& input : entries) {
                    // Starts and orders take turns: in 84 runs each pair meets each choice of
                    // entries.
                    ++turn;
                    const Words all = input + penalty + starts[turn % starts.size()] +
                                      Words{"--update-order", turn / 6 % 2 == 0 ? "hw" : "wh"} +
                                      Words{"--loss", loss, "--solver", solver, "--rank", "2"} +
                                      Words{"--max-iterations", "3", "--threads", "1", "--quiet"};
                    CAPTURE(all);
                    if (!fits) {
                        REQUIRE(refusal_of(all) ==
                                "--solver " + solver + " cannot be combined with --loss " + loss);
                    } else if (counted && loss != "frobenius") {
                        REQUIRE(refusal_of(all) ==
                                "--count-scaled-l2-w cannot be combined with --loss " + loss);
                    } else {
                        const FlatJson json = result_of(all);
                        for (const std::string key :
                             {"objective", "relative_error", "kkt_residual"}) {
                            REQUIRE(std::isfinite(json.number(key)));
                        }
                        REQUIRE(json.number("objective") >= 0);
                    }
                }
            }
        }
    }
}
