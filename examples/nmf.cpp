// SPDX-License-Identifier: MIT
//
// The library for people without a compiler in hand: reads a matrix, factorizes it, writes the
// factors, and prints what came out as one JSON object.
//
//     nmf ratings.mtx.gz --rank 20 --output fit
//
// Exit status: 0, or 2 with one line on standard error when the command line, an input file or a
// place to write to is no good, or 130 after SIGINT and 143 after SIGTERM, with the results so far.
// Where there is none yet, at a signal or the time limit (124), one line on standard error says so.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nmf/core/errors.hpp>
#include <nmf/core/interrupt.hpp>

#include "cli/factorizer.hpp"
#include "cli/input.hpp"
#include "cli/interrupts.hpp"
#include "cli/json.hpp"
#include "cli/options.hpp"
#include "cli/progress.hpp"
#include "io/matrix.hpp"
#include "io/text.hpp"

namespace {

using cli::Input;
using cli::Options;
using cli::Outcome;
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
    switch (error.what()[0]) {
        case 'W': return options.init_w;
        case 'H': return options.init_h;
        case 'w': return options.weights;
        default: return options.input;
    }
}

[[noreturn]] void rethrow_with_file(const nmf::InputError& error, const Options& options) {
    if (error.row < 0) throw io::Error(options.input, {}, error.what());
    std::string value;
    io::append_number(value, error.value);
    throw io::Error(file_of(error, options), {},
                    "row " + std::to_string(error.row + 1) + ", column " +
                        std::to_string(error.col + 1) +
                        " (counted from 1): expected a finite number " +
                        (error.value == 0 ? "> 0" : ">= 0") + ", found " + value);
}

template <class S>
Outcome<S> factorize(const Input<S>& input, const Options& options,
                     const cli::Interrupts& interrupts) {
    cli::ProgressDisplay display(options);
    const auto observer = [&](const nmf::Progress& progress) {
        display.show(progress);
        return cli::Interrupts::signal() != 0 ? nmf::Signal::cancel : nmf::Signal::proceed;
    };
    const cli::Course course{observer, interrupts.token()};
    try {
        return std::visit(
            [&](const auto& v) {
                return cli::factorize(v, options, input.start, input.entries, course);
            },
            input.matrix);
    } catch (const nmf::InputError& error) {
        rethrow_with_file(error, options);
    }
}

template <class S>
void write_factors(const Outcome<S>& outcome, const Options& options) {
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

template <class S>
void print_result(const Input<S>& input, const Outcome<S>& outcome, const Options& options) {
    cli::JsonObject json;
    std::visit(
        [&](const auto& v) {
            json.add("rows", v.rows()).add("cols", v.cols()).add("stored", stored(v));
        },
        input.matrix);
    json.add("rank", options.rank)
        .add("loss", cli::name(options.loss, options.beta))
        .add("solver", cli::name(options.solver))
        .add("init", options.init_w.empty() ? cli::name(options.init) : "custom")
        .add("iterations", outcome.history.back().iteration)
        .add("status", to_string(outcome.status))
        .add("objective", outcome.objective)
        .add("relative_error", outcome.relative_error);
    if (options.compress) json.add("compression_error", outcome.compression_error);
    json.add("kkt_residual", outcome.kkt_residual)
        .add("fit_seconds", outcome.seconds)
        .add("read_seconds", input.seconds)
        .add("threads", outcome.threads)
        .add("precision", cli::name(options.precision))
        .add("seed", options.seed);
    if (some_may_be_missing(options)) {
        json.add("unobserved_rows", outcome.unobserved_rows.size())
            .add("unobserved_columns", outcome.unobserved_columns.size());
    }
    std::printf("%s\n", json.text().c_str());
    if (std::fflush(stdout) != 0) throw io::Error("standard output", {}, "cannot be written");
}

template <class S>
int run(const Options& options) {
    const auto input = cli::read<S>(options, [&](const std::string& text) { say(options, text); });
    const cli::Interrupts interrupts;
    const Outcome<S> outcome = factorize(input, options, interrupts);
    write_factors(outcome, options);
    write_history(outcome.history, options);
    for (const std::string& warning : outcome.warnings) say(options, "warning: " + warning);
    if (!options.quiet) {
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
