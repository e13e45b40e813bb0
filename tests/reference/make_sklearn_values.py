#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes sklearn_values.hpp: objectives of scikit-learn's NMF solvers `cd` and `mu` from given
starts. Needs Debian's python3-sklearn (written with 1.2.1); no test runs it.

    python3 make_sklearn_values.py > sklearn_values.hpp
"""
import warnings

import numpy as np
import scipy.sparse
import sklearn
from sklearn.decomposition import non_negative_factorization

ITERATIONS = (1, 10, 100)

# name, solver, rows, cols, rank, density of V, alpha_W, alpha_H, l1_ratio, seed
CASES = [
    ("tall", "cd", 60, 15, 4, 1.0, 0.0, 0.0, 0.0, 101),
    ("wide", "cd", 12, 70, 6, 1.0, 0.0, 0.0, 0.0, 102),
    ("tall", "mu", 60, 15, 4, 1.0, 0.0, 0.0, 0.0, 103),
    ("wide", "mu", 12, 70, 6, 1.0, 0.0, 0.0, 0.0, 104),
    ("rank 1", "cd", 25, 25, 1, 1.0, 0.0, 0.0, 0.0, 105),
    ("rank above columns", "cd", 40, 7, 9, 1.0, 0.0, 0.0, 0.0, 106),
    ("sparse", "cd", 90, 110, 7, 0.1, 0.0, 0.0, 0.0, 107),
    ("sparse", "mu", 90, 110, 7, 0.1, 0.0, 0.0, 0.0, 108),
    ("penalties", "cd", 30, 20, 5, 1.0, 0.002, 0.005, 0.3, 109),
    ("penalties", "mu", 30, 20, 5, 1.0, 0.002, 0.005, 0.3, 110),
    ("penalties, sparse", "cd", 50, 45, 6, 0.2, 0.001, 0.0005, 0.3, 111),
    ("penalties, wide", "cd", 10, 64, 3, 1.0, 0.003, 0.001, 0.9, 112),
]


def uniform(seed, rows, cols):
    """CounterRandom(seed).uniform_matrix(rows, cols): SplitMix64, row by row."""
    draw = np.arange(1, rows * cols + 1, dtype=np.uint64)
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + draw * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(11)).astype(float) * 2.0**-53).reshape(rows, cols)


def objective(v, w, h, alpha_w, alpha_h, l1_ratio):
    rows, cols = v.shape
    value = 0.5 * np.sum((v - w @ h) ** 2)
    for x, weight in ((w, cols * alpha_w), (h, rows * alpha_h)):
        value += weight * (l1_ratio * x.sum() + 0.5 * (1 - l1_ratio) * np.sum(x**2))
    return value


def values(solver, rows, cols, rank, density, alpha_w, alpha_h, l1_ratio, seed):
    v = uniform(seed, rows, cols)
    if density < 1:
        v = np.where(uniform(seed + 1000, rows, cols) < density, v, 0.0)
    given = scipy.sparse.csr_matrix(v) if density < 1 else v
    for iterations in ITERATIONS:
        w, h, _ = non_negative_factorization(
            given,
            W=uniform(seed + 2000, rows, rank),
            H=uniform(seed + 3000, rank, cols),
            n_components=rank,
            init="custom",
            solver=solver,
            tol=0,
            max_iter=iterations,
            alpha_W=alpha_w,
            alpha_H=alpha_h,
            l1_ratio=l1_ratio,
        )
        yield objective(v, w, h, alpha_w, alpha_h, l1_ratio)


HEADER = """\
// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Objectives of scikit-learn {version}'s NMF solvers after 1, 10 and 100 iterations. Written by
/// make_sklearn_values.py.
///
/// V = U(seed, rows, cols), where density < 1 only where U(seed + 1000, rows, cols) < density, else
/// 0; W0 = U(seed + 2000, rows, rank), H0 = U(seed + 3000, rank, cols); U is
/// CounterRandom(seed).uniform_matrix.

#include <cstdint>

#include <nmf/core/types.hpp>

namespace sklearn {{

struct Case {{
    const char* name;
    const char* solver;
    nmf::Index rows;
    nmf::Index cols;
    nmf::Index rank;
    double density;
    double alpha_w;
    double alpha_h;
    double l1_ratio;
    std::uint64_t seed;
    double objective[3];
}};

inline constexpr nmf::Index iterations[3] = {{1, 10, 100}};

// clang-format off
inline constexpr Case cases[] = {{
{cases}
}};
// clang-format on

}}  // namespace sklearn"""


def main():
    warnings.simplefilter("ignore")
    lines = []
    for name, solver, *parameters in CASES:
        objectives = ", ".join(repr(float(x)) for x in values(solver, *parameters))
        numbers = ", ".join(str(x) for x in parameters)
        lines.append(f'    {{"{name}", "{solver}", {numbers},\n     {{{objectives}}}}},')
    print(HEADER.format(version=sklearn.__version__, cases="\n".join(lines)))


if __name__ == "__main__":
    main()
