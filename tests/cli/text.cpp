// SPDX-License-Identifier: MIT
#include "io/text.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <zlib.h>

#include "reading.hpp"

namespace {

std::string gzip(const std::string& text) {
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string packed(text.size() + 1000, '\0');
    std::string input = text;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    packed.erase(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

}  // namespace

TEST_CASE("A missing file is named with the reason", "[io]") {
    const TemporaryDirectory directory;
    const auto file = directory / "none.mtx";
    const auto message = [&](const std::filesystem::path& path) -> std::string {
        try {
            io::read_matrix<double>(path);
        } catch (const io::Error& error) {
            return error.what();
        }
        return {};
    };
    REQUIRE(message(file) == file.string() + ": cannot be opened: No such file or directory");
    std::filesystem::create_directory(directory / "folder.csv");
    REQUIRE(message(directory / "folder.csv").find("folder.csv: cannot be read: ") !=
            std::string::npos);
}

TEST_CASE("A name of no known format is refused", "[io]") {
    for (const std::string name : {"X.dat", "X", "mtx", "X.gz", ".npy"}) {
        REQUIRE(error_of(name, "1,2\n") ==
                "expected a name that ends in .mtx, .npy or .csv, a further .gz apart");
    }
    REQUIRE(read_dense_as("X.CSV", "1,2\n") == dense({{1, 2}}));
}

TEST_CASE("A file that cannot be written is named with the reason", "[io]") {
    const TemporaryDirectory directory;
    REQUIRE_THROWS_AS(io::write_file(directory / "no/such/folder", "text"), io::Error);
    REQUIRE_THROWS_AS(io::write_matrix<double>(directory / "X.dat", dense({{1}})), io::Error);
}

TEST_CASE("Every format may be compressed, whatever the name", "[io][gzip]") {
    const auto expected = dense({{1, 2}});
    const std::string packed = gzip("1,2\n");
    REQUIRE(read_dense_as("X.csv.gz", packed) == expected);
    REQUIRE(read_dense_as("X.csv", packed) == expected);
    REQUIRE(read_dense_as("X.csv.gz", "1,2\n") == expected);
}

TEST_CASE("Long texts and several members are decompressed whole", "[io][gzip]") {
    const TemporaryDirectory directory;
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += std::to_string(i * 7919 % 100'003) + '\n';
    const auto file = directory.write("text.gz", gzip(text) + gzip("end\n") + gzip(""));
    REQUIRE(io::read_file(file) == text + "end\n");
}

TEST_CASE("Broken compressed data is refused at its byte", "[io][gzip]") {
    const std::string packed = gzip("1,2\n3,4\n5,6\n");
    REQUIRE(error_of("X.csv.gz", packed.substr(0, packed.size() - 9))
                .find("the gzip data ends early") != std::string::npos);
    REQUIRE(error_of("X.csv.gz", packed.substr(0, 2)).find("the gzip data ends early") !=
            std::string::npos);
    std::string broken = packed;
    broken[packed.size() - 5] = static_cast<char>(~broken[packed.size() - 5]);  // the checksum
    REQUIRE(error_of("X.csv.gz", broken).find("broken gzip data") != std::string::npos);
    REQUIRE(error_of("X.csv.gz", broken).find("byte ") == 0);
}

TEST_CASE("Lines and tables of text", "[io]") {
    const TemporaryDirectory directory;
    const auto file = directory.write("labels.tsv", "Emma\t1\r\n\nPersuasion\t2\t\n\n");
    REQUIRE(io::read_lines(file) == std::vector<std::string>{"Emma\t1", "", "Persuasion\t2\t"});
    REQUIRE(io::read_table(file) ==
            std::vector<std::vector<std::string>>{{"Emma", "1"}, {""}, {"Persuasion", "2", ""}});
}

TEST_CASE("Numbers are read whole or not at all", "[io]") {
    REQUIRE(io::parse_number<double>("-1.5e3") == -1500.0);
    REQUIRE(io::parse_number<double>("+1") == 1.0);
    REQUIRE(io::parse_number<double>("1e-999") == 0.0);
    REQUIRE(io::parse_number<double>("inf") == std::numeric_limits<double>::infinity());
    REQUIRE(std::isnan(io::parse_number<double>("NaN").value()));
    for (const std::string text :
         {"", "1x", " 1", "1 ", "+-1", "++1", "1e999", "-1e999", "e", "."}) {
        CAPTURE(text);
        REQUIRE_FALSE(io::parse_number<double>(text));
    }
    REQUIRE(io::parse_number<float>("1e-40").value() > 0.0F);
    REQUIRE(io::parse_count("12") == std::size_t{12});
    for (const std::string text : {"", "-1", "+1", "1.0", "99999999999999999999"}) {
        REQUIRE_FALSE(io::parse_count(text));
    }
}
