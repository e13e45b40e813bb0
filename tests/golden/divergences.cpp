// SPDX-License-Identifier: MIT
// The golden trajectories of the beta-divergences, and of data with holes.

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <nmf/nmf.hpp>

#include "golden/golden_values.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using golden::Line;
using golden::Lines;
using nmf::Index;
using nmf::Matrix;

namespace {

template <class F>
void check(const F& run, const Lines& lines) {
    for (const Line& line : lines) {
        INFO("iteration " << line.iteration);
        CHECK_THAT(run.history.at(static_cast<std::size_t>(line.iteration)).objective,
                   WithinRel(line.value, line.iteration <= 10 ? 1e-10 : 1e-8));
    }
}

struct Trajectory {
    double beta;
    Lines lines;
};

const std::vector<Trajectory> mu_wh{
    {0, {{1, 210.11601519653215}, {10, 166.73850931117744}, {100, 113.46793624745273}}},
    {1, {{1, 54.85283498711277}, {10, 42.03147378814637}, {100, 30.82398057833052}}},
    {1.5, {{1, 34.740652456383636}, {10, 26.188716117380256}, {100, 18.979621018436774}}},
    {2, {{1, 23.14119484470519}, {10, 17.269398704176353}, {100, 12.520415151820472}}}};
const std::vector<Trajectory> mu_hw{
    {0, {{1, 210.24167410339038}, {10, 167.15630923615606}, {100, 113.01269896177402}}},
    {1, {{1, 54.84415050045385}, {10, 42.4319940223738}, {100, 30.718752413735217}}},
    {1.5, {{1, 34.68977399413188}, {10, 26.454211208005443}, {100, 19.2040860643696}}},
    {2, {{1, 23.09837578747892}, {10, 17.460242197436372}, {100, 12.664767905781236}}}};
const std::vector<Trajectory> extrapolated_hw{{1,
                                               {{1, 54.84415050045385},
                                                {2, 52.76807876924349},
                                                {3, 50.872351691971176},
                                                {10, 40.57532089229392},
                                                {100, 30.08009049392831}}},
                                              {1.5,
                                               {{1, 34.68977399413188},
                                                {2, 33.26405444723044},
                                                {3, 31.98986538554603},
                                                {10, 25.173007111138457},
                                                {100, 18.86948334033256}}},
                                              {2,
                                               {{1, 23.09837578747892},
                                                {2, 22.067141373239785},
                                                {3, 21.200371112107913},
                                                {10, 16.532335494818206},
                                                {100, 12.42314693408009}}}};
const std::vector<Trajectory> joint_hw{
    {0, {{1, 248.18724436264534}, {10, 167.80724292317814}, {100, 114.2688851167507}}},
    {1, {{1, 54.69433177815682}, {10, 42.90448333467813}, {100, 30.94596410024269}}},
    {1.5, {{1, 34.63113705082969}, {10, 26.616222120081222}, {100, 19.19851528960756}}},
    {2, {{1, 23.086402707453026}, {10, 17.46289878671977}, {100, 12.69348566307719}}}};
const Lines kl_coordinate_descent_hw{
    {1, 61.026415558967926}, {2, 47.52498490927826}, {10, 33.19713308544891}, {30, 30.69627692895}};
const Lines masked_hals_hw{{0, 193.92843932908488},
                           {1, 13.767121128491858},
                           {10, 6.239830451082209},
                           {100, 4.97415037094726}};

/// BMMe, as its authors have it: the objectives of the pairs, the last of which stays, and of those
/// with H as it is extrapolated for the next step.
struct Reference {
    double beta;
    Matrix<double> w;
    Matrix<double> h;
    Matrix<double> w_before = w;
    Matrix<double> h_before = h;
    double t = 1;
    std::vector<double> pairs{};
    std::vector<double> measured{};

    [[nodiscard]] double objective(const Matrix<double>& right) const {
        const Matrix<double> y = w * right;
        double sum = 0;
        for (Index e = 0; e < y.size(); ++e) {
            sum += nmf::BetaDivergence{beta}.entry(golden_v()(e), y(e));
        }
        return sum;
    }

    /// X of V ~ A X.
    [[nodiscard]] Matrix<double> updated(const Matrix<double>& v, const Matrix<double>& a,
                                         const Matrix<double>& x) const {
        const Eigen::ArrayXXd y = (a * x).array();
        const Matrix<double> p = v.array() * y.pow(beta - 2.0);
        const Matrix<double> q = y.pow(beta - 1.0);
        return x.array() * (a.transpose() * p).array() / (a.transpose() * q).array();
    }

