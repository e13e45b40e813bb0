// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The option --loss.

#include <string>

#include <CLI/CLI.hpp>

#include "cli/loss.hpp"

namespace media {

/// --loss frobenius|kl|is|BETA sets the beta of the beta divergence.
inline void add_loss(CLI::App& app, double& beta, const std::string& standard) {
    const auto read = [&beta](const std::string& name) {
        const auto found = cli::beta_of(name);
        if (!found) {
            throw CLI::ValidationError("--loss " + name,
                                       "expected " + std::string(cli::loss_values));
        }
        beta = *found;
    };
    app.add_option_function<std::string>(
           "--loss", read, "frobenius, kl, is or the beta of a beta divergence [" + standard + "]")
        ->type_name("NAME");
}

}  // namespace media
