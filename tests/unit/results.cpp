// SPDX-License-Identifier: MIT
// What factorize returns, whatever the policies: plain data that says how the run went.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/input_error.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

struct OwnInit {
    using Axis = nmf::axis::Init;
    static constexpr std::string_view name = "own";
    template <nmf::DataView View, class S = typename View::Scalar>
    void start(const View&, const nmf::Summary&, nmf::CounterRandom, nmf::Factor<S>& w,
               nmf::Factor<S>& h) const {
        w.matrix().setOnes();
        h.matrix().setConstant(S(0.5));
        w.matrix()(0, 0) = S(2);
    }
};

}  // namespace

TEST_CASE("Results of any policies fit into one vector, and outlive V and weights") {
    std::vector<nmf::Factorization<double>> all;
    {
        const Matrix<double> v = golden_v();
        const Matrix<double> weights = uniform(7, 30, 20);
        all.push_back(nmf::factorize(v, 3));
        all.push_back(nmf::factorize(v, 3, nmf::KullbackLeibler{}, nmf::L1{0, 0.1}, nmf::L2{0.1, 0},
                                     nmf::Seed{9}));
        all.push_back(nmf::factorize(v, 3, nmf::Weights(weights), nmf::Anls{}, nmf::Nndsvd{}));
        all.push_back(nmf::factorize(v, 3, nmf::BetaDivergence{0.5}, OwnInit{}));
        all.push_back(nmf::factorize(v, 3, nmf::UpperBound{.h = 1.0}, nmf::Threads{2}));
    }
    const auto names = [&](std::size_t at) {
        return all[at].loss + ' ' + all[at].solver + ' ' + all[at].init;
    };
    CHECK(names(0) == "frobenius hals random");
    CHECK(names(1) == "kl cd random");
    CHECK(names(2) == "frobenius anls nndsvd");
    CHECK(names(3) == "beta:0.5 mu own");
    CHECK(all[1].seed == 9);
    CHECK(all[4].threads == 2);
    for (const auto& each : all) {
        CHECK(each.W.rows() == 30);
        CHECK(each.H.cols() == 20);
        CHECK(each.history.back().objective == each.objective);
    }
}

TEST_CASE("A result and a status are printed in words") {
    const auto fit = nmf::factorize(golden_v(), 3, nmf::Only{nmf::MaxIterations{4}});
    std::ostringstream text;
    text << fit << '\n' << fit.status;
    const std::string printed = text.str();
    CHECK(printed.find("30 x 20, rank 3, frobenius by hals from random: max_iterations after 4 "
                       "iterations, objective ") == 0);
    CHECK(printed.substr(printed.find('\n')) == "\nmax_iterations");
}

TEMPLATE_TEST_CASE("Progress shows the best pair where it lies", "", float, double) {
    using S = TestType;
    const Matrix<S> v = golden_v().cast<S>();
    for (const auto order : {nmf::UpdateOrder::hw, nmf::UpdateOrder::wh}) {
        Index seen = 0;
        bool right = true;
        const auto observer = [&](const nmf::Progress& progress) {
            const auto w = progress.template w<S>();
            const auto h = progress.template h<S>();
            const double objective = 0.5 * static_cast<double>((v - w * h).squaredNorm());
            right = right && w.rows() == 30 && w.cols() == 4 && h.rows() == 4 && h.cols() == 20 &&
                    std::abs(objective - progress.objective) <= 1e-4 * progress.objective;
            ++seen;
        };
        const auto fit = nmf::factorize(v, 4, nmf::Only{nmf::MaxIterations{30}}, order, observer);
        CHECK(seen == 31);
        CHECK(right);
        CHECK(fit.iterations == 30);
    }
    const auto wrong = [](const nmf::Progress& progress) {
        using Other = std::conditional_t<std::is_same_v<S, float>, double, float>;
        static_cast<void>(progress.template w<Other>());
    };
    check_message([&] { static_cast<void>(nmf::factorize(v, 4, wrong)); }, {"the run is in "});
}

TEST_CASE("The last pair that progress shows is the result") {
    for (const bool kl : {false, true}) {
        Matrix<double> last;
        const auto observer = [&](const nmf::Progress& progress) {
            last = progress.w<double>() * progress.h<double>();
        };
        const auto model = [&](const auto& fit) { return Matrix<double>(fit.W * fit.H); };
        const Matrix<double> result =
            kl ? model(nmf::factorize(golden_v(), 3, nmf::KullbackLeibler{}, observer))
               : model(nmf::factorize(golden_v(), 3, observer));
        CHECK((last - result).norm() <= 1e-12 * result.norm());
    }
}

TEST_CASE("PrintProgress prints every n-th iteration") {
    std::FILE* const file = std::tmpfile();
    REQUIRE(file != nullptr);
    const auto fit = nmf::factorize(golden_v(), 3, nmf::Only{nmf::MaxIterations{10}},
                                    nmf::PrintProgress{.every = 5, .to = file});
    std::rewind(file);
    std::string text(4096, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file));
    std::fclose(file);
    CHECK(text.find("iteration 0: ") == 0);
    CHECK(text.find("\niteration 5: ") != std::string::npos);
    CHECK(text.find("\niteration 10: ") != std::string::npos);
    CHECK(std::count(text.begin(), text.end(), '\n') == 3);
    char objective[32];
    std::snprintf(objective, sizeof objective, "objective %.6g,", fit.objective);
    CHECK(text.find(objective) != std::string::npos);
    check_message(
        [&] { static_cast<void>(nmf::factorize(golden_v(), 3, nmf::PrintProgress{.every = 0})); },
        {"PrintProgress.every is 0"});
}
