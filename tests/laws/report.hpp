// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string>
#include <vector>

using Reports = std::vector<std::string>;
inline const Reports none{};

/// Whether the law with this number is among the broken ones.
inline bool breaks(const Reports& reports, int law) {
    const std::string number = std::to_string(law) + ". ";
    return std::any_of(reports.begin(), reports.end(),
                       [&](const std::string& report) { return report.rfind(number, 0) == 0; });
}
