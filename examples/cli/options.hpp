// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// What the command line of `nmf` asks for.

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <nmf/core/types.hpp>

#include "io/matrix.hpp"

namespace cli {

enum class Loss { frobenius, kl, is, beta };
enum class Missing { none, nan, unstored };
enum class Solver { hals, mu, als, anls, cd };
enum class Init { random, nndsvd, nndsvda, nndsvdar, columns, spa, anchor_words };
enum class Precision { single_, double_ };
enum class Order { hw, wh };

struct Options {
    std::filesystem::path input;
    io::TableRules table;  ///< Of the input and the weights.
    io::Index rank = 0;

    Loss loss = Loss::frobenius;
    double beta = 2;                ///< Of the loss.
    std::filesystem::path weights;  ///< Empty: all 1.
    Missing missing = Missing::none;
    double l1_w = 0;
    double l1_h = 0;
    double l2_w = 0;
    double l2_h = 0;
    double count_scaled_l2_w = 0;
    double count_scaled_l2_h = 0;
    bool allow_no_minimiser = false;
    bool any_sign = false;  ///< Entries of V may be negative.

    std::filesystem::path frozen_w;  ///< Empty: none.
    std::filesystem::path frozen_h;
    std::optional<nmf::Side> unit_components;

    Solver solver = Solver::hals;
    std::optional<io::Index> inner_iterations;
    bool no_extrapolation = false;
    bool no_mixed_precision = false;
    bool compress = false;
    Order update_order = Order::hw;
    int threads = 0;  ///< 0: by the work there is.
    Precision precision = Precision::double_;

    std::vector<Init> inits = {Init::random};  ///< One for each of the first starts.
    std::filesystem::path init_w;              ///< Empty, or both factors come from files.
    std::filesystem::path init_h;
    std::uint64_t seed = 0;
    io::Index starts = 1;

    io::Index max_iterations = 500;
    std::optional<double> tolerance;
    std::optional<double> returns;
    std::optional<double> relative_decrease;
    io::Index decrease_window = 10;
    double time_limit = std::numeric_limits<double>::infinity();

    std::filesystem::path output;  ///< Empty: the factors are not written.
    io::Format format = io::Format::npy;
    std::filesystem::path history;  ///< Empty: the history is not written.
    bool quiet = false;
};

/// What the command line calls a value.
std::string name(Loss loss, double beta);
std::string_view name(Solver solver);
std::string name(const std::vector<Init>& inits);  ///< With commas between them.
std::string_view name(Missing missing);            ///< Not of none.
std::string_view name(Precision precision);

/// A command line that asks for nothing that can be done. The message is one line.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The options of a command line; nothing after --help or --version, whose text has then been
/// printed. Throws UsageError.
std::optional<Options> parse(int argc, const char* const* argv);

}  // namespace cli
