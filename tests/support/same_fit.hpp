// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Whether two results are the same to rounding.

#include <cmath>
#include <type_traits>

#include <nmf/run/factorization.hpp>

#include "support/catch.hpp"

/// The same run of two programs, whose compilers may have rounded differently.
template <class S>
void check_same(const nmf::Factorization<S>& a, const nmf::Factorization<S>& b) {
    const double digits = std::is_same_v<S, double> ? 1e-9 : 1e-3;
    REQUIRE(a.W.rows() == b.W.rows());
    REQUIRE(a.H.cols() == b.H.cols());
    REQUIRE(a.W.cols() == b.W.cols());
    CHECK((a.W - b.W).norm() <= digits * b.W.norm());
    CHECK((a.H - b.H).norm() <= digits * b.H.norm());
    CHECK(std::abs(a.objective - b.objective) <= digits * b.objective);
    CHECK(a.iterations == b.iterations);
    CHECK(a.status == b.status);
    CHECK(a.loss == b.loss);
    CHECK(a.solver == b.solver);
    CHECK(a.unobserved_rows == b.unobserved_rows);
    CHECK(a.unobserved_columns == b.unobserved_columns);
}
