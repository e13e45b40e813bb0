// SPDX-License-Identifier: MIT
#include <cmath>
#include <string>
#include <vector>

#include <nmf/core/random.hpp>

#include "io/matrix.hpp"
#include "nmf_program.hpp"
#include "support/digits.hpp"

namespace {

using io::Dense;

/// A matrix of 12 x 9 in a file, and what is to be known about it.
struct Problem {
    TemporaryDirectory directory;
    Dense<double> V = nmf::CounterRandom(1).uniform_matrix<double>(12, 9);
    Dense<double> W = nmf::CounterRandom(2).uniform_matrix<double>(12, 3);
    Dense<double> H = nmf::CounterRandom(3).uniform_matrix<double>(3, 9);

    [[nodiscard]] std::string path(const std::string& name) const {
        return (directory / name).string();
    }

    [[nodiscard]] std::string write(const std::string& name, const Dense<double>& matrix) const {
        io::write_matrix<double>(directory / name, matrix);
        return path(name);
    }

    [[nodiscard]] std::string input() const { return write("V.npy", V); }

    [[nodiscard]] std::vector<std::string> custom_start() const {
        return {"--init-w", write("W0.npy", W), "--init-h", write("H0.npy", H)};
    }
};

double half_squared_error(const Dense<double>& V, const Dense<double>& W, const Dense<double>& H) {
    return 0.5 * (V - W * H).squaredNorm();
}

}  // namespace

TEST_CASE("One JSON object has the promised members in order", "[cli]") {
    const Problem problem;
    const FlatJson json = result_of({problem.input(), "--rank", "3", "--seed", "5"});
    REQUIRE(json.keys() == std::vector<std::string>{"rows", "cols", "stored", "rank", "loss",
                                                    "solver", "init", "iterations", "status",
                                                    "objective", "relative_error", "kkt_residual",
                                                    "fit_seconds", "read_seconds", "threads",
                                                    "precision", "seed"});
    REQUIRE(json.number("rows") == 12);
    REQUIRE(json.number("cols") == 9);
    REQUIRE(json.number("stored") == 108);
    REQUIRE(json.number("rank") == 3);
    REQUIRE(json.text("loss") == "frobenius");
    REQUIRE(json.text("solver") == "hals");
    REQUIRE(json.text("status") == "converged");
    REQUIRE(json.number("kkt_residual") <= 1e-4);
    REQUIRE(json.text("precision") == "double");
    REQUIRE(json.number("seed") == 5);
    REQUIRE(json.number("threads") >= 1);
    REQUIRE(json.number("fit_seconds") >= 0);
    REQUIRE(json.number("read_seconds") >= 0);
}

TEST_CASE("The factors written are those that the result is about", "[cli]") {
    const Problem problem;
    const std::string format = GENERATE("npy", "mtx", "csv");
    const std::string precision = GENERATE("double", "single");
    CAPTURE(format, precision);
    const FlatJson json =
        result_of({problem.input(), "--rank", "3", "--output", problem.path("fit"), "--format",
                   format, "--precision", precision});
    const auto W = io::read_dense<double>(problem.path("fit.W." + format));
    const auto H = io::read_dense<double>(problem.path("fit.H." + format));
    REQUIRE(W.rows() == 12);
    REQUIRE(W.cols() == 3);
    REQUIRE(H.rows() == 3);
    REQUIRE(H.cols() == 9);
    REQUIRE(W.minCoeff() >= 0);
    REQUIRE(H.minCoeff() >= 0);
    const double objective = half_squared_error(problem.V, W, H);
    const double accuracy = precision == "double" ? 1e-10 : 1e-4;
    REQUIRE_THAT(json.number("objective"), WithinRel(objective, accuracy));
    REQUIRE_THAT(json.number("relative_error"),
                 WithinRel(std::sqrt(2 * objective) / problem.V.norm(), accuracy));
}

