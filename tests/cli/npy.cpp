// SPDX-License-Identifier: MIT
#include "reading.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace {

/// The beginning of a .npy file with this dictionary.
std::string preamble(const std::string& dictionary, int version = 1) {
    std::string bytes = "\x93NUMPY";
    bytes += static_cast<char>(version);
    bytes += '\0';
    const int digits = version == 1 ? 2 : 4;
    for (int i = 0; i < digits; ++i) {
        bytes += static_cast<char>((dictionary.size() >> (8 * i)) & 0xff);
    }
    return bytes + dictionary;
}

template <class T>
std::string bytes_of(const std::vector<T>& values) {
    if (values.empty()) return {};
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

std::string dictionary(const std::string& type, const std::string& shape, bool fortran = false) {
    return "{'descr': '" + type + "', 'fortran_order': " + (fortran ? "True" : "False") +
           ", 'shape': " + shape + ", }\n";
}

template <class T>
std::string npy(const std::string& type, const std::string& shape, const std::vector<T>& values,
                bool fortran = false) {
    return preamble(dictionary(type, shape, fortran)) + bytes_of(values);
}

std::string error_of_npy(const std::string& bytes) { return error_of("X.npy", bytes); }

/// That the error is at this byte and says this.
void require_error(const std::string& bytes, std::size_t byte, const std::string& text) {
    const std::string message = error_of_npy(bytes);
    CAPTURE(message, byte, text);
    REQUIRE(message.find("byte " + std::to_string(byte) + ": ") == 0);
    REQUIRE(message.find(text) != std::string::npos);
}

template <class T>
void check_type(const std::string& type) {
    CAPTURE(type);
    const auto expected = dense({{1, 2, 3}, {4, 5, 100}});
    REQUIRE(read_dense_as("X.npy", npy<T>(type, "(2, 3)", {1, 2, 3, 4, 5, 100})) == expected);
    REQUIRE(read_dense_as("X.npy", npy<T>(type, "(2, 3)", {1, 4, 2, 5, 3, 100}, true)) == expected);
}

/// The values in C order as this matrix, 2 x 3, and the same in Fortran order.
template <class T>
void check_type_as(const std::string& type, const std::vector<T>& values,
                   const io::Dense<double>& expected) {
    REQUIRE(read_dense_as("X.npy", npy<T>(type, "(2, 3)", values)) == expected);
    const std::vector<T> fortran = {values[0], values[3], values[1],
                                    values[4], values[2], values[5]};
    REQUIRE(read_dense_as("X.npy", npy<T>(type, "(2, 3)", fortran, true)) == expected);
}

}  // namespace

TEST_CASE("Every number type is read in C and in Fortran order", "[io][npy]") {
    check_type<float>("<f4");
    check_type<double>("<f8");
    check_type<std::int8_t>("|i1");
    check_type<std::int16_t>("<i2");
    check_type<std::int32_t>("<i4");
    check_type<std::int64_t>("<i8");
    check_type<std::uint8_t>("|u1");
    check_type<std::uint16_t>("<u2");
    check_type<std::uint32_t>("<u4");
    check_type<std::uint64_t>("<u8");
}

TEST_CASE("Signs and large values survive", "[io][npy]") {
    REQUIRE(read_dense_as("X.npy", npy<std::int8_t>("|i1", "(1, 2)", {-128, 127})) ==
            dense({{-128, 127}}));
    REQUIRE(read_dense_as("X.npy", npy<std::uint64_t>("<u8", "(1, 1)", {1ULL << 63})) ==
            dense({{9223372036854775808.0}}));
}

TEST_CASE("Values in the other byte order are turned round", "[io][npy]") {
    std::string value = bytes_of<double>({0.1});
    std::reverse(value.begin(), value.end());
    REQUIRE(read_dense_as("X.npy", preamble(dictionary(">f8", "(1, 1)")) + value) ==
            dense({{0.1}}));
}

