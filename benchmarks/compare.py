#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The nmf program against scikit-learn, and R packages where they are installed.

    compare.py [--program build/demo/examples/nmf] [--data ../shared/data] [--output build/compare]
               [--runs 5] [--seed 0] [--threads 1] [--default-malloc] [--without-r]
               [--only NAME ...] [--defaults | --race N | --counts [--r-iterations 100]]

Each data set is factorized by both sides from the same random start, that of --seed. scikit-learn
runs 100 iterations of "cd" for least squares and of "mu" for Kullback-Leibler; a row says how long
it took, and how long the nmf program takes to the objective that was reached. Times are medians
over runs that alternate; the objectives of both sides are computed by the same code here from the
factors. Where the two sides end in different local minima, and that of the program is the higher
one, it never gets there.

--defaults compares both sides as they come: given V, the rank and the loss alone, each runs from its
own start to its own end. It does so for as many seeds as there are runs. --race N compares nmf
--starts N with N whole runs from the same seeds.

--counts compares nmf with fastTopics, by Kullback-Leibler on counts from one random start.
fastTopics runs its extrapolated coordinate descent, at once and after 20 EM iterations, the prefit
that it advises. nmf runs 1000 iterations. Two objectives are looked at: the lowest that any side
reached, and the higher one of the two that nmf and fastTopics end at. A row says when both were
first within a relative 1e-4 of each. The times of fastTopics are its own, which leave out its checks
and its KKT residuals; its objective is checked here by that of its factors.