TEST_CASE("Penalties are part of the objective", "[cli]") {
    const Problem problem;
    const FlatJson json =
        result_of({problem.input(), "--rank", "3", "--output", problem.path("fit"), "--l1-w", "0.1",
                   "--l1-h", "0.2", "--l2-w", "0.3", "--l2-h", "0.4"});
    const auto W = io::read_dense<double>(problem.path("fit.W.npy"));
    const auto H = io::read_dense<double>(problem.path("fit.H.npy"));
    const double expected = half_squared_error(problem.V, W, H) + 0.1 * W.sum() + 0.2 * H.sum() +
                            0.15 * W.squaredNorm() + 0.2 * H.squaredNorm();
    REQUIRE_THAT(json.number("objective"), WithinRel(expected, 1e-10));
}

TEST_CASE("The history has a header, the start as row 0 and a row for each iteration", "[cli]") {
    const Problem problem;
    const FlatJson json = result_of(
        std::vector<std::string>{problem.input(), "--rank", "3", "--max-iterations", "7",
                                 "--tolerance", "0", "--history", problem.path("history.csv")} +
        problem.custom_start());
    REQUIRE(json.text("init") == "custom");
    REQUIRE(json.text("status") == "max_iterations");
    const auto lines = io::read_lines(problem.path("history.csv"));
    REQUIRE(lines.size() == 9);
    REQUIRE(lines[0] == "iteration,seconds,objective,relative_error,kkt_residual");
    const auto history = io::read_dense<double>(problem.path("history.csv"));
    for (io::Index i = 0; i <= 7; ++i) REQUIRE(history(i, 0) == static_cast<double>(i));
    const double start = half_squared_error(problem.V, problem.W, problem.H);
    REQUIRE_THAT(history(0, 2), WithinRel(start, 1e-12));
    REQUIRE_THAT(history(0, 3), WithinRel(std::sqrt(2 * start) / problem.V.norm(), 1e-12));
    REQUIRE(history(7, 2) == json.number("objective"));
    REQUIRE(history(7, 4) == json.number("kkt_residual"));
}

TEST_CASE("Every solver and start factorizes dense and sparse input alike", "[cli]") {
    const Problem problem;
    std::string sparse = "%%MatrixMarket matrix coordinate real general\n12 9 108\n";
    for (io::Index i = 0; i < 12; ++i) {
        for (io::Index j = 0; j < 9; ++j) {
            sparse += std::to_string(i + 1) + ' ' + std::to_string(j + 1) + ' ';
            io::append_number(sparse, problem.V(i, j));
            sparse += '\n';
        }
    }
    const std::string sparse_input = problem.directory.write("V.mtx", sparse).string();
    const std::string solver = GENERATE("hals", "mu", "als", "anls");
    for (const std::string init :
         {"random", "nndsvd", "nndsvda", "nndsvdar", "columns", "spa", "anchor-words"}) {
        CAPTURE(solver, init);
        const std::vector<std::string> options = {
            "--rank",           "3",  "--solver",    solver, "--init",  init,
            "--max-iterations", "20", "--tolerance", "0",    "--quiet", "--no-mixed-precision"};
        const FlatJson dense = result_of(std::vector<std::string>{problem.input()} + options);
        const FlatJson stored = result_of(std::vector<std::string>{sparse_input} + options);
        REQUIRE(dense.text("solver") == solver);
        REQUIRE(dense.text("init") == init);
        REQUIRE(dense.number("relative_error") < 0.5);
        REQUIRE_THAT(stored.number("objective"), WithinRel(dense.number("objective"), 1e-6));
    }
}

TEST_CASE("The same seed gives the same factors", "[cli]") {
    const Problem problem;
    const auto factor = [&](const std::string& seed, const std::string& threads) {
        result_of({problem.input(), "--rank", "3", "--init", "random", "--seed", seed, "--threads",
                   threads, "--max-iterations", "5", "--output", problem.path("fit")});
        return io::read_dense<double>(problem.path("fit.W.npy"));
    };
    const auto first = factor("7", "1");
    REQUIRE(factor("7", "2") == first);
    REQUIRE(factor("8", "1") != first);
}

