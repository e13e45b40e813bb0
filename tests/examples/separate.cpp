// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/program.hpp"
#include "io/image.hpp"
#include "io/sound.hpp"
#include "media/notes.hpp"
#include "media/stft.hpp"
#include "support/shared_data.hpp"

namespace {

using Arguments = std::vector<std::string>;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using io::Sound;

std::string refusal(const Arguments& arguments) { return refusal_of(NMF_SEPARATE, arguments); }

/// Runs separate, which has to succeed, and reads the components.
std::vector<Sound> components_of(Arguments arguments, const std::filesystem::path& output,
                                 int count) {
    arguments.insert(arguments.end(), {"--output", output.string(), "--components"});
    arguments.push_back(std::to_string(count));
    const Run run = run_program(NMF_SEPARATE, arguments);
    CAPTURE(arguments, run.out, run.err);
    REQUIRE(run.status == 0);
    REQUIRE(run.err.empty());
    const io::Dense<double> picture = io::read_image(output / "spectrogram.png");
    REQUIRE(picture.maxCoeff() > 0.9);
    std::vector<Sound> components;
    for (int i = 1; i <= count; ++i) {
        components.push_back(io::read_sound(output / ("component_" + std::to_string(i) + ".wav")));
    }
    REQUIRE(!std::filesystem::exists(output / ("component_" + std::to_string(count + 1) + ".wav")));
    return components;
}

/// That the components, of 32 bits, add up to the mixture up to their rounding.
void require_sum(const Sound& mixture, const std::vector<Sound>& components) {
    MatrixXd rest = mixture.samples;
    double rounding = 1e-14;
    for (const Sound& component : components) {
        REQUIRE(component.rate == mixture.rate);
        REQUIRE(component.samples.rows() == mixture.samples.rows());
        REQUIRE(component.samples.cols() == mixture.samples.cols());
        rest -= component.samples;
        rounding += std::ldexp(component.samples.cwiseAbs().maxCoeff(), -24);
    }
    REQUIRE(rest.cwiseAbs().maxCoeff() <= rounding);
}

MatrixXd magnitudes(const VectorXd& samples) {
    return media::Stft(1024, 256).forward(samples).cwiseAbs();
}

double correlation(const MatrixXd& a, const MatrixXd& b) {
    const auto x = (a.array() - a.mean()).eval();
    const auto y = (b.array() - b.mean()).eval();
    return (x * y).sum() / std::sqrt(x.square().sum() * y.square().sum());
}

/// The correlation of each stem's magnitude spectrogram with that of a component of its own, by the
/// choice of components that has the largest sum.
std::vector<double> matched(const std::vector<VectorXd>& stems,
                            const std::vector<Sound>& components) {
    MatrixXd table(stems.size(), components.size());
    for (Index i = 0; i < table.rows(); ++i) {
        const MatrixXd stem = magnitudes(stems[static_cast<std::size_t>(i)]);
        for (Index j = 0; j < table.cols(); ++j) {
            const VectorXd samples = components[static_cast<std::size_t>(j)].samples.col(0);
            table(i, j) = correlation(stem, magnitudes(samples));
        }
    }
    std::vector<Index> order;
    for (Index j = 0; j < table.cols(); ++j) order.push_back(j);
    std::vector<double> best(stems.size(), -1.0);
    double best_sum = -static_cast<double>(stems.size()) - 1;
    do {
        std::vector<double> values;
        double sum = 0;
        for (Index i = 0; i < table.rows(); ++i) {
            values.push_back(table(i, order[static_cast<std::size_t>(i)]));
            sum += values.back();
        }
        if (sum > best_sum) {
            best_sum = sum;
            best = values;
        }
    } while (std::next_permutation(order.begin(), order.end()));
    return best;
}

std::vector<VectorXd> read_stems(const std::filesystem::path& folder,
                                 const std::vector<std::string>& names) {
    std::vector<VectorXd> stems;
    for (const std::string& name : names) {
        stems.push_back(io::read_sound(folder / ("stem_" + name + ".wav")).samples.col(0));
    }
    return stems;
}

}  // namespace

TEST_CASE("The notes that the example makes up are found and add up to their mixture",
          "[examples][separate]") {
    const TemporaryDirectory directory;
    const auto components = components_of({}, directory / "a/b", 4);
    require_sum(io::read_sound(directory / "a/b/mixture.wav"), components);
    const media::Notes piece = media::synthesize_notes();
    const auto correlations = matched(piece.notes, components);
    CAPTURE(correlations);
    REQUIRE(*std::min_element(correlations.begin(), correlations.end()) > 0.9);
}