TEST_CASE("Formats 2.0 and 3.0 and keys in another order are read", "[io][npy]") {
    const std::string values = bytes_of<float>({1, 2});
    const std::string other = "{\"shape\":(2L,1L),\"descr\":\"<f4\",\"fortran_order\":True}  \n";
    for (const int version : {1, 2, 3}) {
        CAPTURE(version);
        REQUIRE(read_dense_as("X.npy", preamble(dictionary("<f4", "(1, 2)"), version) + values) ==
                dense({{1, 2}}));
        REQUIRE(read_dense_as("X.npy", preamble(other, version) + values) == dense({{1}, {2}}));
    }
}

TEST_CASE("bool and float16 are read", "[io][npy]") {
    check_type_as<std::uint8_t>("|b1", {1, 0, 1, 1, 0, 0}, dense({{1, 0, 1}, {1, 0, 0}}));
    REQUIRE(read_dense_as("X.npy", npy<std::uint8_t>("|b1", "(1, 1)", {2})) == dense({{1}}));
    // 1, -2, the largest, the least normal and the least number, 1/3 rounded.
    const std::vector<std::uint16_t> halves = {0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x3555};
    const auto expected = dense({{1, -2, 65504}, {0x1p-14, 0x1p-24, 0x555p-12}});
    check_type_as<std::uint16_t>("<f2", halves, expected);
    std::vector<std::uint16_t> swapped = halves;
    for (auto& bits : swapped) bits = static_cast<std::uint16_t>(bits << 8U | bits >> 8U);
    REQUIRE(read_dense_as("X.npy", npy<std::uint16_t>(">f2", "(2, 3)", swapped)) == expected);
    const auto odd =
        read_dense_as("X.npy", npy<std::uint16_t>("<f2", "(1, 3)", {0x7c00, 0xfc00, 0x7e00}));
    REQUIRE(odd(0) == std::numeric_limits<double>::infinity());
    REQUIRE(odd(1) == -std::numeric_limits<double>::infinity());
    REQUIRE(std::isnan(odd(2)));
    const auto single = read_dense_as<float>("X.npy", npy<std::uint16_t>("<f2", "(2, 3)", halves));
    REQUIRE(single.cast<double>() == expected);
}

TEST_CASE("Arrays that are no matrix are refused with what can be done", "[io][npy]") {
    const std::string expected = "expected an array of 2 dimensions, found ";
    const std::vector<std::uint8_t> values(12, 1);
    REQUIRE(error_of_npy(npy("|u1", "(2, 2, 3)", values)) ==
            expected +
                "3: 2 x 2 x 3; for a row of V from each of 2 planes reshape it to (2, -1), "
                "or give images to the example parts");
    REQUIRE(error_of_npy(npy("|u1", "(12,)", values)) ==
            expected + "1 of 12; reshape it to (12, 1) or (1, 12)");
    REQUIRE(error_of_npy(npy("|u1", "(1, 2, 2, 3)", values)) ==
            expected + "4: 1 x 2 x 2 x 3; reshape it to two");
    REQUIRE(error_of_npy(npy<double>("<f8", "()", {1})) == expected + "a single number");
}

TEST_CASE("An array without values can be read", "[io][npy]") {
    const auto matrix = read_dense_as("X.npy", npy<double>("<f8", "(0, 4)", {}));
    REQUIRE(matrix.rows() == 0);
    REQUIRE(matrix.cols() == 4);
}

TEST_CASE("What is no .npy file is refused", "[io][npy]") {
    const std::string magic = "expected a .npy file, which begins with \\x93NUMPY";
    REQUIRE(error_of_npy("") == "byte 0: " + magic);
    REQUIRE(error_of_npy("1,2,3\n4,5,6\n") == "byte 0: " + magic);
    const std::string good = npy<double>("<f8", "(1, 2)", {1, 2});
    REQUIRE(error_of_npy(good.substr(0, 7)) == "byte 6: the file ends inside the header");
    REQUIRE(error_of_npy(good.substr(0, 9)) == "byte 8: the file ends inside the header");
    REQUIRE(error_of_npy(good.substr(0, 30)) == "byte 10: the file ends inside the header");
    std::string version = good;
    version[6] = 4;
    REQUIRE(error_of_npy(version) == "byte 6: expected format version 1, 2 or 3, found 4");
    REQUIRE(error_of_npy("\x93NUMPY" + std::string("\2\0\xff\xff\xff\xff{}", 8)) ==
            "byte 12: the file ends inside the header");
}