TEST_CASE("A run says which limit ended it", "[cli]") {
    const Problem problem;
    const std::vector<std::string> base = {problem.input(), "--rank", "3", "--tolerance", "0"};
    const auto all = result_of(base + std::vector<std::string>{"--max-iterations", "3"});
    REQUIRE(all.text("status") == "max_iterations");
    REQUIRE(all.number("iterations") == 3);
    const auto start = result_of(base + std::vector<std::string>{"--time-limit", "1e-9"});
    REQUIRE(start.text("status") == "time_limit");
    REQUIRE(start.number("iterations") == 0);
    io::write_matrix<double>(problem.path("large.npy"),
                             nmf::CounterRandom(4).uniform_matrix<double>(200, 150));
    const auto timed =
        result_of({problem.path("large.npy"), "--rank", "10", "--loss", "kl", "--solver", "mu",
                   "--tolerance", "0", "--max-iterations", "1000000000", "--time-limit", "1"});
    REQUIRE(timed.text("status") == "time_limit");
}

TEST_CASE("A penalty on one factor alone is refused with what helps", "[cli]") {
    const Problem problem;
    const Run refused = run_nmf({problem.input(), "--rank", "3", "--l1-h", "0.1"});
    REQUIRE(refused.status == 2);
    REQUIRE(refused.err.find("penalise W too, or give --allow-no-minimiser") != std::string::npos);
    const auto allowed =
        result_of({problem.input(), "--rank", "3", "--l1-h", "0.1", "--allow-no-minimiser"});
    REQUIRE(allowed.number("objective") > 0);
    const auto both = result_of({problem.input(), "--rank", "3", "--l1-h", "0.1", "--l2-w", "0.1"});
    REQUIRE(both.number("objective") > 0);
}

TEST_CASE("Progress goes to standard error, and --quiet silences it", "[cli]") {
    const Problem problem;
    const std::vector<std::string> base = {problem.input(), "--rank", "3"};
    const Run talking = run_nmf(base);
    REQUIRE(talking.err.find("iteration 1:") != std::string::npos);
    REQUIRE(talking.err.find('\r') == std::string::npos);
    const Run quiet = run_nmf(base + std::vector<std::string>{"--quiet"});
    REQUIRE(quiet.status == 0);
    REQUIRE(quiet.err.empty());
}

TEST_CASE("The options --help and --version print to standard output", "[cli]") {
    const Run help = run_nmf({"--help"});
    REQUIRE(help.status == 0);
    REQUIRE(help.err.empty());
    for (const std::string option : {"INPUT",
                                     "--rank",
                                     "--loss",
                                     "--solver",
                                     "--init",
                                     "--init-w",
                                     "--init-h",
                                     "--l1-w",
                                     "--l1-h",
                                     "--l2-w",
                                     "--l2-h",
                                     "--max-iterations",
                                     "--tolerance",
                                     "--relative-decrease",
                                     "--decrease-window",
                                     "--time-limit",
                                     "--header",
                                     "--row-names",
                                     "--seed",
                                     "--threads",
                                     "--precision",
                                     "--inner-iterations",
                                     "--no-extrapolation",
                                     "--no-mixed-precision",
                                     "--update-order",
                                     "--output",
                                     "--format",
                                     "--history",
                                     "--quiet",
                                     "--version"}) {
        CAPTURE(option);
        REQUIRE(help.out.find(option) != std::string::npos);
    }
    const Run version = run_nmf({"--version"});
    REQUIRE(version.status == 0);
    REQUIRE(version.out.substr(0, 4) == "nmf ");
}

