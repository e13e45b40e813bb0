// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Runs the program nmf as a user does.

#include <string>
#include <vector>

#include "program.hpp"

inline std::vector<std::string> operator+(std::vector<std::string> a,
                                          const std::vector<std::string>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

inline Run run_nmf(const std::vector<std::string>& arguments) {
    return run_program(NMF_CLI, arguments);
}

inline FlatJson result_of(const std::vector<std::string>& arguments) {
    return json_of(NMF_CLI, arguments);
}

inline std::string refusal_of(const std::vector<std::string>& arguments) {
    return refusal_of(NMF_CLI, arguments);
}
