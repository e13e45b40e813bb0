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
#include <type_traits>

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
    cli::ChosenWeights<S> weights;
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

/// Weight 1 where an entry is observed.
template <class S>
io::Sparse<S> observed(const io::Dense<S>& v, const Options& options) {
    if (options.missing == cli::Missing::unstored) {
        throw io::Error(options.input, {},
                        "expected a sparse matrix (.mtx, coordinate) for --missing unstored, found "
                        "a dense one");
    }
    const io::Dense<S> weights = (v.array() == v.array()).template cast<S>();
    return weights.sparseView();
}
template <class S>
io::Sparse<S> observed(const io::Sparse<S>& v, const Options& options) {
    if (options.missing == cli::Missing::unstored) {
        io::Sparse<S> weights = v;
        std::fill_n(weights.valuePtr(), weights.nonZeros(), S(1));
        return weights;
    }
    return observed(io::Dense<S>(v), options);
}

template <class S>
void check_compressible(const io::AnyMatrix<S>& matrix, const Options& options) {
    if (options.compress && std::holds_alternative<io::Sparse<S>>(matrix)) {
        throw io::Error(options.input, {},
                        "expected a dense matrix for --compress, found a sparse one");
    }
}

template <class S>
cli::ChosenWeights<S> read_weights(const io::AnyMatrix<S>& matrix, const Options& options) {
    const auto of = [&](const auto& v) -> cli::ChosenWeights<S> {
        if (options.missing != cli::Missing::none) return observed(v, options);
        if (options.weights.empty()) return std::nullopt;
        const io::AnyMatrix<S> read = io::read_matrix<S>(options.weights);
        const bool fits = std::visit(
            [&](const auto& m) { return m.rows() == v.rows() && m.cols() == v.cols(); }, read);
        if (!fits) {
            throw io::Error(options.weights, {},
                            "expected weights of the size of V, " + shape(v.rows(), v.cols()));
        }
        if (const auto* sparse = std::get_if<io::Sparse<S>>(&read)) return *sparse;
        return io::Sparse<S>(std::get<io::Dense<S>>(read).sparseView(S(1), S(0)));
    };
    return std::visit(of, matrix);
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
    input.weights = read_weights<S>(input.matrix, options);
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
                return cli::factorize(v, options, input.start, input.weights, observer);
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
