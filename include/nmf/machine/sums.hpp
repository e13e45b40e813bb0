// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Sums over V or over the columns of a factor, the same for any number of threads.

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include <nmf/core/types.hpp>
#include <nmf/machine/chunks.hpp>
#include <nmf/machine/columns.hpp>
#include <nmf/machine/scratch.hpp>

namespace nmf::detail {

/// One partial sum for each chunk, whichever thread works on it. The total adds them in the order
/// of the chunks.
template <class T>
class Parts {
public:
    [[nodiscard]] T& operator[](Index chunk) { return parts_[static_cast<std::size_t>(chunk)]; }

    [[nodiscard]] T total() const {
        T sum{};
        for (const T& part : parts_) sum += part;
        return sum;
    }

private:
    std::array<T, most_chunks> parts_{};
};

/// The sum of part(0), part(1), ... in this order.
template <class T, class Part>
[[nodiscard]] T sum_over_chunks(Index chunks, const Part& part) {
    Parts<T> parts;
    for_each_chunk(chunks, [&](Index chunk, int) { parts[chunk] = part(chunk); });
    return parts.total();
}

/// A V that is complete, so its sums are complete as well.
struct WholeData {};

/// Completes sums over the columns of `data` if this is one part of a larger V. Its member reduce()
/// then adds up the sums of all parts, and reduce_rows() adds up sums over rows.
template <class Data>
void reduce(const Data& data, std::span<double> sums) {
    if constexpr (requires { data.reduce(sums); }) data.reduce(sums);
}

/// Completes sums over the rows of V.
template <class View>
struct RowsOf {
    const View& view;

    void reduce(std::span<double> sums) const requires requires(const View& of) {
        of.reduce_rows(sums);
    }
    { view.reduce_rows(sums); }
};

/// The same as Parts for an array of numbers, padded to whole packets. Keeps its memory.
class Sums {
public:
    /// Makes room for this many chunks and sets all sums to 0.
    void prepare(Index size, Index chunks = most_chunks) {
        size_ = padded<double>(size);
        chunks_ = chunks;
        memory_.prepare(chunks, size_);
        begun_ = {};
    }

    /// The sums of a chunk, which are 0 when it is first asked for.
    [[nodiscard]] double* part(Index chunk) {
        double* const sums = memory_.of(chunk);
        bool& begun = begun_[static_cast<std::size_t>(chunk)];
        if (!begun) {
            std::fill_n(sums, size_, 0.0);
            begun = true;
        }
        return sums;
    }

    /// The total of all parts, which have to be complete. `data` is what they are sums over.
    template <class Data>
    [[nodiscard]] const Vector<double>& total(const Data& data) {
        total_.setZero(size_);
        for (Index chunk = 0; chunk < chunks_; ++chunk) {
            if (!begun_[static_cast<std::size_t>(chunk)]) continue;
            add(total_.data(), memory_.of(chunk), size_);
        }
        reduce(data, std::span<double>(total_.data(), static_cast<std::size_t>(size_)));
        return total_;
    }

private:
    Index size_ = 0;
    Index chunks_ = 0;
    Scratch<double> memory_;
    std::array<bool, most_chunks> begun_{};
    Vector<double> total_;
};

}  // namespace nmf::detail
