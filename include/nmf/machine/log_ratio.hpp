// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Logarithms of many ratios.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include <nmf/core/compiler.hpp>
#include <nmf/machine/simd.hpp>

namespace nmf::detail {

/// log(v / y) for v in [1e-155, 1e155] and y in [1e-140, 1e150], and NaN elsewhere. The relative
/// error is a few eps, even for v close to y.
///
/// Let e be the integer for which z = y 2^e is closest to v; the bits of v and y tell it. Then
/// log(v / y) = e log 2 + 2 artanh((v - z) / (v + z)), and |v - z| / (v + z) <= 0.202.
[[nodiscard]] NMF_INLINE inline Simd<double>::Packet log_ratio(const Simd<double>::Packet& v,
                                                               const Simd<double>::Packet& y) {
    using P = Simd<double>;
    using Packet = P::Packet;
    constexpr std::uint64_t one = std::uint64_t{1} << 52U;  // Of the exponent.
    constexpr std::uint64_t bias = 1023;

    // 2^e.
    const Packet power = map_bits(
        [](const auto& a, const auto& b) { return (a - b + (bias * one + one / 2)) & ~(one - 1); },
        v, y);
    // 2^52 + e + bias.
    const Packet shifted = map_bits(
        [](const auto& bits) { return (bits >> 52) | std::bit_cast<std::uint64_t>(0x1p52); },
        power);
    const Packet e = P::sub(shifted, P::set(0x1p52 + static_cast<double>(bias)));
    const Packet z = P::mul(y, power);
    const Packet s = P::div(P::sub(v, z), P::add(v, z));
    const Packet square = P::mul(s, s);
    // (artanh(s) / s - 1) / s^2, the polynomial in s^2 that is off by least (Remez): s^2 times it
    // by at most 2e-17.
    constexpr std::array<double, 7> coefficients{
        0x1.55555555557d4p-2, 0x1.99999998d8005p-3, 0x1.249249c34d142p-3, 0x1.c71bf68dacba7p-4,
        0x1.74769a01b12e5p-4, 0x1.3830dc8e5bcb4p-4, 0x1.3bc3b7d304997p-4};
    Packet series = P::set(coefficients[6]);
    unroll<6>([&](auto term) {
        series = P::fma(series, square, P::set(coefficients[static_cast<std::size_t>(5 - term)]));
    });
    const Packet twice = P::add(s, s);
    const Packet log = P::fma(P::mul(twice, square), series, twice);
    const Packet out = P::fma(e, P::set(0x1.62e42fefa39efp-1), log);
    return P::keep_within(1e-155, 1e155, v, P::keep_within(1e-140, 1e150, y, out));
}

/// out = f(v, y) by packets, for Eigen arrays in memory. `out` may be v. The last packet is padded
/// with ones.
template <class V, class Y, class Out, class F>
void map_packets(const V& v, const Y& y, Out& out, const F& f) {
    using P = Simd<double>;
    constexpr Index width = P::width;
    const Index n = v.size();
    const Index whole = n / width * width;
    const auto packet = [&](const double* a, const double* b, double* to) {
        P::store_unaligned(to, f(P::load_unaligned(a), P::load_unaligned(b)));
    };
    for (Index e = 0; e < whole; e += width) packet(v.data() + e, y.data() + e, out.data() + e);
    if (whole == n) return;
    using OnePacket = Eigen::Array<double, static_cast<int>(width), 1, Eigen::ColMajor>;
    OnePacket a = OnePacket::Ones();
    OnePacket b = a;
    a.head(n - whole) = v.tail(n - whole);
    b.head(n - whole) = y.tail(n - whole);
    packet(a.data(), b.data(), a.data());
    out.tail(n - whole) = a.head(n - whole);
}

/// out = log(v / y), entry by entry.
template <class V, class Y, class Out>
void log_ratios(const V& v, const Y& y, Out& out) {
    map_packets(v, y, out, [](const auto& a, const auto& b) { return log_ratio(a, b); });
}

}  // namespace nmf::detail
