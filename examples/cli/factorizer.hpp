// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// From options to a call of nmf::factorize.

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <nmf/core/progress.hpp>
#include <nmf/stopping/concept.hpp>

#include "io/matrix.hpp"
#include "options.hpp"

namespace cli {

/// What a run with any policies returns.
template <class S>
struct Outcome {
    io::Dense<S> W;
    io::Dense<S> H;
    nmf::Status status = nmf::Status::max_iterations;
    double objective = 0;
    double relative_error = 0;
    double kkt_residual = 0;
    double compression_error = 0;
    double seconds = 0;  ///< Of the call of nmf::factorize.
    int threads = 1;
    std::vector<nmf::HistoryEntry> history;
    std::vector<nmf::Index> unobserved_rows;
    std::vector<nmf::Index> unobserved_columns;
    std::vector<std::string> warnings;  ///< A sentence each.
};

/// The start that --init-w and --init-h give; empty matrices without them.
template <class S>
struct CustomStart {
    io::Dense<S> W;
    io::Dense<S> H;
};

/// Which entries count.
template <class S>
struct ChosenEntries {
    Missing missing = Missing::none;
    std::optional<io::AnyMatrix<S>> weights;  ///< Where nothing is missing by itself.
};

/// What goes on beside a run.
struct Course {
    std::function<nmf::Signal(const nmf::Progress&)> observer;
    std::stop_token stop;  ///< Heeded within an iteration too.
};

/// Factorizes V, an io::Dense or an io::Sparse. Throws nmf::InputError and
/// nmf::Interrupted. Compiled in factorizer_float.cpp and factorizer_double.cpp: this is where the
/// solvers are instantiated.
template <class V, class S = typename V::Scalar>
Outcome<S> factorize(const V& v, const Options& options, const CustomStart<S>& start,
                     const ChosenEntries<S>& chosen, const Course& course);

}  // namespace cli
