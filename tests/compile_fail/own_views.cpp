// SPDX-License-Identifier: MIT
// Views of the user's without a member that they need.
// clang-format off
#include <span>
#include <utility>

#include <nmf/nmf.hpp>

using Matrix = Eigen::MatrixXd;
using Dense = decltype(nmf::make_view(std::declval<const Matrix&>()));
using Weighted = decltype(nmf::make_view(std::declval<const Matrix&>(), nmf::MissingNan{}));

/// One part of a larger V.
struct Part : Dense {
    explicit Part(const Matrix& v) : Dense(nmf::make_view(v)) {}
    void reduce(std::span<double> /*sums*/) const {}
};

/// Not one entry can be seen.
struct Unseen : Dense {
    explicit Unseen(const Matrix& v) : Dense(nmf::make_view(v)) {}
    void for_each_group() const {}
};

struct Uncounted : Weighted {
    explicit Uncounted(const Matrix& v) : Weighted(nmf::make_view(v, nmf::MissingNan{})) {}
    void differing() const {}
};

int main() {
    const Matrix V = Matrix::Ones(3, 4);
    const auto fit = nmf::factorize(V, 2, nmf::KullbackLeibler{});
#if defined NMF_CASE_part  // error: nmf: a view that is one part of a larger V is for Frobenius; the other losses need all of V
    return nmf::factorize(Part(V), 2, nmf::KullbackLeibler{}).iterations > 0;  // here
#elif defined NMF_CASE_transform_part  // error: nmf: a view that is one part of a larger V is for Frobenius; the other losses need all of V
    return fit.transform(Part(V)).iterations > 0;  // here
#elif defined NMF_CASE_unseen  // error: nmf: for this loss a view has for_each_group(), costs() and pass(); see nmf::EntryView
    return nmf::factorize(Unseen(V), 2, nmf::KullbackLeibler{}).iterations > 0;  // here
#elif defined NMF_CASE_transform_unseen  // error: nmf: for this loss a view has for_each_group(), costs() and pass(); see nmf::EntryView
    return fit.transform(Unseen(V)).iterations > 0;  // here
#elif defined NMF_CASE_uncounted  // error: nmf: a view with weights has differing(), observed() and visit_differing(); see nmf::WeightedView
    return nmf::factorize(Uncounted(V), 2).iterations > 0;  // here
#else
    return nmf::factorize(Part(V), 2).iterations + nmf::factorize(Unseen(V), 2).iterations +
               fit.iterations > 0;
#endif
}
