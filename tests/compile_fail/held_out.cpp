// SPDX-License-Identifier: MIT
// Held-out entries where there are none, and more than there can be.
// clang-format off
#include <string_view>
#include <utility>

#include <nmf/nmf.hpp>

using Matrix = Eigen::MatrixXd;

/// A view of the user's own kind.
struct OwnView : decltype(nmf::make_view(std::declval<const Matrix&>())) {
    explicit OwnView(const Matrix& v) : decltype(nmf::make_view(v))(nmf::make_view(v)) {}
    [[nodiscard]] OwnView transposed() const { return *this; }
};

struct OwnEntries {
    using Axis = nmf::axis::Entries;
    static constexpr std::string_view name = "own";
    [[nodiscard]] OwnView view(const Matrix& v) const { return OwnView(v); }
};

int main() {
    const Matrix V = Matrix::Ones(3, 4);
    const nmf::HeldOut out{0.5, 1};
#if defined NMF_CASE_two  // error: nmf: more than one HeldOut is given
    return nmf::factorize(V, 2, out, nmf::HeldOut{}).iterations > 0;  // here
#elif defined NMF_CASE_two_of_view  // error: nmf: more than one HeldOut is given
    const auto view = nmf::make_view(V, out, out);  // here
    return view.rows() > 0;
#elif defined NMF_CASE_two_kinds_of_view  // error: nmf: more than one choice of entries is given, of the same kind; Weights goes with MissingNan or MissingUnstored, and SignedEntries and HeldOut with all of these
    const auto view = nmf::make_view(V, nmf::MissingNan{}, nmf::MissingNan{}, out);  // here
    return view.rows() > 0;
#elif defined NMF_CASE_beside_view  // error: nmf: which entries count belongs to the view, as in nmf::make_view(V, nmf::MissingNan{})
    const auto view = nmf::make_view(V);
    return nmf::factorize(view, 2, out).iterations > 0;  // here
#elif defined NMF_CASE_compressed  // error: nmf: Compressed replaces V by a matrix of low rank, of which no entries are held out; leave out HeldOut or Compressed
    return nmf::factorize(V, 2, out, nmf::Compressed{}).iterations > 0;  // here
#elif defined NMF_CASE_compressed_view  // error: nmf: Compressed replaces V by a matrix of low rank, of which no entries are held out; leave out HeldOut or Compressed
    const auto view = nmf::make_view(V, out);
    return nmf::factorize(view, 2, nmf::Compressed{}).iterations > 0;  // here
#elif defined NMF_CASE_own_entries  // error: nmf: HeldOut goes with AllEntries, Weights, MissingNan, MissingUnstored and SignedEntries, and with views that are an nmf::DenseView or an nmf::SparseView
    return nmf::factorize(V, 2, OwnEntries{}, out).iterations > 0;  // here
#elif defined NMF_CASE_none  // error: nmf: ValidationError needs held-out entries: give nmf::HeldOut{} too, or with a view nmf::make_view(V, nmf::HeldOut{})
    return nmf::factorize(V, 2, nmf::ValidationError{}).iterations > 0;  // here
#elif defined NMF_CASE_none_of_view  // error: nmf: ValidationError needs held-out entries: give nmf::HeldOut{} too, or with a view nmf::make_view(V, nmf::HeldOut{})
    const auto view = nmf::make_view(V, nmf::MissingNan{});
    return nmf::factorize(view, 2, nmf::ValidationError{}).iterations > 0;  // here
#elif defined NMF_CASE_none_of_model  // error: nmf: ValidationError needs held-out entries: give nmf::HeldOut{} too, or with a view nmf::make_view(V, nmf::HeldOut{})
    const nmf::NMF model(2, nmf::Only{nmf::MaxIterations{5} || nmf::ValidationError{}});
    return model.fit(V).iterations > 0;  // here
#elif defined NMF_CASE_transform  // error: nmf: transform holds no entries out; leave out HeldOut and ValidationError
    return nmf::factorize(V, 2).transform(V, out).cols() > 0;  // here
#elif defined NMF_CASE_transform_view  // error: nmf: transform holds no entries out; leave out HeldOut and ValidationError
    const auto view = nmf::make_view(V, out);
    return nmf::factorize(V, 2).transform(view).cols() > 0;  // here
#elif defined NMF_CASE_transform_rule  // error: nmf: transform holds no entries out; leave out HeldOut and ValidationError
    return nmf::factorize(V, 2, out).transform(V, nmf::ValidationError{}).cols() > 0;  // here
#else
    const auto view = nmf::make_view(V, nmf::SignedEntries{}, nmf::Weights(V), out, nmf::MissingNan{});
    return nmf::factorize(view, 2, nmf::ValidationError{}).validation.entries > 0;
#endif
}
