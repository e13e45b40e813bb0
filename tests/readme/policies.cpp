// SPDX-License-Identifier: MIT
//
// The snippets about policies.
#include <vector>

#include <nmf/nmf.hpp>

namespace {

template <class Counts>
bool front_door(const Counts& V) {
    const auto fit = nmf::factorize(V, 20, nmf::KullbackLeibler{}, nmf::Nndsvd{},
                                    nmf::KktTolerance{1e-5}, nmf::MaxIterations{2000});
    return fit.W.cols() == 20;
}

template <class Data>
bool rules(const Data& V) {
    std::vector<double> errors;
    const auto close = [](const nmf::Progress& now) { return now.relative_error < 0.01; };
    const auto record = [&](const nmf::Progress& now) { errors.push_back(now.relative_error); };
    // Side by side, the first rule that is satisfied ends the run; record is an observer.
    const auto fit = nmf::factorize(V, 5, nmf::KktTolerance{1e-6}, nmf::TimeLimit{10},
                                    nmf::StopWhen{close}, record);
    // Exactly 100 iterations, whatever they reach.
    const nmf::NMF model(5, nmf::MultiplicativeUpdate{}, nmf::Only{nmf::MaxIterations{100}});
    const auto plain = model.fit(V);
    return !errors.empty() && fit.W.cols() == 5 && plain.iterations == 100;
}

template <class Data>
bool starts(const Data& V) {
    const auto best = nmf::factorize(V, 5, nmf::Starts{10}, nmf::Seed{7});
    // The same result, bit for bit, from the best seed alone.
    const auto again = nmf::factorize(V, 5, nmf::Seed{best.seed});
    // One start by Nndsvd, one by Spa and eight at random.
    const auto mixed = nmf::factorize(V, 5, nmf::Nndsvd{nmf::Nndsvd::Fill::average}, nmf::Spa{},
                                      nmf::RandomInit{}, nmf::Starts{10});
    return best.H == again.H && best.starts.size() == 10 && mixed.starts[1].init == "spa";
}

}  // namespace

int main() {
    const Eigen::SparseMatrix<float> V =
        Eigen::MatrixXf(Eigen::MatrixXf::Random(60, 40).cwiseMax(0.5F).array() - 0.5F).sparseView();
    return front_door(V) && rules(V) && starts(V) ? 0 : 1;
}
