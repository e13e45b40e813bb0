// SPDX-License-Identifier: MIT
//
// The command line program: reads a matrix, factorizes it, writes the factors, and prints the
// result as one JSON object.
//
//     nmf ratings.mtx.gz --rank 20 --output fit
//
// The exit status is 0 for a result. It is 2 if the command line, an input file or a place to write
// to is not valid; one line on standard error says what. After SIGINT it is 130 and after SIGTERM
// 143, and the results so far are written. If there is no result yet, at a signal or at the time
// limit (124), one line on standard error says so.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nmf/any.hpp>
#include <nmf/core/errors.hpp>
#include <nmf/core/interrupt.hpp>

#include "cli/input.hpp"
#include "cli/interrupts.hpp"
#include "cli/json.hpp"
#include "cli/options.hpp"
#include "cli/progress.hpp"
#include "cli/run_options.hpp"
#include "io/matrix.hpp"
#include "io/text.hpp"

namespace {

using cli::Input;
using cli::Options;
using io::Index;

constexpr int bad_input = 2;
constexpr int out_of_time = 124;  // as of timeout(1)

/// One line on standard error, unless --quiet.
void say(const Options& options, const std::string& text) {
    if (!options.quiet) std::fprintf(stderr, "nmf: %s\n", text.c_str());
}

/// Before the work, not after it.
void check_place(const std::string& option, const std::filesystem::path& file) {
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    if (!file.empty() && !std::filesystem::is_directory(folder)) {
        throw cli::UsageError(option + ' ' + file.string() +
                              ": expected a folder that is there, found none");
    }
}

/// The file that an entry named in the message of the error came from.
std::filesystem::path file_of(const nmf::InputError& error, const Options& options) {
    const std::string message = error.what();
    if (message.starts_with("Frozen.w")) return options.frozen_w;
    if (message.starts_with("Frozen.h")) return options.frozen_h;
    switch (message[0]) {
        case 'W': return options.init_w;
        case 'H': return options.init_h;
        case 'w': return options.weights;
        default: return options.input;
    }
}

/// What the entry of that file has to be.
std::string expected_of(const nmf::InputError& error, const std::filesystem::path& file,
                        const Options& options) {
    if (file == options.input && options.any_sign) return "a finite number";
    const bool frozen = file == options.frozen_w || file == options.frozen_h;
    if (frozen) return "a finite number >= 0, or nan where the entry is free";
    return std::string("a finite number ") + (error.value == 0 ? "> 0" : ">= 0");
}

[[noreturn]] void rethrow_with_file(const nmf::InputError& error, const Options& options) {
    if (error.row < 0) throw io::Error(options.input, {}, error.what());
    std::string value;
    io::append_number(value, error.value);
    const std::filesystem::path file = file_of(error, options);
    throw io::Error(file, {},
                    "row " + std::to_string(error.row + 1) + ", column " +
                        std::to_string(error.col + 1) + " (counted from 1): expected " +
                        expected_of(error, file, options) + ", found " + value);
}

template <class S>
nmf::Factorization<S> factorize(const Input<S>& input, const Options& options,
                                const cli::Interrupts& interrupts) {
    cli::ProgressDisplay display(options);
    nmf::Options run = cli::run_options(options, input);
    run.stop = interrupts.token();
    run.observer = [&](const nmf::Progress& progress) {
        display.show(progress);
        return cli::Interrupts::signal() != 0 ? nmf::Signal::cancel : nmf::Signal::proceed;
    };
    try {
        return std::visit(
            [&](const auto& v) {
                return options.no_mixed_precision ? nmf::factorize(v, run)
                                                  : nmf::factorize_mixed(v, run);
            },
            input.matrix);
    } catch (const nmf::InputError& error) {
        rethrow_with_file(error, options);
    }
}

template <class S>
void write_factors(const nmf::Factorization<S>& outcome, const Options& options) {
    if (options.output.empty()) return;
    const std::string end(io::extension(options.format));
    io::write_matrix<S>(options.output.string() + ".W" + end, outcome.W);
    io::write_matrix<S>(options.output.string() + ".H" + end, outcome.H);
}

void write_history(const std::vector<nmf::HistoryEntry>& history, const Options& options) {
    if (options.history.empty()) return;
    std::string text = "iteration,seconds,objective,relative_error,kkt_residual\n";
    for (const nmf::HistoryEntry& entry : history) {
        text += std::to_string(entry.iteration);
        for (const double value :
             {entry.seconds, entry.objective, entry.relative_error, entry.kkt_residual}) {
            text += ',';
            io::append_number(text, value);
        }
        text += '\n';
    }
    io::write_file(options.history, text);
}

template <class S>
Index stored(const io::Dense<S>& v) {
    return v.size();
}
template <class S>
Index stored(const io::Sparse<S>& v) {
    return v.nonZeros();
}

bool some_may_be_missing(const Options& options) {
    return options.missing != cli::Missing::none || !options.weights.empty();
}

/// `what`: row or column.
void tell_unobserved(const char* what, const std::vector<Index>& which, const char* factor) {
    if (which.empty()) return;
    std::fprintf(stderr, "%ss without an observed entry, 0 in %s: %zu, first %s %td (from 1)\n",
                 what, factor, which.size(), what, which.front() + 1);
}

/// What each of several starts reached, a line for each.
void tell_starts(const std::vector<nmf::StartResult>& starts) {
    if (starts.size() < 2) return;
    for (const nmf::StartResult& start : starts) {
        std::fprintf(stderr, "seed %llu, %s: %td iterations, objective %.6g\n",
                     static_cast<unsigned long long>(start.seed), start.init.c_str(),
                     start.iterations, start.objective);
    }
}

/// What else repeats the run: the options that are not those of a run without any.
void add_choices(cli::JsonObject& json, const Options& options) {
    const auto file = [&](const char* key, const std::filesystem::path& path) {
        if (!path.empty()) json.add(key, path.string());
    };
    const auto number = [&](const char* key, double value) {
        if (value != 0) json.add(key, value);
    };
    file("weights", options.weights);
    if (options.missing != cli::Missing::none) json.add("missing", cli::name(options.missing));
    if (options.any_sign) json.add("signed", options.any_sign);
    number("l1_w", options.l1_w);
    number("l1_h", options.l1_h);
    number("l2_w", options.l2_w);
    number("l2_h", options.l2_h);
    number("count_scaled_l2_w", options.count_scaled_l2_w);
    number("count_scaled_l2_h", options.count_scaled_l2_h);
    if (options.unit_components) {
        json.add("unit_components", *options.unit_components == nmf::Side::w ? "w" : "h");
    }
    file("frozen_w", options.frozen_w);
    file("frozen_h", options.frozen_h);
    file("init_w", options.init_w);
    file("init_h", options.init_h);
    if (options.inner_iterations) json.add("inner_iterations", *options.inner_iterations);
    const Options usual;
    if (options.no_extrapolation) json.add("extrapolation", false);
    if (options.no_mixed_precision) json.add("mixed_precision", false);
    if (options.update_order == cli::Order::wh) json.add("update_order", "wh");
    if (options.max_iterations != usual.max_iterations) {
        json.add("max_iterations", options.max_iterations);
    }
    if (options.tolerance) json.add("tolerance", *options.tolerance);
    if (options.returns) json.add("returns", *options.returns);
    if (options.relative_decrease) {
        json.add("relative_decrease", *options.relative_decrease)
            .add("decrease_window", options.decrease_window);
    }
    if (std::isfinite(options.time_limit)) json.add("time_limit", options.time_limit);
}

template <class S>
void print_result(const Input<S>& input, const nmf::Factorization<S>& outcome,
                  const Options& options) {
    cli::JsonObject json;
    std::visit(
        [&](const auto& v) {
            json.add("rows", v.rows()).add("cols", v.cols()).add("stored", stored(v));
        },
        input.matrix);
    json.add("rank", options.rank)
        .add("loss", cli::name(options.loss, options.beta))
        .add("solver", cli::name(options.solver))
        .add("init", outcome.init)
        .add("iterations", outcome.iterations)
        .add("status", to_string(outcome.status))
        .add("objective", outcome.objective)
        .add("relative_error", outcome.relative_error);
    if (options.compress) json.add("compression_error", outcome.compression_error);
    json.add("kkt_residual", outcome.kkt_residual)
        .add("fit_seconds", outcome.seconds)
        .add("read_seconds", input.seconds)
        .add("threads", outcome.threads)
        .add("precision", cli::name(options.precision))
        .add("seed", outcome.seed);
    if (options.starts > 1) json.add("starts", options.starts);
    if (options.inits.size() > 1) json.add("inits", cli::name(options.inits));
    if (some_may_be_missing(options)) {
        json.add("unobserved_rows", outcome.unobserved_rows.size())
            .add("unobserved_columns", outcome.unobserved_columns.size());
    }
    add_choices(json, options);
    std::printf("%s\n", json.text().c_str());
    if (std::fflush(stdout) != 0) throw io::Error("standard output", {}, "cannot be written");
}

template <class S>
int run(const Options& options) {
    const auto input = cli::read<S>(options, [&](const std::string& text) { say(options, text); });
    const cli::Interrupts interrupts;
    const nmf::Factorization<S> outcome = factorize(input, options, interrupts);
    write_factors(outcome, options);
    write_history(outcome.history, options);
    for (const nmf::Warning warning : outcome.warnings) {
        say(options, "warning: " + std::string(message(warning)));
    }
    if (!options.quiet) {
        tell_starts(outcome.starts);
        tell_unobserved("row", outcome.unobserved_rows, "W");
        tell_unobserved("column", outcome.unobserved_columns, "H");
    }
    print_result(input, outcome, options);
    return outcome.status == nmf::Status::cancelled ? 128 + cli::Interrupts::signal() : 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto options = cli::parse(argc, argv);
        if (!options) return 0;
        check_place("--output", options->output);
        check_place("--history", options->history);
        return options->precision == cli::Precision::single_ ? run<float>(*options)
                                                             : run<double>(*options);
    } catch (const nmf::Interrupted& left) {
        const bool late = left.status == nmf::Status::time_limit;
        std::fprintf(stderr, "nmf: %s: nothing is written\n", left.what());
        return late ? out_of_time : 128 + cli::Interrupts::signal();
    } catch (const std::bad_alloc&) {
        std::fputs("nmf: not enough memory\n", stderr);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "nmf: %s\n", error.what());
    }
    return bad_input;
}
