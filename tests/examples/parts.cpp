// SPDX-License-Identifier: MIT
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/program.hpp"
#include "io/image.hpp"
#include "support/shared_data.hpp"

namespace {

using Arguments = std::vector<std::string>;

struct Result {
    double objective = 0;
    io::Dense<double> parts;
    io::Dense<double> reconstructions;
    std::string parts_file;
};

double number_behind(const std::string& text, const std::string& word) {
    const auto begin = text.find(word);
    REQUIRE(begin != std::string::npos);
    const auto rest = text.substr(begin + word.size());
    const auto number = io::parse_number<double>(rest.substr(0, rest.find_first_of(",\n")));
    REQUIRE(number);
    return *number;
}

/// Runs parts, which has to succeed.
Result result_of(Arguments arguments) {
    const TemporaryDirectory directory;
    const auto output = directory / "a/b";
    arguments.insert(arguments.end(), {"--output", output.string()});
    const Run run = run_program(NMF_PARTS, arguments);
    CAPTURE(arguments, run.out, run.err);
    REQUIRE(run.status == 0);
    REQUIRE(run.err.empty());
    return {number_behind(run.out, "objective "), io::read_image(output / "parts.png"),
            io::read_image(output / "reconstructions.png"), io::read_file(output / "parts.png")};
}

std::string refusal(const Arguments& arguments) { return refusal_of(NMF_PARTS, arguments); }

/// Four images of 2 x 4 pixels in a folder: sums of a left and a right half.
void write_halves(const TemporaryDirectory& directory) {
    static_cast<void>(directory.write("a.pgm", "P2 4 2 9  9 9 0 0 9 9 0 0"));
    static_cast<void>(directory.write("b.pgm", "P2 4 2 9  0 0 3 3 0 0 3 3"));
    static_cast<void>(directory.write("c.pgm", "P2 4 2 9  3 3 6 6 3 3 6 6"));
    static_cast<void>(directory.write("d.pgm", "P2 4 2 9  9 9 9 9 9 9 9 9"));
}

}  // namespace

TEST_CASE("Both mosaics of the digits have the promised tiles", "[examples][parts]") {
    const Result result = result_of({"--rank", "6", "--pairs", "5", "--max-iterations", "20"});
    // Tiles of 64 pixels, with 4 around each: parts 3 x 2, pairs 3 x 2.
    REQUIRE(result.parts.rows() == 3 * 68 + 4);
    REQUIRE(result.parts.cols() == 2 * 68 + 4);
    REQUIRE(result.reconstructions.rows() == 3 * 68 + 4);
    REQUIRE(result.reconstructions.cols() == 2 * 132 + 4);
    REQUIRE(result.parts.block(4, 4, 64, 64).maxCoeff() == 1);
}

TEST_CASE("The parts of images of two halves are the halves", "[examples][parts]") {
    const TemporaryDirectory directory;
    write_halves(directory);
    const std::string folder = (directory / "").string();
    // Beside the KKT residual of 1e-4 at which the runs stop, 0.02 is large.
    for (const std::string loss : {"frobenius", "kl", "1.5"}) {
        CAPTURE(loss);
        const Result result = result_of(
            {folder, "--rank", "2", "--loss", loss, "--seed", "3", "--max-iterations", "2000"});
        // Tiles of 32 x 64, one above the other.
        const auto tile = [&](int number, int half) {
            return result.parts.block(4 + 36 * number, 4 + 32 * half, 32, 32);
        };
        const int left = tile(0, 0).maxCoeff() == 1 ? 0 : 1;
        REQUIRE(tile(left, 0).minCoeff() == 1);
        REQUIRE(tile(left, 1).maxCoeff() < 0.02);
        REQUIRE(tile(1 - left, 1).minCoeff() == 1);
        REQUIRE(tile(1 - left, 0).maxCoeff() < 0.02);
        // Four pairs, one above the other.
        const auto& pairs = result.reconstructions;
        REQUIRE(pairs.rows() == 4 * 36 + 4);
        REQUIRE(pairs.cols() == 132 + 4);
        for (const int row : {4, 40, 76, 112}) {
            const auto original = pairs.block(row, 4, 32, 64);
            const auto remade = pairs.block(row, 4 + 64, 32, 64);
            REQUIRE((original - remade).cwiseAbs().maxCoeff() < 0.02);
        }
    }
}

TEST_CASE("Only the images of a folder are looked at", "[examples][parts]") {
    const Arguments options{"--rank", "2", "--max-iterations", "20"};
    const TemporaryDirectory plain;
    write_halves(plain);
    const TemporaryDirectory directory;
    write_halves(directory);
    // As macOS, Windows and people leave them.
    static_cast<void>(directory.write("._a.pgm", std::string("\0\5\26\7", 4)));
    static_cast<void>(directory.write("._0.png", "Mac OS X"));
    static_cast<void>(directory.write(".DS_Store", "Bud1"));
    static_cast<void>(directory.write("Thumbs.db", "x"));
    static_cast<void>(directory.write("README.md", "x"));
    std::filesystem::create_directory(directory / "__MACOSX");
    std::filesystem::create_directory(directory / "more.png");
    const auto with = [&](const TemporaryDirectory& folder) {
        Arguments arguments = options;
        arguments.insert(arguments.begin(), (folder / "").string());
        return arguments;
    };
    REQUIRE(result_of(with(directory)).parts_file == result_of(with(plain)).parts_file);

    static_cast<void>(directory.write("b.jpg", "x"));
    static_cast<void>(directory.write("a.JPEG", "x"));
    Arguments arguments = with(directory);
    arguments.insert(arguments.end(), {"--output", (directory / "output").string()});
    const Run run = run_program(NMF_PARTS, arguments);
    CAPTURE(run.out, run.err);
    REQUIRE(run.status == 0);
    const std::string passed_over = "2 pictures of other types, as a.JPEG, which can be converted";
    REQUIRE(run.err ==
            "parts: " + (directory / "").string() + ": passed over: " + passed_over + '\n');

    const TemporaryDirectory other;
    static_cast<void>(other.write(".hidden.png", "x"));
    REQUIRE(refusal({(other / "").string()}) ==
            (other / "").string() + ": expected .png or .pgm files, found none");
    static_cast<void>(other.write("b.jpg", "x"));
    static_cast<void>(other.write("a.JPEG", "x"));
    std::filesystem::create_directory(other / "s1");
    std::filesystem::create_directory(other / "s2");
    REQUIRE(refusal({(other / "").string()}) ==
            (other / "").string() + ": expected .png or .pgm files, found none, but " +
                passed_over + ", and 2 folders, which are not looked into");
}

