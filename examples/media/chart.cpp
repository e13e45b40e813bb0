// SPDX-License-Identifier: MIT
#include "chart.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace media {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using io::Color;
using io::Image;

constexpr Index gap = 6;
constexpr Index strip = 48;
constexpr Color paper{250, 250, 250};
constexpr Color ground{230, 230, 235};

/// Another number of rows and columns: the largest of the values that fall together, or a value
/// several times.
MatrixXd resized(const MatrixXd& values, Index rows, Index cols) {
    MatrixXd result(rows, cols);
    const auto part = [](Index i, Index count, Index of) {
        const Index begin = i * of / count;
        return std::pair(begin, std::max<Index>(1, (i + 1) * of / count - begin));
    };
    for (Index i = 0; i < rows; ++i) {
        for (Index j = 0; j < cols; ++j) {
            const auto [row, height] = part(i, rows, values.rows());
            const auto [col, width] = part(j, cols, values.cols());
            result(i, j) = values.block(row, col, height, width).maxCoeff();
        }
    }
    return result;
}

/// From black over violet and orange to pale yellow.
Color heat(double value) {
    constexpr std::array<std::array<double, 3>, 5> stops{
        {{0, 0, 4}, {80, 18, 123}, {182, 54, 121}, {251, 136, 97}, {252, 253, 191}}};
    const double place = std::clamp(value, 0.0, 1.0) * (stops.size() - 1);
    const auto low = std::min(static_cast<std::size_t>(place), stops.size() - 2);
    const double share = place - static_cast<double>(low);
    const auto mixed = [&](std::size_t channel) {
        return static_cast<std::uint8_t>(
            std::lround((1 - share) * stops[low][channel] + share * stops[low + 1][channel]));
    };
    return {mixed(0), mixed(1), mixed(2)};
}

void fill(Image& image, Index top, Index left, Index height, Index width, Color color) {
    for (Index row = top; row < top + height; ++row) {
        for (Index col = left; col < left + width; ++col) image(row, col) = color;
    }
}

void draw_spectrogram(Image& image, MatrixXd values, double decibels_per_decade) {
    constexpr double range = 80;
    values /= std::max(values.maxCoeff(), 1e-300);
    for (Index row = 0; row < values.rows(); ++row) {
        for (Index col = 0; col < values.cols(); ++col) {
            const double decibels =
                decibels_per_decade * std::log10(std::max(values(row, col), 1e-300));
            image(gap + values.rows() - 1 - row, gap + col) = heat(1 + decibels / range);
        }
    }
}

/// The lengths of bars for these values, the largest of which becomes as long as a strip is wide.
Eigen::VectorXi bars(const Eigen::VectorXd& values) {
    const double largest = std::max(values.maxCoeff(), 1e-300);
    return (values.array() / largest * static_cast<double>(strip)).round().cast<int>();
}

Color color_of(Index component) {
    return component_colors[static_cast<std::size_t>(component) % component_colors.size()].color;
}

}  // namespace

Image chart(const MatrixXd& V, const MatrixXd& W, const MatrixXd& H, double decibels_per_decade) {
    const Index height = std::clamp<Index>(V.rows(), 256, 512);
    const Index width = std::clamp<Index>(V.cols(), 512, 1200);
    const Index strips = W.cols() * (strip + gap);
    Image image(gap + height + gap + strips, gap + width + gap + strips, paper);
    draw_spectrogram(image, resized(V, height, width), decibels_per_decade);
    const MatrixXd spectra = resized(W, height, W.cols());
    const MatrixXd activations = resized(H, H.rows(), width);
    for (Index a = 0; a < W.cols(); ++a) {
        const Index left = gap + width + gap + a * (strip + gap);
        const Index top = gap + height + gap + a * (strip + gap);
        fill(image, gap, left, height, strip, ground);
        fill(image, top, gap, strip, width, ground);
        const Eigen::VectorXi across = bars(spectra.col(a).cwiseSqrt());
        const Eigen::VectorXi upward = bars(activations.row(a));
        for (Index row = 0; row < height; ++row) {
            fill(image, gap + height - 1 - row, left, 1, across[row], color_of(a));
        }
        for (Index col = 0; col < width; ++col) {
            fill(image, top + strip - upward[col], gap + col, upward[col], 1, color_of(a));
        }
    }
    return image;
}

}  // namespace media
