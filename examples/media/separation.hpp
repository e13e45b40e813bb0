// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The components of a sound from a factorization of its spectrogram.

#include <vector>

#include <Eigen/Core>

#include "io/sound.hpp"
#include "stft.hpp"

namespace media {

/// W(:,a) H(a,:) / (W H), the share of component a in each frequency and frame; 1 / k where all
/// components are 0. The shares of all components add up to 1.
class WienerMasks {
public:
    WienerMasks(Eigen::MatrixXd W, Eigen::MatrixXd H);

    [[nodiscard]] Index components() const { return W_.cols(); }
    [[nodiscard]] Eigen::MatrixXd mask(Index component) const;

private:
    Eigen::MatrixXd W_;
    Eigen::MatrixXd H_;
    Eigen::MatrixXd sum_;
};

/// The sum over the channels of |X|^exponent, X being their spectra: frequencies x frames.
Eigen::MatrixXd spectrogram(const Stft& stft, const io::Sound& sound, double exponent);

/// A sound for each component, as long as the mixture and with as many channels. They add up to the
/// mixture in each channel, up to rounding.
std::vector<io::Sound> separate(const Stft& stft, const io::Sound& mixture,
                                const WienerMasks& masks);

}  // namespace media
