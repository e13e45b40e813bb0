// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Extensions of compilers, each with a replacement in standard C++.
///
/// An extension that the compiler lacks is replaced. NMF_STANDARD_CPP_ONLY replaces all of them;
/// define it for every file of a program. The results are the same to rounding, but take longer.

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <nmf/core/types.hpp>

#if defined(__GNUC__) && !defined(NMF_STANDARD_CPP_ONLY)
/// NMF_INLINE stands before a function, and NMF_INLINE_LAMBDA after the parameters of a lambda.
#define NMF_INLINE [[gnu::always_inline]]
#define NMF_INLINE_LAMBDA __attribute__((always_inline))
/// All calls inside of the function are inlined.
#define NMF_FLATTEN [[gnu::flatten]]
#define NMF_NOINLINE [[gnu::noinline]]
/// For code that runs rarely. It is compiled for size, which takes less time.
#define NMF_COLD [[gnu::cold]]
#else
#define NMF_INLINE
#define NMF_INLINE_LAMBDA
#define NMF_FLATTEN
#define NMF_NOINLINE
#define NMF_COLD
#endif

#if defined(__ELF__) && defined(__GNUC__) && !defined(NMF_STANDARD_CPP_ONLY)
/// Stands after the declaration of a function that the program may or may not have. Not defined
/// where there are no weak symbols.
#define NMF_IF_LINKED(name) __asm__(name) __attribute__((weak))
#endif

// GCC warns where a packet type is a template argument.
#if defined(__GNUC__) && !defined(__clang__)
#define NMF_PACKET_ARGUMENTS_BEGIN \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wignored-attributes\"")
#define NMF_PACKET_ARGUMENTS_END _Pragma("GCC diagnostic pop")
#else
#define NMF_PACKET_ARGUMENTS_BEGIN
#define NMF_PACKET_ARGUMENTS_END
#endif

namespace nmf::detail {

NMF_PACKET_ARGUMENTS_BEGIN

/// Packets with the operators +, > and ?: are numbers, or vectors if the compiler has them.
template <class Packet>
concept HasOperators = std::floating_point<Packet>
#if defined(__GNUC__) && !defined(NMF_STANDARD_CPP_ONLY)
    || requires(Packet x, Packet y) {
    x[0] + y[0];
    x > y ? x : y;
}
#endif
;

/// Fetches a line of memory into the second-level cache. The line lies at some distance from an
/// address, maybe outside of the object.
template <class T>
void prefetch([[maybe_unused]] const T* from, [[maybe_unused]] Index distance) {
#if defined(__GNUC__) && !defined(NMF_STANDARD_CPP_ONLY)
    const auto address =
        reinterpret_cast<std::uintptr_t>(from) + static_cast<std::uintptr_t>(distance) * sizeof(T);
    // Pointers do not go outside of their object. NOLINTNEXTLINE(performance-no-int-to-ptr)
    __builtin_prefetch(reinterpret_cast<const void*>(address), 0, 2);
#endif
}

/// Tells the processor that this thread spins until another one changes a value.
inline void pause() {
#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__)) && \
    !defined(NMF_STANDARD_CPP_ONLY)
    __builtin_ia32_pause();
#endif
}

/// The numbers From[0], From[1], ... of the sequence that a and b form side by side.
template <RealScalar S, int... From, class Packet>
[[nodiscard]] Packet shuffle(const Packet& a, const Packet& b) {
#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
    if constexpr (HasOperators<Packet> && !std::floating_point<Packet>) {
        return __builtin_shufflevector(a, b, From...);
    } else
#endif
#endif
    {
        constexpr std::size_t width = sizeof...(From);
        const auto numbers = std::bit_cast<std::array<S, 2 * width>>(std::array<Packet, 2>{a, b});
        return std::bit_cast<Packet>(
            std::array<S, width>{numbers[static_cast<std::size_t>(From)]...});
    }
}

/// The bits of numbers, as an operand of + and & and >>.
template <class Packet>
struct BitsOf {
    using Type = std::uint64_t;
};
#if defined(__GNUC__) && !defined(NMF_STANDARD_CPP_ONLY)
template <class Packet>
requires(sizeof(Packet) > sizeof(double)) struct BitsOf<Packet> {
    using Type [[gnu::vector_size(sizeof(Packet))]] = std::uint64_t;
};
#endif

/// f applied to the bits of numbers of type double, for each place in the packets.
template <class F, class Packet, class... More>
[[nodiscard]] NMF_INLINE inline Packet map_bits(const F& f, const Packet& x, const More&... more) {
    if constexpr (HasOperators<Packet>) {
        using Bits = typename BitsOf<Packet>::Type;
        return std::bit_cast<Packet>(Bits(f(std::bit_cast<Bits>(x), std::bit_cast<Bits>(more)...)));
    } else {
        using Bits = std::array<std::uint64_t, sizeof(Packet) / sizeof(double)>;
        Bits out = std::bit_cast<Bits>(x);
        for (std::size_t at = 0; at < out.size(); ++at) {
            out[at] = f(out[at], std::bit_cast<Bits>(more)[at]...);
        }
        return std::bit_cast<Packet>(out);
    }
}

NMF_PACKET_ARGUMENTS_END

}  // namespace nmf::detail
