// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How the functions of nmf/testing report: the names of the laws that do not hold.

#include <algorithm>
#include <string>
#include <vector>

#include <nmf/core/requirements.hpp>

namespace nmf::testing {

/// Collects broken laws, each once, with the circumstances in which it broke first.
class BrokenLaws {
public:
    void require(bool holds, const std::string& law, const std::string& circumstances) {
        if (holds || std::find(laws_.begin(), laws_.end(), law) != laws_.end()) return;
        laws_.push_back(law);
        reports_.push_back(law + " [" + circumstances + "]");
    }

    [[nodiscard]] std::vector<std::string> reports() && { return std::move(reports_); }

private:
    std::vector<std::string> laws_;
    std::vector<std::string> reports_;
};

}  // namespace nmf::testing
