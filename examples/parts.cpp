// SPDX-License-Identifier: MIT
//
// The parts of images. V (images x pixels) is factorized into weights and parts, and each part is
// an image itself.
//
//     parts                                    the handwritten digits of examples/data/digits8
//     parts faces/ --rank 49                   a folder of .png or .pgm files of one size
//     parts faces.npy --rank 49 --loss kl      an array count x height x width
//
// Writes two mosaics. parts.png shows the parts from left to right, the largest contribution first.
// Each is black at 0 and white at its largest value. reconstructions.png shows images on the left
// and their reconstructions on the right.
//
// A beta divergence with beta <= 0 has no value at 0. For these, black becomes 1/256 of the largest
// value, one step of an 8-bit image.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/run_program.hpp"
#include "io/image.hpp"
#include "io/text.hpp"
#include "media/fit.hpp"
#include "media/loss.hpp"

namespace {

using Eigen::Index;
using io::Color;
using io::ImageStack;
using media::Fit;

struct Options {
    std::filesystem::path images = std::filesystem::path(NMF_EXAMPLES_DATA) / "digits8/images.npy";
    std::filesystem::path output = "parts-output";
    media::Method method{.rank = 16};
    std::string solver;
    Index pairs = 24;
};

void check_values(const std::filesystem::path& file, const ImageStack& stack) {
    if (stack.images.size() == 0) throw io::Error(file, {}, "expected at least one pixel");
    for (Index image = 0; image < stack.images.rows(); ++image) {
        for (Index pixel = 0; pixel < stack.images.cols(); ++pixel) {
            const double value = stack.images(image, pixel);
            if (std::isfinite(value) && value >= 0) continue;
            std::string text = "expected finite numbers >= 0, found ";
            io::append_number(text, value);
            throw io::Error(file, {},
                            text + " in image " + std::to_string(image) + ", row " +
                                std::to_string(pixel / stack.width) + ", column " +
                                std::to_string(pixel % stack.width));
        }
    }
    if (stack.images.maxCoeff() == 0)
        throw io::Error(file, {}, "expected images, found only black");
}

ImageStack read_images(const std::filesystem::path& images) {
    if (std::filesystem::is_directory(images)) {
        ImageStack stack = io::read_image_folder(images, [](const std::string& text) {
            std::fprintf(stderr, "parts: %s\n", text.c_str());
        });
        check_values(images, stack);
        return stack;
    }
    ImageStack stack = io::read_npy_stack(images);
    check_values(images, stack);
    return stack;
}

Fit factorize(Eigen::MatrixXd V, const Options& options) {
    const media::Method& method = options.method;
    if (options.solver == "hals") return media::fit_least_squares(V, method);
    if (method.beta <= 0) V = V.cwiseMax(V.maxCoeff() / 256).eval();
    return media::fit_divergence(V, method);
}

/// How many screen pixels a pixel of an image becomes, in each direction.
Index magnification(const ImageStack& stack) {
    return std::max<Index>(1, 64 / std::max(stack.height, stack.width));
}

/// Draws the pixels of an image, 0 (black) to 1 (white), at a place of the canvas.
void draw(io::Image& canvas, Index top, Index left, const ImageStack& stack,
          const Eigen::VectorXd& pixels) {
    const Index scale = magnification(stack);
    for (Index row = 0; row < stack.height * scale; ++row) {
        for (Index col = 0; col < stack.width * scale; ++col) {
            const double value = pixels[row / scale * stack.width + col / scale];
            const auto grey =
                static_cast<std::uint8_t>(std::lround(255 * std::clamp(value, 0.0, 1.0)));
            canvas(top + row, left + col) = {grey, grey, grey};
        }
    }
}

/// Equal tiles in rows, about as wide as high.
class Mosaic {
public:
    Mosaic(Index count, Index tile_height, Index tile_width)
        : tile_height_(tile_height + gap),
          tile_width_(tile_width + gap),
          columns_(columns(count)),
          canvas_((count + columns_ - 1) / columns_ * tile_height_ + gap,
                  columns_ * tile_width_ + gap, Color{40, 60, 100}) {}

    io::Image& canvas() { return canvas_; }
    [[nodiscard]] Index top(Index tile) const { return gap + tile / columns_ * tile_height_; }
    [[nodiscard]] Index left(Index tile) const { return gap + tile % columns_ * tile_width_; }

private:
    static constexpr Index gap = 4;

