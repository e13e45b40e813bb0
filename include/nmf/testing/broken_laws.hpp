// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The report of the functions of nmf/testing: the names of the laws that do not hold.

#include <algorithm>
#include <string>
#include <vector>

#include <nmf/core/requirements.hpp>

namespace nmf::testing {

/// Collects broken laws, each once, with the circumstances in which it first broke.
class BrokenLaws {
public:
    void require(bool holds, const std::string& law, const std::string& circumstances) {
        if (holds || std::find(laws_.begin(), laws_.end(), law) != laws_.end()) return;
        laws_.push_back(law);
        reports_.push_back(law + " [" + circumstances + "]");
    }

    [[nodiscard]] bool none() const { return laws_.empty(); }

    [[nodiscard]] std::vector<std::string> reports() && { return std::move(reports_); }

private:
    std::vector<std::string> laws_;
    std::vector<std::string> reports_;
};

}  // namespace nmf::testing
