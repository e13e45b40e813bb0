// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// One reading of V for the half-steps of both factors.

#include <algorithm>
#include <cstddef>
#include <vector>

#include <nmf/core/types.hpp>
#include <nmf/data/back_ratios.hpp>
#include <nmf/data/concept.hpp>
#include <nmf/data/flipped.hpp>
#include <nmf/data/reconstruction_tile.hpp>
#include <nmf/factor/factor.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/machine/scratch.hpp>

namespace nmf::detail {

/// Whether a solver updates both factors on one majorant.
template <class Solver>
[[nodiscard]] bool is_joint(const Solver& solver) {
    if constexpr (requires { solver.joint; }) return solver.joint;
    return false;
}

/// To be set before a half-step of the multiplicative family, where V is one-sided: which sums for
/// the other factor it makes, or takes. Of those that it makes the point is set.
template <RealScalar S>
struct ReadingBack {
    BackRatios<S>* to = nullptr;
    const BackRatios<S>* from = nullptr;
    bool joint = false;  ///< The other half-step is on the majorant of this one.

    /// For a joint update, the columns of one thread.
    struct Joint {
        Factor<S> before;
        Factor<S> after;
        Factor<S> top;
        Factor<S> bottom;
    };
    std::vector<Joint> joints;
};

/// Makes the sums for the other factor of columns that a half-step has made, of the same block of
/// V. It passes over the block once more: V is read no further.
template <class View, class Loss, RealScalar S, class Terms, class Load, class Look, class Body>
void pass_and_back(const View& view, [[maybe_unused]] const Loss& loss, ReadingBack<S>& back,
                   const PassFactors<S>& factors, const Terms& terms, Scratch<S>& scratch,
                   const Load& load, const Look& look, const Body& body) {
    const Index rank = factors.fixed.rows();
    back.to->begin();
    if (back.joint) back.joints.resize(static_cast<std::size_t>(threads_of_run()));
    for (auto& room : back.joints) {
        for (Factor<S>* each : {&room.before, &room.after, &room.top, &room.bottom}) {
            if (each->rows() != rank) each->resize(rank, block_columns);
        }
    }
    const auto whole = [&](const ColumnBlock<S>& block, Index chunk, int thread) {
        const Index size = block.cols * factors.fixed.stride();
        typename BackRatios<S>::Columns columns{block.x, block.x, block.x};
        if (back.joint) {
            std::copy_n(block.x, size, back.joints[static_cast<std::size_t>(thread)].before.data());
        }
        body(block, chunk, thread);
        if constexpr (requires(Factor<S> & f) { loss.joint_factors(f, f, f, f); }) {
            if (back.joint) {
                auto& room = back.joints[static_cast<std::size_t>(thread)];
                std::copy_n(block.x, size, room.after.data());
                loss.joint_factors(room.after, room.before, room.top, room.bottom);
                columns = {room.before.data(), room.top.data(), room.bottom.data()};
            }
        }
        back.to->add(
            view, chunk, block.first, block.cols, columns, terms,
            [](const S*, const S*, const S*, Index) {}, scratch.of(thread));
    };
    view.pass(factors, terms, scratch, load, look, whole, back.to->chunks());
}

/// view.pass(), or what stands for it where V is one-sided.
template <class View, class Loss, RealScalar S, class Terms, class Load, class Look, class Body>
void pass_over(const View& view, [[maybe_unused]] const Loss& loss,
               [[maybe_unused]] ReadingBack<S>& back, const PassFactors<S>& factors,
               const Terms& terms, Scratch<S>& scratch, const Load& load, const Look& look,
               const Body& body) {
    if constexpr (is_flipped<View>) {
        if (back.from != nullptr) return view.take(*back.from, terms, load, body);
    } else if constexpr (OneSidedView<View>) {
        if (back.to != nullptr) {
            return pass_and_back(view, loss, back, factors, terms, scratch, load, look, body);
        }
    }
    view.pass(factors, terms, scratch, load, look, body);
}

}  // namespace nmf::detail
