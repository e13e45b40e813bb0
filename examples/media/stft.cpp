// SPDX-License-Identifier: MIT
#include "stft.hpp"

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>

#include <unsupported/Eigen/FFT>

namespace media {
namespace {

Eigen::FFT<double> half_spectrum_fft() {
    Eigen::FFT<double> fft;
    fft.SetFlag(Eigen::FFT<double>::HalfSpectrum);
    return fft;
}

}  // namespace

Stft::Stft(Index window, Index hop) : hop_(hop) {
    if (window < 2 || window % 2 != 0) {
        throw std::invalid_argument("a window of " + std::to_string(window) +
                                    " samples: expected an even number >= 2");
    }
    if (hop < 1 || hop > window / 2) {
        throw std::invalid_argument("a hop of " + std::to_string(hop) +
                                    " samples: expected 1 to half the window, " +
                                    std::to_string(window / 2));
    }
    // sin^2 is Hann's window.
    const double step = std::numbers::pi / static_cast<double>(window);
    window_ = Eigen::VectorXd::LinSpaced(window, 0, step * static_cast<double>(window - 1));
    window_ = window_.array().sin();
}

Index Stft::frames(Index samples) const {
    // As many frames reach over the first and the last sample as over any other.
    return (samples + padding() - 1) / hop_ + 1;
}

Eigen::MatrixXcd Stft::forward(const Eigen::VectorXd& samples) const {
    const Index count = frames(samples.size());
    Eigen::VectorXd signal = Eigen::VectorXd::Zero(padded(count));
    signal.segment(padding(), samples.size()) = samples;
    auto fft = half_spectrum_fft();
    Eigen::MatrixXcd spectra(window_.size() / 2 + 1, count);
    Eigen::VectorXd frame;
    Eigen::VectorXcd spectrum;
    for (Index t = 0; t < count; ++t) {
        frame = signal.segment(t * hop_, window_.size()).cwiseProduct(window_);
        fft.fwd(spectrum, frame);
        spectra.col(t) = spectrum;
    }
    return spectra;
}

Eigen::VectorXd Stft::inverse(const Eigen::MatrixXcd& spectra, Index samples) const {
    const Index count = spectra.cols();
    Eigen::VectorXd signal = Eigen::VectorXd::Zero(padded(count));
    Eigen::VectorXd weight = signal;
    auto fft = half_spectrum_fft();
    Eigen::VectorXcd spectrum;
    Eigen::VectorXd frame;
    for (Index t = 0; t < count; ++t) {
        spectrum = spectra.col(t);
        fft.inv(frame, spectrum);
        signal.segment(t * hop_, window_.size()) += frame.cwiseProduct(window_);
        weight.segment(t * hop_, window_.size()) += window_.cwiseAbs2();
    }
    return signal.segment(padding(), samples).cwiseQuotient(weight.segment(padding(), samples));
}

}  // namespace media
