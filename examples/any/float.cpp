// SPDX-License-Identifier: MIT
//
// The runs of nmf::factorize(V, options), compiled here and nowhere else.
#include <nmf/any_definitions.hpp>

NMF_DEFINE_ANY(float);
