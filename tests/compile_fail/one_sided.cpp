// SPDX-License-Identifier: MIT
// What needs whole rows of a V that is known by its columns alone.
// clang-format off
#include <string_view>
#include <utility>

#include <nmf/nmf.hpp>

using Matrix = Eigen::MatrixXd;

struct Fill {
    void operator()(nmf::Index /*first*/, nmf::Index /*count*/, Eigen::Ref<Matrix> to) const { to.setOnes(); }
};
using Stream = decltype(nmf::streamed(3, 4, Fill{}));

/// With weights.
struct Weighted : Stream {
    static constexpr bool weighted = true;
    explicit Weighted(const Stream& view) : Stream(view) {}
    nmf::Index differing(nmf::Index /*j*/) const { return 0; }
    nmf::Index observed(nmf::Index /*j*/) const { return rows(); }
    template <class F>
    void visit_differing(nmf::Index /*j*/, const F& /*f*/) const {}
};

/// Half-steps of its own kind.
struct OwnLoss {
    using Axis = nmf::axis::Loss;
    static constexpr std::string_view name = "own";
    template <nmf::RealScalar S>
    using HalfStep = nmf::MultiplicativeStep<S>;
    template <class View, class Problem>
    struct Former {};
    double entry(double v, double y) const { return (v - y) * (v - y); }
};

int main() {
    const Matrix V = Matrix::Ones(3, 4);
    const Stream view = nmf::streamed(3, 4, Fill{});
    const auto fit = nmf::factorize(view, 2, nmf::KullbackLeibler{});
#if defined NMF_CASE_entries  // error: nmf: KlCoordinateDescent, and any solver that updates columns of entries, needs whole rows of V, which a one-sided view does not give; it has MultiplicativeUpdate
    return nmf::factorize(view, 2, nmf::KullbackLeibler{}, nmf::KlCoordinateDescent{}).iterations > 0;  // here
#elif defined NMF_CASE_transform_by_entries  // error: nmf: KlCoordinateDescent, and any solver that updates columns of entries, needs whole rows of V, which a one-sided view does not give; it has MultiplicativeUpdate
    return fit.transform(view, nmf::KlCoordinateDescent{}).iterations > 0;  // here
#elif defined NMF_CASE_rows  // error: nmf: transform_rows needs whole rows of V, which a one-sided view does not give; it has transform
    return fit.transform_rows(view).iterations > 0;  // here
#elif defined NMF_CASE_missing  // error: nmf: all entries of a one-sided view count, and are >= 0: it goes without Weights, MissingNan, MissingUnstored, HeldOut, SignedEntries and Compressed
    return nmf::factorize(view, 2, nmf::MissingNan{}).iterations > 0;  // here
#elif defined NMF_CASE_weights  // error: nmf: all entries of a one-sided view count, and are >= 0: it goes without Weights, MissingNan, MissingUnstored, HeldOut, SignedEntries and Compressed
    return nmf::factorize(view, 2, nmf::Weights(V)).iterations > 0;  // here
#elif defined NMF_CASE_compressed  // error: nmf: all entries of a one-sided view count, and are >= 0: it goes without Weights, MissingNan, MissingUnstored, HeldOut, SignedEntries and Compressed
    return nmf::factorize(view, 2, nmf::Compressed{}).iterations > 0;  // here
#elif defined NMF_CASE_weighted  // error: nmf: weights and missing entries need whole rows of V, which a one-sided view does not give
    return nmf::factorize(Weighted(view), 2).iterations > 0;  // here
#elif defined NMF_CASE_own_former  // error: nmf: a loss with half-steps of its own kind needs whole rows of V, which a one-sided view does not give
    return nmf::factorize(view, 2, OwnLoss{}, nmf::MultiplicativeUpdate{}).iterations > 0;  // here
#elif defined NMF_CASE_no_columns  // error: nmf: streamed(rows, cols, read) calls read(first, count, to) with two nmf::Index and an Eigen::Map of rows x count numbers, which it fills
    nmf::streamed(3, 4, [](nmf::Index, Eigen::Ref<Matrix> to) { to.setOnes(); });  // here
    return V.rows() > 0;
#elif defined NMF_CASE_integers  // error: nmf: a streamed V is of float or double
    nmf::streamed<int>(3, 4, [](nmf::Index, nmf::Index, auto to) { to.setOnes(); });  // here
    return V.rows() > 0;
#else
    return fit.transform(view).iterations + nmf::factorize(view, 2, nmf::MultiplicativeUpdate{}).iterations +
               nmf::factorize(V, 2).transform_rows(V).rows() > 0;
#endif
}
