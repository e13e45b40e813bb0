// SPDX-License-Identifier: MIT
#include "sound.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include <sndfile.h>

namespace io {
namespace {

using Interleaved = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct CloseSound {
    void operator()(SNDFILE* sound) const { sf_close(sound); }
};
using SoundFile = std::unique_ptr<SNDFILE, CloseSound>;

/// Libsndfile takes what there is of a WAV file cut short; its header tells how long it has to be.
void check_length(const std::filesystem::path& file) {
    std::array<char, 12> header{};
    std::ifstream(file, std::ios::binary).read(header.data(), header.size());
    const std::string_view bytes(header.data(), header.size());
    if (!bytes.starts_with("RIFF") || !bytes.ends_with("WAVE")) return;
    std::size_t size = 0;
    for (std::size_t i = 8; i-- > 4;) size = 256 * size + static_cast<unsigned char>(bytes[i]);
    // What a program writes that does not know the length beforehand.
    if (size == std::numeric_limits<std::uint32_t>::max()) return;
    const auto found = std::filesystem::file_size(file);
    if (found < size + 8) {
        throw Error(file, {},
                    "expected " + std::to_string(size + 8) + " bytes as its header says, found " +
                        std::to_string(found));
    }
}

void check_samples(const std::filesystem::path& file, const Dense<double>& samples) {
    for (Index time = 0; time < samples.rows(); ++time) {
        if (samples.row(time).allFinite()) continue;
        throw Error(file, {},
                    "expected finite numbers, found others in sample " + std::to_string(time));
    }
}

}  // namespace

Sound read_sound(const std::filesystem::path& file) {
    if (!std::filesystem::is_regular_file(file)) {
        throw Error(file, {}, "expected a sound file, found none");
    }
    SF_INFO info{};
    const SoundFile in(sf_open(file.string().c_str(), SFM_READ, &info));
    if (!in) throw Error(file, {}, std::string("expected a sound file: ") + sf_strerror(nullptr));
    check_length(file);
    if (info.frames < 1) throw Error(file, {}, "expected samples, found none");
    Interleaved samples(info.frames, info.channels);
    const sf_count_t read = sf_readf_double(in.get(), samples.data(), info.frames);
    if (read != info.frames) {
        throw Error(
            file, {},
            "expected " + std::to_string(info.frames) + " samples, found " + std::to_string(read));
    }
    check_samples(file, samples);
    return {samples, info.samplerate};
}

void write_wav(const std::filesystem::path& file, const Sound& sound) {
    SF_INFO info{};
    info.samplerate = sound.rate;
    info.channels = static_cast<int>(sound.samples.cols());
    info.format = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
    const SoundFile out(sf_open(file.string().c_str(), SFM_WRITE, &info));
    if (!out) throw Error(file, {}, std::string("cannot be written: ") + sf_strerror(nullptr));
    // The chunk of peaks holds the time of writing.
    sf_command(out.get(), SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);
    const Interleaved samples = sound.samples;
    if (sf_writef_double(out.get(), samples.data(), samples.rows()) != samples.rows()) {
        throw Error(file, {}, std::string("cannot be written: ") + sf_strerror(out.get()));
    }
}

}  // namespace io
