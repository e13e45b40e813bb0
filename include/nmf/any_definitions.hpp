// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The definitions behind nmf/any.hpp. One source of a program has these lines, and one for each
/// precision compiles soonest:
///
///     #include <nmf/any_definitions.hpp>
///     NMF_DEFINE_ANY(double);
///
/// Sources that only call include nmf/any.hpp.

#include <nmf/any.hpp>
#include <nmf/any/run.hpp>

/// Compiles factorize(V, options) for V of float or double.
#define NMF_DEFINE_ANY(S)                                         \
    template nmf::Factorization<S> nmf::detail::factorize_any<S>( \
        const nmf::detail::AnyMatrix<S>&, const nmf::Options&, const nmf::detail::Stage&)
