// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The files that a command line names.

#include <optional>

#include "io/matrix.hpp"
#include "options.hpp"

namespace cli {

/// W (m x k) and H (k x n) from files; empty where none is given.
template <class S>
struct Factors {
    io::Dense<S> W;
    io::Dense<S> H;
};

/// Which entries count.
template <class S>
struct ChosenEntries {
    Missing missing = Missing::none;
    std::optional<io::AnyMatrix<S>> weights;  ///< Where nothing is missing by itself.
};

/// What is read.
template <class S>
struct Input {
    io::AnyMatrix<S> matrix;
    Factors<S> start;
    Factors<S> frozen;  ///< nan where an entry is free.
    ChosenEntries<S> entries;
    double seconds = 0;
};

/// Throws an io::Error, where matrices do not fit each other or the options too.
template <class S>
Input<S> read(const Options& options, const io::Say& say);

}  // namespace cli
