// SPDX-License-Identifier: MIT
#include "media/stft.hpp"

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

#include <nmf/core/random.hpp>

#include "media/notes.hpp"
#include "media/separation.hpp"
#include "support/catch.hpp"

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using media::Stft;

VectorXd noise(Index samples) {
    return nmf::CounterRandom(1).uniform_matrix<double>(samples, 1).array() * 2 - 1;
}

}  // namespace

TEST_CASE("The inverse of a short-time Fourier transform gives back the signal",
          "[examples][stft]") {
    struct Frames {
        Index window;
        Index hop;
    };
    for (const auto [window, hop] : {Frames{64, 16}, Frames{64, 32}, Frames{64, 1}, Frames{60, 17},
                                     Frames{2, 1}, Frames{6, 3}, Frames{1024, 256}}) {
        const Stft stft(window, hop);
        for (const Index samples : {1, 15, 16, 17, 64, 1000}) {
            CAPTURE(window, hop, samples);
            const VectorXd signal = noise(samples);
            const VectorXd again = stft.inverse(stft.forward(signal), samples);
            REQUIRE((again - signal).cwiseAbs().maxCoeff() < 1e-13);
        }
    }
}

TEST_CASE("A tone stands in its frequency bin", "[examples][stft]") {
    constexpr Index window = 64;
    constexpr Index bin = 5;
    VectorXd tone(1000);
    for (Index i = 0; i < tone.size(); ++i) {
        tone[i] = std::cos(2 * std::numbers::pi * bin * static_cast<double>(i) / window);
    }
    const MatrixXd magnitudes = Stft(window, 16).forward(tone).cwiseAbs();
    REQUIRE(magnitudes.rows() == window / 2 + 1);
    const auto middle = magnitudes.middleCols(4, magnitudes.cols() - 8);
    // The sum of a sine window of N samples is cot(pi / (2 N)); half of it goes to each of +-5.
    const double expected = 0.5 / std::tan(std::numbers::pi / (2 * window));
    for (Index t = 0; t < middle.cols(); ++t) {
        Index strongest = 0;
        middle.col(t).maxCoeff(&strongest);
        REQUIRE(strongest == bin);
        REQUIRE_THAT(middle(bin, t), WithinRel(expected, 0.01));
    }
}

TEST_CASE("Windows and hops that cannot be inverted are refused", "[examples][stft]") {
    REQUIRE_THROWS_AS(Stft(63, 16), std::invalid_argument);
    REQUIRE_THROWS_AS(Stft(0, 1), std::invalid_argument);
    REQUIRE_THROWS_AS(Stft(64, 0), std::invalid_argument);
    REQUIRE_THROWS_AS(Stft(64, 33), std::invalid_argument);
}

TEST_CASE("Wiener masks add up to one, also where all components are zero", "[examples][masks]") {
    const nmf::CounterRandom random(2);
    MatrixXd W = random.uniform_matrix<double>(20, 3);
    MatrixXd H = nmf::CounterRandom(3).uniform_matrix<double>(3, 30);
    W.row(4).setZero();
    H.col(7).setZero();
    W.row(5) *= 1e-200;
    H.col(8) *= 1e-122;  // products of about 1e-322, among the smallest numbers there are
    const media::WienerMasks masks(W, H);
    MatrixXd sum = MatrixXd::Zero(20, 30);
    for (Index a = 0; a < 3; ++a) {
        const MatrixXd mask = masks.mask(a);
        REQUIRE(mask.minCoeff() >= 0);
        REQUIRE(mask(4, 0) == 1 / 3.0);
        REQUIRE(mask(0, 7) == 1 / 3.0);
        REQUIRE_THAT(mask(1, 2), WithinRel(W(1, a) * H(a, 2) / W.row(1).dot(H.col(2)), 1e-14));
        sum += mask;
    }
    REQUIRE((sum.array() - 1).abs().maxCoeff() < 1e-15);
}

TEST_CASE("Components add up to the mixture in each channel", "[examples][masks]") {
    io::Sound mixture;
    mixture.rate = 8000;
    mixture.samples = nmf::CounterRandom(4).uniform_matrix<double>(500, 2).array() - 0.5;
    const Stft stft(32, 10);
    const MatrixXd V = media::spectrogram(stft, mixture, 1);
    REQUIRE((V - stft.forward(mixture.samples.col(0)).cwiseAbs() -
             stft.forward(mixture.samples.col(1)).cwiseAbs())
                .norm() < 1e-12);
    const media::WienerMasks masks(nmf::CounterRandom(5).uniform_matrix<double>(V.rows(), 3),
                                   nmf::CounterRandom(6).uniform_matrix<double>(3, V.cols()));
    MatrixXd rest = mixture.samples;
    for (const io::Sound& component : media::separate(stft, mixture, masks)) {
        REQUIRE(component.rate == 8000);
        rest -= component.samples;
    }
    REQUIRE(rest.cwiseAbs().maxCoeff() < 1e-14);
}

TEST_CASE("The notes that the example makes up are what they are said to be", "[examples][notes]") {
    const media::Notes piece = media::synthesize_notes();
    REQUIRE(piece.notes.size() == 4);
    const VectorXd mixture = piece.mixture();
    REQUIRE(mixture.cwiseAbs().maxCoeff() > 0.1);
    REQUIRE(mixture.cwiseAbs().maxCoeff() < 1);
    const Index length = mixture.size() / 7;
    for (Index place = 0; place < 7; ++place) {
        int sounding = 0;
        for (const VectorXd& note : piece.notes) {
            sounding += note.segment(place * length, length).isZero(0) ? 0 : 1;
        }
        REQUIRE(sounding == (place == 0 ? 4 : 2));
    }
}
