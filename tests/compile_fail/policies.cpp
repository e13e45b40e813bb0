// SPDX-License-Identifier: MIT
// Policies that do not go together, and arguments that are none.
// clang-format off
#include <nmf/nmf.hpp>

struct Mine {};
struct WithAnotherAxis {
    using Axis = int;
};

int main() {
    const Eigen::MatrixXd V = Eigen::MatrixXd::Ones(3, 4);
#if defined NMF_CASE_numbers  // error: nmf: a number does not say what it is for: nmf::KktTolerance{1e-6} is a tolerance, nmf::MaxIterations{1000} a limit, nmf::Seed{7} a seed
    return nmf::factorize(V, 2, 1e-4, 500).iterations > 0;  // here
#elif defined NMF_CASE_string  // error: nmf: policies are given by their types, not by names in quotes: nmf::KullbackLeibler{} is a loss, nmf::Hals{} a solver, nmf::Nndsvd{} an init
    const nmf::NMF model(2, "kl");  // here
    return model.fit(V).iterations > 0;
#elif defined NMF_CASE_matrix  // error: nmf: a matrix does not say what it is for: nmf::Weights(M) are weights, nmf::CustomInit(W, H) is a start
    return nmf::factorize(V, 2, V).iterations > 0;  // here
#elif defined NMF_CASE_no_policy  // error: nmf: this argument is no policy: nmf/nmf.hpp has the policies, and one of your own says what it is by using Axis = nmf::axis::Solver (Loss, Init, Stopping, Penalty, Constraint, Entries)
    return nmf::factorize(V, 2, Mine{}).iterations > 0;  // here
#elif defined NMF_CASE_no_axis  // error: nmf: the Axis of a policy is nmf::axis::Solver, Loss, Init, Stopping, Penalty, Constraint, Entries or Observer
    return nmf::factorize(V, 2, WithAnotherAxis{}).iterations > 0;  // here
#elif defined NMF_CASE_two_solvers  // error: nmf: more than one solver is given
    return nmf::factorize(V, 2, nmf::Hals{}, nmf::Anls{}).iterations > 0;  // here
#elif defined NMF_CASE_two_losses  // error: nmf: more than one loss is given
    return nmf::factorize(V, 2, nmf::KullbackLeibler{}, nmf::ItakuraSaito{}).iterations > 0;  // here
#elif defined NMF_CASE_two_entries  // error: nmf: more than one choice of entries is given, of the same kind; Weights goes with MissingNan or MissingUnstored, and SignedEntries and HeldOut with all of these
    return nmf::factorize(V, 2, nmf::MissingNan{}, nmf::Compressed{}).iterations > 0;  // here
#elif defined NMF_CASE_two_observers  // error: nmf: more than one observer is given; call one of them from the other
    const auto watch = [](const nmf::Progress&) {};
    return nmf::factorize(V, 2, watch, watch).iterations > 0;  // here
#elif defined NMF_CASE_two_allowances  // error: nmf: more than one AllowNoMinimiser is given
    return nmf::factorize(V, 2, nmf::AllowNoMinimiser{}, nmf::AllowNoMinimiser{}).iterations > 0;  // here
#elif defined NMF_CASE_two_seeds  // error: nmf: more than one Seed is given
    return nmf::factorize(V, 2, nmf::Seed{1}, nmf::Seed{2}).iterations > 0;  // here
#elif defined NMF_CASE_hals_for_kl  // error: nmf: Hals solves Frobenius; KullbackLeibler has KlCoordinateDescent and MultiplicativeUpdate
    return nmf::factorize(V, 2, nmf::KullbackLeibler{}, nmf::Hals{}).iterations > 0;  // here
#elif defined NMF_CASE_anls_for_kl  // error: nmf: Anls solves Frobenius; KullbackLeibler has KlCoordinateDescent and MultiplicativeUpdate
    return nmf::factorize(V, 2, nmf::Anls{}, nmf::KullbackLeibler{}).iterations > 0;  // here
#elif defined NMF_CASE_als_for_is  // error: nmf: Als solves Frobenius; the other losses have MultiplicativeUpdate
    return nmf::factorize(V, 2, nmf::ItakuraSaito{}, nmf::Als{}).iterations > 0;  // here
#elif defined NMF_CASE_cd_for_frobenius  // error: nmf: KlCoordinateDescent solves KullbackLeibler; Frobenius has Hals, Anls, Als and MultiplicativeUpdate
    return nmf::factorize(V, 2, nmf::KlCoordinateDescent{}).iterations > 0;  // here
#elif defined NMF_CASE_cd_for_beta  // error: nmf: KlCoordinateDescent solves KullbackLeibler; the other losses have MultiplicativeUpdate
    const nmf::BetaDivergence loss{0.5};
    return nmf::factorize(V, 2, nmf::KlCoordinateDescent{}, loss).iterations > 0;  // here
#elif defined NMF_CASE_count_scaled_l2_for_kl  // error: nmf: CountScaledL2 is for Frobenius; the other losses have L1, L2 and ElasticNet
    const nmf::CountScaledL2 ridge{0.1, 0.1};
    return nmf::factorize(V, 2, nmf::KullbackLeibler{}, ridge).iterations > 0;  // here
#elif defined NMF_CASE_compressed_for_kl  // error: nmf: Compressed is for Frobenius; the other losses need V itself
    return nmf::factorize(V, 2, nmf::KullbackLeibler{}, nmf::Compressed{}).iterations > 0;  // here
#elif defined NMF_CASE_dense_missing_unstored  // error: nmf: MissingUnstored needs a sparse V; a dense one has MissingNan
    return nmf::factorize(V, 2, nmf::MissingUnstored{}).iterations > 0;  // here
#elif defined NMF_CASE_nan_in_expression  // error: nmf: weights and NaN need a sparse matrix or Map, not an expression; pass Eigen::SparseMatrix<double>(V)
    const Eigen::SparseMatrix<double> sparse = V.sparseView();
    return nmf::factorize(2 * sparse, 2, nmf::MissingNan{}).iterations > 0;  // here
#elif defined NMF_CASE_temporary_weights  // error: nmf: Weights refers to its matrix, which has to outlive the run; give the matrix a name of its own
    const nmf::Weights weights(Eigen::MatrixXd::Ones(3, 4));  // here
    return nmf::factorize(V, 2, weights).iterations > 0;
#elif defined NMF_CASE_complex_weights  // error: nmf: Weights takes a dense or sparse Eigen matrix of real numbers
    const Eigen::MatrixXcd complex = Eigen::MatrixXcd::Ones(3, 4);
    return nmf::factorize(V, 2, nmf::Weights(complex)).iterations > 0;  // here
#elif defined NMF_CASE_unnamed_weights  // error: nmf: bare numbers do not say what they weigh: write nmf::ElasticNet{.l1 = nmf::L1{.w = 0.1, .h = 0.1}, .l2 = nmf::L2{.w = 0.2, .h = 0.2}}
    return nmf::factorize(V, 2, nmf::ElasticNet{0.1, 0.5}).iterations > 0;  // here
#elif defined NMF_CASE_signed_for_kl  // error: nmf: entries of any sign, as by nmf::SignedEntries, are for Frobenius; the other losses need a V >= 0
    return nmf::factorize(V, 2, nmf::KullbackLeibler{}, nmf::SignedEntries{}).iterations > 0;  // here
#elif defined NMF_CASE_signed_for_mu  // error: nmf: entries of any sign, as by nmf::SignedEntries, are for the solvers Hals, Als and Anls
    const nmf::MultiplicativeUpdate solver;
    return nmf::factorize(V, 2, solver, nmf::SignedEntries{}).iterations > 0;  // here
#elif defined NMF_CASE_two_units  // error: nmf: UnitComponents are for one factor; the other one has the sizes
    const nmf::UnitComponents one{nmf::Side::w};
    return nmf::factorize(V, 2, one, nmf::UnitComponents{nmf::Side::h}).iterations > 0;  // here
#elif defined NMF_CASE_unit_with_smooth  // error: nmf: UnitComponents goes with penalties of single entries: L1, L2 and ElasticNet
    return nmf::factorize(V, 2, nmf::UnitComponents{}, nmf::Smooth{.h = 1}).iterations > 0;  // here
#elif defined NMF_CASE_orthogonal_for_kl  // error: nmf: this penalty couples components or counts observations, which is for Frobenius; the other losses have L1, L2, ElasticNet and Smooth
    return nmf::factorize(V, 2, nmf::KullbackLeibler{}, nmf::Orthogonal{.h = 1}).iterations > 0;  // here
#elif defined NMF_CASE_free_for_kl  // error: nmf: entries of any sign, as by nmf::Free, are for Frobenius
    return nmf::factorize(V, 2, nmf::KullbackLeibler{}, nmf::Free{nmf::Side::w}).iterations > 0;  // here
#elif defined NMF_CASE_free_for_mu  // error: nmf: entries of any sign, as by nmf::Free, are for the solvers Hals, Als and Anls
    const nmf::MultiplicativeUpdate solver;
    return nmf::factorize(V, 2, solver, nmf::Free{nmf::Side::w}).iterations > 0;  // here
#elif defined NMF_CASE_unnamed_alphas  // error: nmf: scikit_learn_penalty takes names: nmf::scikit_learn_penalty({.rows = V.rows(), .cols = V.cols(), .alpha_W = 0.1, .alpha_H = 0.1, .l1_ratio = 0.5})
    const auto penalty = nmf::scikit_learn_penalty(.1, .1, .5, 60, 40);  // here
    return nmf::factorize(V, 2, penalty).iterations > 0;
#else
    const auto penalty = nmf::scikit_learn_penalty({.rows = 3, .cols = 4, .alpha_W = 0.1});
    return nmf::factorize(V, 2, penalty, nmf::ElasticNet{.l1 = nmf::L1{.w = 0.1, .h = 0.1}},
                          nmf::Anls{}, nmf::Weights(V))
               .iterations > 0;
#endif
}