TEST_CASE("The notes of a piano are found", "[examples][separate]") {
    const auto mixture = shared_data("piano_chords/mix.wav");
    if (!mixture) return;
    const auto stems = read_stems(mixture->parent_path(), {"Ds4", "Fs4", "A4", "C5"});
    const TemporaryDirectory directory;
    // One more than the notes, for the strokes of the hammers.
    const auto components = components_of({mixture->string()}, directory / "output", 5);
    require_sum(io::read_sound(*mixture), components);
    const auto correlations = matched(stems, components);
    CAPTURE(correlations);
    REQUIRE(*std::min_element(correlations.begin(), correlations.end()) > 0.9);
}

TEST_CASE("The components of a band add up to the mixture", "[examples][separate]") {
    const auto mixture = shared_data("band_mix/mix.wav");
    if (!mixture) return;
    const TemporaryDirectory directory;
    const auto components = components_of(
        {mixture->string(), "--starts", "1", "--max-iterations", "20"}, directory / "output", 6);
    require_sum(io::read_sound(*mixture), components);
}

TEST_CASE("Every loss works, with any window, in each channel", "[examples][separate]") {
    const TemporaryDirectory directory;
    const media::Notes piece = media::synthesize_notes();
    Sound mixture{MatrixXd::Zero(12000, 2), piece.rate};
    mixture.samples.col(0) = piece.notes[0].head(12000);
    mixture.samples.col(1) = piece.notes[1].head(12000) - 0.5 * piece.notes[0].head(12000);
    const auto file = directory / "stereo.wav";
    io::write_wav(file, mixture);
    mixture = io::read_sound(file);
    for (const std::string loss : {"frobenius", "kl", "is", "0.5", "-0.5"}) {
        CAPTURE(loss);
        const auto components = components_of({file.string(), "--loss", loss, "--window", "600",
                                               "--hop", "170", "--max-iterations", "5"},
                                              directory / loss, 3);
        require_sum(mixture, components);
    }
}

TEST_CASE("A sound of one sample is taken apart too", "[examples][separate]") {
    const TemporaryDirectory directory;
    const auto file = directory / "click.wav";
    io::write_wav(file, {io::Dense<double>{{0.5}}, 8000});
    require_sum(io::read_sound(file), components_of({file.string()}, directory / "output", 2));
}

TEST_CASE("A seed gives the same components each time", "[examples][separate]") {
    const auto first_component = [](const std::string& seed) {
        const TemporaryDirectory directory;
        const auto output = directory / "output";
        components_of({"--seed", seed, "--starts", "1", "--max-iterations", "5"}, output, 3);
        return io::read_file(output / "component_1.wav");
    };
    const std::string first = first_component("5");
    REQUIRE(first == first_component("5"));
    REQUIRE(first != first_component("6"));
}

TEST_CASE("Separate says in one line what was wrong", "[examples][separate]") {
    const TemporaryDirectory directory;
    const auto output = (directory / "output").string();
    const auto refused = [&](Arguments arguments) {
        arguments.insert(arguments.end(), {"--output", output});
        return refusal(arguments);
    };
    const auto silence = directory / "silence.wav";
    io::write_wav(silence, {io::Dense<double>::Zero(100, 1), 8000});
    REQUIRE(refused({silence.string()}) == silence.string() + ": expected a sound, found silence");
    const auto none = (directory / "none.wav").string();
    REQUIRE(refused({none}) == none + ": expected a sound file, found none");
    const auto text = directory.write("text.wav", "no sound at all, only text").string();
    REQUIRE_THAT(refused({text}), StartsWith(text + ": expected a sound file: "));
    REQUIRE(refused({"--window", "63"}) == "a window of 63 samples: expected an even number >= 2");
    REQUIRE(refused({"--window", "64", "--hop", "33"}) ==
            "a hop of 33 samples: expected 1 to half the window, 32");
    REQUIRE_THAT(refused({"--components", "0"}), ContainsSubstring("--components"));
    REQUIRE_THAT(refused({"--starts", "0"}), ContainsSubstring("--starts"));
    REQUIRE_THAT(refused({"--starts", "-1"}), ContainsSubstring("--starts"));
    REQUIRE_THAT(refused({"--seed", "-1"}), ContainsSubstring("--seed"));
    REQUIRE_THAT(refused({"--loss", "huber"}), ContainsSubstring("--loss huber"));
    REQUIRE(!std::filesystem::exists(output));
    static_cast<void>(directory.write("output", "a file"));
    REQUIRE(refused({}) == output + ": expected a folder, or a place where one can be made");
}
