// SPDX-License-Identifier: MIT
#include "npy_header.hpp"

#include <optional>

#include "text.hpp"

namespace io {
namespace {

/// Reads the header, a Python dictionary such as
///
///     {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }
class HeaderReader {
public:
    HeaderReader(const std::filesystem::path& file, std::string_view bytes)
        : file_(file), bytes_(bytes) {}

    NpyHeader read() {
        read_length();
        std::optional<std::string> descr;
        std::optional<bool> fortran_order;
        std::optional<std::vector<std::size_t>> shape;
        expect('{');
        while (!accept('}')) {
            const std::string key = string();
            expect(':');
            if (key == "descr") {
                descr = type();
            } else if (key == "fortran_order") {
                fortran_order = boolean();
            } else if (key == "shape") {
                shape = tuple();
            } else {
                fail("expected 'descr', 'fortran_order' or 'shape', found " + in_quotes(key));
            }
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        if (!descr || !fortran_order || !shape) {
            fail("the header lacks 'descr', 'fortran_order' or 'shape'");
        }
        return {*descr, *fortran_order, *shape, end_};
    }

private:
    [[noreturn]] void fail(const std::string& text) const {
        throw Error(file_, Place::byte(at_), text);
    }

    void read_length() {
        if (!bytes_.starts_with(npy_magic))
            fail("expected a .npy file, which begins with \\x93NUMPY");
        at_ = npy_magic.size();
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
        std::string result(bytes_.substr(at_ + 1, end - at_ - 1));
        at_ = end + 1;
        return result;
    }

    std::string type() {
        if (peek() == '[') fail(std::string("records are not supported: ") + npy_types);
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

}  // namespace

NpyHeader read_npy_header(const std::filesystem::path& file, std::string_view bytes) {
    return HeaderReader(file, bytes).read();
}

}  // namespace io
