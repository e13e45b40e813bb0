// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Random numbers that are the same on every platform, standard library and number of threads.

#include <cmath>
#include <cstdint>
#include <numbers>

#include <nmf/core/types.hpp>

namespace nmf {

/// The seed of the random numbers of a run.
struct Seed {
    std::uint64_t value = 0;
};

/// A counter-based generator. Draw number t depends on (seed, t) alone, so draws can be taken in
/// any order and by any thread. It is the SplitMix64 sequence of Steele, Lea and Flood, "Fast
/// splittable pseudorandom number generators" (2014).
class CounterRandom {
public:
    explicit constexpr CounterRandom(std::uint64_t seed) : seed_(seed) {}

    /// Another generator, whose draws are unrelated to those of this one.
    [[nodiscard]] constexpr CounterRandom stream(std::uint64_t number) const {
        return CounterRandom(mix(seed_ ^ mix(number + gamma)));
    }

    [[nodiscard]] constexpr std::uint64_t bits(std::uint64_t t) const {
        return mix(seed_ + (t + 1) * gamma);
    }

    /// Uniform in [0, 1), with 53 random bits.
    [[nodiscard]] constexpr double uniform(std::uint64_t t) const {
        return static_cast<double>(bits(t) >> 11) * 0x1p-53;
    }

    /// Standard normal (Box and Muller; uses the draws 2t and 2t + 1).
    [[nodiscard]] double normal(std::uint64_t t) const {
        const double radius = std::sqrt(-2.0 * std::log1p(-uniform(2 * t)));
        return radius * std::cos(2.0 * std::numbers::pi * uniform(2 * t + 1));
    }

    /// Uniform in 0 .. count - 1; count >= 1.
    [[nodiscard]] constexpr Index below(std::uint64_t t, Index count) const {
        const auto drawn = static_cast<Index>(uniform(t) * static_cast<double>(count));
        return drawn < count ? drawn : count - 1;
    }

    /// A rows x cols matrix of uniform draws. Entry (i, j) is draw number i * cols + j.
    template <RealScalar S>
    [[nodiscard]] Matrix<S> uniform_matrix(Index rows, Index cols) const {
        Matrix<S> result(rows, cols);
        for (Index j = 0; j < cols; ++j) {
            for (Index i = 0; i < rows; ++i) {
                result(i, j) = static_cast<S>(uniform(static_cast<std::uint64_t>(i * cols + j)));
            }
        }
        return result;
    }

private:
    static constexpr std::uint64_t gamma = 0x9E3779B97F4A7C15ULL;

    static constexpr std::uint64_t mix(std::uint64_t z) {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }

    std::uint64_t seed_;
};

}  // namespace nmf
