// SPDX-License-Identifier: MIT
//
// Takes a sound apart. Its spectrogram V (frequencies x time) is factorized into the spectra W of
// the components and the times H at which they sound. Wiener masks W(:,a) H(a,:) / (W H) then take
// the components out of the mixture.
//
//     separate                                    four notes that the program makes up itself
//     separate piano.wav --components 5           the notes of a recording
//     separate band.wav --components 8 --window 2048 --loss is
//
// Writes component_1.wav and so on, the lowest first; they add up to the mixture. Also writes
// spectrogram.png: the spectrogram, with the spectra to its right and the activations below. V
// holds magnitudes, or powers for Itakura-Saito, summed over the channels. A mask is applied to
// each channel. The start with the least objective is kept.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/run_program.hpp"
#include "io/sound.hpp"
#include "io/text.hpp"
#include "media/chart.hpp"
#include "media/fit.hpp"
#include "media/loss.hpp"
#include "media/notes.hpp"
#include "media/separation.hpp"

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using io::Sound;
using media::Fit;
using media::Stft;

struct Options {
    std::filesystem::path mixture;
    std::filesystem::path output = "separate-output";
    media::Method method{.rank = 4, .beta = 1, .max_iterations = 200};
    Index window = 0;
    Index hop = 0;
    std::uint64_t starts = 5;

    [[nodiscard]] bool on_powers() const { return method.beta == 0; }
};

Sound read_mixture(const std::filesystem::path& file) {
    Sound sound = io::read_sound(file);
    if (sound.samples.isZero(0)) throw io::Error(file, {}, "expected a sound, found silence");
    return sound;
}

Sound notes() {
    const media::Notes piece = media::synthesize_notes();
    return {piece.mixture(), piece.rate};
}

/// The power of two that is nearest to 64 ms, as a ratio.
Index usual_window(int rate) {
    return std::max<Index>(4, Index{1} << std::lround(std::log2(0.064 * rate)));
}

Stft transform(Options& options, int rate) {
    if (options.window == 0) options.window = usual_window(rate);
    if (options.hop == 0) options.hop = std::max<Index>(1, options.window / 4);
    return {options.window, options.hop};
}

Fit best_fit(const MatrixXd& V, const Options& options) {
    media::Method method = options.method;
    Fit best = media::fit_divergence(V, method);
    for (std::uint64_t start = 1; start < options.starts; ++start) {
        ++method.seed;
        Fit fit = media::fit_divergence(V, method);
        if (fit.objective < best.objective) best = std::move(fit);
    }
    return best;
}

Index strongest_frequency(const MatrixXd& W, Index component) {
    Index strongest = 0;
    W.col(component).maxCoeff(&strongest);
    return strongest;
}

void sort_by_frequency(Fit& fit) {
    std::vector<Index> order(static_cast<std::size_t>(fit.W.cols()));
    std::iota(order.begin(), order.end(), Index{0});
    std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) {
        return strongest_frequency(fit.W, a) < strongest_frequency(fit.W, b);
    });
    const Fit unsorted = fit;
    for (Index to = 0; to < fit.W.cols(); ++to) {
        const Index from = order[static_cast<std::size_t>(to)];
        fit.W.col(to) = unsorted.W.col(from);
        fit.H.row(to) = unsorted.H.row(from);
    }
}

double largest_difference(const Sound& mixture, const std::vector<Sound>& components) {
    MatrixXd rest = mixture.samples;
    for (const Sound& component : components) rest -= component.samples;
    return rest.cwiseAbs().maxCoeff();
}

void write_components(const std::filesystem::path& directory, const std::vector<Sound>& components,
                      const Fit& fit, double hertz) {
    const Eigen::VectorXd shares =
        fit.W.colwise().sum().transpose().cwiseProduct(fit.H.rowwise().sum());
    for (std::size_t i = 0; i < components.size(); ++i) {
        const auto file = directory / ("component_" + std::to_string(i + 1) + ".wav");
        io::write_wav(file, components[i]);
        const auto a = static_cast<Index>(i);
        const auto frequency = static_cast<double>(strongest_frequency(fit.W, a)) * hertz;
        const auto& color = media::component_colors[i % media::component_colors.size()];
        std::printf("%s  %-6s  %4.1f %%, strongest at %.0f Hz\n", file.string().c_str(),
                    std::string(color.name).c_str(), 100 * shares[a] / shares.sum(), frequency);
    }
}

void add_options(CLI::App& app, Options& options) {
    app.add_option("MIXTURE", options.mixture, "A WAV file, or what else libsndfile reads")
        ->type_name("FILE");
    app.add_option("--output", options.output, "Folder for the components and the picture")
        ->type_name("DIRECTORY")
        ->capture_default_str();
    const CLI::Range positive(Index{1}, std::numeric_limits<Index>::max());
    app.add_option("--components", options.method.rank, "Number of components")
        ->check(positive)
        ->capture_default_str();
    media::add_loss(app, options.method.beta, "kl");
    app.add_option("--window", options.window, "Samples of a window, even [about 64 ms]")
        ->check(CLI::Range(Index{2}, Index{1} << 20));
    app.add_option("--hop", options.hop, "Samples from a window to the next [window / 4]")
        ->check(positive);
    app.add_option("--seed", options.method.seed, "Of the random numbers")
        ->check(cli::not_negative)
        ->capture_default_str();
    app.add_option("--starts", options.starts, "Of which the best counts")
        ->check(positive)
        ->capture_default_str();
    app.add_option("--max-iterations", options.method.max_iterations,
                   "At the latest after N iterations")
        ->check(positive)
        ->type_name("N")
        ->capture_default_str();
}

void run(Options options) {
    const bool made_up = options.mixture.empty();
    const Sound mixture = made_up ? notes() : read_mixture(options.mixture);
    const Stft stft = transform(options, mixture.rate);
    const std::filesystem::path& directory = options.output;
    io::make_folder(directory);
    if (made_up) io::write_wav(directory / "mixture.wav", mixture);
    MatrixXd V = media::spectrogram(stft, mixture, options.on_powers() ? 2 : 1);
    // Losses with beta <= 0 have no value at 0: 100 dB below the largest is silence.
    if (options.method.beta <= 0)
        V = V.cwiseMax(V.maxCoeff() * (options.on_powers() ? 1e-10 : 1e-5));
    Fit fit = best_fit(V, options);
    sort_by_frequency(fit);
    const auto components = media::separate(stft, mixture, media::WienerMasks(fit.W, fit.H));
    std::printf("%.1f s at %d Hz, channels: %td; spectrogram of %td frequencies x %td frames\n",
                static_cast<double>(mixture.samples.rows()) / mixture.rate, mixture.rate,
                mixture.samples.cols(), V.rows(), V.cols());
    write_components(directory, components, fit,
                     mixture.rate / static_cast<double>(options.window));
    io::write_png(directory / "spectrogram.png",
                  media::chart(V, fit.W, fit.H, options.on_powers() ? 10 : 20));
    std::printf("%s\nthe best of %ju starts: %s\n",
                (directory / "spectrogram.png").string().c_str(),
                static_cast<std::uintmax_t>(options.starts), fit.course.c_str());
    std::printf("the components add up to the mixture within %.1e\n",
                largest_difference(mixture, components));
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("Takes a sound apart into its components.", "separate");
    add_options(app, options);
    return cli::run_program(app, argc, argv, [&] { run(options); });
}
