// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <string_view>

/// A directory of its own for a test, removed with everything in it at the end.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::random_device random;
        const auto parent = std::filesystem::temp_directory_path();
        do path_ = parent / ("nmf-test-" + std::to_string(random()));
        while (!std::filesystem::create_directory(path_));
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    /// The path of a file in it.
    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
        return path_ / name;
    }

    /// Writes a file into it and returns its path.
    [[nodiscard]] std::filesystem::path write(const std::string& name,
                                              std::string_view bytes) const {
        std::ofstream(path_ / name, std::ios::binary)
            .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        return path_ / name;
    }

private:
    std::filesystem::path path_;
};
