// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The option --loss.

#include <cmath>
#include <string>

#include <CLI/CLI.hpp>

#include "io/text.hpp"

namespace media {

/// --loss frobenius|kl|is|BETA sets the beta of the beta divergence.
inline void add_loss(CLI::App& app, double& beta, const std::string& standard) {
    const auto read = [&beta](const std::string& name) {
        const auto number = io::parse_number<double>(name);
        if (name == "frobenius") {
            beta = 2;
        } else if (name == "kl") {
            beta = 1;
        } else if (name == "is") {
            beta = 0;
        } else if (number && std::isfinite(*number)) {
            beta = *number;
        } else {
            throw CLI::ValidationError("--loss " + name, "expected frobenius, kl, is or a number");
        }
    };
    app.add_option_function<std::string>(
           "--loss", read, "frobenius, kl, is or the beta of a beta divergence [" + standard + "]")
        ->type_name("NAME");
}

}  // namespace media
