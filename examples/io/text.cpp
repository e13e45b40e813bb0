// SPDX-License-Identifier: MIT
#include "text.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <system_error>

#include <zlib.h>

#include "large_pages.hpp"

namespace io {
namespace {

struct CloseFile {
    void operator()(std::FILE* stream) const { std::fclose(stream); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

std::string reason(int error) { return std::generic_category().message(error); }

File open(const std::filesystem::path& file, const char* mode) {
    File stream(std::fopen(file.string().c_str(), mode));
    if (!stream) throw Error(file, {}, "cannot be opened: " + reason(errno));
    return stream;
}

struct Inflater {
    z_stream stream{};

    // 15 + 16: the largest window, gzip wrapping.
    explicit Inflater(const std::filesystem::path& file) {
        if (inflateInit2(&stream, 15 + 16) != Z_OK) {
            throw Error(file, {}, "zlib cannot be initialised");
        }
    }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    ~Inflater() { inflateEnd(&stream); }
};

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

/// The expected size of the decompressed text. The last four bytes of a gzip file tell it modulo
/// 2^32. They are believed up to 16 times the compressed size.
std::size_t expected_size(std::string_view packed) {
    std::size_t size = 0;
    for (std::size_t i = 1; i <= 4 && i <= packed.size(); ++i) {
        size = size * 256 + static_cast<unsigned char>(packed[packed.size() - i]);
    }
    return std::min(size, 16 * packed.size());
}

std::string decompress(const std::filesystem::path& file, std::string& packed) {
    constexpr std::size_t chunk_limit = std::numeric_limits<uInt>::max() / 2;
    Inflater inflater(file);
    z_stream& z = inflater.stream;
    std::string bytes(expected_size(packed) + 1, '\0');  // the end shows only beyond it
    std::size_t read = 0;
    std::size_t written = 0;
    const auto fail = [&](const std::string& text) { throw Error(file, Place::byte(read), text); };
    for (;;) {
        if (written == bytes.size()) bytes.resize(2 * written);
        const std::size_t in = std::min(packed.size() - read, chunk_limit);
        const std::size_t out = std::min(bytes.size() - written, chunk_limit);
        z.next_in = reinterpret_cast<Bytef*>(packed.data() + read);
        z.avail_in = static_cast<uInt>(in);
        z.next_out = reinterpret_cast<Bytef*>(bytes.data() + written);
        z.avail_out = static_cast<uInt>(out);
        const int status = inflate(&z, Z_NO_FLUSH);
        read += in - z.avail_in;
        written += out - z.avail_out;
        if (status == Z_STREAM_END) {
            // A gzip file may have several members; whatever else follows is padding.
            if (!is_gzip(std::string_view(packed).substr(read))) break;
            inflateReset(&z);
        } else if (status == Z_BUF_ERROR || (status == Z_OK && z.avail_out != 0)) {
            if (read == packed.size()) fail("the gzip data ends early");
        } else if (status != Z_OK) {
            fail(std::string("broken gzip data") + (z.msg != nullptr ? ": " : "") +
                 (z.msg != nullptr ? z.msg : ""));
        }
    }
    bytes.resize(written);
    return bytes;
}

}  // namespace

std::string read_file(const std::filesystem::path& file) {
    const File stream = open(file, "rb");
    std::error_code unknown;
    const auto size = std::filesystem::file_size(file, unknown);
    // One byte more than the size says: that a file has ended shows only beyond its end.
    const std::size_t length = unknown ? 1 : static_cast<std::size_t>(size) + 1;
    std::string bytes;
    bytes.reserve(length);
    prefer_large_pages(bytes.data(), length);
    bytes.resize(length);
    std::size_t read = 0;
    for (;;) {
        if (read == bytes.size()) bytes.resize(2 * read);
        const std::size_t wanted = bytes.size() - read;
        errno = 0;
        const std::size_t got = std::fread(bytes.data() + read, 1, wanted, stream.get());
        read += got;
        if (got < wanted) break;
    }
    if (std::ferror(stream.get()) != 0) throw Error(file, {}, "cannot be read: " + reason(errno));
    bytes.resize(read);
    if (is_gzip(bytes)) return decompress(file, bytes);
    return bytes;
}

std::string_view text_of(const std::filesystem::path& file, std::string_view bytes) {
    if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) {
        throw Error(file, Place::byte(0),
                    "expected UTF-8, found UTF-16; save the file as UTF-8, or convert it by "
                    "iconv -f UTF-16 -t UTF-8");
    }
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
    return bytes;
}

void write_file(const std::filesystem::path& file, std::string_view bytes) {
    File stream = open(file, "wb");
    const bool written = std::fwrite(bytes.data(), 1, bytes.size(), stream.get()) == bytes.size() &&
                         std::fflush(stream.get()) == 0;
    if (!written) throw Error(file, {}, "cannot be written: " + reason(errno));
}

void make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (!std::filesystem::is_directory(folder, error)) {
        throw Error(folder, {}, "expected a folder, or a place where one can be made");
    }
}

std::vector<std::string> read_lines(const std::filesystem::path& file) {
    const std::string text = read_file(file);
    LineReader reader(file, text_of(file, text));
    std::vector<std::string> lines;
    while (reader.next_line()) lines.emplace_back(reader.line());
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
}

std::vector<std::vector<std::string>> read_table(const std::filesystem::path& file) {
    std::vector<std::vector<std::string>> rows;
    for (const std::string& line : read_lines(file)) {
        std::vector<std::string>& row = rows.emplace_back();
        std::string_view rest = line;
        for (;;) {
            const auto tab = rest.find('\t');
            row.emplace_back(rest.substr(0, tab));
            if (tab == std::string_view::npos) break;
            rest.remove_prefix(tab + 1);
        }
    }
    return rows;
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

std::string in_quotes(std::string_view text) {
    constexpr std::size_t longest = 40;
    if (text.empty()) return "nothing";
    std::string result = "'";
    for (const char c : text.substr(0, longest)) {
        const bool printable = static_cast<unsigned char>(c) >= 32 && c != 127;
        result += printable ? c : '?';
    }
    return result + (text.size() > longest ? "...'" : "'");
}

template <std::floating_point S>
std::optional<S> parse_number(std::string_view text) {
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    S value{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (stop != end || error == std::errc::invalid_argument) return std::nullopt;
    if (error == std::errc::result_out_of_range) {
        // Too large or too small, from_chars does not say which.
        const long double wide = std::strtold(std::string(text).c_str(), nullptr);
        if (std::abs(wide) > 1) return std::nullopt;
        return static_cast<S>(wide);
    }
    return value;
}

template std::optional<float> parse_number<float>(std::string_view);
template std::optional<double> parse_number<double>(std::string_view);

std::optional<std::size_t> parse_count(std::string_view text) {
    std::size_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (stop != end || error != std::errc{}) return std::nullopt;
    return value;
}

bool LineReader::next_line() {
    if (rest_.empty()) return false;
    const auto end = rest_.find('\n');
    line_ = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (line_.ends_with('\r')) line_.remove_suffix(1);
    fields_ = line_;
    ++number_;
    return true;
}

std::string_view LineReader::next_field() {
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    const auto begin = std::find_if_not(fields_.begin(), fields_.end(), blank);
    const auto end = std::find_if(begin, fields_.end(), blank);
    const std::string_view field(begin, end);
    fields_ = std::string_view(end, fields_.end());
    return field;
}

}  // namespace io
