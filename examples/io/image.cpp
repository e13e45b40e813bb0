// SPDX-License-Identifier: MIT
#include "image.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <png.h>

#include "text.hpp"

namespace io {
namespace {

constexpr std::string_view png_magic = "\x89PNG\r\n\x1a\n";
constexpr std::size_t most_pixels = std::size_t{1} << 28;

std::string size_of(std::size_t height, std::size_t width) {
    return std::to_string(height) + " x " + std::to_string(width);
}

std::string size_of(const Dense<double>& image) {
    return size_of(static_cast<std::size_t>(image.rows()), static_cast<std::size_t>(image.cols()));
}

/// Libpng's description of an image, given back at the end.
struct PngImage {
    png_image png{};

    PngImage() { png.version = PNG_IMAGE_VERSION; }
    PngImage(const PngImage&) = delete;
    PngImage& operator=(const PngImage&) = delete;
    ~PngImage() { png_image_free(&png); }
};

Dense<double> read_png(const std::filesystem::path& file, std::string_view bytes) {
    PngImage image;
    png_image& png = image.png;
    const auto check = [&](int success) {
        if (success == 0) {
            throw Error(file, {}, std::string("expected a whole PNG file: ") + png.message);
        }
    };
    check(png_image_begin_read_from_memory(&png, bytes.data(), bytes.size()));
    if (png.width > most_pixels / png.height) {
        throw Error(file, {},
                    "expected at most " + std::to_string(most_pixels) + " pixels, found " +
                        size_of(png.height, png.width));
    }
    png.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
    png.format = PNG_FORMAT_GRAY;
    std::vector<png_byte> pixels(PNG_IMAGE_SIZE(png));
    const png_color white{255, 255, 255};
    check(png_image_finish_read(&png, &white, pixels.data(), 0, nullptr));
    using Rows = Eigen::Matrix<png_byte, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    return Eigen::Map<const Rows>(pixels.data(), png.height, png.width).cast<double>() / 255;
}

class PgmReader {
public:
    PgmReader(const std::filesystem::path& file, std::string_view bytes)
        : file_(file), bytes_(bytes) {}

    Dense<double> read() {
        const bool binary = bytes_[1] == '5';
        at_ = 2;
        const std::size_t width = number("the width");
        const std::size_t height = number("the height");
        const std::size_t largest = number("the largest value");
        if (width == 0 || height == 0) {
            fail("expected at least one pixel, found " + size_of(height, width));
        }
        if (largest == 0 || largest > 65535) {
            fail("expected a largest value from 1 to 65535, found " + std::to_string(largest));
        }
        const std::size_t left = bytes_.size() - at_;
        if (height > left / width) {
            fail("expected the pixels of an image of " + size_of(height, width) +
                 ", found the end of the file");
        }
        Dense<double> image(static_cast<Index>(height), static_cast<Index>(width));
        if (binary) {
            read_binary(image, largest);
        } else {
            read_plain(image, largest);
        }
        return image / static_cast<double>(largest);
    }

private:
    [[noreturn]] void fail(const std::string& text) const {
        throw Error(file_, Place::byte(at_), text);
    }

    static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

    void skip_blanks() {
        while (at_ < bytes_.size() && (is_blank(bytes_[at_]) || bytes_[at_] == '#')) {
            if (bytes_[at_] == '#') at_ = std::min(bytes_.find('\n', at_), bytes_.size() - 1);
            ++at_;
        }
    }

    std::size_t number(const std::string& what) {
        skip_blanks();
        std::size_t end = at_;
        while (end < bytes_.size() && !is_blank(bytes_[end]) && bytes_[end] != '#') ++end;
        const std::string_view word = bytes_.substr(at_, end - at_);
        const auto value = parse_count(word);
        if (!value) fail("expected " + what + ", found " + in_quotes(word));
        at_ = end;
        return *value;
    }

    void check(std::size_t value, std::size_t largest) const {
        if (value > largest) {
            fail("expected a value of at most " + std::to_string(largest) + ", found " +
                 std::to_string(value));
        }
    }

    void read_plain(Dense<double>& image, std::size_t largest) {
        for (Index row = 0; row < image.rows(); ++row) {
            for (Index col = 0; col < image.cols(); ++col) {
                const std::size_t value = number("a pixel");
                check(value, largest);
                image(row, col) = static_cast<double>(value);
            }
        }
        skip_blanks();
        if (at_ != bytes_.size()) fail("expected the end of the file behind the last pixel");
    }