    void iterate() {
        const auto ahead = [](const Matrix<double>& x, const Matrix<double>& before, double by) {
            return Matrix<double>(x + by * (x - before).cwiseMax(0.0));
        };
        const auto momentum = [](double before) {
            return (before - 1.0) / (0.5 * (1.0 + std::sqrt(1.0 + 4.0 * before * before)));
        };
        const double by = momentum(t);
        t = 0.5 * (1.0 + std::sqrt(1.0 + 4.0 * t * t));
        const Matrix<double> next_h = updated(golden_v(), w, ahead(h, h_before, by));
        h_before = std::exchange(h, next_h);
        const Matrix<double> next_w =
            updated(golden_v().transpose(), h.transpose(), ahead(w, w_before, by).transpose())
                .transpose();
        w_before = std::exchange(w, next_w);
        pairs.push_back(objective(h));
        measured.push_back(objective(ahead(h, h_before, momentum(t))));
    }
};

nmf::CustomInit<double> start() { return raw_start(30, 20, 5); }
constexpr nmf::Only hundred{nmf::MaxIterations{100}};

}  // namespace

TEST_CASE("MultiplicativeUpdate is the golden MU for every beta") {
    const nmf::MultiplicativeUpdate mu{.extrapolation = {.enabled = false}};
    for (const auto& [beta, lines] : mu_hw) {
        INFO("beta " << beta);
        check(nmf::factorize(golden_v(), 5, nmf::BetaDivergence{beta}, mu, start(), hundred),
              lines);
    }
    for (const auto& [beta, lines] : mu_wh) {
        INFO("beta " << beta << ", W first");
        check(nmf::factorize(golden_v(), 5, nmf::BetaDivergence{beta}, mu, start(), hundred,
                             nmf::UpdateOrder::wh),
              lines);
    }
}

TEST_CASE("Extrapolated and joint updates are the golden BMMe and JMM") {
    const nmf::MultiplicativeUpdate unrelaxed{.extrapolation = {.relaxation = 1}};
    for (const auto& [beta, lines] : extrapolated_hw) {
        INFO("beta " << beta);
        Reference reference{.beta = beta, .w = uniform(2, 30, 5), .h = uniform(3, 5, 20)};
        for (int iteration = 0; iteration < 100; ++iteration) reference.iterate();
        for (const Line& line : lines) {
            CHECK_THAT(reference.pairs.at(static_cast<std::size_t>(line.iteration - 1)),
                       WithinRel(line.value, 1e-10));
        }
        const auto run =
            nmf::factorize(golden_v(), 5, nmf::BetaDivergence{beta}, unrelaxed, start(), hundred);
        for (std::size_t iteration = 1; iteration <= 100; ++iteration) {
            INFO("iteration " << iteration);
            CHECK_THAT(run.history.at(iteration).objective,
                       WithinRel(reference.measured.at(iteration - 1), 1e-8));
        }
        const Matrix<double> unscaled =
            reference.w.array().rowwise() / reference.w.colwise().norm().array();
        const Matrix<double> columns = run.W.array().rowwise() / run.W.colwise().norm().array();
        CHECK((unscaled - columns).norm() <= 1e-8);
        if (beta == 2) {
            check(nmf::factorize(golden_v(), 5, unrelaxed, start(), hundred), lines);
        }
    }
    const nmf::MultiplicativeUpdate joint{.joint = true};
    for (const auto& [beta, lines] : joint_hw) {
        INFO("beta " << beta << ", joint");
        check(nmf::factorize(golden_v(), 5, nmf::BetaDivergence{beta}, joint, start(), hundred),
              lines);
    }
}

TEST_CASE("KlCoordinateDescent is the golden CCD") {
    const nmf::KlCoordinateDescent published{.relaxation = 1, .newton = true, .after = 0};
    check(nmf::factorize(golden_v(), 5, nmf::KullbackLeibler{}, published, start(),
                         nmf::Only{nmf::MaxIterations{30}}),
          kl_coordinate_descent_hw);
}

TEST_CASE("Hals on data with holes is the golden one, whatever says what is missing") {
    const Matrix<double> mask = (uniform(4, 30, 20).array() < 0.7).cast<double>();
    REQUIRE(mask.sum() == 412);
    const nmf::Hals hals = plain_hals(1);
    Matrix<double> holes = golden_v();
    for (Index j = 0; j < 20; ++j) {
        for (Index i = 0; i < 30; ++i) {
            if (mask(i, j) == 0) holes(i, j) = std::numeric_limits<double>::quiet_NaN();
        }
    }
    const Sparse<double> weights = sparse(mask);
    const Sparse<double> stored = sparse(Matrix<double>(golden_v().cwiseProduct(mask)));
    const auto run = [&](const auto& matrix, const auto& entries) {
        return nmf::factorize(matrix, 5, entries, hals, start(), hundred);
    };
    check(run(golden_v(), nmf::Weights(mask)), masked_hals_hw);
    check(run(holes, nmf::Weights(mask)), masked_hals_hw);
    check(run(holes, nmf::Weights(weights)), masked_hals_hw);
    check(run(holes, nmf::MissingNan{}), masked_hals_hw);
    check(run(stored, nmf::MissingUnstored{}), masked_hals_hw);
    check(run(stored, nmf::Weights(mask)), masked_hals_hw);
}