TEST_CASE("Input that cannot be factorized is refused with its place", "[cli]") {
    const Problem problem;
    const auto refused = [&](const std::string& name, const std::string& text) {
        const auto file = problem.directory.write(name, text).string();
        const std::string line = refusal_of({file, "--rank", "1"});
        REQUIRE(line.substr(0, file.size() + 2) == file + ": ");
        return line.substr(file.size() + 2);
    };
    REQUIRE(refused("negative.csv", "1,2\n3,-4\n") ==
            "row 2, column 2 (counted from 1): expected a finite number >= 0, found -4");
    REQUIRE(refused("nan.csv", "1,nan\n3,4\n") ==
            "row 1, column 2 (counted from 1): expected a finite number >= 0, found nan");
    REQUIRE(refused("infinite.mtx",
                    "%%MatrixMarket matrix coordinate real general\n3 2 1\n3 1 inf\n") ==
            "row 3, column 1 (counted from 1): expected a finite number >= 0, found inf");
    REQUIRE(refused("word.csv", "1,2\n3,x\n") == "line 2: field 2: expected a number, found 'x'");
    REQUIRE(refused("broken.npy", "no array") ==
            "byte 0: expected a .npy file, which begins with \\x93NUMPY");
    REQUIRE(refused("unknown.txt", "1 2\n") ==
            "expected a name that ends in .mtx, .npy or .csv, a further .gz apart");
    REQUIRE(refusal_of({problem.path("none.npy"), "--rank", "1"}) ==
            problem.path("none.npy") + ": cannot be opened: No such file or directory");
}

TEST_CASE("A start that does not fit is refused with both shapes", "[cli]") {
    const Problem problem;
    const std::string W = problem.write("W.npy", problem.W);
    const std::string H = problem.write("H.npy", problem.H);
    REQUIRE(refusal_of({problem.input(), "--rank", "3", "--init-w", H, "--init-h", H}) ==
            H + ": expected W of 12 x 3, found 3 x 9");
    REQUIRE(refusal_of({problem.input(), "--rank", "2", "--init-w", W, "--init-h", H}) ==
            W + ": expected W of 12 x 2, found 12 x 3");
    REQUIRE(refusal_of({problem.input(), "--rank", "3", "--init-w", W, "--init-h", W}) ==
            W + ": expected H of 3 x 9, found 12 x 3");
}

TEST_CASE("Options without meaning are refused by name and value", "[cli]") {
    const auto refused = [](const std::vector<std::string>& options) {
        return refusal_of(std::vector<std::string>{"V.npy", "--rank", "3"} + options);
    };
    const std::string losses = "expected frobenius|kl|is|BETA, a number from -64 to 64";
    REQUIRE(refused({"--loss", "hinge"}) == "--loss hinge: " + losses);
    REQUIRE(refused({"--loss", "65"}) == "--loss 65: " + losses);
    REQUIRE(refused({"--solver", "pg"}) == "--solver pg: expected hals|mu|als|anls|cd");
    const std::string inits = "expected random|nndsvd|nndsvda|nndsvdar|columns|spa|anchor-words";
    REQUIRE(refused({"--init", "nnsvdlrc"}) == "--init nnsvdlrc: " + inits);
    REQUIRE(refused({"--init", "spaa"}) == "--init spaa: " + inits);
    REQUIRE(refused({"--missing", "zero"}) == "--missing zero: expected nan|unstored");
    REQUIRE(refused({"--tolerance", "-1"}) == "--tolerance -1: expected a finite number >= 0");
    REQUIRE(refused({"--l1-w", "nan"}) == "--l1-w nan: expected a finite number >= 0");
    REQUIRE(refused({"--time-limit", "0"}) == "--time-limit 0: expected a number of seconds > 0");
    REQUIRE(refused({"--max-iterations", "1.5"}).find("--max-iterations 1.5: expected a whole") ==
            0);
    REQUIRE(refused({"--relative-decrease", "-1"}) ==
            "--relative-decrease -1: expected a finite number >= 0");
    REQUIRE(refused({"--decrease-window", "0"}).find("--decrease-window 0: expected a whole") == 0);
    REQUIRE(refused({"--header", "maybe"}) == "--header maybe: expected auto|yes|no");
    REQUIRE(refused({"--row-names", "-1"}).find("--row-names -1: expected a whole number") == 0);
    REQUIRE(refused({"--precision", "half"}) == "--precision half: expected double|single");
    REQUIRE(refused({"--update-order", "hh"}) == "--update-order hh: expected hw|wh");
    REQUIRE(refused({"--no-such-option"}).find("--no-such-option") != std::string::npos);
    REQUIRE(refusal_of({"V.npy", "--rank", "0"}).find("--rank 0: expected a whole number from 1") ==
            0);
    REQUIRE(refusal_of({"V.npy"}).find("--rank") == 0);
    REQUIRE(refusal_of({"--rank", "3"}).find("INPUT") == 0);
}

