// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Sound files, by libsndfile.

#include <filesystem>

#include "matrix.hpp"

namespace io {

struct Sound {
    Dense<double> samples;  ///< Time x channels, from -1 to 1.
    int rate = 0;           ///< Samples a second.
};

/// WAV, FLAC and what else libsndfile reads.
Sound read_sound(const std::filesystem::path& file);

/// Writes a WAV file of 32-bit floating-point numbers, so that nothing is clipped.
void write_wav(const std::filesystem::path& file, const Sound& sound);

}  // namespace io
