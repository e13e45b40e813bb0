// SPDX-License-Identifier: MIT
#include "io/image.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <png.h>
#include <zlib.h>

#include "cli/io_message.hpp"
#include "cli/temporary_directory.hpp"
#include "support/catch.hpp"

namespace {

using io::Dense;
using std::string_literals::operator""s;

Dense<double> read(std::string_view bytes) {
    const TemporaryDirectory directory;
    return io::read_image(directory.write("image", bytes));
}

std::string error_of(std::string_view bytes) {
    const TemporaryDirectory directory;
    const auto file = directory.write("image", bytes);
    return message_of(file, [&] { io::read_image(file); });
}

/// A PNG file of 2 x 2 pixels in one of libpng's formats.
template <class T>
std::string png(png_uint_32 format, const std::vector<T>& values) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = 2;
    image.height = 2;
    image.format = format;
    std::string bytes(1000, '\0');
    png_alloc_size_t size = bytes.size();
    REQUIRE(png_image_write_to_memory(&image, bytes.data(), &size, 0, values.data(), 0, nullptr));
    bytes.resize(size);
    return bytes;
}

std::string grey_png() { return png<std::uint8_t>(PNG_FORMAT_GRAY, {0, 51, 102, 255}); }

}  // namespace

TEST_CASE("A plain PGM image is read", "[io][image]") {
    const Dense<double> expected{{0, 0.25, 0.5}, {0.75, 1, 0}};
    REQUIRE(read("P2 3 2 4  0 1 2  3 4 0") == expected);
    REQUIRE(read("P2\n# by hand\n3 2#size\n4\n0 1 2\n3 4 0 # end") == expected);
}

TEST_CASE("A binary PGM image of one or two bytes a pixel is read", "[io][image]") {
    REQUIRE(read("P5\n2 1\n4\n\1\4") == Dense<double>{{0.25, 1}});
    REQUIRE(read("P5 2 1 255\n\n\x33") == Dense<double>{{10 / 255.0, 0.2}});
    REQUIRE(read("P5 2 1 1024 \1\0\2\0"s) == Dense<double>{{0.25, 0.5}});
}

TEST_CASE("A PNG image is read as grey values", "[io][image]") {
    const Dense<double> expected{{0, 0.2}, {0.4, 1}};
    REQUIRE(read(grey_png()) == expected);
    REQUIRE(read(png<std::uint8_t>(
                PNG_FORMAT_RGB, {0, 0, 0, 51, 51, 51, 102, 102, 102, 255, 255, 255})) == expected);
    const auto colors =
        read(png<std::uint8_t>(PNG_FORMAT_RGB, {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 0}));
    REQUIRE(colors(0, 1) > colors(0, 0));
    REQUIRE(colors(0, 0) > colors(1, 0));
    REQUIRE(colors(1, 1) > colors(0, 1));
}

TEST_CASE("The transparent part of a PNG image is white", "[io][image]") {
    REQUIRE(read(png<std::uint8_t>(PNG_FORMAT_GA, {0, 255, 51, 255, 0, 0, 255, 255})) ==
            Dense<double>{{0, 0.2}, {1, 1}});
}

TEST_CASE("A PNG image of 16 bits is read in 8", "[io][image]") {
    const auto image = read(png<std::uint16_t>(PNG_FORMAT_LINEAR_Y, {0, 32768, 65535, 0}));
    REQUIRE(image(0, 0) == 0);
    REQUIRE(image(1, 0) == 1);
    // Half the light of white: 188 by sRGB's curve, 186 by a gamma of 2.2.
    REQUIRE_THAT(image(0, 1), WithinAbs(187 / 255.0, 1.01 / 255));
}

TEST_CASE("What write_png writes, read_image reads", "[io][image]") {
    const TemporaryDirectory directory;
    const auto file = directory / "image.png";
    io::Image image(2, 3, {51, 51, 51});
    image(0, 1) = {255, 255, 255};
    image(1, 2) = {0, 0, 0};
    io::write_png(file, image);
    REQUIRE(io::read_image(file) == Dense<double>{{0.2, 1, 0.2}, {0.2, 0.2, 0}});
    REQUIRE_THROWS_AS(io::write_png(directory / "no/such/folder.png", image), io::Error);
}

