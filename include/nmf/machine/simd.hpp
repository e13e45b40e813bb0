// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// The vector operations of the kernels, in terms of Eigen's packets. So they follow the
/// instruction set that the program is compiled for.

#include <limits>
#include <type_traits>
#include <utility>

#include <Eigen/Core>

#include <nmf/core/compiler.hpp>
#include <nmf/core/types.hpp>

namespace nmf::detail {

NMF_PACKET_ARGUMENTS_BEGIN

/// With `Half` the packets are half as wide, if such packets exist.
template <RealScalar S, bool Half = false>
struct Simd {
    using Whole = typename Eigen::internal::packet_traits<S>::type;
    using Packet =
        std::conditional_t<Half, typename Eigen::internal::unpacket_traits<Whole>::half, Whole>;

    /// Scalars in a packet.
    static constexpr Index width = Eigen::internal::unpacket_traits<Packet>::size;

    /// A square of packets: as many packets as a packet has scalars.
    using Square = Eigen::internal::PacketBlock<Packet, static_cast<int>(width)>;

    /// The number of architectural vector registers.
#ifdef EIGEN_ARCH_DEFAULT_NUMBER_OF_REGISTERS
    static constexpr int registers = EIGEN_ARCH_DEFAULT_NUMBER_OF_REGISTERS;
#else
    static constexpr int registers = 16;
#endif

    static Packet set(S x) { return Eigen::internal::pset1<Packet>(x); }
    static Packet load(const S* from) { return Eigen::internal::pload<Packet>(from); }
    static Packet load_unaligned(const S* from) { return Eigen::internal::ploadu<Packet>(from); }
    static void store(S* to, const Packet& x) { Eigen::internal::pstore(to, x); }
    static void store_unaligned(S* to, const Packet& x) { Eigen::internal::pstoreu(to, x); }
    static Packet add(const Packet& a, const Packet& b) { return Eigen::internal::padd(a, b); }
    static Packet sub(const Packet& a, const Packet& b) { return Eigen::internal::psub(a, b); }
    static Packet mul(const Packet& a, const Packet& b) { return Eigen::internal::pmul(a, b); }
    static Packet div(const Packet& a, const Packet& b) { return Eigen::internal::pdiv(a, b); }
    static Packet sqrt(const Packet& a) { return Eigen::internal::psqrt(a); }
    static Packet max(const Packet& a, const Packet& b) { return Eigen::internal::pmax(a, b); }
    static Packet min(const Packet& a, const Packet& b) { return Eigen::internal::pmin(a, b); }

    /// The sum over a packet.
    static S sum(const Packet& a) { return Eigen::internal::predux(a); }

    /// x with its zeros replaced.
    static Packet zero_to(const Packet& replacement, const Packet& x) {
        return Eigen::internal::pselect(Eigen::internal::pcmp_eq(x, set(S(0))), replacement, x);
    }

    /// x, or NaN where `tested` is outside of [least, most].
    static Packet keep_within(S least, S most, const Packet& tested, const Packet& x) {
        const Packet none = set(std::numeric_limits<S>::quiet_NaN());
        if constexpr (HasOperators<Packet>) {
            const auto within = (tested >= least) & (tested <= most);
            return within ? x : none;
        } else {
            using Eigen::internal::pcmp_le;
            const Packet within =
                Eigen::internal::pand(pcmp_le(set(least), tested), pcmp_le(tested, set(most)));
            return Eigen::internal::pselect(within, x, none);
        }
    }

    /// a * b + c
    static Packet fma(const Packet& a, const Packet& b, const Packet& c) {
        return Eigen::internal::pmadd(a, b, c);
    }
};

/// The smallest multiple of the packet width that holds k scalars.
template <RealScalar S>
[[nodiscard]] constexpr Index padded(Index k) {
    return (k + Simd<S>::width - 1) / Simd<S>::width * Simd<S>::width;
}

/// Calls f with std::integral_constant<int, 0> to N - 1. The compiler writes all calls out at any
/// optimisation level, so arrays of packets live in registers.
template <int N, class F>
NMF_INLINE inline void unroll(F&& f) {
    [&]<int... I>(std::integer_sequence<int, I...>) NMF_INLINE_LAMBDA {
        (f(std::integral_constant<int, I>{}), ...);
    }
    (std::make_integer_sequence<int, N>{});
}

/// Adds neighbouring groups of `Group` lanes within a and within b, and interleaves the results.
template <RealScalar S, int Group>
typename Simd<S>::Packet add_groups(const typename Simd<S>::Packet& a,
                                    const typename Simd<S>::Packet& b) {
    constexpr int width = static_cast<int>(Simd<S>::width);
    return [&]<int... I>(std::integer_sequence<int, I...>) {
        constexpr auto from = [](int i, int odd) {
            const int group = i / (2 * Group) * 2 + odd;
            return i / Group % 2 * width + group * Group + i % Group;
        };
        return Simd<S>::add(shuffle<S, from(I, 0)...>(a, b), shuffle<S, from(I, 1)...>(a, b));
    }
    (std::make_integer_sequence<int, width>{});
}

/// to[r] (+)= the sum over rows[r], for a square of packets, which are overwritten.
template <RealScalar S, int Group = 1>
void store_sums(typename Simd<S>::Packet* rows, S* to, bool overwrite) {
    using P = Simd<S>;
    constexpr int width = static_cast<int>(P::width);
    if constexpr (Group == width) {
        P::store_unaligned(to, overwrite ? rows[0] : P::add(rows[0], P::load_unaligned(to)));
    } else {
        unroll<width / Group / 2>(
            [&](auto r) { rows[r] = add_groups<S, Group>(rows[2 * r], rows[2 * r + 1]); });
        store_sums<S, 2 * Group>(rows, to, overwrite);
    }
}

NMF_PACKET_ARGUMENTS_END

}  // namespace nmf::detail
