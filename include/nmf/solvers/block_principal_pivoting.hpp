// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// Exact non-negative least squares for many right-hand sides.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include <nmf/factor/cholesky.hpp>
#include <nmf/machine/parallel.hpp>
#include <nmf/machine/scratch.hpp>
#include <nmf/solvers/active_set_columns.hpp>
#include <nmf/subproblem/normal_equations.hpp>

namespace nmf::detail {

/// Minimises f(X) = 1/2 <X, G X> - <C - l, X> over X >= 0 exactly, column by column.
///
/// A column x is optimal when its rows split into two sets. On the passive set P, x > 0 and y = G x
/// - c + l is 0; on the other rows, x = 0 and y >= 0. The method guesses P (at first the rows with
/// x > 0) and solves for x and y. Rows with a negative x or y then change sets. Columns with the
/// same P share one Cholesky factorization. All arithmetic is in double.
///
/// If G is singular on P, a ridge of a few rounding errors is added. ActiveSet solves the columns
/// that are left over, each from its start, so f never rises. Exchanges have not helped these
/// columns for some rounds, or the ridge has spoilt their solution. Rows without curvature keep
/// their value (0 under an L1 penalty).
///
/// Cost: k^3 / 3 flops for each distinct P and 2 N k^2 flops in a round, and few rounds from a warm
/// start.
///
/// Source: J. Kim and H. Park, "Fast nonnegative matrix factorization: an active-set-like method
/// and comparisons", SIAM J. Sci. Comput. 33(6), 2011. M. Van Benthem and M. Keenan, "Fast
/// algorithm for the solution of large-scale non-negativity-constrained least squares problems", J.
/// Chemometrics 18, 2004 (the grouping).
template <RealScalar S>
class BlockPrincipalPivoting {
public:
    /// With bounds, ActiveSet solves all columns.
    void solve(const NormalEquations<S, Box<S>>& eq, Factor<S>& x) {
        start(eq, x);
        scratch_.prepare(threads_of_run(), scratch_size());
        solve_alone(eq, flat_, open_, scratch_, x);
    }

    void solve(const NormalEquations<S>& eq, Factor<S>& x) {
        start(eq, x);
        const Index most_rounds = 5 * k_ + 5;
        for (Index round = 0; round < most_rounds && !open_.empty(); ++round) {
            group();
            scratch_.prepare(threads_of_run(), scratch_size());
            for_each_chunk(static_cast<Index>(pieces_.size()) - 1, [&](Index piece, int thread) {
                solve_piece(eq, x, piece, Piece(scratch_.of(thread), k_));
            });
            std::erase_if(open_, [&](Index j) { return places_[at(j)] != Place::open; });
        }
        open_.clear();
        for (Index j = 0; j < x.cols(); ++j) {
            if (places_[at(j)] != Place::settled) open_.push_back(j);
        }
        solve_alone(eq, flat_, open_, scratch_, x);
    }

private:
    enum class Place : char { open, settled, alone };
    using Word = std::uint64_t;
    static constexpr Index word_bits = 64;
    static constexpr Index piece_columns = 32;

    static std::size_t at(Index i) { return static_cast<std::size_t>(i); }

    /// Scratch of a group of columns with the same passive set.
    struct Piece {
        Piece(double* memory, Index k)
            : gram(memory, k, k),
              solution(memory + k * k, k, piece_columns),
              dual(memory + k * (k + piece_columns), k, piece_columns),
              places(memory + k * (k + 2 * piece_columns), k) {}
        Eigen::Map<Matrix<double>> gram;
        Eigen::Map<Matrix<double>> solution;
        Eigen::Map<Matrix<double>> dual;
        Eigen::Map<Vector<double>> places;  ///< The passive set as a list; exact in double.
        bool ridged = false;                ///< G was singular on the passive set.
        [[nodiscard]] Index place(Index p) const { return static_cast<Index>(places[p]); }
    };
    [[nodiscard]] Index scratch_size() const {
        return std::max(k_ * (k_ + 2 * piece_columns + 1), ActiveSet::scratch_size(k_));
    }

    [[nodiscard]] bool passive(Index j, Index a) const {
        return (sets_[at(j * words_ + a / word_bits)] >> (a % word_bits) & 1U) != 0;
    }
    void flip(Index j, Index a) {
        sets_[at(j * words_ + a / word_bits)] ^= Word(1) << (a % word_bits);
    }
    [[nodiscard]] auto key(Index j) const { return sets_.begin() + j * words_; }