TEST_CASE("A broken image is refused with what was expected", "[io][image]") {
    const std::string whole = grey_png();
    std::string damaged = whole;
    damaged[damaged.size() - 20] ^= 1;
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"", "byte 0: expected a PNG or PGM image, which begins with \\x89PNG, P2 or P5"},
        {"P6 1 1 255 abc", "byte 0: expected a PNG or PGM image"},
        {"P2", "byte 2: expected the width, found nothing"},
        {"P2 x 2 4", "byte 3: expected the width, found 'x'"},
        {"P2 3 -2 4 0", "byte 5: expected the height, found '-2'"},
        {"P2 3 2 # 4", "byte 10: expected the largest value, found nothing"},
        {"P2 0 2 4", "expected at least one pixel, found 2 x 0"},
        {"P2 3 2 0 1", "expected a largest value from 1 to 65535, found 0"},
        {"P2 3 2 65536 1", "expected a largest value from 1 to 65535, found 65536"},
        {"P5 99999999999 99999999999 255 abc", "expected the pixels of an image of 99999999999 x "},
        {"P5 3 2 255", "expected the pixels of an image of 2 x 3, found the end of the file"},
        {"P2 3 2 4  1 1 1 1 1 ", "expected a pixel, found nothing"},
        {"P2 3 2 4  1 1 1 1 1 5", "expected a value of at most 4, found 5"},
        {"P2 3 2 4  1 1 1 1 1 1 1", "expected the end of the file behind the last pixel"},
        {"P5 3 2 255 abcde", "byte 11: expected 6 bytes of pixels for an image of 2 x 3, found 5"},
        {"P5 3 2 255 abcdeff",
         "byte 11: expected 6 bytes of pixels for an image of 2 x 3, found 7"},
        {"P5 2 1 1000 abc", "byte 12: expected 4 bytes of pixels for an image of 1 x 2, found 3"},
        {"P5 2 1 4 \1\5", "byte 10: expected a value of at most 4, found 5"},
        {whole.substr(0, 8), "expected a whole PNG file: "},
        {whole.substr(0, 30), "expected a whole PNG file: "},
        {whole.substr(0, whole.size() - 20), "expected a whole PNG file: "},
        {damaged, "expected a whole PNG file: "},
    };
    for (const auto& [bytes, expected] : cases) {
        const std::string error = error_of(bytes);
        CAPTURE(bytes, error, expected);
        REQUIRE(error.find(expected) != std::string::npos);
    }
}

TEST_CASE("A PNG file that promises too many pixels is refused", "[io][image]") {
    std::string bytes = grey_png();
    const std::string size{'\0', '\1', '\0', '\0'};
    bytes.replace(16, 8, size + size);
    const auto check = crc32(0, reinterpret_cast<const Bytef*>(bytes.data() + 12), 17);
    for (std::size_t i = 0; i < 4; ++i) {
        bytes[29 + i] = static_cast<char>((check >> (24 - 8 * i)) & 0xff);
    }
    REQUIRE(error_of(bytes) == "expected at most 268435456 pixels, found 65536 x 65536");
}

TEST_CASE("The images of a folder are read in the order of their names", "[io][image]") {
    const TemporaryDirectory directory;
    const auto b = directory.write("b.PNG", grey_png());
    const auto a = directory.write("a.pgm", "P2 2 2 10  1 2 3 4");
    const auto other = directory.write("README.md", "no image");
    const io::ImageStack stack = io::read_image_folder(directory / "");
    REQUIRE(stack.height == 2);
    REQUIRE(stack.width == 2);
    REQUIRE(stack.images == Dense<double>{{0.1, 0.2, 0.3, 0.4}, {0, 0.2, 0.4, 1}});
}

TEST_CASE("A folder without images or with unequal ones is refused", "[io][image]") {
    const TemporaryDirectory directory;
    const auto folder = directory / "";
    REQUIRE(message_of(folder, [&] { io::read_image_folder(folder); }) ==
            "expected .png or .pgm files, found none");
    REQUIRE(message_of(directory / "none", [&] { io::read_image_folder(directory / "none"); }) ==
            "cannot be read: No such file or directory");
    const auto a = directory.write("a.pgm", "P2 2 2 10  1 2 3 4");
    const auto b = directory.write("b.pgm", "P2 2 1 10  1 2");
    REQUIRE(message_of(b, [&] { io::read_image_folder(folder); }) ==
            "expected an image of 2 x 2 pixels as in a.pgm, found 1 x 2");
}

TEST_CASE("A stack of images is an array of three dimensions", "[io][image][npy]") {
    const auto npy = [](const std::string& shape) {
        const std::string header =
            "{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }";
        return "\x93NUMPY\1\0"s + static_cast<char>(header.size()) + '\0' + header +
               "\0\1\2\3\4\5\6\7\10\11\12\13"s;
    };
    const TemporaryDirectory directory;
    const io::ImageStack stack = io::read_npy_stack(directory.write("a.npy", npy("(2, 2, 3)")));
    REQUIRE(stack.height == 2);
    REQUIRE(stack.width == 3);
    REQUIRE(stack.images == Dense<double>{{0, 1, 2, 3, 4, 5}, {6, 7, 8, 9, 10, 11}});
    const auto matrix = directory.write("b.npy", npy("(2, 6)"));
    REQUIRE(message_of(matrix, [&] { io::read_npy_stack(matrix); }) ==
            "expected an array of 3 dimensions, count x height x width, found 2 x 6");
}
