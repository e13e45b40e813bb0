// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Objectives of scikit-learn 1.2.1's NMF solvers after 1, 10 and 100 iterations. Written by
/// make_sklearn_values.py.
///
/// V = U(seed, rows, cols), where density < 1 only where U(seed + 1000, rows, cols) < density, else
/// 0; W0 = U(seed + 2000, rows, rank), H0 = U(seed + 3000, rank, cols); U is
/// CounterRandom(seed).uniform_matrix.

#include <cstdint>

#include <nmf/core/types.hpp>

namespace sklearn {

struct Case {
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
};

inline constexpr nmf::Index iterations[3] = {1, 10, 100};

// clang-format off
inline constexpr Case cases[] = {
    {"tall", "cd", 60, 15, 4, 1.0, 0.0, 0.0, 0.0, 101,
     {36.395953392344666, 22.402772026438964, 20.530913808380895}},
    {"wide", "cd", 12, 70, 6, 1.0, 0.0, 0.0, 0.0, 102,
     {32.973277228897274, 14.412603849361743, 12.371818412195635}},
    {"tall", "mu", 60, 15, 4, 1.0, 0.0, 0.0, 0.0, 103,
     {34.23409954044219, 26.189614933770528, 20.784283439794876}},
    {"wide", "mu", 12, 70, 6, 1.0, 0.0, 0.0, 0.0, 104,
     {31.811447935325983, 23.946202606343036, 13.802140885570303}},
    {"rank 1", "cd", 25, 25, 1, 1.0, 0.0, 0.0, 0.0, 105,
     {26.509146729805373, 25.782286691312414, 25.782286691312414}},
    {"rank above columns", "cd", 40, 7, 9, 1.0, 0.0, 0.0, 0.0, 106,
     {9.538716748798207, 0.4832479897745463, 0.0007391696552299062}},
    {"sparse", "cd", 90, 110, 7, 0.1, 0.0, 0.0, 0.0, 107,
     {145.23117534978806, 119.27834805563253, 116.47942887407193}},
    {"sparse", "mu", 90, 110, 7, 0.1, 0.0, 0.0, 0.0, 108,
     {146.86275346944325, 121.30874062429329, 117.33686082379103}},
    {"penalties", "cd", 30, 20, 5, 1.0, 0.002, 0.005, 0.3, 109,
     {29.1930492148646, 18.80024061481, 17.00937926875934}},
    {"penalties", "mu", 30, 20, 5, 1.0, 0.002, 0.005, 0.3, 110,
     {28.686198823122737, 22.507121176674435, 16.420354466350243}},
    {"penalties, sparse", "cd", 50, 45, 6, 0.2, 0.001, 0.0005, 0.3, 111,
     {61.43587308822196, 56.300291684786465, 55.988634253625996}},
    {"penalties, wide", "cd", 10, 64, 3, 1.0, 0.003, 0.001, 0.9, 112,
     {26.900399309456674, 18.36556889583205, 17.746560322303978}},
};
// clang-format on

}  // namespace sklearn
