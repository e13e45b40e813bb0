// SPDX-License-Identifier: MIT
// Data at the edges: every solver and every start gives a defined result, never NaN.

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/measure.hpp"
#include "support/problems.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

struct NamedData {
    std::string name;
    Matrix<double> v;
};

std::vector<NamedData> edges() {
    std::vector<NamedData> data{
        {"1 x 1", Matrix<double>::Constant(1, 1, 3.0)},
        {"1 x 1, zero", Matrix<double>::Zero(1, 1)},
        {"1 x n", uniform(1, 1, 9)},
        {"m x 1", uniform(1, 9, 1)},
        {"1 x n with zeros", scattered(1, 30, 0.3)},
        {"zero", Matrix<double>::Zero(8, 6)},
        {"constant", Matrix<double>::Constant(8, 6, 0.7)},
        {"rank 1", uniform(1, 8, 1) * uniform(2, 1, 6)},
        {"equal rows", Matrix<double>::Ones(8, 1) * uniform(2, 1, 6)},
        {"identity", Matrix<double>::Identity(7, 7)},
        {"one entry", Matrix<double>::Zero(9, 11)},
        {"a zero row and a zero column", uniform(1, 9, 7)},
        {"two blocks", Matrix<double>::Zero(10, 8)},
        {"mostly zero", scattered(20, 30, 0.02)},
        {"wide range", uniform(1, 12, 9)},
    };
    const auto named = [&](const std::string& name) -> Matrix<double>& {
        for (NamedData& of : data) {
            if (of.name == name) return of.v;
        }
        throw std::logic_error(name);
    };
    named("one entry")(4, 5) = 2;
    named("a zero row and a zero column").row(3).setZero();
    named("a zero row and a zero column").col(2).setZero();
    named("two blocks").topLeftCorner(5, 4).setOnes();
    named("two blocks").bottomRightCorner(5, 4).setConstant(3);
    Matrix<double>& range = named("wide range");
    for (Index i = 0; i < range.rows(); ++i)
        range.row(i) *= std::pow(10.0, -static_cast<double>(i));
    return data;
}

const nmf::ElasticNet penalties[] = {{}, {nmf::L1{0.1, 0.2}, nmf::L2{0.3, 0.1}}};

/// Zero rows of V have nothing to explain: nothing is left of W H there in the end.
template <class S>
void check(const Matrix<double>& v, const Fit<S>& run, Index rank) {
    CHECK(run.W.rows() == v.rows());
    CHECK(run.W.cols() == rank);
    CHECK(run.H.rows() == rank);
    CHECK(run.H.cols() == v.cols());
    CHECK(measure::acceptable(run));
    CHECK(run.relative_error <= 1 + 1e-6);
    const Matrix<S> data = v.cast<S>();
    CHECK(measure::acceptable(run.transform(data)));
}

template <class S>
void check_all(const NamedData& of) {
    const Matrix<S> v = of.v.cast<S>();
    const Sparse<S> stored = sparse(v);
    for (const auto& [name, solver, exact] : default_solvers()) {
        for (const auto& [init_name, init] : all_inits()) {
            for (const Index rank : {1, 3, 14}) {
                for (const auto& penalty : penalties) {
                    INFO(of.name << ", " << name << ", " << init_name << ", rank " << rank
                                 << (penalty.none() ? "" : ", penalties"));
                    const Options options{.solver = solver,
                                          .init = init,
                                          .stopping = nmf::Only{nmf::MaxIterations{30}},
                                          .penalty = penalty};
                    check(of.v, fit(v, rank, options), rank);
                    check(of.v, fit(stored, rank, options), rank);
                }
            }
        }
    }
}

}  // namespace

TEMPLATE_TEST_CASE("Every solver and start gives a defined result on edge cases", "", float,
                   double) {
    for (const NamedData& of : edges()) check_all<TestType>(of);
}

TEMPLATE_TEST_CASE("V = 0 is fitted by 0", "", float, double) {
    const Matrix<TestType> zero = Matrix<TestType>::Zero(8, 6);
    for (const auto& [name, solver, exact] : all_solvers()) {
        for (const auto& [init_name, init] : all_inits()) {
            INFO(name << ", " << init_name);
            const Options options{.solver = solver, .init = init};
            for (const auto& run : {fit(zero, 3, options), fit(sparse(zero), 3, options)}) {
                CHECK(run.objective == 0);
                CHECK(run.relative_error == 0);
                CHECK(run.kkt_residual == 0);
                CHECK(run.status == nmf::Status::converged);
                CHECK((run.W * run.H).cwiseAbs().maxCoeff() == 0);
            }
        }
    }
}

TEST_CASE("Zero rows and columns of V become zero rows of W and columns of H") {
    Matrix<double> v = uniform(1, 12, 10);
    v.row(4).setZero();
    v.col(7).setZero();
    for (const auto& [name, solver, exact] : all_solvers()) {
        INFO(name);
        const auto run =
            fit(v, 3, {.solver = solver, .stopping = nmf::Only{nmf::MaxIterations{100}}});
        CHECK(run.W.row(4).maxCoeff() <= 1e-12);
        CHECK(run.H.col(7).maxCoeff() <= 1e-12);
        CHECK(run.dead_components.empty());
    }
}

TEST_CASE("V of rank 1, constant V and single rows and columns are fitted exactly") {
    const std::vector<Matrix<double>> data{Matrix<double>::Constant(8, 6, 0.7),
                                           uniform(1, 8, 1) * uniform(2, 1, 6), uniform(1, 1, 9),
                                           uniform(1, 9, 1), Matrix<double>::Constant(1, 1, 3)};
    for (const auto& v : data) {
        for (const auto& [name, solver, exact] : default_solvers()) {
            for (const Index rank : {1, 4}) {
                INFO(v.rows() << " x " << v.cols() << ", " << name << ", rank " << rank);
                const auto run =
                    fit(v, rank,
                        {.solver = solver,
                         .stopping = nmf::KktTolerance{1e-9} || nmf::MaxIterations{2000}});
                CHECK(run.relative_error <= (exact ? 1e-7 : 1e-3));
                CHECK(measure::acceptable(run));
            }
        }
    }
}

TEST_CASE("A rank above both sides fits V") {
    const Matrix<double> v = uniform(1, 6, 5);
    for (const AnySolver& solver : {AnySolver(nmf::Hals{}), AnySolver(nmf::Anls{})}) {
        const auto run =
            fit(v, 11, {.solver = solver, .stopping = nmf::Only{nmf::MaxIterations{3000}}});
        CHECK(run.relative_error <= 1e-4);
    }
}

TEST_CASE("A start that is zero is a defined result") {
    const Matrix<double> v = uniform(1, 9, 7);
    const Matrix<double> zero_w = Matrix<double>::Zero(9, 3);
    const Matrix<double> zero_h = Matrix<double>::Zero(3, 7);
    for (const auto& [name, solver, exact] : all_solvers()) {
        for (const bool rescale : {true, false}) {
            INFO(name << (rescale ? ", rescaled" : ""));
            const auto run = [&, &chosen = solver](const Matrix<double>& w,
                                                   const Matrix<double>& h) {
                return fit(v, 3,
                           {.solver = chosen,
                            .init = nmf::CustomInit(w, h, rescale),
                            .stopping = nmf::Only{nmf::MaxIterations{10}}});
            };
            CHECK(measure::acceptable(run(zero_w, zero_h)));
            CHECK(measure::acceptable(run(uniform(2, 9, 3), zero_h)));
            CHECK(measure::acceptable(run(zero_w, uniform(3, 3, 7))));
        }
    }
}
