// SPDX-License-Identifier: MIT
#include "input.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace cli {
namespace {

using io::Index;

std::string shape(Index rows, Index cols) {
    return std::to_string(rows) + " x " + std::to_string(cols);
}

template <class S>
io::Dense<S> read_factor(const std::filesystem::path& file, const std::string& name, Index rows,
                         Index cols, const io::Say& say) {
    io::Dense<S> factor = io::read_dense<S>(file, say);
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
ChosenEntries<S> without_nan(const io::Dense<S>& v) {
    const auto observed = v.array() == v.array();
    if (observed.count() > v.size() / 10) return {Missing::nan, std::nullopt};
    return {Missing::none, listed_if_few<S>(observed.template cast<S>())};
}
template <class S>
ChosenEntries<S> without_nan(const io::Sparse<S>& v) {
    const S* const end = v.valuePtr() + v.nonZeros();
    const bool any = std::any_of(v.valuePtr(), end, [](S x) { return std::isnan(x); });
    return {any ? Missing::nan : Missing::none, std::nullopt};
}

template <class S>
void check_compressible(const io::AnyMatrix<S>& matrix, const Options& options) {
    if (options.compress && std::holds_alternative<io::Sparse<S>>(matrix)) {
        throw io::Error(options.input, {},
                        "expected a dense matrix for --compress, found a sparse one");
    }
}

template <class S>
ChosenEntries<S> read_entries(const io::AnyMatrix<S>& matrix, const Options& options,
                              const io::Say& say) {
    const bool dense = std::holds_alternative<io::Dense<S>>(matrix);
    if (options.missing == Missing::nan) {
        return std::visit([](const auto& v) { return without_nan(v); }, matrix);
    }
    if (options.missing == Missing::unstored && dense) {
        throw io::Error(options.input, {},
                        "expected a sparse matrix (.mtx, coordinate) for --missing unstored, found "
                        "a dense one");
    }
    if (options.weights.empty()) return {options.missing, std::nullopt};
    io::AnyMatrix<S> weights = io::read_matrix<S>(options.weights, options.table, say);
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
    return {Missing::none, std::move(weights)};
}

}  // namespace

template <class S>
Input<S> read(const Options& options, const io::Say& say) {
    const auto begin = std::chrono::steady_clock::now();
    Input<S> input;
    input.matrix = io::read_matrix<S>(options.input, options.table, say);
    check_compressible(input.matrix, options);
    std::visit(
        [&](const auto& v) {
            const auto read_w = [&](const std::filesystem::path& file, io::Dense<S>& w) {
                if (!file.empty()) w = read_factor<S>(file, "W", v.rows(), options.rank, say);
            };
            const auto read_h = [&](const std::filesystem::path& file, io::Dense<S>& h) {
                if (!file.empty()) h = read_factor<S>(file, "H", options.rank, v.cols(), say);
            };
            read_w(options.init_w, input.start.W);
            read_h(options.init_h, input.start.H);
            read_w(options.frozen_w, input.frozen.W);
            read_h(options.frozen_h, input.frozen.H);
        },
        input.matrix);
    input.entries = read_entries<S>(input.matrix, options, say);
    input.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return input;
}

template Input<float> read<float>(const Options&, const io::Say&);
template Input<double> read<double>(const Options&, const io::Say&);

}  // namespace cli
