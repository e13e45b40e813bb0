// SPDX-License-Identifier: MIT
//
// The library for people without a compiler in hand: reads a matrix, factorizes it, writes the
// factors, and prints what came out as one JSON object.
//
//     nmf ratings.mtx.gz --rank 20 --output fit
//
// Exit status: 0, or 2 with one line on standard error when the command line, an input file or a
// place to write to is no good, or 130 when interrupted (with the results so far).
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nmf/core/errors.hpp>

#include "cli/factorizer.hpp"
#include "cli/json.hpp"
#include "cli/options.hpp"
#include "cli/progress.hpp"
#include "io/matrix.hpp"
#include "io/text.hpp"

namespace {

using cli::Options;
using cli::Outcome;
using io::Index;

constexpr int bad_input = 2;
constexpr int interrupted = 130;

volatile std::sig_atomic_t interrupts = 0;

/// The first interrupt ends the factorization, a second one the program.
void on_interrupt(int signal) {
    interrupts = 1;
    std::signal(signal, SIG_DFL);
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// What is read.
template <class S>
struct Input {
    io::AnyMatrix<S> matrix;
    cli::CustomStart<S> start;
    cli::ChosenEntries<S> entries;
    double seconds = 0;
};

std::string shape(Index rows, Index cols) {
    return std::to_string(rows) + " x " + std::to_string(cols);
}

template <class S>
io::Dense<S> read_factor(const std::filesystem::path& file, const std::string& name, Index rows,
                         Index cols) {
    io::Dense<S> factor = io::read_dense<S>(file);
    if (factor.rows() != rows || factor.cols() != cols) {
        throw io::Error(file, {},
                        "expected " + name + " of " + shape(rows, cols) + ", found " +
                            shape(factor.rows(), factor.cols()));
    }
    return factor;
}

/// The weights as a list, if few are not 0: an entry of a list takes some ten times the memory of a
/// dense one.
template <class S>
io::AnyMatrix<S> listed_if_few(io::Dense<S> weights) {
    const Index counted = (weights.array() != S(0)).count();
    if (counted > weights.size() / 10) return weights;
    return io::Sparse<S>(weights.sparseView(S(1), S(0)));
}

template <class S>
cli::ChosenEntries<S> without_nan(const io::Dense<S>& v) {
    const auto observed = v.array() == v.array();
    if (observed.count() > v.size() / 10) return {cli::Missing::nan, std::nullopt};
    return {cli::Missing::none, listed_if_few<S>(observed.template cast<S>())};
}
template <class S>
cli::ChosenEntries<S> without_nan(const io::Sparse<S>& v) {
    const S* const end = v.valuePtr() + v.nonZeros();
    const bool any = std::any_of(v.valuePtr(), end, [](S x) { return x != x; });
    return {any ? cli::Missing::nan : cli::Missing::none, std::nullopt};
}

template <class S>
void check_compressible(const io::AnyMatrix<S>& matrix, const Options& options) {
    if (options.compress && std::holds_alternative<io::Sparse<S>>(matrix)) {
        throw io::Error(options.input, {},
                        "expected a dense matrix for --compress, found a sparse one");
    }
}

template <class S>
cli::ChosenEntries<S> read_entries(const io::AnyMatrix<S>& matrix, const Options& options) {
    const bool dense = std::holds_alternative<io::Dense<S>>(matrix);
    if (options.missing == cli::Missing::nan) {
        return std::visit([](const auto& v) { return without_nan(v); }, matrix);
    }
    if (options.missing == cli::Missing::unstored && dense) {
        throw io::Error(options.input, {},
                        "expected a sparse matrix (.mtx, coordinate) for --missing unstored, found "
                        "a dense one");
    }
    if (options.weights.empty()) return {options.missing, std::nullopt};
    io::AnyMatrix<S> weights = io::read_matrix<S>(options.weights);
    const auto size = [](const io::AnyMatrix<S>& of) {
        return std::visit([](const auto& m) { return std::pair(m.rows(), m.cols()); }, of);
    };
    if (size(weights) != size(matrix)) {
        throw io::Error(
            options.weights, {},
            "expected weights of the size of V, " + shape(size(matrix).first, size(matrix).second));
    }
    if (auto* all = std::get_if<io::Dense<S>>(&weights))
        weights = listed_if_few<S>(std::move(*all));
    return {cli::Missing::none, std::move(weights)};
}

template <class S>
Input<S> read(const Options& options) {
    const auto begin = std::chrono::steady_clock::now();
    Input<S> input;
    input.matrix = io::read_matrix<S>(options.input);
    check_compressible(input.matrix, options);
    if (!options.init_w.empty()) {
        std::visit(
            [&](const auto& v) {
                input.start.W = read_factor<S>(options.init_w, "W", v.rows(), options.rank);
                input.start.H = read_factor<S>(options.init_h, "H", options.rank, v.cols());
            },
            input.matrix);
    }
    input.entries = read_entries<S>(input.matrix, options);
    input.seconds = seconds_since(begin);
    return input;
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
Outcome<S> factorize(const Input<S>& input, const Options& options) {
    cli::ProgressDisplay display(options);
    const cli::Observer observer = [&](const nmf::Progress& progress) {
        display.show(progress);
        return interrupts != 0 ? nmf::Signal::cancel : nmf::Signal::proceed;
    };
    try {
        return std::visit(
            [&](const auto& v) {
                return cli::factorize(v, options, input.start, input.entries, observer);
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
    const Input<S> input = read<S>(options);
    std::signal(SIGINT, on_interrupt);
    const Outcome<S> outcome = factorize(input, options);
    write_factors(outcome, options);
    write_history(outcome.history, options);
    if (!options.quiet) {
        tell_unobserved("row", outcome.unobserved_rows, "W");
        tell_unobserved("column", outcome.unobserved_columns, "H");
    }
    print_result(input, outcome, options);
    return outcome.status == nmf::Status::cancelled ? interrupted : 0;
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
    } catch (const std::bad_alloc&) {
        std::fputs("nmf: not enough memory\n", stderr);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "nmf: %s\n", error.what());
    }
    return bad_input;
}
