// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Objectives of runs whose every step is determined, copied from the project's golden.json, where
/// they have all the digits of a double. An independent NumPy program made them; it agrees with
/// scikit-learn 1.2.1 to 7e-15 on all lines of its solvers `mu` and `cd` (W before H).
///
/// U(s, r, c) is CounterRandom(s).uniform_matrix(r, c). Unless another problem is named:
/// V = U(1, 30, 20), W0 = U(2, 30, 5), H0 = U(3, 5, 20), taken as they are. The values are
/// 1/2 ||V - W H||^2, plus penalties, after so many iterations.

#include <vector>

#include <nmf/core/types.hpp>

namespace golden {

struct Line {
    nmf::Index iteration;
    double value;
};
using Lines = std::vector<Line>;

// The generator and the problem.
inline constexpr double v_0[3] = {0.5665615751722809, 0.7457817572627011, 0.9710027535867962};
inline constexpr double sum_v = 291.83117655853533;
inline constexpr double squared_norm_v = 191.04296899155656;
inline constexpr double sum_w0 = 76.27781865242562;
inline constexpr double sum_h0 = 50.844783557606256;
inline constexpr double start = 276.5905628149886;

inline const Lines mu_wh{
    {1, 23.14119484470519}, {10, 17.269398704176353}, {100, 12.520415151820472}};
inline const Lines mu_hw{
    {1, 23.09837578747892}, {10, 17.460242197436372}, {100, 12.664767905781236}};
inline const Lines hals_wh{
    {1, 23.970158178626697}, {10, 13.535392309141562}, {100, 12.238497986671032}};
inline const Lines hals_hw{
    {1, 22.57321659945425}, {10, 13.868774878825143}, {100, 12.18947884499001}};
inline const Lines hals_hw_3_sweeps{
    {1, 17.37823743088805}, {10, 12.665634115190583}, {100, 12.305974301594256}};

/// alpha_W = alpha_H = 0.01 in scikit-learn's terms.
inline const Lines hals_wh_elastic_net_l1_ratio_0{
    {1, 28.908652273185602}, {10, 18.45670646697639}, {100, 17.287412522694606}};
inline const Lines hals_wh_elastic_net_l1_ratio_half{
    {1, 34.62718990969362}, {10, 26.06187689998317}, {100, 24.810667147292236}};

inline const Lines anls_hw{{1, 15.930894248832947},
                           {2, 13.972104608954218},
                           {10, 12.600951503461008},
                           {100, 12.296308985964856}};

/// Relative errors ||V - W H|| / ||V||, from the start scaled: 4 sweeps for H, 2 for W.
inline const Lines accelerated_hals_relative_error{
    {0, 0.5803060736493318}, {1, 0.41927730069016433}, {2, 0.37884321399618576},
    {3, 0.3716149395209605}, {10, 0.3604689535366649}, {50, 0.35867708517818697}};

/// Up to iteration 90. The 7 of golden.json up to iteration 100 count 4 more, on rises of the
/// relative error by less than 1e-15; a run takes such rises for the rounding errors they are.
inline constexpr nmf::Index accelerated_hals_steps_taken_back = 3;

/// V = U(5, 200, 150) where U(6, 200, 150) < 0.05, else 0; W0 = U(7, 200, 8), H0 = U(8, 8, 150).
inline constexpr nmf::Index sparse_stored = 1482;
inline constexpr double sparse_sum = 731.1937854391755;
inline const Lines sparse_hals_wh{
    {1, 227.48993643623695}, {10, 197.354503762374}, {100, 194.38649790299422}};

/// The digits of examples/data; W0 = U(2, 1797, 10), H0 = U(3, 10, 64). The last two lines of
/// digits_mu_wh stand in the notes beside golden.json, with fewer digits.
inline const Lines digits_hals_wh{
    {1, 909030.9995313821}, {10, 414329.20046017633}, {100, 371434.66653498483}};
inline const Lines digits_mu_wh{{1, 1068655.7662505838}, {10, 803338.647715594}};
inline constexpr double digits_mu_wh_100 = 409780.1375;

}  // namespace golden