    template <class Region>
    void start(const NormalEquations<S, Region>& eq, Factor<S>& x) {
        k_ = x.rows();
        words_ = (k_ + word_bits - 1) / word_bits;
        sets_.assign(at(words_ * x.cols()), 0);
        credit_.assign(at(x.cols()), full_credit);
        fewest_.assign(at(x.cols()), k_ + 1);
        places_.assign(at(x.cols()), Place::open);
        open_.resize(at(x.cols()));
        pieces_.reserve(at(x.cols() + 1));
        std::iota(open_.begin(), open_.end(), Index(0));
        find_flat(eq.gram);
        for (Index j = 0; j < x.cols(); ++j) {
            for (Index a = 0; a < k_; ++a) {
                if (flat_[at(a)] != 0) {
                    if (!decided_by_l1(eq.cross.matrix()(a, j), eq.linear.data()[a])) continue;
                    S& entry = x.matrix()(a, j);
                    entry = S(0);
                    if constexpr (is_bounded<Region>) entry = eq.region.from(j).lower[a];
                } else if (x.matrix()(a, j) > S(0)) {
                    flip(j, a);
                }
            }
        }
    }

    void find_flat(const Factor<S>& gram) {
        const S limit = curvature_limit(gram);
        flat_.assign(at(k_), 0);
        any_flat_ = false;
        for (Index a = 0; a < k_; ++a) {
            if (gram.matrix()(a, a) > limit) continue;
            flat_[at(a)] = 1;
            any_flat_ = true;
        }
    }

    /// Sorts the open columns by passive set, and cuts them into pieces with one set each.
    void group() {
        const auto before = [&](Index i, Index j) {
            const int order = compare(i, j);
            return order != 0 ? order < 0 : i < j;
        };
        std::sort(open_.begin(), open_.end(), before);
        pieces_.clear();
        pieces_.push_back(0);
        const auto size = static_cast<Index>(open_.size());
        for (Index i = 1; i < size; ++i) {
            const bool full = i - pieces_.back() == piece_columns;
            if (full || compare(open_[at(i - 1)], open_[at(i)]) != 0) pieces_.push_back(i);
        }
        pieces_.push_back(size);
    }

    [[nodiscard]] int compare(Index i, Index j) const {
        for (Index w = 0; w < words_; ++w) {
            if (key(i)[w] != key(j)[w]) return key(i)[w] < key(j)[w] ? -1 : 1;
        }
        return 0;
    }

    void solve_piece(const NormalEquations<S>& eq, Factor<S>& x, Index piece, Piece memory) {
        const Index begin = pieces_[at(piece)];
        const Index cols = pieces_[at(piece + 1)] - begin;
        const Index size = factorize(eq, open_[at(begin)], memory);
        for (Index q = 0; q < cols; ++q) {
            double* const solution = memory.solution.data() + q * k_;
            for (Index p = 0; p < size; ++p) {
                solution[p] = right_side(eq, x, memory.place(p), open_[at(begin + q)]);
            }
            solve_cholesky(memory.gram.data(), k_, size, solution);
        }
        for (Index q = 0; q < cols; ++q) exchange(eq, x, open_[at(begin + q)], size, q, memory);
    }

    /// c - l, minus the contribution of the rows without curvature.
    [[nodiscard]] double right_side(const NormalEquations<S>& eq, const Factor<S>& x, Index a,
                                    Index j) const {
        double side =
            static_cast<double>(eq.cross.matrix()(a, j)) - static_cast<double>(eq.linear.data()[a]);
        for (Index b = 0; any_flat_ && b < k_; ++b) {
            if (flat_[at(b)] == 0) continue;
            side -=
                static_cast<double>(eq.gram.matrix()(a, b)) * static_cast<double>(x.matrix()(b, j));
        }
        return side;
    }

