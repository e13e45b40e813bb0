# SPDX-License-Identifier: MIT
"""R packages beside the program nmf, on one thread each."""
import pathlib
import shutil
import subprocess
import sys

import numpy as np
import scipy.sparse

SCRIPT = pathlib.Path(__file__).resolve().parent / "r_packages.R"
LONGEST = 600


def versions(packages):
    """The versions of R packages; says of each that is not there why it is left out."""
    if packages and shutil.which("Rscript") is None:
        print(f"left out: {', '.join(packages)} (there is no Rscript)", file=sys.stderr)
        return {}
    found = {}
    for package in packages:
        done = subprocess.run(["Rscript", "-e", f"cat(as.character(packageVersion('{package}')))"],
                              capture_output=True, text=True)
        if done.returncode == 0:
            found[package] = done.stdout
        else:
            print(f"left out: {package} (this R has no such package)", file=sys.stderr)
    return found


class RPackages:
    """R packages on a matrix and a start in files; a sparse matrix is there as v.mtx."""

    def __init__(self, folder, v, w, h, loss):
        self.folder, self.rank, self.loss = folder, w.shape[1], loss
        if not scipy.sparse.issparse(v):
            np.savetxt(folder / "v.csv", v, delimiter=",")
        np.savetxt(folder / "w.csv", w, delimiter=",")
        np.savetxt(folder / "ht.csv", h.T, delimiter=",")

    def run(self, package, iterations, prefit=0):
        """(seconds, start, W, H); None, and a message, if there is no result in ten minutes."""
        try:
            done = subprocess.run(
                ["Rscript", SCRIPT, self.folder, package, str(self.rank), self.loss,
                 str(iterations), str(prefit)], capture_output=True, text=True, timeout=LONGEST)
        except subprocess.TimeoutExpired:
            print(f"left out: {package} (it took more than {LONGEST} s)", file=sys.stderr)
            return None
        if done.returncode != 0:
            print(f"left out: {package} ({done.stderr.strip()})", file=sys.stderr)
            return None
        seconds, start = done.stdout.split()[-2:]
        return float(seconds), start, self.read("rw.csv"), self.read("rht.csv").T

    def progress(self):
        """(log-likelihood, seconds) of each iteration of the last run of fastTopics."""
        return self.read("progress.csv").tolist()

    def read(self, name):
        return np.loadtxt(self.folder / name, delimiter=",", ndmin=2)