    /// One blank stands before the pixels, of one byte or of two, the more significant one first.
    void read_binary(Dense<double>& image, std::size_t largest) {
        ++at_;
        const std::size_t width = largest < 256 ? 1 : 2;
        const std::size_t expected = width * static_cast<std::size_t>(image.size());
        const std::size_t found = bytes_.size() - at_;
        if (found != expected) {
            fail("expected " + std::to_string(expected) + " bytes of pixels for an image of " +
                 size_of(image) + ", found " + std::to_string(found));
        }
        for (Index row = 0; row < image.rows(); ++row) {
            for (Index col = 0; col < image.cols(); ++col) {
                std::size_t value = 0;
                for (std::size_t i = 0; i < width; ++i) {
                    value = 256 * value + static_cast<unsigned char>(bytes_[at_ + i]);
                }
                check(value, largest);
                at_ += width;
                image(row, col) = static_cast<double>(value);
            }
        }
    }

    const std::filesystem::path& file_;
    std::string_view bytes_;
    std::size_t at_ = 0;
};

struct Folder {
    std::vector<std::filesystem::path> images;
    std::vector<std::string> other_pictures;
    std::size_t folders = 0;
};

Folder list(const std::filesystem::path& folder) {
    constexpr std::array<std::string_view, 9> others{".jpg",  ".jpeg", ".gif", ".bmp", ".tif",
                                                     ".tiff", ".webp", ".ppm", ".pbm"};
    Folder found;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::filesystem::path& path = entry->path();
        if (path.filename().string().starts_with('.')) continue;
        std::error_code unknown;
        const std::string extension = lower(path.extension().string());
        if (entry->is_directory(unknown)) {
            ++found.folders;
        } else if (extension == ".png" || extension == ".pgm") {
            found.images.push_back(path);
        } else if (std::find(others.begin(), others.end(), extension) != others.end()) {
            found.other_pictures.push_back(path.filename().string());
        }
    }
    if (error) throw Error(folder, {}, "cannot be read: " + error.message());
    std::sort(found.images.begin(), found.images.end());
    std::sort(found.other_pictures.begin(), found.other_pictures.end());
    return found;
}

std::vector<std::filesystem::path> images_in(const std::filesystem::path& folder, const Say& say) {
    Folder found = list(folder);
    std::string others;
    if (!found.other_pictures.empty()) {
        others = std::to_string(found.other_pictures.size()) + " pictures of other types, as " +
                 found.other_pictures.front() + ", which can be converted";
    }
    if (found.images.empty()) {
        std::string but = others;
        if (found.folders > 0) {
            but += (but.empty() ? "" : ", and ") + std::to_string(found.folders) +
                   " folders, which are not looked into";
        }
        throw Error(
            folder, {},
            "expected .png or .pgm files, found none" + (but.empty() ? "" : ", but " + but));
    }
    if (say && !others.empty()) say(located(folder, {}, "passed over: " + others));
    return std::move(found.images);
}

}  // namespace

Dense<double> read_image(const std::filesystem::path& file) {
    const std::string bytes = read_file(file);
    if (bytes.starts_with(png_magic)) return read_png(file, bytes);
    if (bytes.starts_with("P2") || bytes.starts_with("P5")) return PgmReader(file, bytes).read();
    throw Error(file, Place::byte(0),
                "expected a PNG or PGM image, which begins with \\x89PNG, P2 or P5");
}

ImageStack read_image_folder(const std::filesystem::path& folder, const Say& say) {
    const std::vector<std::filesystem::path> files = images_in(folder, say);
    ImageStack stack;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const Dense<double> image = read_image(files[i]);
        if (i == 0) {
            stack.height = image.rows();
            stack.width = image.cols();
            stack.images.resize(static_cast<Index>(files.size()), image.size());
        } else if (image.rows() != stack.height || image.cols() != stack.width) {
            throw Error(files[i], {},
                        "expected an image of " + std::to_string(stack.height) + " x " +
                            std::to_string(stack.width) + " pixels as in " +
                            files[0].filename().string() + ", found " + size_of(image));
        }
        stack.images.row(static_cast<Index>(i)) = image.reshaped<Eigen::RowMajor>();
    }
    return stack;
}

void write_png(const std::filesystem::path& file, const Image& image) {
    static_assert(sizeof(Color) == 3);
    PngImage out;
    png_image& png = out.png;
    png.width = static_cast<png_uint_32>(image.width());
    png.height = static_cast<png_uint_32>(image.height());
    png.format = PNG_FORMAT_RGB;
    std::string bytes(PNG_IMAGE_PNG_SIZE_MAX(png), '\0');
    png_alloc_size_t size = bytes.size();
    if (png_image_write_to_memory(&png, bytes.data(), &size, 0, image.data(), 0, nullptr) == 0) {
        throw Error(file, {}, std::string("cannot be written: ") + png.message);
    }
    write_file(file, std::string_view(bytes).substr(0, size));
}

}  // namespace io
