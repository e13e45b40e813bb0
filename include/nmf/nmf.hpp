// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// All of nmf: non-negative matrix factorization for Eigen.

#include <nmf/constraint/free.hpp>
#include <nmf/constraint/frozen.hpp>
#include <nmf/constraint/upper_bound.hpp>
#include <nmf/data/compressed.hpp>
#include <nmf/data/held_out.hpp>
#include <nmf/data/signed.hpp>
#include <nmf/data/streamed.hpp>
#include <nmf/factorize.hpp>
#include <nmf/init/anchor_words.hpp>
#include <nmf/init/custom.hpp>
#include <nmf/init/nndsvd.hpp>
#include <nmf/init/random_columns.hpp>
#include <nmf/init/spa.hpp>
#include <nmf/mixed_precision.hpp>
#include <nmf/observe/print_progress.hpp>
#include <nmf/penalty/count_scaled_l2.hpp>
#include <nmf/penalty/elastic_net.hpp>
#include <nmf/penalty/orthogonal.hpp>
#include <nmf/penalty/smooth.hpp>
#include <nmf/solvers/als.hpp>
#include <nmf/solvers/anls.hpp>
#include <nmf/solvers/kl_coordinate_descent.hpp>
#include <nmf/solvers/multiplicative_update.hpp>
#include <nmf/stopping/cancel.hpp>
#include <nmf/stopping/relative_decrease.hpp>
#include <nmf/stopping/time_limit.hpp>
#include <nmf/stopping/validation_error.hpp>
#include <nmf/version.hpp>
