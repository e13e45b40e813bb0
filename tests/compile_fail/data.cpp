// SPDX-License-Identifier: MIT
// What is no V, and what is no rank.
// clang-format off
#include <complex>
#include <vector>

#include <nmf/nmf.hpp>

int main() {
    const Eigen::MatrixXd V = Eigen::MatrixXd::Ones(3, 4);
    const Eigen::MatrixXi counts = Eigen::MatrixXi::Ones(3, 4);
    enum { few = 2 };
#if defined NMF_CASE_integers  // error: nmf: V holds integers; pass V.cast<double>()
    const auto fit = nmf::factorize(counts, 2);  // here
    const Eigen::MatrixXd W = fit.W;
    const Eigen::MatrixXd H2 = fit.transform(counts);
    return fit.iterations > 0 && W.cols() == H2.rows();
#elif defined NMF_CASE_long_double  // error: nmf: V has to hold float or double; pass V.cast<double>()
    const auto fit = nmf::factorize(V.cast<long double>(), 2);  // here
    return fit.status == nmf::Status::converged && fit.W(0, 0) > 0;
#elif defined NMF_CASE_complex  // error: nmf: V is complex; pass real numbers >= 0, such as V.cwiseAbs()
    return nmf::factorize(V.cast<std::complex<double>>(), 2).iterations > 0;  // here
#elif defined NMF_CASE_triangular  // error: nmf: V has to be a dense or sparse Eigen matrix; pass Eigen::MatrixXd(V)
    return nmf::factorize(V.triangularView<Eigen::Upper>(), 2).iterations > 0;  // here
#elif defined NMF_CASE_vector  // error: nmf: V has to be an Eigen matrix; numbers in memory are one by Eigen::Map<const Eigen::MatrixXd>(pointer, rows, cols)
    const nmf::Factorization<double> fit = nmf::factorize(std::vector<double>(12), 2);  // here
    return fit.iterations > 0;
#elif defined NMF_CASE_integer_view  // error: nmf: V has to hold float or double; pass V.cast<double>()
    return nmf::make_view(counts).rows() > 0;  // here
#elif defined NMF_CASE_no_rank  // error: nmf: the rank comes after V, as in nmf::factorize(V, 20)
    return nmf::factorize(V).iterations > 0;  // here
#elif defined NMF_CASE_broken_rank  // error: nmf: the rank is a whole number, as in nmf::factorize(V, 20)
    return nmf::factorize(V, 5.7).iterations > 0;  // here
#elif defined NMF_CASE_broken_rank_of_model  // error: nmf: the rank is a whole number, as in nmf::factorize(V, 20)
    const nmf::NMF model(5.7F, nmf::Anls{});  // here
    return model.fit(V).iterations > 0;
#elif defined NMF_CASE_bool_rank             // error: nmf: the rank is a whole number, not a bool
    return nmf::factorize(V, true).iterations > 0;  // here
#elif defined NMF_CASE_rank_after_policy  // error: nmf: the rank, a whole number, comes before the policies, as in nmf::factorize(V, 20, nmf::KullbackLeibler{})
    return nmf::factorize(V, nmf::Hals{}, 5).iterations > 0;  // here
#elif defined NMF_CASE_transform_of_float  // error: nmf: transform needs the scalar type of the fit; pass V.cast<...>()
    const auto H2 = nmf::factorize(V, 2).transform(V.cast<float>());  // here
    return H2.rows() > 0;
#elif defined NMF_CASE_transform_with_loss  // error: nmf: transform takes V, which of its entries count, as in transform(V, Weights(M)), a solver, stopping rules and an observer; loss and penalties are those of the fit
    const auto fit = nmf::factorize(V, 2);
    return fit.transform(V, nmf::KullbackLeibler{}).cols() == 4;  // here
#elif defined NMF_CASE_fit_with_policies  // error: nmf: fit takes V alone; the policies come after the rank, as in nmf::NMF(20, nmf::KullbackLeibler{})
    return nmf::NMF(2).fit(V, nmf::KullbackLeibler{}).iterations > 0;  // here
#elif defined NMF_CASE_transform_of_dense  // error: nmf: MissingUnstored needs a sparse V; a dense one has MissingNan
    const Eigen::SparseMatrix<double> sparse = V.sparseView();
    const auto fit = nmf::factorize(sparse, 2, nmf::MissingUnstored{});
    return fit.transform(V).rows() > 0;  // here
#elif defined NMF_CASE_transform_without_weights  // error: nmf: a fit with weights needs the weights of V2: transform(V2, Weights(M2))
    const auto fit = nmf::factorize(V, 2, nmf::Weights(V));
    return fit.transform(V).rows() > 0;  // here
#elif defined NMF_CASE_transform_with_other_solver  // error: nmf: transform takes a solver for the loss of the fit
    const auto fit = nmf::factorize(V, 2, nmf::KullbackLeibler{});
    return fit.transform(V, nmf::Hals{}).rows() > 0;  // here
#elif defined NMF_CASE_entries_of_view  // error: nmf: which entries count belongs to the view, as in nmf::make_view(V, nmf::MissingNan{})
    const auto view = nmf::make_view(V);
    return nmf::factorize(view, 2, nmf::MissingNan{}).iterations > 0;  // here
#elif defined NMF_CASE_transform_entries_of_view  // error: nmf: which entries count belongs to the view, as in nmf::make_view(V, nmf::MissingNan{})
    const auto view = nmf::make_view(V);
    return nmf::factorize(V, 2).transform(view, nmf::MissingNan{}).rows() > 0;  // here
#elif defined NMF_CASE_rank_of_view  // error: nmf: the rank is a whole number, as in nmf::factorize(V, 20)
    const auto view = nmf::make_view(V);
    return nmf::factorize(view, 2.5).iterations > 0;  // here
#else
    const auto fit = nmf::factorize(counts.cast<double>(), few);
    const auto view = nmf::make_view(V, nmf::MissingNan{});
    return nmf::NMF(2U).fit(V).iterations + fit.transform(V, nmf::Hals{}).rows() +
               nmf::factorize(view, few).iterations > 0;
#endif
}
