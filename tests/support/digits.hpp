// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The handwritten digits that come with the examples.

#include <fstream>
#include <stdexcept>
#include <vector>

#include <nmf/core/types.hpp>

/// 1797 images by 64 pixels of 0 to 16: the bytes of images.npy that follow its header.
inline nmf::Matrix<double> digits() {
    constexpr nmf::Index images = 1797;
    constexpr nmf::Index pixels = 64;
    std::ifstream file(NMF_EXAMPLES_DATA "/digits8/images.npy", std::ios::binary);
    std::vector<unsigned char> bytes(static_cast<std::size_t>(images * pixels));
    file.seekg(-images * pixels, std::ios::end);
    file.read(reinterpret_cast<char*>(bytes.data()), images * pixels);
    if (!file) throw std::runtime_error("digits8/images.npy is missing or too short");
    using Rows = Eigen::Matrix<unsigned char, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    return Eigen::Map<const Rows>(bytes.data(), images, pixels).cast<double>();
}
