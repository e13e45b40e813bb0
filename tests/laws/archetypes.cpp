// SPDX-License-Identifier: MIT
// The least that each concept asks for is enough for a run.

#include <algorithm>

#include <nmf/factorize.hpp>

#include "support/catch.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Factor;
using nmf::Index;
using nmf::Matrix;
using nmf::NormalEquations;

namespace {

/// A projected gradient step.
class LeastSolver {
public:
    using Axis = nmf::axis::Solver;
    static constexpr std::string_view name = "least";
    explicit LeastSolver(int) {}
    LeastSolver(const LeastSolver&) = default;
    LeastSolver& operator=(const LeastSolver&) = delete;

    template <nmf::RealScalar S>
    class Workspace {
    public:
        Workspace() = default;
        Workspace(const Workspace&) = delete;
        Workspace& operator=(const Workspace&) = delete;
    };

    template <nmf::RealScalar S>
    void update(const NormalEquations<S>& eq, Factor<S>& x, Workspace<S>&) const {
        const S bound = eq.gram.matrix().trace();
        if (!(bound > S(0))) return;
        const Matrix<S> gradient = (eq.gram.matrix() * x.matrix() - eq.cross.matrix()).colwise() +
                                   eq.linear.matrix().col(0);
        x.matrix() = (x.matrix() - gradient / bound).cwiseMax(S(0));
    }
};

class LeastInit {
public:
    using Axis = nmf::axis::Init;
    static constexpr std::string_view name = "least";
    explicit LeastInit(int) {}
    LeastInit(const LeastInit&) = default;
    LeastInit& operator=(const LeastInit&) = delete;

    template <nmf::DataView View, class S = typename View::Scalar>
    void start(const View&, const nmf::Summary&, nmf::CounterRandom random, Factor<S>& w,
               Factor<S>& h) const {
        w.matrix() = random.uniform_matrix<S>(w.rows(), w.cols());
        h.matrix() = random.uniform_matrix<S>(h.rows(), h.cols());
    }
};

class LeastRule {
public:
    using Axis = nmf::axis::Stopping;
    explicit LeastRule(int) {}
    LeastRule(const LeastRule&) = default;
    LeastRule& operator=(const LeastRule&) = delete;
    [[nodiscard]] std::optional<nmf::Status> check(const nmf::Progress& progress) const {
        if (progress.iteration >= 12) return nmf::Status::max_iterations;
        return std::nullopt;
    }
};

/// L2 on both factors.
class LeastPenalty {
public:
    using Axis = nmf::axis::Penalty;
    static constexpr std::string_view name = "least";
    explicit LeastPenalty(int) {}
    LeastPenalty(const LeastPenalty&) = default;
    LeastPenalty& operator=(const LeastPenalty&) = default;
    LeastPenalty() = default;

    template <nmf::RealScalar S>
    [[nodiscard]] double value(nmf::Side, const Factor<S>& x) const {
        return 0.5 * x.matrix().template cast<double>().squaredNorm();
    }
    template <nmf::RealScalar S>
    void add_to(const nmf::PenaltyPlace<S>&, nmf::PenaltyTerms& terms) const {
        terms.add_ridge(1);
    }
};

/// W stays at least 1/2.
class LeastConstraint {
public:
    using Axis = nmf::axis::Constraint;
    static constexpr std::string_view name = "least";
    explicit LeastConstraint(int) {}
    LeastConstraint(const LeastConstraint&) = default;
    LeastConstraint& operator=(const LeastConstraint&) = delete;

    template <nmf::RealScalar S>
    void bound(nmf::Side side, nmf::Bounds<S>& bounds) const {
        if (side != nmf::Side::w) return;
        for (Index a = 0; a < bounds.rank(); ++a) {
            bounds.narrow(a, S(0.5), nmf::Bounds<S>::infinite);
        }
    }
};

/// A view of a matrix by its entries, with nothing but what the concept names.
template <bool Transposed = false>
class LeastView {
public:
    using Scalar = double;
    explicit LeastView(const Matrix<double>& v) : v_(&v) {}
    [[nodiscard]] Index rows() const { return Transposed ? v_->cols() : v_->rows(); }
    [[nodiscard]] Index cols() const { return Transposed ? v_->rows() : v_->cols(); }
    [[nodiscard]] double stored() const { return static_cast<double>(v_->size()); }
    [[nodiscard]] nmf::Summary summary() const {
        nmf::Summary sums;
        sums.sum = v_->sum();
        sums.squared_norm = v_->squaredNorm();
        return sums;
    }
    void product(const Factor<double>& a, Factor<double>& c) const {
        c.matrix() = a.matrix() * matrix();
    }
    static constexpr Index block_size = 7;
    template <class F>
    void for_each_block(const F& f) const {
        for (Index j = 0; j < cols(); j += block_size) {
            f(j, std::min(block_size, cols() - j), Index(0), 0);
        }
    }
    struct Products {
        const LeastView* view;
        const Factor<double>* a = nullptr;
        void begin(const Factor<double>& with) { a = &with; }
        void operator()(Index first, Index count, double* c) const {
            nmf::FactorMap<double>(c, a->rows(), count, Eigen::OuterStride<>(a->stride())) =
                a->matrix() * view->matrix().middleCols(first, count);
        }
    };
    [[nodiscard]] Products products(Index) const { return {this}; }
    [[nodiscard]] double squared_residual(const Factor<double>& a, const Factor<double>& x, double,
                                          nmf::detail::Scratch<double>&) const {
        return (matrix() - a.matrix().transpose() * x.matrix()).squaredNorm();
    }
    [[nodiscard]] LeastView<!Transposed> transposed() const { return LeastView<!Transposed>(*v_); }