TEST_CASE("Options that exclude each other are refused by both names", "[cli]") {
    const auto refused = [](const std::vector<std::string>& options) {
        return refusal_of(std::vector<std::string>{"V.npy", "--rank", "3"} + options);
    };
    REQUIRE(refused({"--init-w", "W.npy"}) == "--init-w needs --init-h");
    REQUIRE(refused({"--init-h", "H.npy"}) == "--init-h needs --init-w");
    REQUIRE(refused({"--init-w", "W.npy", "--init-h", "H.npy", "--init", "random"}) ==
            "--init cannot be combined with --init-w and --init-h");
    REQUIRE(refused({"--inner-iterations", "3", "--solver", "anls"}) ==
            "--inner-iterations cannot be combined with --solver anls");
    REQUIRE(refused({"--inner-iterations", "3", "--solver", "als"}) ==
            "--inner-iterations cannot be combined with --solver als");
    REQUIRE(refused({"--no-extrapolation", "--solver", "als"}) ==
            "--no-extrapolation cannot be combined with --solver als");
    REQUIRE(refused({"--format", "csv"}) == "--format needs --output");
    REQUIRE(refused({"--decrease-window", "3"}) == "--decrease-window needs --relative-decrease");
}

TEST_CASE("Places that cannot be written to are refused before the work", "[cli]") {
    const Problem problem;
    for (const std::string option : {"--output", "--history"}) {
        const std::string place = problem.path("none/fit");
        const std::string line = refusal_of({problem.input(), "--rank", "3", option, place});
        REQUIRE(line == option + ' ' + place + ": expected a folder that is there, found none");
    }
}

namespace {

/// The objective after some iterations on the digits from the start of the golden values.
double digits_objective(const std::vector<std::string>& options, int iterations) {
    const TemporaryDirectory directory;
    const auto W = directory / "W.npy";
    const auto H = directory / "H.npy";
    io::write_matrix<double>(W, nmf::CounterRandom(2).uniform_matrix<double>(1797, 10));
    io::write_matrix<double>(H, nmf::CounterRandom(3).uniform_matrix<double>(10, 64));
    const auto V = directory / "V.npy";
    io::write_matrix<double>(V, digits());
    const auto json =
        result_of(std::vector<std::string>{
                      V.string(), "--rank", "10", "--init-w", W.string(), "--init-h", H.string(),
                      "--tolerance", "0", "--max-iterations", std::to_string(iterations), "--quiet",
                      "--no-extrapolation", "--update-order", "wh"} +
                  options);
    REQUIRE(json.number("iterations") == iterations);
    return json.number("objective");
}

}  // namespace

TEST_CASE("One sweep of HALS follows scikit-learn's cd on the digits", "[cli][golden]") {
    const std::vector<std::string> options = {"--solver", "hals", "--inner-iterations", "1"};
    REQUIRE_THAT(digits_objective(options, 1), WithinRel(909030.9995313821, 1e-8));
    REQUIRE_THAT(digits_objective(options, 10), WithinRel(414329.20046017633, 1e-8));
    REQUIRE_THAT(digits_objective(options, 100), WithinRel(371434.66653498483, 1e-8));
}

TEST_CASE("Multiplicative updates follow scikit-learn's mu on the digits", "[cli][golden]") {
    REQUIRE_THAT(digits_objective({"--solver", "mu"}, 1), WithinRel(1068655.7662505838, 1e-8));
    REQUIRE_THAT(digits_objective({"--solver", "mu"}, 10), WithinRel(803338.647715594, 1e-8));
}
