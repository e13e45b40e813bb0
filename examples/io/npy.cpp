// SPDX-License-Identifier: MIT
#include "npy.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "large_pages.hpp"
#include "text.hpp"

namespace io {
namespace {

constexpr std::string_view magic{"\x93NUMPY", 6};
constexpr const char* supported = "expected float32, float64 or an integer of 8 to 64 bits";
constexpr char native_order = std::endian::native == std::endian::little ? '<' : '>';

struct Header {
    std::optional<std::string> type;  // as '<f8'
    std::optional<bool> fortran_order;
    std::optional<std::vector<std::size_t>> shape;
    std::size_t data = 0;  // where the values begin
};

/// Reads the header, a Python dictionary such as
///
///     {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }
class HeaderReader {
public:
    HeaderReader(const std::filesystem::path& file, std::string_view bytes)
        : file_(file), bytes_(bytes) {}

    Header read() {
        read_length();
        Header header;
        header.data = end_;
        expect('{');
        while (!accept('}')) {
            const std::string key = string();
            expect(':');
            if (key == "descr") {
                header.type = type();
            } else if (key == "fortran_order") {
                header.fortran_order = boolean();
            } else if (key == "shape") {
                header.shape = tuple();
            } else {
                fail("expected 'descr', 'fortran_order' or 'shape', found " + in_quotes(key));
            }
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        if (!header.type || !header.fortran_order || !header.shape) {
            fail("the header lacks 'descr', 'fortran_order' or 'shape'");
        }
        return header;
    }

    [[noreturn]] void fail(const std::string& text) const {
        throw Error(file_, Place::byte(at_), text);
    }

private:
    void read_length() {
        if (!bytes_.starts_with(magic)) fail("expected a .npy file, which begins with \\x93NUMPY");
        at_ = magic.size();
        if (bytes_.size() < at_ + 2) fail("the file ends inside the header");
        const int version = byte(at_);
        if (version < 1 || version > 3) {
            fail("expected format version 1, 2 or 3, found " + std::to_string(version));
        }
        at_ += 2;
        const std::size_t digits = version == 1 ? 2 : 4;
        if (bytes_.size() < at_ + digits) fail("the file ends inside the header");
        std::size_t length = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            length |= static_cast<std::size_t>(byte(at_ + i)) << (8 * i);
        }
        at_ += digits;
        if (length > bytes_.size() - at_) fail("the file ends inside the header");
        end_ = at_ + length;
    }

    [[nodiscard]] unsigned char byte(std::size_t at) const {
        return static_cast<unsigned char>(bytes_[at]);
    }

    /// The next character that is no blank, '\0' at the end of the header.
    char peek() {
        while (at_ < end_ && (bytes_[at_] == ' ' || bytes_[at_] == '\n')) ++at_;
        return at_ < end_ ? bytes_[at_] : '\0';
    }

    bool accept(char c) {
        if (peek() != c) return false;
        ++at_;
        return true;
    }

    void expect(char c) {
        if (!accept(c)) fail(std::string("broken header: expected ") + c);
    }

    bool accept(std::string_view word) {
        peek();
        if (!bytes_.substr(at_, end_ - at_).starts_with(word)) return false;
        at_ += word.size();
        return true;
    }

    std::string string() {
        const char quote = peek();
        if (quote != '\'' && quote != '"') fail("broken header: expected a string");
        const auto end = bytes_.substr(0, end_).find(quote, at_ + 1);
        if (end == std::string_view::npos) fail("broken header: a string has no end");
        const std::string result(bytes_.substr(at_ + 1, end - at_ - 1));
        at_ = end + 1;
        return result;
    }

    std::string type() {
        if (peek() == '[') fail(std::string("records are not supported: ") + supported);
        return string();
    }

    bool boolean() {
        if (accept("True")) return true;
        if (accept("False")) return false;
        fail("broken header: expected True or False");
    }

    std::vector<std::size_t> tuple() {
        std::vector<std::size_t> values;
        expect('(');
        while (!accept(')')) {
            std::size_t end = (peek(), at_);
            while (end < end_ && bytes_[end] >= '0' && bytes_[end] <= '9') ++end;
            const auto value = parse_count(bytes_.substr(at_, end - at_));
            if (!value) fail("broken header: expected a size");
            at_ = end;
            accept('L');  // as Python 2 writes it
            values.push_back(*value);
            if (!accept(',')) {
                expect(')');
                break;
            }
        }
        return values;
    }

    const std::filesystem::path& file_;
    std::string_view bytes_;
    std::size_t at_ = 0;
    std::size_t end_ = 0;
};

/// The array seen as planes x rows x cols, element (p, i, j) at p + planes (i + rows j) in Fortran
/// order, at (p rows + i) cols + j in C order. A matrix has rows = 1.
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
constexpr std::array<Type<S>, 10> types{{
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

template <class S>
Array<S> read_array(const std::filesystem::path& file) {
    const std::string bytes = read_file(file);
    HeaderReader reader(file, bytes);
    const Header header = reader.read();

    const std::string_view name = *header.type;
    const char order = name.empty() ? '\0' : name.front();
    const bool known_order = order == '<' || order == '>' || order == '|' || order == '=';
    const auto type = std::find_if(types<S>.begin(), types<S>.end(), [&](const Type<S>& t) {
        return known_order && t.name == name.substr(1);
    });
    if (type == types<S>.end()) {
        reader.fail("the type " + in_quotes(name) + " is not supported: " + supported);
    }

    const std::vector<std::size_t>& sizes = *header.shape;
    if (sizes.size() != 2 && sizes.size() != 3) {
        reader.fail("expected an array of 2 dimensions, or of 3 (a stack of images), found " +
                    std::to_string(sizes.size()));
    }
    std::size_t count = 1;  // of the values when no size is 0
    bool empty = false;
    for (const std::size_t size : sizes) {
        count = saturated_product(count, std::max<std::size_t>(size, 1));
        empty = empty || size == 0;
    }
    if (count > std::numeric_limits<std::size_t>::max() / 16) {
        reader.fail("the array " + spelled(sizes) + " is too large");
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
    return {type->copy(bytes.data() + header.data, shape, *header.fortran_order, swap), sizes};
}

}  // namespace

template <class S>
Dense<S> read_npy(const std::filesystem::path& file) {
    return read_array<S>(file).matrix;
}

ImageStack read_npy_stack(const std::filesystem::path& file) {
    Array<double> array = read_array<double>(file);
    if (array.sizes.size() != 3) {
        throw Error(file, {},
                    "expected an array of 3 dimensions, count x height x width, found " +
                        spelled(array.sizes));
    }
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
    constexpr std::size_t before = magic.size() + 4;
    header.append(63 - (before + header.size()) % 64, ' ');
    header += '\n';

    std::string bytes(magic);
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
