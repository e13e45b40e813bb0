// SPDX-License-Identifier: MIT
// The beta-divergences on a dense V. The values are of the project's golden.json, or of a plain
// NumPy program for the same steps.

#include "check.hpp"

namespace {

struct Case {
    double beta;
    check::Lines lines;
};

const std::vector<Case> multiplicative{
    {0, {{1, 210.24167410339038}, {10, 167.15630923615606}, {20, 150.42607253368845}}},
    {0.5, {{1, 99.9347605904521}, {10, 80.19499837263699}, {20, 69.6691796833135}}},
    {1, {{1, 54.84415050045385}, {10, 42.4319940223738}, {20, 36.78340730280482}}},
    {1.5, {{1, 34.68977399413188}, {10, 26.454211208005443}, {20, 23.027629478777577}}},
    {3, {{1, 15.276842277125706}, {10, 9.90653364185551}, {20, 8.560408974548816}}}};

}  // namespace

int main() {
    const auto v = check::golden_v<double>();
    const nmf::MultiplicativeUpdate plain{.extrapolation = {.enabled = false}};
    for (const Case& each : multiplicative) {
        const double beta = each.beta;
        char what[32];
        std::snprintf(what, sizeof what, "beta %g", beta);
        const auto run = [&](const nmf::MultiplicativeUpdate& solver) {
            return nmf::factorize(v, 5, nmf::BetaDivergence{beta}, solver, check::start(),
                                  nmf::MaxIterations{20});
        };
        const auto fit = run(plain);
        check::reported(what, fit, beta, v);
        check::trajectory(what, fit, each.lines);
        check::reported(what, run({}), beta, v);
    }

    const nmf::KlCoordinateDescent published{.relaxation = 1, .newton = true, .after = 0};
    const auto descent = [&](const nmf::KlCoordinateDescent& solver) {
        return nmf::factorize(v, 5, nmf::KullbackLeibler{}, solver, check::start(),
                              nmf::MaxIterations{30});
    };
    const auto fit = descent(published);
    check::reported("Kullback-Leibler", fit, 1, v);
    check::trajectory("Kullback-Leibler", fit,
                      {{1, 61.026415558967926},
                       {2, 47.52498490927826},
                       {10, 33.19713308544891},
                       {30, 30.69627692895}});
    check::reported("Kullback-Leibler by default", descent({}), 1, v);

    const auto single = check::golden_v<float>();
    check::reported("Itakura-Saito, float",
                    nmf::factorize(single, 5, nmf::ItakuraSaito{}, nmf::MaxIterations{20}), 0,
                    single, 1e-4);
    return check::verdict("divergences");
}
