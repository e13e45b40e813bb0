// SPDX-License-Identifier: MIT
#include "io/sound.hpp"

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "cli/io_message.hpp"
#include "cli/temporary_directory.hpp"
#include "io/text.hpp"
#include "support/catch.hpp"

namespace {

using io::Dense;

std::string little_endian(std::size_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>((value >> (8 * i)) & 0xff);
    return text;
}

/// A WAV file of 16-bit samples at 8000 Hz.
std::string wav(std::size_t channels, const std::vector<int>& samples) {
    std::string data;
    for (const int sample : samples) data += little_endian(static_cast<std::size_t>(sample), 2);
    const std::string format = little_endian(1, 2) + little_endian(channels, 2) +
                               little_endian(8000, 4) + little_endian(16000 * channels, 4) +
                               little_endian(2 * channels, 2) + little_endian(16, 2);
    const std::string chunks = "WAVEfmt " + little_endian(format.size(), 4) + format + "data" +
                               little_endian(data.size(), 4) + data;
    return "RIFF" + little_endian(chunks.size(), 4) + chunks;
}

std::string error_of(std::string_view bytes) {
    const TemporaryDirectory directory;
    const auto file = directory.write("sound.wav", bytes);
    return message_of(file, [&] { io::read_sound(file); });
}

}  // namespace

TEST_CASE("A WAV file of 16 bits is read", "[io][sound]") {
    const TemporaryDirectory directory;
    const io::Sound sound =
        io::read_sound(directory.write("a.wav", wav(2, {0, 16384, -32768, -16384, 8192, 0})));
    REQUIRE(sound.rate == 8000);
    REQUIRE(sound.samples == Dense<double>{{0, 0.5}, {-1, -0.5}, {0.25, 0}});
}

TEST_CASE("What write_wav writes, read_sound reads, also beyond 1", "[io][sound]") {
    const TemporaryDirectory directory;
    const io::Sound sound{Dense<double>{{0, 1}, {-1.5, 0.25}, {2, -1}}, 44100};
    io::write_wav(directory / "a.wav", sound);
    const io::Sound again = io::read_sound(directory / "a.wav");
    REQUIRE(again.rate == 44100);
    REQUIRE(again.samples == sound.samples);
    REQUIRE(io::read_file(directory / "a.wav").find("PEAK") == std::string::npos);
    REQUIRE_THROWS_AS(io::write_wav(directory / "no/such/folder.wav", sound), io::Error);
}

TEST_CASE("A broken sound file is refused with what was expected", "[io][sound]") {
    REQUIRE_THAT(error_of(""), StartsWith("expected a sound file: "));
    REQUIRE_THAT(error_of("no sound at all, only text"), StartsWith("expected a sound file: "));
    const std::string whole = wav(1, {1, 2, 3, 4});
    REQUIRE(error_of(whole).empty());
    for (const std::size_t length : {3u, 12u, 30u}) {
        CAPTURE(length);
        REQUIRE_THAT(error_of(whole.substr(0, length)), StartsWith("expected "));
    }
    REQUIRE(error_of(whole.substr(0, 50)) == "expected 52 bytes as its header says, found 50");
    REQUIRE(error_of(wav(1, {})) == "expected samples, found none");

    const TemporaryDirectory directory;
    const auto file = directory / "nan.wav";
    io::write_wav(file, {Dense<double>{{0}, {std::numeric_limits<double>::quiet_NaN()}}, 8000});
    REQUIRE(error_of(io::read_file(file)) == "expected finite numbers, found others in sample 1");
    try {
        io::read_sound(directory / "none.wav");
        FAIL("a missing file was read");
    } catch (const io::Error& error) {
        REQUIRE(std::string(error.what()) ==
                (directory / "none.wav").string() + ": expected a sound file, found none");
    }
}

TEST_CASE("A WAV file of unknown length is read to its end", "[io][sound]") {
    const TemporaryDirectory directory;
    std::string bytes = wav(1, {16384, -16384});
    bytes.replace(4, 4, "\xff\xff\xff\xff");
    bytes.replace(40, 4, "\xff\xff\xff\xff");
    REQUIRE(io::read_sound(directory.write("a.wav", bytes)).samples ==
            Dense<double>{{0.5}, {-0.5}});
}