    static constexpr bool weighted = false;
    [[nodiscard]] static constexpr bool has_unstored_zeros() { return false; }
    template <class F>
    void visit(Index j, const F& f) const {
        for (Index i = 0; i < rows(); ++i) f(i, matrix()(i, j), 1.0);
    }

private:
    [[nodiscard]] Matrix<double> matrix() const {
        return Transposed ? Matrix<double>(v_->transpose()) : *v_;
    }
    const Matrix<double>* v_;
};

static_assert(nmf::SolverFor<LeastSolver, nmf::Frobenius>);
static_assert(nmf::Init<LeastInit>);
static_assert(nmf::StoppingRule<LeastRule>);
static_assert(nmf::Penalty<LeastPenalty>);
static_assert(nmf::Constraint<LeastConstraint>);
static_assert(nmf::DataView<LeastView<>>);
static_assert(nmf::DataView<LeastView<true>>);

}  // namespace

TEST_CASE("A run with the least policies goes its way") {
    Index seen = 0;
    const auto observer = [&](const nmf::Progress&) { ++seen; };
    const auto run = nmf::factorize(golden_v(), 4, LeastSolver(1), LeastInit(1), LeastRule(1),
                                    LeastPenalty(1), observer, nmf::Frobenius{});
    CHECK(seen == 13);
    CHECK(run.iterations == 12);
    CHECK(run.status == nmf::Status::max_iterations);
    CHECK(measure::largest_rise(run.history) == 0);
    const double penalty = 0.5 * (run.W.squaredNorm() + run.H.squaredNorm());
    CHECK_THAT(
        run.objective,
        WithinRel(0.5 * measure::squared_residual(golden_v(), run.W, run.H) + penalty, 1e-12));
    const auto stored = nmf::factorize(sparse(golden_v()), 4, LeastSolver(1), LeastInit(1),
                                       LeastRule(1), LeastPenalty(1), nmf::UpdateOrder::hw);
    CHECK_THAT(stored.objective, WithinRel(run.objective, 1e-12));
}

TEST_CASE("A constraint of one's own is kept") {
    const auto fit = nmf::factorize(golden_v(), 4, LeastConstraint(1), LeastInit(1));
    CHECK(fit.status == nmf::Status::converged);
    CHECK(fit.W.minCoeff() == 0.5);
}

TEST_CASE("A model with the least policies can be kept") {
    const nmf::NMF model(4, LeastSolver(1), LeastInit(1), LeastRule(1));
    CHECK(model.fit(golden_v()).iterations == 12);
}

TEST_CASE("A view of one's own serves a run") {
    const LeastView<> view(golden_v());
    const nmf::Summary sums = view.summary();
    const nmf::Frobenius loss;
    const AnySolver solver(plain_hals(2));
    const nmf::Penalties<> none{};
    using Problem = nmf::detail::Problem<nmf::Frobenius, AnySolver, nmf::Penalties<>>;
    const Problem problem{loss, solver, none, 5, 0, 0, sums.sum, sums.squared_norm};
    nmf::detail::Alternation<LeastView<>, Problem> alternation(view, problem, nmf::Side::h);
    Factor<double> w(5, 30);
    Factor<double> h(5, 20);
    nmf::RandomInit{}.start(view, sums, nmf::CounterRandom(0), w, h);
    alternation.start(std::move(w), std::move(h), true);
    for (int iteration = 0; iteration < 10; ++iteration) CHECK(alternation.iterate());
    const auto expected = fit(
        golden_v(), 5, {.solver = plain_hals(2), .stopping = nmf::Only{nmf::MaxIterations{10}}});
    CHECK_THAT(alternation.best().objective, WithinRel(expected.objective, 1e-10));
}