Writes results.md, results.json and chart.svg to the output folder. Needs Debian's python3-sklearn,
and python3-matplotlib for the chart; a python3 without them starts Debian's. OpenBLAS is run at its best: OPENBLAS_CORETYPE and
OPENBLAS_L2_SIZE, which may hold it back, are unset here. glibc is told to keep memory that NumPy
gives back, and so not to ask the system for the same pages in each step, which can take most of
scikit-learn's time; --default-malloc leaves that as it comes.
"""
import os
import sys

# The environment is looked at once, when the process starts.
DEFAULT_MALLOC = "--default-malloc" in sys.argv
wanted = {k: v for k, v in os.environ.items()
          if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
if not DEFAULT_MALLOC:
    wanted |= {"MALLOC_MMAP_THRESHOLD_": str(1 << 25), "MALLOC_TRIM_THRESHOLD_": str(1 << 33)}
if wanted != dict(os.environ):
    os.execve(sys.executable, [sys.executable, *sys.argv], wanted)

import argparse
import csv
import datetime
import json
import pathlib
import platform
import statistics
import subprocess
import tempfile
import time
import warnings

# Before NumPy is loaded: its BLAS looks at the environment once.
THREADS = next((sys.argv[i + 1] for i, a in enumerate(sys.argv[:-1]) if a == "--threads"), "1")
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = THREADS

try:
    import numpy as np
    import sklearn
except ImportError as missing:
    DEBIAN = "/usr/bin/python3"
    if os.path.exists(DEBIAN) and os.path.realpath(sys.executable) != os.path.realpath(DEBIAN):
        os.execv(DEBIAN, [DEBIAN, *sys.argv])
    sys.exit(f"compare.py: no python3 here has {missing.name}; apt-get install python3-sklearn")
import scipy.io
import scipy.io.wavfile
import scipy.signal
import scipy.sparse
from sklearn.decomposition import NMF, non_negative_factorization
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer

from comparison import (beside, counts_table, defaults_table, history_of, needed, race_table,
                        saturated_loglik, table, targets, times_beside)
from r_packages import RPackages, versions

ROOT = pathlib.Path(__file__).resolve().parent.parent
ITERATIONS = 100
# Of nmf beside fastTopics, and of the EM steps that fastTopics is best begun with.
LONG = 1000
PREFIT = 20
CHECKPOINTS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50, 70, 100)


def movie_counts(data):
    return scipy.io.mmread(data / "movie_reviews/X.mtx.gz").tocsr().astype(float)


def sotu_counts(data):
    return scipy.io.mmread(data / "sotu/X.mtx.gz").tocsr().astype(float)


def nips_counts(data):
    return scipy.io.mmread(data / "nips/X.mtx.gz").tocsr().astype(float)


def tf_idf(counts):
    return TfidfTransformer().fit_transform(counts).tocsr()


def images(path):
    stack = np.load(path).astype(float)
    return np.asfortranarray(stack.reshape(len(stack), -1).T / stack.max())


def spectrogram(data):
    rate, sound = scipy.io.wavfile.read(data / "piano_chords/mix.wav")
    _, _, spectrum = scipy.signal.stft(sound / 32768.0, rate, nperseg=1024, noverlap=512)
    return np.asfortranarray(np.abs(spectrum)) + 1e-9


def synthetic_dense(_):
    random = np.random.default_rng(7)
    v = random.random((5000, 20)) @ random.random((20, 2000))
    return np.asfortranarray(v + random.random((5000, 2000)))


def synthetic_sparse(_):
    random = np.random.default_rng(8)
    v = scipy.sparse.random(20000, 10000, density=0.01, random_state=random, format="csr")
    v.data += 0.1
    return v


# name: (how V is made, rank, loss)
SETS = {
    "olivetti": (lambda d: images(d / "olivetti_faces/images.npy"), 49, "frobenius"),
    "digits": (lambda d: images(d / "digits8/images.npy"), 10, "frobenius"),
    "hsmm": (lambda d: np.asfortranarray(np.load(d / "hsmm/X.npy").astype(float)), 10, "frobenius"),
    "dense 5000 x 2000": (synthetic_dense, 20, "frobenius"),
    "movie_reviews tf-idf": (lambda d: tf_idf(movie_counts(d)), 20, "frobenius"),
    "sotu tf-idf": (lambda d: tf_idf(sotu_counts(d)), 20, "frobenius"),
    "sparse 20000 x 10000": (synthetic_sparse, 20, "frobenius"),
    "movie_reviews counts, KL": (movie_counts, 20, "kl"),
    "sotu counts, KL": (sotu_counts, 20, "kl"),
    "piano spectrogram, KL": (spectrogram, 5, "kl"),
    "olivetti, KL": (lambda d: images(d / "olivetti_faces/images.npy"), 49, "kl"),
}
COUNTS = {
    "nips counts, KL": (nips_counts, 10, "kl"),
    **{name: SETS[name] for name in ("movie_reviews counts, KL", "sotu counts, KL")},
}


def squared_norm(v):
    return v.multiply(v).sum() if scipy.sparse.issparse(v) else (v * v).sum()


def squared_residual(v, w, h):
    return squared_norm(v) - 2 * (w * (v @ h.T)).sum() + ((w.T @ w) * (h @ h.T)).sum()


def relative_error(v, w, h):
    return np.sqrt(max(0.0, squared_residual(v, w, h)) / squared_norm(v))


def objective(v, w, h, loss):
    """What both sides minimise."""
    if loss == "frobenius":
        return 0.5 * squared_residual(v, w, h)
    total = w.sum(axis=0) @ h.sum(axis=1)
    if scipy.sparse.issparse(v):
        entries = v.tocoo()
        y = np.einsum("ij,ij->i", w[entries.row], h[:, entries.col].T)
        x = entries.data
    else:
        y = (w @ h).ravel(order="F")
        x = v.ravel(order="F")
        y, x = y[x > 0], x[x > 0]
    return (x * np.log(x / y)).sum() - v.sum() + total


def start_of(v, rank, seed=0):
    random = np.random.default_rng(seed)
    scale = np.sqrt(v.mean() / rank)
    w = np.abs(random.standard_normal((v.shape[0], rank))) * scale
    h = np.abs(random.standard_normal((rank, v.shape[1]))) * scale
    return w, h


def sklearn_options(loss):
    if loss == "frobenius":
        return {"solver": "cd"}
    return {"solver": "mu", "beta_loss": "kullback-leibler"}


def run_sklearn(v, w, h, loss, iterations):
    w, h = w.copy(), h.copy()
    begin = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        w, h, _ = non_negative_factorization(v, W=w, H=h, n_components=w.shape[1], init="custom",
                                             tol=0, max_iter=iterations, **sklearn_options(loss))
    return time.perf_counter() - begin, w, h


def trajectory_of_sklearn(v, w, h, loss):
    """(seconds, relative error) at some iterations, in pieces: its updates do not look back."""
    points = [(0.0, relative_error(v, w, h))]
    spent, done = 0.0, 0
    for checkpoint in CHECKPOINTS:
        seconds, w, h = run_sklearn(v, w, h, loss, checkpoint - done)
        spent, done = spent + seconds, checkpoint
        points.append((spent, relative_error(v, w, h)))
    return points


class Nmf:
    """The nmf program on a matrix and a start in files."""

    def __init__(self, program, folder, v, rank, loss):
        self.program, self.folder, self.rank, self.loss = program, folder, rank, loss
        if scipy.sparse.issparse(v):
            self.matrix = folder / "v.mtx"
            scipy.io.mmwrite(self.matrix, v, precision=17)
        else:
            self.matrix = folder / "v.npy"
            np.save(self.matrix, v)

    def start(self, w, h):
        np.save(self.folder / "w.npy", w)
        np.save(self.folder / "h.npy", h)

    def whole_run(self, *options):
        """(seconds, objective, relative error) of a run from its own start to its own end."""
        done = subprocess.run(
            [self.program, self.matrix, "--rank", str(self.rank), "--threads", THREADS, "--quiet",
             "--loss", self.loss, *options], check=True, capture_output=True, text=True)
        result = json.loads(done.stdout)
        return result["fit_seconds"], result["objective"], result["relative_error"]

    def run(self, *options):
        """(seconds since the start of the run, objective, relative error) after each iteration."""
        history = self.folder / "history.csv"
        subprocess.run(
            [self.program, self.matrix, "--rank", str(self.rank), "--threads", THREADS, "--quiet",
             "--loss", self.loss, "--tolerance", "0", "--init-w", self.folder / "w.npy",
             "--init-h", self.folder / "h.npy", "--output", self.folder / "out", "--history",
             history, *options], check=True, capture_output=True, text=True)
        with open(history, newline="") as file:
            return [(float(r["seconds"]), float(r["objective"]), float(r["relative_error"]))
                    for r in csv.DictReader(file)]

    def factors(self):
        return np.load(self.folder / "out.W.npy"), np.load(self.folder / "out.H.npy")


def compare(name, options, v, rank, loss):
    result = {"set": name, "shape": list(v.shape), "rank": rank, "loss": loss,
              "stored": int(v.nnz if scipy.sparse.issparse(v) else v.size)}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        nmf = Nmf(options.program, folder, v, rank, loss)
        w0, h0 = start_of(v, rank, options.seed)
        nmf.start(w0, h0)
        theirs, ours, single = [], [], []
        for _ in range(options.runs):
            seconds, w, h = run_sklearn(v, w0, h0, loss, ITERATIONS)
            theirs.append(seconds)
            target = objective(v, w, h, loss)
            ours.append(nmf.run("--max-iterations", str(ITERATIONS)))
            # The program's own figure has to be what the same code computes for both.
            own = ours[-1][-1][1]
            checked = objective(v, *nmf.factors(), loss)
            assert abs(checked - own) <= 1e-6 * abs(own), (name, checked, own)
            single.append(nmf.run("--max-iterations", str(ITERATIONS), "--precision", "single"))

        seconds = statistics.median(theirs)
        result["target"] = target
        result["sklearn"] = {"seconds": seconds, "iterations": ITERATIONS,
                             "each": seconds / ITERATIONS, "runs": theirs}
        for key, runs in (("nmf", ours), ("nmf float", single)):
            result[key] = beside(runs, target * (1 + (1e-6 if "float" in key else 0)), seconds,
                                 ITERATIONS)
        result["chart"] = {"scikit-learn": trajectory_of_sklearn(v, w0, h0, loss),
                           "nmf": [(s, error) for s, _, error in ours[0]],
                           "nmf, float": [(s, error) for s, _, error in single[0]]}
        r = RPackages(folder, v, w0, h0, loss)
        for package in options.r_packages:
            if package == "RcppML" and loss == "kl":
                continue
            outcome = r.run(package, ITERATIONS)
            if outcome is not None:
                seconds, start, w, h = outcome
                result["chart"][f"R {package}"] = [(seconds, relative_error(v, w, h))]
                result[f"R {package}"] = {"seconds": seconds, "start": start,
                                          "end": objective(v, w, h, loss)}
    return result


def fast_topics(r, v, start, saturated, iterations, prefit):
    """The history of a run of fastTopics, which has to end where its own factors are."""
    outcome = r.run("fastTopics", iterations, prefit)
    if outcome is None:
        return None
    history = history_of(r.progress(), saturated, start)
    _, _, w, h = outcome
    own = objective(v, w, h, "kl")
    assert abs(history[-1][1] - own) <= 1e-6 * own, (history[-1][1], own)
    return history


def compare_counts(name, options, v, rank, loss):
    """nmf and fastTopics from one start. After the first, a run goes on for as long as needed."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        nmf = Nmf(options.program, folder, v, rank, loss)
        w0, h0 = start_of(v, rank, options.seed)
        nmf.start(w0, h0)
        r = RPackages(folder, v, w0, h0, loss)
        start, saturated = objective(v, w0, h0, loss), saturated_loglik(v.data)

        def run_nmf(iterations=LONG):
            return nmf.run("--max-iterations", str(iterations))

        def run_plain(iterations=options.r_iterations):
            return fast_topics(r, v, start, saturated, iterations, 0)

        def run_prefit(iterations=PREFIT + options.r_iterations):
            return fast_topics(r, v, start, saturated, max(1, iterations - PREFIT), PREFIT)

        sides = {"nmf": run_nmf, "fastTopics": run_plain, "fastTopics, prefit": run_prefit}
        histories = {side: [run()] for side, run in sides.items()}
        histories = {side: runs for side, runs in histories.items() if runs[0] is not None}
        best, both = targets({side: runs[0] for side, runs in histories.items()})
        wanted = {side: (best, both[side]) for side in histories} | {"nmf": (best, *both.values())}
        for _ in range(1, options.runs):
            for side, runs in histories.items():
                history = sides[side](needed(runs[0], wanted[side]))
                if history is not None:
                    runs.append(history)
        return {"set": name, "shape": list(v.shape), "rank": rank, "loss": loss,
                "seed": options.seed, "sides": times_beside(histories), "histories": histories}


