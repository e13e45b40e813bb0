// SPDX-License-Identifier: MIT
// The generator: the same numbers everywhere, spread as they should be.

#include <cmath>

#include <nmf/core/random.hpp>

#include "support/catch.hpp"

using nmf::CounterRandom;
using nmf::Index;

// Steele, Lea and Flood's SplitMix64; the first three are the values that the reference code by
// Vigna (splitmix64.c) gives for the state 0.
TEST_CASE("The draws are those of SplitMix64") {
    CHECK(CounterRandom(0).bits(0) == 0xE220A8397B1DCDAFULL);
    CHECK(CounterRandom(0).bits(1) == 0x6E789E6AA1B965F4ULL);
    CHECK(CounterRandom(0).bits(2) == 0x06C45D188009454FULL);
    CHECK(CounterRandom(0x9E3779B97F4A7C15ULL).bits(0) == CounterRandom(0).bits(1));
}

TEST_CASE("Uniform draws are at least 0, below 1, and have the moments of a uniform distribution") {
    const CounterRandom random(3);
    constexpr int draws = 100000;
    double sum = 0;
    double square = 0;
    for (std::uint64_t t = 0; t < draws; ++t) {
        const double x = random.uniform(t);
        REQUIRE(x >= 0);
        REQUIRE(x < 1);
        sum += x;
        square += x * x;
    }
    // Five standard deviations of a mean of so many.
    CHECK_THAT(sum / draws, WithinAbs(0.5, 5 * std::sqrt(1.0 / 12 / draws)));
    CHECK_THAT(square / draws, WithinAbs(1.0 / 3, 5 * std::sqrt(4.0 / 45 / draws)));
}

TEST_CASE("Normal draws have the moments of a normal distribution") {
    const CounterRandom random(4);
    constexpr int draws = 100000;
    double moments[4] = {0, 0, 0, 0};
    for (std::uint64_t t = 0; t < draws; ++t) {
        const double x = random.normal(t);
        REQUIRE(std::isfinite(x));
        for (int power = 0; power < 4; ++power) moments[power] += std::pow(x, power + 1) / draws;
    }
    CHECK_THAT(moments[0], WithinAbs(0, 5 * std::sqrt(1.0 / draws)));
    CHECK_THAT(moments[1], WithinAbs(1, 5 * std::sqrt(2.0 / draws)));
    CHECK_THAT(moments[2], WithinAbs(0, 5 * std::sqrt(15.0 / draws)));
    CHECK_THAT(moments[3], WithinAbs(3, 5 * std::sqrt(96.0 / draws)));
}

TEST_CASE("Draws below a count reach all of it and nothing else") {
    const CounterRandom random(5);
    for (const Index count : {1, 2, 7}) {
        std::vector<int> seen(static_cast<std::size_t>(count), 0);
        for (std::uint64_t t = 0; t < 1000; ++t) {
            const Index drawn = random.below(t, count);
            REQUIRE(drawn >= 0);
            REQUIRE(drawn < count);
            ++seen[static_cast<std::size_t>(drawn)];
        }
        for (const int times : seen) CHECK(times > 500 / count);
    }
}

TEST_CASE("Streams differ from each other and from their parent") {
    const CounterRandom random(6);
    const CounterRandom streams[] = {random, random.stream(0), random.stream(1),
                                     random.stream(0).stream(0), CounterRandom(7).stream(0)};
    for (const CounterRandom& one : streams) {
        for (const CounterRandom& two : streams) {
            if (&one == &two) continue;
            int equal = 0;
            for (std::uint64_t t = 0; t < 100; ++t) {
                for (std::uint64_t u = 0; u < 100; ++u) equal += one.bits(t) == two.bits(u);
            }
            CHECK(equal == 0);
        }
    }
}

TEST_CASE("A matrix is filled row by row") {
    const auto matrix = CounterRandom(8).uniform_matrix<double>(3, 5);
    for (Index i = 0; i < 3; ++i) {
        for (Index j = 0; j < 5; ++j) {
            CHECK(matrix(i, j) == CounterRandom(8).uniform(static_cast<std::uint64_t>(i * 5 + j)));
        }
    }
    CHECK(CounterRandom(8).uniform_matrix<float>(3, 5) == matrix.cast<float>());
}
