#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Time of an iteration against the sizes, and peak memory against the size of V.

    scaling.py [--program build/benchmark/benchmarks/scaling] [--output build/scaling] [--large]

Varies one size at a time around a middle one, takes the median iteration of each run, and fits the
exponent of a power law (the slope of the log-log line). --large adds the largest cases that 24 GiB
hold: dense 40000 x 20000 in float and 100 million stored entries. Writes results.md and chart.svg.
"""
import argparse
import json
import math
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MIDDLE = {"kind": "dense", "precision": "double", "rows": 4000, "cols": 2000, "rank": 20,
          "each": 100, "threads": 1, "iterations": 12}
SPARSE = {**MIDDLE, "kind": "sparse", "rows": 20000, "cols": 20000}
SWEEPS = [
    ("m, dense", "rows", MIDDLE, [1000, 2000, 4000, 8000, 16000]),
    ("n, dense", "cols", MIDDLE, [500, 1000, 2000, 4000, 8000]),
    ("k, dense", "rank", MIDDLE, [8, 16, 32, 64, 128]),
    ("nnz, sparse", "each", SPARSE, [25, 50, 100, 200, 400]),
    ("k, sparse", "rank", SPARSE, [8, 16, 32, 64, 128]),
    ("n, sparse, nnz with it", "cols", SPARSE, [5000, 10000, 20000, 40000, 80000]),
]
THREADS = [("dense 5000 x 2000", {**MIDDLE, "rows": 5000}),
           ("sparse 20000 x 10000", {**SPARSE, "cols": 10000, "each": 200})]
LARGE = [
    {**MIDDLE, "precision": "float", "rows": 40000, "cols": 20000, "threads": 2, "iterations": 4},
    {**SPARSE, "rows": 200000, "cols": 200000, "each": 500, "threads": 2, "iterations": 4},
]


def run(program, case):
    arguments = [str(case[key]) for key in ("kind", "precision", "rows", "cols", "rank", "each",
                                            "threads", "iterations")]
    done = subprocess.run([program, *arguments], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def slope(xs, ys):
    xs, ys = [math.log(x) for x in xs], [math.log(y) for y in ys]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys)) / sum((a - x) ** 2 for a in xs)


def chart(sweeps, path):
    try:
        import matplotlib
    except ImportError:
        print("no chart: matplotlib is not installed", file=sys.stderr)
        return
    matplotlib.use("svg")
    import matplotlib.pyplot as plt
    figure, axes = plt.subplots(2, 3, figsize=(13, 7))
    for axis, (name, values, outcomes) in zip(axes.flat, sweeps):
        axis.loglog(values, [1e3 * o["seconds"] for o in outcomes], marker="o")
        axis.set(title=name, ylabel="ms an iteration")
        axis.grid(True, which="both", alpha=0.3)
    figure.tight_layout()
    figure.savefig(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=ROOT / "build/benchmark/benchmarks/scaling")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "build/scaling")
    parser.add_argument("--large", action="store_true")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)

    lines = ["| against | values | ms an iteration | exponent | beside V, times V |",
             "|---|---|---|---|---|"]
    sweeps = []
    for name, key, middle, values in SWEEPS:
        outcomes = [run(options.program, {**middle, key: value}) for value in values]
        sweeps.append((name, values, outcomes))
        seconds = [o["seconds"] for o in outcomes]
        memory = [o["bytes_beside_v"] / o["bytes_of_v"] for o in outcomes]
        lines.append(f"| {name} | {', '.join(map(str, values))} | "
                     f"{', '.join(f'{1e3 * s:.3g}' for s in seconds)} | "
                     f"{slope(values, seconds):.2f} | "
                     f"{', '.join(f'{m:.2f}' for m in memory)} |")
        print(lines[-1], file=sys.stderr, flush=True)
    lines += ["", "| threads | ms an iteration with 1 | with 2 | times faster |", "|---|---|---|---|"]
    for name, case in THREADS:
        one, two = (run(options.program, {**case, "threads": t})["seconds"] for t in (1, 2))
        lines.append(f"| {name} | {1e3 * one:.3g} | {1e3 * two:.3g} | {one / two:.2f} |")
    if options.large:
        lines += ["", "| largest | s an iteration | V, GB | beside V, GB |", "|---|---|---|---|"]
        for case in LARGE:
            o = run(options.program, case)
            shape = f"{case['kind']} {case['rows']} x {case['cols']}, {case['precision']}"
            lines.append(f"| {shape}, rank {case['rank']}, 2 threads | {o['seconds']:.3g} | "
                         f"{o['bytes_of_v'] / 1e9:.2f} | {o['bytes_beside_v'] / 1e9:.2f} |")
    text = "\n".join(lines) + "\n"
    (options.output / "results.md").write_text(text)
    chart(sweeps, options.output / "chart.svg")
    print(text)


if __name__ == "__main__":
    main()
