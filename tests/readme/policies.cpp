#include <nmf/nmf.hpp>

int main() {
    const Eigen::SparseMatrix<float> V =
        Eigen::MatrixXf(Eigen::MatrixXf::Random(60, 40).cwiseMax(0.5F).array() - 0.5F).sparseView();
    // Policies come in any order; what is not given has a default.
    const auto fit = nmf::factorize(
        V, 5, nmf::Anls{}, nmf::Nndsvd{}, nmf::L1{.w = 0.01, .h = 0.01}, nmf::Seed{7},
        nmf::KktTolerance{1e-6}, nmf::MaxIterations{2000}, nmf::TimeLimit{10},
        [](const nmf::Progress& now) {  // an observer
            return now.objective > 0 ? nmf::Signal::proceed : nmf::Signal::cancel;
        });
    // The same, kept for later. A limit alone keeps the default tolerance; Only{...} keeps nothing.
    const nmf::NMF model(5, nmf::MultiplicativeUpdate{}, nmf::Only{nmf::MaxIterations{100}});
    return model.fit(V).iterations > 0 && fit.W.cols() == 5 ? 0 : 1;
}