TEST_CASE("A broken header names the byte", "[io][npy]") {
    require_error(preamble("shape"), 10, "broken header: expected {");
    require_error(preamble("{'descr': '<f8"), 20, "broken header: a string has no end");
    require_error(preamble("{'descr' '<f8'}"), 19, "broken header: expected :");
    require_error(preamble("{'descr': 8}"), 20, "broken header: expected a string");
    require_error(preamble("{'fortran_order': true}"), 28, "broken header: expected True or False");
    require_error(preamble("{'shape': 3}"), 20, "broken header: expected (");
    require_error(preamble("{'shape': (-3, 1)}"), 21, "broken header: expected a size");
    require_error(preamble("{'shape': (3, 1}"), 25, "broken header: expected )");
    require_error(preamble("{'size': 3}"), 18,
                  "expected 'descr', 'fortran_order' or 'shape', found 'size'");
    require_error(preamble("{'descr': '<f8', 'shape': (1, 1)}"), 43,
                  "the header lacks 'descr', 'fortran_order' or 'shape'");
    require_error(preamble("{'descr': '<f8'"), 25, "broken header: expected }");
}

TEST_CASE("Types that are no numbers are refused by name", "[io][npy]") {
    for (const std::string type :
         {"<f16", "<c16", "|b2", "|O", "<U3", "<i16", "f8", "", "<M8[ns]"}) {
        const std::string message = error_of_npy(preamble(dictionary(type, "(1, 1)")));
        CAPTURE(type, message);
        REQUIRE(message.find("is not supported: expected bool, float16, float32, float64 or an "
                             "integer of 8 to 64 bits") != std::string::npos);
        if (!type.empty()) REQUIRE(message.find("'" + type + "'") != std::string::npos);
    }
    REQUIRE(error_of_npy(preamble("{'descr': [('a', '<f8')], 'fortran_order': False, "
                                  "'shape': (1, 1)}"))
                .find("byte 20: records are not supported") == 0);
}

TEST_CASE("Truncated, overlong and absurdly large arrays are refused", "[io][npy]") {
    const std::string good = npy<double>("<f8", "(2, 1)", {1, 2});
    const auto data = good.size() - 16;
    require_error(good.substr(0, good.size() - 3), data,
                  "expected 16 bytes of values for 2 x 1 of type '<f8', found 13");
    require_error(good + "x", data,
                  "expected 16 bytes of values for 2 x 1 of type '<f8', found 17");
    const std::string huge = npy<double>("<f8", "(1000000000000, 1000)", {1, 2});
    require_error(huge, huge.size() - 16,
                  "expected 8000000000000000 bytes of values for 1000000000000 x 1000");
    REQUIRE(error_of_npy(npy<double>("<f8", "(4294967296, 4294967296)", {}))
                .find("the array 4294967296 x 4294967296 is too large") != std::string::npos);
    REQUIRE(error_of_npy(npy<double>("<f8", "(0, 18446744073709551615)", {})).find("too large") !=
            std::string::npos);
}

TEMPLATE_TEST_CASE("A .npy file gives back what was written", "[io][npy]", float, double) {
    const TemporaryDirectory directory;
    const io::Dense<TestType> matrix = io::Dense<TestType>::Random(5, 4);
    const auto file = directory / "X.npy";
    io::write_matrix<TestType>(file, matrix);
    REQUIRE(io::read_dense<TestType>(file) == matrix);
    // NumPy maps the values into memory where they are aligned.
    REQUIRE(std::filesystem::file_size(file) == 128 + 20 * sizeof(TestType));
}
