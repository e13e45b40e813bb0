// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The sums over components that penalties may ask for.

#include <nmf/factor/balance.hpp>
#include <nmf/factor/gram.hpp>
#include <nmf/machine/sums.hpp>
#include <nmf/subproblem/penalty_terms.hpp>

namespace nmf::detail {

/// Sums up the components of X (k x cols) and A (k x rows) of a view.
template <class View, RealScalar S>
void sum_up_components(const View& view, const Factor<S>& a, const Factor<S>& x,
                       RowSumsKernel<S>& kernel, ComponentSizes& out) {
    kernel(x, view, out.own_sum);
    kernel(a, RowsOf<View>{view}, out.fixed_sum);
    row_norms(x, view, out.own_square);
    row_norms(a, RowsOf<View>{view}, out.fixed_square);
}

}  // namespace nmf::detail
