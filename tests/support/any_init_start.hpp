// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// AnyInit::start, for the two sources that instantiate it.

#include "support/any_init.hpp"

template <nmf::DataView View, class S>
void AnyInit::start(const View& view, const nmf::Summary& sums, nmf::CounterRandom random,
                    nmf::Factor<S>& w, nmf::Factor<S>& h) const {
    std::visit([&](const auto& init) { init.start(view, sums, random, w, h); }, choice);
}