TEST_CASE("Every solver and loss of parts works on the digits", "[examples][parts]") {
    const auto objective = [](const std::string& option, const std::string& value,
                              const std::string& rank = "4") {
        return result_of({"--rank", rank, "--max-iterations", "50", option, value}).objective;
    };
    const double hals = objective("--solver", "hals");
    REQUIRE(hals == objective("--loss", "frobenius"));
    // One part is the best one, whatever the start; four do better.
    const double one_part = objective("--solver", "hals", "1");
    REQUIRE(hals < one_part);
    REQUIRE(objective("--solver", "mu") < one_part);
    for (const std::string loss : {"kl", "is", "0.5", "-1", "3"}) {
        CAPTURE(loss);
        REQUIRE(std::isfinite(objective("--loss", loss)));
    }
}

TEST_CASE("A seed gives the same mosaic each time", "[examples][parts]") {
    const Arguments arguments{"--rank", "4", "--max-iterations", "10", "--seed", "5"};
    const Result first = result_of(arguments);
    REQUIRE(first.parts_file == result_of(arguments).parts_file);
    REQUIRE(first.parts_file !=
            result_of({"--rank", "4", "--max-iterations", "10", "--seed", "6"}).parts_file);
}

TEST_CASE("Parts says in one line what was wrong", "[examples][parts]") {
    const TemporaryDirectory directory;
    const std::string folder = (directory / "").string();
    const auto output = [&] { return (directory / "output").string(); };
    const auto refused = [&](Arguments arguments) {
        arguments.insert(arguments.end(), {"--output", output()});
        return refusal(arguments);
    };
    const auto file = [&](const std::string& name) { return (directory / name).string(); };
    const auto npy = [&](const std::string& type, const std::string& values) {
        std::string header =
            "{'descr': '" + type + "', 'fortran_order': False, 'shape': (2, 1, 2)}";
        return std::string("\x93NUMPY\1\0", 8) + static_cast<char>(header.size()) + '\0' + header +
               values;
    };

    REQUIRE(refused({file("none.npy")}) ==
            file("none.npy") + ": cannot be opened: No such file or directory");
    REQUIRE(refused({folder}) == folder + ": expected .png or .pgm files, found none");
    REQUIRE(refused({directory.write("a.npy", npy("|i1", "\1\2\xff\3")).string()}) ==
            file("a.npy") + ": expected finite numbers >= 0, found -1 in image 1, row 0, column 0");
    REQUIRE(refused({directory.write("b.npy", npy("|i1", std::string(4, '\0'))).string()}) ==
            file("b.npy") + ": expected images, found only black");
    REQUIRE_THAT(refused({directory.write("c.npy", "no array").string()}),
                 StartsWith(file("c.npy") + ": byte 0: expected a .npy file"));

    write_halves(directory);
    static_cast<void>(directory.write("e.pgm", "P2 1 1 9 3"));
    REQUIRE(refused({folder}) ==
            file("e.pgm") + ": expected an image of 2 x 4 pixels as in a.pgm, found 1 x 1");
    static_cast<void>(directory.write("e.pgm", "P5 4 2"));
    REQUIRE(refused({folder}) ==
            file("e.pgm") + ": byte 6: expected the largest value, found nothing");

    REQUIRE_THAT(refused({"--loss", "huber"}), ContainsSubstring("--loss huber"));
    REQUIRE_THAT(refused({"--loss", "nan"}), ContainsSubstring("--loss nan"));
    REQUIRE_THAT(refused({"--solver", "svd"}), ContainsSubstring("--solver"));
    REQUIRE_THAT(refused({"--solver", "hals", "--loss", "kl"}), ContainsSubstring("--solver hals"));
    REQUIRE_THAT(refused({"--rank", "0"}), ContainsSubstring("--rank"));
    REQUIRE_THAT(refused({"--seed", "-1"}), ContainsSubstring("--seed"));
    REQUIRE_THAT(refused({"--no-such-option"}), ContainsSubstring("--no-such-option"));
    REQUIRE(!std::filesystem::exists(output()));
    static_cast<void>(directory.write("output", "a file"));
    REQUIRE(refused({}) == output() + ": expected a folder, or a place where one can be made");
}

TEST_CASE("The parts of faces are written", "[examples][parts]") {
    const auto file = shared_data("olivetti_faces/images.npy");
    if (!file) return;
    const Result result =
        result_of({file->string(), "--rank", "25", "--loss", "kl", "--max-iterations", "20"});
    REQUIRE(result.parts.rows() == 5 * 68 + 4);
    REQUIRE(result.parts.cols() == 5 * 68 + 4);
}
