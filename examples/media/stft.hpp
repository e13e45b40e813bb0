// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The short-time Fourier transform and its inverse.

#include <Eigen/Core>

namespace media {

using Eigen::Index;

/// Frame t holds the spectrum of the samples from t hop - (window - hop) on, under the root of a
/// Hann window. The inverse adds the frames up under the same window and divides by the sum of the
/// squared windows: it is linear, and inverse(forward(x)) is x up to rounding.
class Stft {
public:
    /// An even window of at least 2 samples, and 1 <= hop <= window / 2; std::invalid_argument
    /// else.
    Stft(Index window, Index hop);

    /// (window / 2 + 1) x frames
    [[nodiscard]] Eigen::MatrixXcd forward(const Eigen::VectorXd& samples) const;

    /// The signal of so many samples.
    [[nodiscard]] Eigen::VectorXd inverse(const Eigen::MatrixXcd& spectra, Index samples) const;

private:
    [[nodiscard]] Index frames(Index samples) const;
    [[nodiscard]] Index padded(Index frames) const { return (frames - 1) * hop_ + window_.size(); }
    [[nodiscard]] Index padding() const { return window_.size() - hop_; }

    Eigen::VectorXd window_;
    Index hop_;
};

}  // namespace media
