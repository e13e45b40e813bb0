// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// OpenBLAS's matrix product, where that library is installed: found when the program runs, so that
/// nothing has to be linked.

#include <Eigen/Core>

namespace bench {

/// C = A B, or A B' with `turned`, column-major, on one thread. False where there is no OpenBLAS.
bool openblas_product(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b, bool turned,
                      Eigen::MatrixXd& c);
bool openblas_product(const Eigen::MatrixXf& a, const Eigen::MatrixXf& b, bool turned,
                      Eigen::MatrixXf& c);

/// The name of the kernels that OpenBLAS has chosen, or "none".
const char* openblas_core();

}  // namespace bench
