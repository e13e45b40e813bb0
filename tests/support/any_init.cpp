// SPDX-License-Identifier: MIT
#include "support/any_init.hpp"

std::vector<NamedInit> all_inits() {
    return {{"random", nmf::RandomInit{}},
            {"nndsvd", nmf::Nndsvd{}},
            {"nndsvd, average fill", nmf::Nndsvd{nmf::Nndsvd::Fill::average}},
            {"nndsvd, random fill", nmf::Nndsvd{nmf::Nndsvd::Fill::random}},
            {"random columns", nmf::RandomColumns{}},
            {"spa", nmf::Spa{}},
            {"anchor words", nmf::AnchorWords{}},
            {"anchor words, all", nmf::AnchorWords{.least_mass = 0}}};
}
