// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The files that a command line names.

#include "factorizer.hpp"
#include "io/matrix.hpp"
#include "options.hpp"

namespace cli {

/// What is read.
template <class S>
struct Input {
    io::AnyMatrix<S> matrix;
    CustomStart<S> start;
    ChosenEntries<S> entries;
    double seconds = 0;
};

/// Throws an io::Error, where matrices do not fit each other or the options too.
template <class S>
Input<S> read(const Options& options, const io::Say& say);

}  // namespace cli