def compare_defaults(name, options, v, rank, loss):
    result = {"set": name, "shape": list(v.shape), "rank": rank, "loss": loss, "sklearn": [],
              "nmf": []}
    with tempfile.TemporaryDirectory() as folder:
        nmf = Nmf(options.program, pathlib.Path(folder), v, rank, loss)
        for seed in range(options.seed, options.seed + options.runs):
            model = NMF(rank, random_state=seed,
                        **({} if loss == "frobenius" else sklearn_options(loss)))
            begin = time.perf_counter()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                w = model.fit_transform(v)
            seconds = time.perf_counter() - begin
            h = model.components_
            result["sklearn"].append((seconds, objective(v, w, h, loss), relative_error(v, w, h)))
            result["nmf"].append(nmf.whole_run("--seed", str(seed)))
    return result


def compare_race(name, options, v, rank, loss):
    result = {"set": name, "shape": list(v.shape), "rank": rank, "loss": loss,
              "starts": options.race, "race": [], "all": []}
    with tempfile.TemporaryDirectory() as folder:
        nmf = Nmf(options.program, pathlib.Path(folder), v, rank, loss)
        for run in range(options.runs):
            first = options.seed + run * options.race
            result["race"].append(
                nmf.whole_run("--seed", str(first), "--starts", str(options.race)))
            result["all"].append(
                [nmf.whole_run("--seed", str(first + i)) for i in range(options.race)])
    return result


