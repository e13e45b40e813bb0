// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What `factorize` returns where it does not compile.

#include <type_traits>

#include <nmf/core/types.hpp>
#include <nmf/run/factorization.hpp>

namespace nmf::detail {

/// What stands for the result where an argument has been refused: usable like a fit, so that the
/// lines after it are no further errors.
template <class S>
struct Refused : Factorization<std::conditional_t<RealScalar<S>, S, double>> {
    template <class... Args>
    [[nodiscard]] auto transform(const Args&...) const {
        return this->H;
    }
    template <class... Args>
    [[nodiscard]] auto transform_rows(const Args&...) const {
        return this->W;
    }
    template <class T>
    operator T() const;
};

}  // namespace nmf::detail
