// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The names of losses on a command line.

#include <cmath>
#include <optional>
#include <string_view>

#include "io/text.hpp"

namespace cli {

/// What --loss takes.
constexpr std::string_view loss_values = "frobenius|kl|is|BETA, a number from -64 to 64";

/// The beta of the beta divergence with this name, which may be the number itself.
inline std::optional<double> beta_of(std::string_view loss) {
    if (loss == "frobenius") return 2;
    if (loss == "kl") return 1;
    if (loss == "is") return 0;
    const auto beta = io::parse_number<double>(loss);
    if (beta && std::abs(*beta) <= 64) return beta;
    return std::nullopt;
}

}  // namespace cli
