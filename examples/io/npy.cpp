// SPDX-License-Identifier: MIT
#include "npy.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "large_pages.hpp"
#include "npy_header.hpp"
#include "text.hpp"

namespace io {
namespace {

constexpr char native_order = std::endian::native == std::endian::little ? '<' : '>';

/// NumPy's bool: a byte.
struct Bool {
    std::uint8_t byte;

    template <class S>
    explicit operator S() const {
        return byte == 0 ? S(0) : S(1);
    }
};

/// IEEE 754's binary16: a sign, 5 bits of exponent, 10 of fraction.
struct Half {
    std::uint16_t bits;

    template <class S>
    explicit operator S() const {
        const auto exponent = static_cast<int>(bits >> 10U & 31U);
        const auto fraction = static_cast<int>(bits & 1023U);
        S size;
        if (exponent == 31) {
            size = fraction == 0 ? std::numeric_limits<S>::infinity()
                                 : std::numeric_limits<S>::quiet_NaN();
        } else if (exponent == 0) {
            size = std::ldexp(static_cast<S>(fraction), -24);
        } else {
            size = std::ldexp(static_cast<S>(1024 + fraction), exponent - 25);
        }
        return bits >> 15U == 0 ? size : -size;
    }
};

/// The array as planes x rows x cols. In Fortran order, element (p, i, j) is at p + planes (i +
/// rows j). In C order it is at (p rows + i) cols + j. A matrix has rows = 1.
struct Shape {
    std::size_t planes = 0;
    std::size_t rows = 1;
    std::size_t cols = 0;
};

/// Copies the values, stored as T at `data`, into a matrix planes x (rows cols).
template <class S, class T>
Dense<S> copy(const char* data, const Shape& shape, bool fortran_order, bool swap) {
    const auto value = [=](std::size_t at) {
        std::array<char, sizeof(T)> bytes;
        std::memcpy(bytes.data(), data + at * sizeof(T), sizeof(T));
        if (swap) std::reverse(bytes.begin(), bytes.end());
        return static_cast<S>(std::bit_cast<T>(bytes));
    };
    Dense<S> matrix(static_cast<Index>(shape.planes), static_cast<Index>(shape.rows * shape.cols));
    prefer_large_pages(matrix.data(), static_cast<std::size_t>(matrix.size()));
    std::size_t at = 0;
    if (!fortran_order) {
        for (Index p = 0; p < matrix.rows(); ++p) {
            for (Index c = 0; c < matrix.cols(); ++c) matrix(p, c) = value(at++);
        }
    } else {
        for (std::size_t j = 0; j < shape.cols; ++j) {
            for (std::size_t i = 0; i < shape.rows; ++i) {
                for (Index p = 0; p < matrix.rows(); ++p) {
                    matrix(p, static_cast<Index>(i * shape.cols + j)) = value(at++);
                }
            }
        }
    }
    return matrix;
}

template <class S>
struct Type {
    std::string_view name;  // without the byte order
    std::size_t size;
    Dense<S> (*copy)(const char*, const Shape&, bool, bool);
};

template <class S>
constexpr std::array<Type<S>, 12> types{{
    {"b1", 1, copy<S, Bool>},
    {"f2", 2, copy<S, Half>},
    {"f4", 4, copy<S, float>},
    {"f8", 8, copy<S, double>},
    {"i1", 1, copy<S, std::int8_t>},
    {"i2", 2, copy<S, std::int16_t>},
    {"i4", 4, copy<S, std::int32_t>},
    {"i8", 8, copy<S, std::int64_t>},
    {"u1", 1, copy<S, std::uint8_t>},
    {"u2", 2, copy<S, std::uint16_t>},
    {"u4", 4, copy<S, std::uint32_t>},
    {"u8", 8, copy<S, std::uint64_t>},
}};

/// a b, or the largest number when that is less.
std::size_t saturated_product(std::size_t a, std::size_t b) {
    constexpr std::size_t largest = std::numeric_limits<std::size_t>::max();
    return b != 0 && a > largest / b ? largest : a * b;
}

std::string spelled(const std::vector<std::size_t>& shape) {
    std::string text;
    for (const std::size_t size : shape) text += (text.empty() ? "" : " x ") + std::to_string(size);
    return text;
}

template <class S>
struct Array {
    Dense<S> matrix;
    std::vector<std::size_t> sizes;
};

/// What to do about an array that is no matrix.
std::string advice(const std::vector<std::size_t>& sizes) {
    if (sizes.empty()) return "a single number";
    const std::string count = std::to_string(sizes.front());
    const std::string found =
        std::to_string(sizes.size()) + (sizes.size() == 1 ? " of " : ": ") + spelled(sizes);
    if (sizes.size() == 1) {
        return found + "; reshape it to (" + count + ", 1) or (1, " + count + ")";
    }
    if (sizes.size() == 3) {
        return found + "; for a row of V from each of " + count + " planes reshape it to (" +
               count + ", -1), or give images to the example parts";
    }
    return found + "; reshape it to two";
}

/// An array of as many dimensions as `expected` names.
template <class S>
Array<S> read_array(const std::filesystem::path& file, std::size_t dimensions,
                    const std::string& wanted) {
    const std::string bytes = read_file(file);
    const NpyHeader header = read_npy_header(file, bytes);

    const std::string_view name = header.type;
    const char order = name.empty() ? '\0' : name.front();
    const bool known_order = order == '<' || order == '>' || order == '|' || order == '=';
    const auto type = std::find_if(types<S>.begin(), types<S>.end(), [&](const Type<S>& t) {
        return known_order && t.name == name.substr(1);
    });
    if (type == types<S>.end()) {
        throw Error(file, {}, "the type " + in_quotes(name) + " is not supported: " + npy_types);
    }

    const std::vector<std::size_t>& sizes = header.shape;
    if (sizes.size() != dimensions) {
        throw Error(file, {},
                    wanted + ", found " + (dimensions == 2 ? advice(sizes) : spelled(sizes)));
    }
    std::size_t count = 1;  // of the values when no size is 0
    bool empty = false;
    for (const std::size_t size : sizes) {
        count = saturated_product(count, std::max<std::size_t>(size, 1));
        empty = empty || size == 0;
    }
    if (count > std::numeric_limits<std::size_t>::max() / 16) {
        throw Error(file, {}, "the array " + spelled(sizes) + " is too large");
    }
    const std::size_t expected = empty ? 0 : count * type->size;
    const std::size_t found = bytes.size() - header.data;
    if (found != expected) {
        throw Error(file, Place::byte(header.data),
                    "expected " + std::to_string(expected) + " bytes of values for " +
                        spelled(sizes) + " of type " + in_quotes(name) + ", found " +
                        std::to_string(found));
    }

    const Shape shape{sizes[0], sizes.size() == 3 ? sizes[1] : 1, sizes.back()};
    const bool swap = type->size > 1 && (order == '<' || order == '>') && order != native_order;
    return {type->copy(bytes.data() + header.data, shape, header.fortran_order, swap), sizes};
}

}  // namespace

template <class S>
Dense<S> read_npy(const std::filesystem::path& file) {
    return read_array<S>(file, 2, "expected an array of 2 dimensions").matrix;
}

ImageStack read_npy_stack(const std::filesystem::path& file) {
    Array<double> array =
        read_array<double>(file, 3, "expected an array of 3 dimensions, count x height x width");
    return {std::move(array.matrix), static_cast<Index>(array.sizes[1]),
            static_cast<Index>(array.sizes[2])};
}

template <class S>
void write_npy(const std::filesystem::path& file, const Dense<S>& matrix) {
    std::string header = "{'descr': '";
    header += native_order;
    header += sizeof(S) == 4 ? "f4" : "f8";
    header += "', 'fortran_order': True, 'shape': (" + std::to_string(matrix.rows()) + ", " +
              std::to_string(matrix.cols()) + "), }";
    // The values begin at a multiple of 64 bytes.
    constexpr std::size_t before = npy_magic.size() + 4;
    header.append(63 - (before + header.size()) % 64, ' ');
    header += '\n';

    std::string bytes(npy_magic);
    bytes += std::string{'\1', '\0', static_cast<char>(header.size() % 256),
                         static_cast<char>(header.size() / 256)};
    bytes += header;
    const auto values = static_cast<std::size_t>(matrix.size()) * sizeof(S);
    bytes.append(reinterpret_cast<const char*>(matrix.data()), values);
    write_file(file, bytes);
}

template Dense<float> read_npy<float>(const std::filesystem::path&);
template Dense<double> read_npy<double>(const std::filesystem::path&);
template void write_npy<float>(const std::filesystem::path&, const Dense<float>&);
template void write_npy<double>(const std::filesystem::path&, const Dense<double>&);

}  // namespace io
