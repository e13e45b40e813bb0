#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The nmf program against scikit-learn on the same matrix from the same start, one thread each.

    compare.py NMF_PROGRAM MATRIX.mtx[.gz] [--rank 20] [--tf-idf] [--runs 5]

Prints a table: the time of scikit-learn's solver "cd" for 100 iterations, that of the same
iterations here, and how long the default method takes to the objective that they reach. Times are
medians over the runs, which alternate between the two. Needs Debian's python3-sklearn.
"""
import argparse
import csv
import json
import os
import statistics
import subprocess
import tempfile
import time
import warnings

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import scipy.io
import scipy.sparse
import sklearn
from sklearn.decomposition import non_negative_factorization
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer

ITERATIONS = 100


def objective(v, w, h):
    """1/2 ||V - WH||^2 for sparse or dense V."""
    square = v.multiply(v).sum() if scipy.sparse.issparse(v) else (v * v).sum()
    return 0.5 * (square - 2 * (w * (v @ h.T)).sum() + ((w.T @ w) * (h @ h.T)).sum())


def run_sklearn(v, w0, h0):
    w, h = w0.copy(), h0.copy()
    begin = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        w, h, _ = non_negative_factorization(
            v, W=w, H=h, n_components=w0.shape[1], init="custom", solver="cd", tol=0,
            max_iter=ITERATIONS)
    return time.perf_counter() - begin, objective(v, w, h)


def run_nmf(program, matrix, rank, folder, *options):
    """The history of a run: (seconds since its start, objective)."""
    history = os.path.join(folder, "history.csv")
    out = subprocess.run(
        [program, matrix, "--rank", str(rank), "--threads", "1", "--quiet", "--tolerance", "0",
         "--init-w", os.path.join(folder, "w.npy"), "--init-h", os.path.join(folder, "h.npy"),
         "--history", history, *options], check=True, capture_output=True, text=True)
    json.loads(out.stdout)
    with open(history, newline="") as file:
        rows = [(float(r["seconds"]), float(r["objective"])) for r in csv.DictReader(file)]
    return [(seconds - rows[0][0], value) for seconds, value in rows]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("matrix")
    parser.add_argument("--rank", type=int, default=20)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--tf-idf", action="store_true")
    options = parser.parse_args()

    v = scipy.io.mmread(options.matrix).tocsr().astype(float)
    if options.tf_idf:
        v = TfidfTransformer().fit_transform(v)
    random = np.random.default_rng(0)
    scale = np.sqrt(v.mean() / options.rank)
    w0 = np.abs(random.standard_normal((v.shape[0], options.rank))) * scale
    h0 = np.abs(random.standard_normal((options.rank, v.shape[1]))) * scale

    times = {"scikit-learn": [], "same iterations": [], "default": []}
    with tempfile.TemporaryDirectory() as folder:
        matrix = os.path.join(folder, "v.mtx")
        scipy.io.mmwrite(matrix, v, precision=17)
        np.save(os.path.join(folder, "w.npy"), w0)
        np.save(os.path.join(folder, "h.npy"), h0)
        for _ in range(options.runs):
            seconds, reached = run_sklearn(v, w0, h0)
            times["scikit-learn"].append(seconds)
            same = run_nmf(options.program, matrix, options.rank, folder, "--inner-iterations",
                           "1", "--no-extrapolation", "--update-order", "wh",
                           "--max-iterations", str(ITERATIONS))
            times["same iterations"].append(same[-1][0])
            assert abs(same[-1][1] - reached) <= 1e-8 * reached, (same[-1][1], reached)
            default = run_nmf(options.program, matrix, options.rank, folder,
                              "--max-iterations", str(ITERATIONS))
            there = [seconds for seconds, value in default if value <= reached]
            times["default"].append(there[0] if there else float("nan"))

    median = {name: statistics.median(values) for name, values in times.items()}
    print(f"scikit-learn {sklearn.__version__}, {v.shape[0]} x {v.shape[1]}, {v.nnz} stored, "
          f"rank {options.rank}, {ITERATIONS} iterations, median of {options.runs}\n")
    print("| run | seconds | ratio |\n|---|---|---|")
    for name, seconds in median.items():
        print(f"| {name} | {seconds:.3f} | {median['scikit-learn'] / seconds:.1f} |")


if __name__ == "__main__":
    main()