def blas():
    try:
        import threadpoolctl
        found = [f"{i.get('internal_api')} {i.get('version')} {i.get('architecture', '')}".strip()
                 for i in threadpoolctl.threadpool_info() if i.get("user_api") == "blas"]
        return "; ".join(sorted(set(found))) or "unknown"
    except ImportError:
        return "unknown"


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def conditions(options):
    of_r = "".join(f"{package} {version}, " for package, version in options.r_packages.items())
    return (f"{datetime.date.today()}, {processor()}, {THREADS} thread(s), double, nmf on sparse data mixed. scikit-learn "
            f"{sklearn.__version__}, NumPy {np.__version__}, {of_r}BLAS {blas()}. Medians of "
            f"{options.runs} runs, {'malloc as it comes' if DEFAULT_MALLOC else 'memory kept'}.")


def chart(results, path):
    try:
        import matplotlib
    except ImportError:
        print("no chart: matplotlib is not installed", file=sys.stderr)
        return
    matplotlib.use("svg")
    import matplotlib.pyplot as plt
    columns = 3
    rows = -(-len(results) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(5 * columns, 3.6 * rows), squeeze=False)
    for axis in axes.flat[len(results):]:
        axis.set_visible(False)
    for axis, result in zip(axes.flat, results):
        for name, points in result["chart"].items():
            axis.plot(*zip(*((s, error) for s, error in points if s > 0)), marker="o",
                      markersize=3, label=name)
        axis.set(title=f"{result['set']}, rank {result['rank']}", xlabel="seconds",
                 ylabel="relative error", xscale="log")
        axis.grid(True, alpha=0.3)
        axis.legend()
    figure.tight_layout()
    figure.savefig(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/demo/examples/nmf")
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "build/compare")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", default="1")
    parser.add_argument("--default-malloc", action="store_true")
    parser.add_argument("--without-r", action="store_true")
    parser.add_argument("--r-iterations", type=int, default=100)
    parser.add_argument("--only", nargs="*", choices=sorted({**SETS, **COUNTS}))
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--defaults", action="store_true")
    kind.add_argument("--race", type=int, metavar="N", choices=range(2, 1000))
    kind.add_argument("--counts", action="store_true")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)

    by = (compare_defaults if options.defaults else compare_race if options.race
          else compare_counts if options.counts else compare)
    wanted_of_r = {compare: ("NMF", "RcppML"), compare_counts: ("fastTopics",)}.get(by, ())
    options.r_packages = {} if options.without_r else versions(wanted_of_r)
    if options.counts and not options.r_packages:
        sys.exit("compare.py: --counts compares with fastTopics")
    results = []
    for name in options.only or (COUNTS if options.counts else SETS):
        make, rank, loss = {**SETS, **COUNTS}[name]
        try:
            v = make(options.data)
        except FileNotFoundError as missing:
            print(f"left out: {name} ({missing.filename} is not there)", file=sys.stderr)
            continue
        results.append(by(name, options, v, rank, loss))
        r = results[-1]
        if by is not compare:
            print(name, file=sys.stderr, flush=True)
            continue
        print(f"{name}: {r['sklearn']['seconds']:.3f} s, {r['nmf']['seconds']:.4f} s, "
              f"{r['nmf']['faster']:.1f} times faster", file=sys.stderr, flush=True)
    made = {compare: table, compare_defaults: defaults_table, compare_race: race_table,
            compare_counts: counts_table}
    text = conditions(options) + "\n\n" + made[by](results)
    (options.output / "results.md").write_text(text)
    (options.output / "results.json").write_text(json.dumps(results, indent=1))
    if by is compare:
        chart(results, options.output / "chart.svg")
    print(text)


if __name__ == "__main__":
    main()
