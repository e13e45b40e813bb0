#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compile time and peak memory of small programs with the headers of two states of the library.

    benchmarks/compile_time.py <include folder> <include folder> [--compiler g++] [--runs 5]

The programs are README's minimal one and others that call factorize. The two states alternate; of
each the least user time and the least peak memory are shown.
"""
import argparse
import os
import subprocess
import sys
import tempfile

PROGRAMS = {
    "minimal": """
        auto fit = nmf::factorize(V, 10);
        return fit.iterations > 0 ? 0 : 1;""",
    "Kullback-Leibler, dense": """
        auto fit = nmf::factorize(V, 10, nmf::KullbackLeibler{});
        return fit.iterations > 0 ? 0 : 1;""",
    "Anls, Nndsvd, L1, transform": """
        auto fit = nmf::factorize(V, 10, nmf::Anls{}, nmf::Nndsvd{}, nmf::L1{.w = 0.1, .h = 0.1});
        return fit.transform(V).cols() > 0 ? 0 : 1;""",
    "Kullback-Leibler, sparse, Weights, transform": """
        Eigen::SparseMatrix<double> S = V.sparseView();
        auto fit = nmf::factorize(S, 10, nmf::KullbackLeibler{}, nmf::Weights(V));
        return fit.transform(S, nmf::Weights(V)).cols() > 0 ? 0 : 1;""",
    "MissingNan": """
        auto fit = nmf::factorize(V, 10, nmf::MissingNan{});
        return fit.iterations > 0 ? 0 : 1;""",
}


def compiled(compiler, include, eigen, body, folder):
    """User seconds and peak megabytes of one call of the compiler."""
    source = os.path.join(folder, "program.cpp")
    with open(source, "w", encoding="utf-8") as out:
        out.write("#include <nmf/nmf.hpp>\nint main() {\n"
                  "Eigen::MatrixXd V = Eigen::MatrixXd::Random(30, 20).cwiseAbs();" + body + "\n}\n")
    command = [compiler, "-std=c++20", "-O2", "-I", include, "-I", eigen, "-c", source, "-o",
               os.path.join(folder, "program.o")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(errors.decode())
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return usage.ru_utime, usage.ru_maxrss / unit


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("before", help="the include folder of one state")
    options.add_argument("after", help="that of the other")
    options.add_argument("--compiler", default="g++")
    options.add_argument("--eigen", default="/usr/include/eigen3")
    options.add_argument("--runs", type=int, default=5)
    chosen = options.parse_args()
    print(f"{'program':46} {'user s':>7} {'then':>7} {'':>7}   {'MB':>5} {'then':>5}")
    with tempfile.TemporaryDirectory() as folder:
        for name, body in PROGRAMS.items():
            seen = {chosen.before: [], chosen.after: []}
            for _ in range(chosen.runs):
                for include in seen:
                    seen[include].append(
                        compiled(chosen.compiler, include, chosen.eigen, body, folder))
            (s0, m0), (s1, m1) = [tuple(map(min, zip(*of))) for of in seen.values()]
            print(f"{name:46} {s0:7.2f} {s1:7.2f} {100 * (s1 / s0 - 1):+6.1f}%   {m0:5.0f} {m1:5.0f}")


if __name__ == "__main__":
    main()
