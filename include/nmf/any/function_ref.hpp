// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// A callable whose type is not known.

#include <concepts>
#include <type_traits>
#include <utility>

#include <nmf/core/requirements.hpp>

namespace nmf::detail {

template <class Signature>
class FunctionRef;

/// Refers to a callable, which has to outlive it. A call costs one indirection.
template <class R, class... Args>
class FunctionRef<R(Args...)> {
public:
    template <class F>
    requires(!std::same_as<F, FunctionRef>) FunctionRef(const F& f)
        : object_(&f), call_([](const void* object, Args... args) -> R {
              return (*static_cast<const F*>(object))(std::forward<Args>(args)...);
          }) {}

    R operator()(Args... args) const { return call_(object_, std::forward<Args>(args)...); }

private:
    const void* object_;
    R (*call_)(const void*, Args...);
};

}  // namespace nmf::detail