    [[nodiscard]] Index columns(Index count) const {
        const auto area =
            static_cast<double>(count * tile_height_) / static_cast<double>(tile_width_);
        return std::clamp<Index>(std::lround(std::sqrt(area)), 1, count);
    }

    Index tile_height_;
    Index tile_width_;
    Index columns_;
    io::Image canvas_;
};

/// The parts, the largest contribution to all images first.
std::vector<Index> strongest_first(const Fit& fit) {
    const Eigen::VectorXd shares =
        fit.W.colwise().sum().transpose().cwiseProduct(fit.H.rowwise().sum());
    std::vector<Index> order(static_cast<std::size_t>(shares.size()));
    std::iota(order.begin(), order.end(), Index{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](Index a, Index b) { return shares[a] > shares[b]; });
    return order;
}

void write_parts(const std::filesystem::path& file, const ImageStack& stack, const Fit& fit) {
    const Index scale = magnification(stack);
    Mosaic mosaic(fit.H.rows(), stack.height * scale, stack.width * scale);
    Index tile = 0;
    for (const Index part : strongest_first(fit)) {
        const double largest = fit.H.row(part).maxCoeff();
        const Eigen::VectorXd pixels = fit.H.row(part) / (largest > 0 ? largest : 1);
        draw(mosaic.canvas(), mosaic.top(tile), mosaic.left(tile), stack, pixels);
        ++tile;
    }
    io::write_png(file, mosaic.canvas());
}

void write_reconstructions(const std::filesystem::path& file, const ImageStack& stack,
                           const Fit& fit, Index pairs) {
    const Index count = std::min(pairs, stack.images.rows());
    const Index scale = magnification(stack);
    const Index width = stack.width * scale;
    const double white = stack.images.maxCoeff();
    Mosaic mosaic(count, stack.height * scale, 2 * width);
    for (Index tile = 0; tile < count; ++tile) {
        const Index image = tile * stack.images.rows() / count;
        const Eigen::VectorXd original = stack.images.row(image) / white;
        const Eigen::VectorXd remade = fit.W.row(image) * fit.H / white;
        draw(mosaic.canvas(), mosaic.top(tile), mosaic.left(tile), stack, original);
        draw(mosaic.canvas(), mosaic.top(tile), mosaic.left(tile) + width, stack, remade);
    }
    io::write_png(file, mosaic.canvas());
}

void add_options(CLI::App& app, Options& options) {
    app.add_option("IMAGES", options.images,
                   "A folder of .png or .pgm files, or an .npy array count x height x width")
        ->type_name("PATH");
    app.add_option("--output", options.output, "Folder for the mosaics")
        ->type_name("DIRECTORY")
        ->capture_default_str();
    const CLI::Range positive(Index{1}, std::numeric_limits<Index>::max());
    app.add_option("--rank", options.method.rank, "Number of parts")
        ->check(positive)
        ->capture_default_str();
    media::add_loss(app, options.method.beta, "frobenius");
    app.add_option("--solver", options.solver, "hals (frobenius) or mu (any loss)")
        ->check(CLI::IsMember({"hals", "mu"}))
        ->type_name("NAME");
    app.add_option("--seed", options.method.seed, "Of the random numbers")
        ->check(cli::not_negative)
        ->capture_default_str();
    app.add_option("--max-iterations", options.method.max_iterations,
                   "At the latest after N iterations")
        ->check(positive)
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--pairs", options.pairs, "Images to show beside their reconstructions")
        ->check(positive)
        ->capture_default_str();
}

void complete(Options& options) {
    if (options.solver.empty()) options.solver = options.method.beta == 2 ? "hals" : "mu";
    if (options.solver != "mu" && options.method.beta != 2) {
        throw CLI::ValidationError("--solver " + options.solver,
                                   "expected mu, the one here for this loss");
    }
}

void run(const Options& options) {
    const ImageStack stack = read_images(options.images);
    const std::filesystem::path& directory = options.output;
    io::make_folder(directory);
    const Fit fit = factorize(stack.images, options);
    write_parts(directory / "parts.png", stack, fit);
    write_reconstructions(directory / "reconstructions.png", stack, fit, options.pairs);
    std::printf("%td images of %td x %td pixels: %td parts\n%s\n%s\n%s\n", stack.images.rows(),
                stack.height, stack.width, options.method.rank, fit.course.c_str(),
                (directory / "parts.png").string().c_str(),
                (directory / "reconstructions.png").string().c_str());
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("Learns the parts that images are made of.", "parts");
    add_options(app, options);
    return cli::run_program(app, argc, argv, [&] {
        complete(options);
        run(options);
    });
}
