// SPDX-License-Identifier: MIT
// Policies of the user's in the options: a solver, an init and a stopping rule.

#include <string_view>

#include <nmf/any.hpp>

#include "support/catch.hpp"
#include "support/input_error.hpp"
#include "support/problems.hpp"

namespace {

/// Projected gradient descent, by steps of one over the trace of the Gram matrix.
struct Gradient {
    using Axis = nmf::axis::Solver;
    static constexpr std::string_view name = "gradient";

    template <nmf::RealScalar S>
    struct Workspace {};

    template <nmf::RealScalar S>
    void update(const nmf::NormalEquations<S>& eq, nmf::Factor<S>& x, Workspace<S>&) const {
        const nmf::Matrix<S> slope = (eq.gram.matrix() * x.matrix() - eq.cross.matrix()).colwise() +
                                     eq.linear.matrix().col(0);
        const S step = S(1) / eq.gram.matrix().trace();
        x.matrix() = (x.matrix() - step * slope).cwiseMax(S(0));
    }
};

struct Ones {
    using Axis = nmf::axis::Init;
    static constexpr std::string_view name = "ones";

    template <nmf::DataView View, class S = typename View::Scalar>
    void start(const View& view, const nmf::Summary&, nmf::CounterRandom, nmf::Factor<S>& w,
               nmf::Factor<S>& h) const {
        w.matrix().setOnes();
        h.matrix().setOnes();
        for (nmf::Index a = 0; a < w.rows(); ++a) h.matrix()(a, a) = S(view.rows());
    }
};

nmf::Options base() {
    return {.rank = 2, .solver = Gradient{}, .init = Ones{}, .max_iterations = 20, .threads = 1};
}

}  // namespace

TEST_CASE("A solver and an init of the user's run by the options", "[any]") {
    const auto fit = nmf::factorize(golden_v(), base());
    CHECK(fit.solver == "gradient");
    CHECK(fit.init == "ones");
    CHECK(fit.objective < fit.history.front().objective);
    for (std::size_t line = 1; line < fit.history.size(); ++line) {
        CHECK(fit.history[line].objective <= fit.history[line - 1].objective * (1 + 1e-12));
    }
    const nmf::Matrix<float> single = golden_v().cast<float>();
    CHECK(nmf::factorize(single, base()).objective < 1.001 * fit.objective);
}

TEST_CASE("A solver of the user's without constraints, signs or divergences says so", "[any]") {
    const auto run = [](const nmf::Options& options) {
        return [=] { static_cast<void>(nmf::factorize(golden_v(), options)); };
    };
    nmf::Options options = base();
    options.upper_bound.h = 1;
    check_message(run(options), {"'gradient'", "constraints"});
    options = base();
    options.loss = "kl";
    check_message(run(options), {"'gradient'", "'kl'"});
    options = base();
    options.signed_entries = true;
    check_message(run(options), {"'gradient'", "signed_entries"});
}

TEST_CASE("A stopping rule of the user's ends the run, or joins the limits", "[any]") {
    nmf::Options options = base();
    options.stopping = nmf::StopWhen{[](const nmf::Progress& p) { return p.iteration == 4; }};
    CHECK(nmf::factorize(golden_v(), options).iterations == 4);
    options.max_iterations = 3;
    CHECK(nmf::factorize(golden_v(), options).status == nmf::Status::max_iterations);
    options.stopping = nmf::Only{nmf::MaxIterations{25}};
    CHECK(nmf::factorize(golden_v(), options).iterations == 25);
}

TEST_CASE("A limit of Options is heeded beside a rule, whatever the default limit", "[any]") {
    const auto never = [](const nmf::Progress&) { return false; };
    nmf::Options options{.rank = 8, .solver = "mu"};
    options.extrapolation = false;
    options.stopping = nmf::StopWhen{never};
    options.max_iterations = 620;
    CHECK(nmf::factorize(golden_v(), options).iterations == 620);
    // A rule that is a limit leaves the tolerance as it is.
    options.stopping = nmf::MaxIterations{610};
    options.tolerance = 0;
    CHECK(nmf::factorize(golden_v(), options).iterations == 610);
}
