// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What a run returns.

#include <vector>

#include <nmf/core/errors.hpp>
#include <nmf/core/progress.hpp>
#include <nmf/data/gram.hpp>
#include <nmf/data/view.hpp>
#include <nmf/penalty/concept.hpp>
#include <nmf/solvers/anls.hpp>

namespace nmf {

/// V ~ W H, and how the run went.
template <RealScalar S, class PenaltySet = Penalties<>>
struct Factorization {
    Matrix<S> W;  ///< m x k
    Matrix<S> H;  ///< k x n
    Status status = Status::max_iterations;
    Index iterations = 0;
    double objective = 0;                ///< 1/2 ||V - W H||^2 plus penalties, of these W and H.
    double relative_error = 0;           ///< ||V - W H|| / ||V||; 0 for V = 0.
    double kkt_residual = 0;             ///< See loss/normal_equations.hpp.
    double seconds = 0;                  ///< The run, initialisation included.
    Index restarts = 0;                  ///< Steps that extrapolation took back.
    std::vector<HistoryEntry> history;   ///< Line 0 is the start; objectives do not rise.
    std::vector<Index> dead_components;  ///< Components that contribute nothing, by number.

    PenaltySet penalties;
    int threads = 1;

    /// The coefficients of further columns, H2 >= 0 with V2 ~ W H2 (k x n2), for the same W, loss
    /// and penalties: the exact solution of that convex problem. At a converged fit, transform(V)
    /// is H to the tolerance. Throws InputError when V2 has not m rows, or for an entry that is not
    /// a finite number >= 0.
    template <class Derived>
    [[nodiscard]] Matrix<S> transform(const Eigen::EigenBase<Derived>& v2) const {
        static_assert(std::same_as<typename Derived::Scalar, S>,
                      "nmf: transform needs the scalar type of the fit; pass V.cast<...>()");
        if (v2.rows() != W.rows()) {
            throw InputError("transform: V is " + detail::shape(v2.rows(), v2.cols()) +
                             "; the fit has " + std::to_string(W.rows()) + " rows");
        }
        if (v2.cols() == 0) return Matrix<S>(W.cols(), 0);
        const auto view = make_view(v2.derived(), threads);
        static_cast<void>(view.summary());
        const Factor<S> fixed(W.transpose());
        Factor<S> x(fixed.rows(), view.cols());
        NormalEquations<S> equations;
        Matrix<double> gram;
        detail::GramKernel<S>()(fixed, threads, gram);
        equations.gram.assign(gram.cast<S>());
        equations.cross.resize(fixed.rows(), view.cols());
        equations.threads = threads;
        view.product(fixed, equations.cross);
        penalties.add_to(Side::h, equations);
        Anls::Workspace<S> work;
        Anls{}.update(equations, x, work);
        return x.matrix();
    }
};

}  // namespace nmf
