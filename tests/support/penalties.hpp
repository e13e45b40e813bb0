// SPDX-License-Identifier: MIT
#pragma once

#include <nmf/penalty/elastic_net.hpp>

struct NamedPenalty {
    const char* name;
    nmf::ElasticNet penalty;
};
inline const NamedPenalty named_penalties[] = {
    {"no penalty", {}},
    {"L1", {nmf::L1{0.3, 0.2}, {}}},
    {"L2", {{}, nmf::L2{0.5, 2.0}}},
    {"L1 and L2", {nmf::L1{0.1, 0.4}, nmf::L2{1.0, 0.2}}},
    {"a strong L1", {nmf::L1{3.0, 3.0}, {}}},
};
