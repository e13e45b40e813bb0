// SPDX-License-Identifier: MIT
#include "notes.hpp"

#include <array>
#include <cmath>
#include <numbers>

namespace media {
namespace {

using Eigen::Index;

constexpr Index places = 7;
constexpr double seconds = 1.5;
constexpr int harmonics = 10;

/// Adds a note that begins softly and dies away, the higher harmonics sooner.
void strike(Eigen::Ref<Eigen::VectorXd> samples, double frequency, double rate) {
    for (Index i = 0; i < samples.size(); ++i) {
        const double time = static_cast<double>(i) / rate;
        const double attack = 1 - std::exp(-time / 0.004);
        const double release = 1 - std::exp(-(seconds - time) / 0.02);
        for (int h = 1; h <= harmonics; ++h) {
            const double decay = std::exp(-time * (1.2 + 0.5 * h));
            samples[i] += 0.1 / h * attack * release * decay *
                          std::sin(2 * std::numbers::pi * h * frequency * time);
        }
    }
}

}  // namespace

Eigen::VectorXd Notes::mixture() const {
    Eigen::VectorXd sum = notes.front();
    for (std::size_t note = 1; note < notes.size(); ++note) sum += notes[note];
    return sum;
}

Notes synthesize_notes() {
    constexpr std::array frequencies{261.63, 329.63, 392.00, 493.88};
    constexpr std::array<std::array<bool, places>, 4> score{{{1, 1, 1, 1, 0, 0, 0},
                                                             {1, 1, 0, 0, 1, 1, 0},
                                                             {1, 0, 1, 0, 1, 0, 1},
                                                             {1, 0, 0, 1, 0, 1, 1}}};
    Notes piece;
    const auto length = static_cast<Index>(seconds * piece.rate);
    for (std::size_t note = 0; note < score.size(); ++note) {
        Eigen::VectorXd& samples = piece.notes.emplace_back(Eigen::VectorXd::Zero(places * length));
        for (Index place = 0; place < places; ++place) {
            if (!score[note][static_cast<std::size_t>(place)]) continue;
            strike(samples.segment(place * length, length), frequencies[note], piece.rate);
        }
    }
    return piece;
}

}  // namespace media