    /// The Cholesky factor of G on the passive set of column j; returns the size of the set.
    Index factorize(const NormalEquations<S>& eq, Index j, Piece& memory) const {
        Index size = 0;
        for (Index a = 0; a < k_; ++a) {
            if (passive(j, a)) memory.places[size++] = static_cast<double>(a);
        }
        constexpr double least = 16.0 * static_cast<double>(std::numeric_limits<S>::epsilon());
        auto& gram = memory.gram;
        const auto entry = [&](Index p, Index q) {
            return static_cast<double>(eq.gram.matrix()(memory.place(p), memory.place(q)));
        };
        // A ridge of 1 always does, unless there is a NaN in G.
        for (double ridge = 0; ridge<10; ridge = ridge> 0 ? 10 * ridge : least) {
            for (Index q = 0; q < size; ++q) {
                for (Index p = 0; p < size; ++p) gram(p, q) = entry(p, q);
                gram(q, q) *= 1.0 + ridge;
            }
            memory.ridged = ridge > 0;
            if (factorize_cholesky(gram.data(), k_, size, 0.5 * least)) break;
        }
        return size;
    }

    /// Writes column j if its split is optimal; otherwise exchanges rows.
    void exchange(const NormalEquations<S>& eq, Factor<S>& x, Index j, Index size, Index q,
                  Piece& memory) {
        double* const dual = memory.dual.data() + q * k_;
        const double* const solution = memory.solution.data() + q * k_;
        double largest = 0;
        for (Index p = 0; p < size; ++p) largest = std::max(largest, std::abs(solution[p]));
        double scale = 0;
        double total = 0;
        for (Index a = 0; a < k_; ++a) {
            double y = -right_side(eq, x, a, j);
            double terms = std::abs(y);
            for (Index p = 0; p < size; ++p) {
                const double term =
                    static_cast<double>(eq.gram.matrix()(a, memory.place(p))) * solution[p];
                y += term;
                terms += std::abs(term);
            }
            dual[a] = y;
            scale = std::max(scale, terms);
            total += terms;
        }
        if (!(total <= std::numeric_limits<double>::max())) {
            // A NaN among the equations of the column stays one.
            std::fill_n(x.data() + j * x.stride(), k_, std::numeric_limits<S>::quiet_NaN());
            places_[at(j)] = Place::settled;
            return;
        }
        const double least_x = -16.0 * std::numeric_limits<double>::epsilon() * largest;
        const double least_y = -16.0 * std::numeric_limits<double>::epsilon() * scale;
        Index wrong = 0;
        bool spoilt = false;
        const auto visit = [&](auto&& f) {
            Index p = 0;
            for (Index a = 0; a < k_; ++a) {
                const bool inside = p < size && memory.place(p) == a;
                const bool misplaced =
                    inside ? solution[p] < least_x : dual[a] < least_y && flat_[at(a)] == 0;
                spoilt = spoilt || (memory.ridged && inside && std::abs(dual[a]) > -least_y);
                if (inside) ++p;
                if (misplaced) f(a);
            }
        };
        visit([&](Index) { ++wrong; });
        if (wrong == 0 && !spoilt) return write(x, j, size, q, memory);
        const bool fewer = wrong < fewest_[at(j)];
        if (wrong == 0 || (!fewer && credit_[at(j)] == 0)) {
            places_[at(j)] = Place::alone;
            return;
        }
        fewest_[at(j)] = std::min(fewest_[at(j)], wrong);
        credit_[at(j)] = fewer ? full_credit : credit_[at(j)] - 1;
        visit([&](Index a) { flip(j, a); });
    }

    void write(Factor<S>& x, Index j, Index size, Index q, const Piece& memory) {
        S* const target = x.data() + j * x.stride();
        for (Index a = 0; a < k_; ++a) {
            if (flat_[at(a)] == 0) target[a] = S(0);
        }
        for (Index p = 0; p < size; ++p) {
            target[memory.place(p)] = static_cast<S>(std::max(0.0, memory.solution(p, q)));
        }
        places_[at(j)] = Place::settled;
    }

    static constexpr int full_credit = 3;

    Index k_ = 0;
    Index words_ = 0;
    std::vector<char> flat_;  ///< Rows without curvature.
    bool any_flat_ = false;
    std::vector<Word> sets_;     ///< Passive sets, words_ for each column.
    std::vector<int> credit_;    ///< Full exchanges left.
    std::vector<Index> fewest_;  ///< Fewest wrong places so far.
    std::vector<Place> places_;
    std::vector<Index> open_;    ///< Columns that are not solved yet.
    std::vector<Index> pieces_;  ///< Where the pieces of open_ begin.
    Scratch<double> scratch_;
};

}  // namespace nmf::detail
