// SPDX-License-Identifier: MIT
// Signals end the factorization, not the program: it writes what there is.

#include <string>
#include <vector>

#include <nmf/core/random.hpp>

#include "io/matrix.hpp"
#include "nmf_program.hpp"

TEST_CASE("SIGINT and SIGTERM write what there is", "[cli]") {
    const TemporaryDirectory directory;
    const auto path = [&](const std::string& name) { return (directory / name).string(); };
    io::write_matrix<double>(path("V.npy"), nmf::CounterRandom(1).uniform_matrix<double>(200, 150));
    // The signal is sent after the first iteration.
    const std::string script =
        "log=\"$1\"; signal=\"$2\"; shift 2; \"$@\" 2> \"$log\" & pid=$!; "
        "until grep -q iteration \"$log\" || ! kill -0 $pid; do sleep 0.05; done; "
        "kill -$signal $pid; wait $pid";
    const std::string signal = GENERATE("INT", "TERM");
    CAPTURE(signal);
    const Run run = run_program(
        "/bin/sh",
        {"-c",          script,        "sh",       path("log"),        signal,       NMF_CLI,
         path("V.npy"), "--rank",      "10",       "--loss",           "kl",         "--solver",
         "mu",          "--tolerance", "0",        "--max-iterations", "1000000000", "--threads",
         "1",           "--output",    path("fit")});
    CAPTURE(run.out, run.err);
    REQUIRE(run.status == (signal == "INT" ? 130 : 143));
    REQUIRE(FlatJson(run.out).text("status") == "cancelled");
    REQUIRE(io::read_dense<double>(path("fit.W.npy")).rows() == 200);
    REQUIRE(io::read_dense<double>(path("fit.H.npy")).cols() == 150);
}
