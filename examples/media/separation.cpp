// SPDX-License-Identifier: MIT
#include "separation.hpp"

#include <utility>

namespace media {

WienerMasks::WienerMasks(Eigen::MatrixXd W, Eigen::MatrixXd H)
    : W_(std::move(W)), H_(std::move(H)), sum_(Eigen::MatrixXd::Zero(W_.rows(), H_.cols())) {
    for (Index a = 0; a < components(); ++a) sum_ += W_.col(a) * H_.row(a);
}

Eigen::MatrixXd WienerMasks::mask(Index component) const {
    const Eigen::ArrayXXd part = W_.col(component) * H_.row(component);
    const double even = 1 / static_cast<double>(components());
    return (sum_.array() > 0).select(part / sum_.array(), even);
}

Eigen::MatrixXd spectrogram(const Stft& stft, const io::Sound& sound, double exponent) {
    Eigen::MatrixXd sum;
    for (Index channel = 0; channel < sound.samples.cols(); ++channel) {
        const Eigen::MatrixXd values =
            stft.forward(sound.samples.col(channel)).cwiseAbs().array().pow(exponent);
        if (channel == 0) {
            sum = values;
        } else {
            sum += values;
        }
    }
    return sum;
}

std::vector<io::Sound> separate(const Stft& stft, const io::Sound& mixture,
                                const WienerMasks& masks) {
    const Index samples = mixture.samples.rows();
    const Index channels = mixture.samples.cols();
    std::vector<Eigen::MatrixXcd> spectra;
    for (Index channel = 0; channel < channels; ++channel) {
        spectra.push_back(stft.forward(mixture.samples.col(channel)));
    }
    std::vector<io::Sound> parts;
    for (Index a = 0; a < masks.components(); ++a) {
        const Eigen::MatrixXd mask = masks.mask(a);
        io::Sound& part = parts.emplace_back();
        part.rate = mixture.rate;
        part.samples.resize(samples, channels);
        for (Index channel = 0; channel < channels; ++channel) {
            const Eigen::MatrixXcd& mixed = spectra[static_cast<std::size_t>(channel)];
            part.samples.col(channel) = stft.inverse(mixed.cwiseProduct(mask), samples);
        }
    }
    return parts;
}

}  // namespace media
