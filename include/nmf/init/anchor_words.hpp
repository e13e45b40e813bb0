// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Start from rows of V that span the others.

#include <string_view>

#include <nmf/init/successive_projection.hpp>

namespace nmf {

/// Anchor words, for counts with a row for each word and a column for each document: the rows of H
/// are rows of V, divided by their sums. Each step takes the row that is farthest from the span of
/// those before it: a word that one topic has to itself. W is the least squares solution for this
/// H, negative entries raised to 0. It is Spa for V', but for the words that take part. Documents
/// in rows call for Spa{.least_mass = 1}.
///
/// Components past the numerical rank of those words start at random. Cost: that of Spa.
///
/// @par Source
/// S. Arora, R. Ge, Y. Halpern, D. Mimno, A. Moitra, D. Sontag, Y. Wu and M. Zhu, "A practical
/// algorithm for topic modeling with provable guarantees", ICML 2013. The paper takes the rows of
/// the co-occurrences V V' instead, and a probability for each coefficient.
struct AnchorWords {
    using Axis = axis::Init;
    static constexpr std::string_view name = "anchor-words";

    double least_mass = 1;  ///< Words rarer than this many times the mean word are no anchors.

    /// Components past the numerical rank are drawn, but starts from different seeds count as one.
    [[nodiscard]] static constexpr bool draws() { return false; }

    void check() const { detail::check_least_mass("AnchorWords.least_mass", least_mass); }

    template <DataView View, class S = typename View::Scalar>
    void start(const View& view, const Summary& sums, CounterRandom random, Factor<S>& w,
               Factor<S>& h) const {
        detail::start_from_columns(detail::flipped_view(view), least_mass, sums, random, h, w);
    }
};

static_assert(InitFor<AnchorWords, detail::PlainView<double>>);

}  // namespace nmf
