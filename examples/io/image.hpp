// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Pictures: PNG by libpng, and PGM (https://netpbm.sourceforge.net/doc/pgm.html).

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "matrix.hpp"
#include "npy.hpp"

namespace io {

/// Reads a PNG or PGM (P2 or P5) picture as grey values from 0 (black) to 1 (white), height x
/// width. The first bytes tell the format. In a PNG, colours become grey, 16 bits become 8, and
/// transparent pixels lie on white.
Dense<double> read_image(const std::filesystem::path& file);

/// All files of a folder whose names end in .png or .pgm, in the order of their names. Hidden
/// files, which begin with a dot, and folders are ignored. Pictures of other types are ignored too,
/// but `say` is told about them.
ImageStack read_image_folder(const std::filesystem::path& folder, const Say& say = {});

struct Color {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
};

/// Pixels to be written.
class Image {
public:
    Image(Index height, Index width, Color background)
        : height_(height), width_(width), pixels_(static_cast<std::size_t>(height * width)) {
        for (Color& pixel : pixels_) pixel = background;
    }

    [[nodiscard]] Index height() const { return height_; }
    [[nodiscard]] Index width() const { return width_; }
    [[nodiscard]] const Color* data() const { return pixels_.data(); }

    Color& operator()(Index row, Index col) {
        return pixels_[static_cast<std::size_t>(row * width_ + col)];
    }

private:
    Index height_;
    Index width_;
    std::vector<Color> pixels_;
};

void write_png(const std::filesystem::path& file, const Image& image);

}  // namespace io
