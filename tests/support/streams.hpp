// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Streams of a V in memory, which tell how they were read.

#include <algorithm>
#include <memory>
#include <numeric>
#include <vector>

#include <nmf/data/streamed.hpp>

/// How often each column of a stream was asked for.
class Readings {
public:
    explicit Readings(nmf::Index cols)
        : of_column_(std::make_shared<std::vector<int>>(static_cast<std::size_t>(cols))) {}

    void note(nmf::Index first, nmf::Index count) const {
        for (nmf::Index j = first; j < first + count; ++j) {
            ++(*of_column_)[static_cast<std::size_t>(j)];
        }
    }

    /// How many columns were asked for, all calls together.
    [[nodiscard]] nmf::Index columns() const {
        return std::accumulate(of_column_->begin(), of_column_->end(), nmf::Index{0});
    }

    /// -1 where that is not the same for all columns.
    [[nodiscard]] int count() const {
        const auto [least, most] = std::minmax_element(of_column_->begin(), of_column_->end());
        return *least == *most ? *least : -1;
    }

private:
    std::shared_ptr<std::vector<int>> of_column_;
};

/// V by its columns. Refers to it.
template <class S>
auto stream_of(const nmf::Matrix<S>& v) {
    return nmf::streamed<S>(v.rows(), v.cols(), [&v](nmf::Index first, nmf::Index count, auto to) {
        to = v.middleCols(first, count);
    });
}

/// The same with the readings counted.
template <class S>
auto stream_of(const nmf::Matrix<S>& v, const Readings& readings) {
    return nmf::streamed<S>(v.rows(), v.cols(),
                            [&v, readings](nmf::Index first, nmf::Index count, auto to) {
                                to = v.middleCols(first, count);
                                readings.note(first, count);
                            });
}
