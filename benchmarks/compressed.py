#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Where compression pays: the nmf program with and without --compress, one thread, from one seed.

    compressed.py NMF_PROGRAM [--rows 20000] [--cols 4000] [--rank 20] [--of-rank 30] [--noise 0.05]

V is dense: the product of two random matrices with 30 % entries other than 0, plus uniform noise
up to a part of its mean entry; for --of-rank 0 it is noise alone. Prints the relative error for V
itself at the end of both runs, and how long each takes to come within 0.1 % of the larger one.
Needs python3-numpy, and twice the memory of V.
"""
import argparse
import csv
import json
import os
import subprocess
import tempfile

import numpy as np


def make(rows, cols, of_rank, noise):
    random = np.random.default_rng(0)
    v = random.random((rows, cols))
    if of_rank == 0:
        return v

    def part(shape):
        return random.random(shape) * (random.random(shape) < 0.3)

    exact = part((rows, of_rank)) @ part((of_rank, cols))
    v *= noise * exact.mean()
    v += exact
    return v


class Runs:
    def __init__(self, program, folder, v, rank):
        self.v = v
        self.norm = np.linalg.norm(v)
        self.prefix = os.path.join(folder, "fit")
        file = os.path.join(folder, "V.npy")
        np.save(file, v)
        self.command = [program, file, "--rank", str(rank), "--threads", "1", "--quiet",
                        "--output", self.prefix]

    def __call__(self, *options):
        """The result, with the relative error for V itself."""
        done = subprocess.run([*self.command, *options], check=True, capture_output=True)
        fit = json.loads(done.stdout)
        w, h = (np.load(f"{self.prefix}.{name}.npy") for name in "WH")
        square = sum(np.linalg.norm(self.v[i:i + 500] - w[i:i + 500] @ h) ** 2
                     for i in range(0, len(self.v), 500))
        fit["true_error"] = square ** 0.5 / self.norm
        return fit


def compressed_to(runs, target, most):
    """The shortest compressed run, up to `most` iterations, to this error, by bisection."""
    too_few, enough = 0, most
    best = None
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        fit = runs("--compress", "--max-iterations", str(middle))
        if fit["true_error"] <= target:
            enough, best = middle, fit
        else:
            too_few = middle
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--rows", type=int, default=20000)
    parser.add_argument("--cols", type=int, default=4000)
    parser.add_argument("--rank", type=int, default=20)
    parser.add_argument("--of-rank", type=int, default=30)
    parser.add_argument("--noise", type=float, default=0.05)
    parser.add_argument("--iterations", type=int, default=100)
    arguments = parser.parse_args()
    v = make(arguments.rows, arguments.cols, arguments.of_rank, arguments.noise)
    with tempfile.TemporaryDirectory() as folder:
        runs = Runs(arguments.program, folder, v, arguments.rank)
        most = ("--max-iterations", str(arguments.iterations))
        history = os.path.join(folder, "history.csv")
        plain = runs(*most, "--history", history)
        compressed = runs(*most, "--compress")
        for name, fit in (("plain", plain), ("compressed", compressed)):
            print(f"{name:<12}{fit['iterations']:4} iterations {fit['fit_seconds']:7.2f} s  "
                  f"error {fit['true_error']:.6f}  reported {fit['relative_error']:.6f} "
                  f"+ compression {fit.get('compression_error', 0):.6f}")
        target = 1.001 * max(plain["true_error"], compressed["true_error"])
        with open(history, newline="") as lines:
            seconds = next(float(line["seconds"]) for line in csv.DictReader(lines)
                           if float(line["relative_error"]) <= target)
        fit = compressed_to(runs, target, compressed["iterations"]) or compressed
        print(f"to {target:.6f}: plain {seconds:.2f} s, compressed {fit['fit_seconds']:.2f} s")


if __name__ == "__main__":
    main()
