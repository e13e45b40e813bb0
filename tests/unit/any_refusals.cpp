// SPDX-License-Identifier: MIT
// Options that do not go together are refused by both names.

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <Eigen/SparseCore>

#include <nmf/any.hpp>

#include "support/catch.hpp"
#include "support/input_error.hpp"
#include "support/problems.hpp"

namespace {

const nmf::Options base{.rank = 2, .max_iterations = 3, .threads = 1};

/// The run of the base with a change is refused with these words.
void check_refused(const std::function<void(nmf::Options&)>& change,
                   const std::vector<std::string>& words) {
    nmf::Options options = base;
    change(options);
    check_message([&] { static_cast<void>(nmf::factorize(golden_v(), options)); }, words);
}

}  // namespace

TEST_CASE("A solver that is not the loss's is refused with what there is", "[any]") {
    for (const std::string solver : {"hals", "als", "anls"}) {
        for (const std::string loss : {"kl", "is", "beta:0.5"}) {
            CAPTURE(solver, loss);
            check_refused(
                [&](nmf::Options& o) {
                    o.loss = loss;
                    o.solver = solver;
                },
                {"solver '" + solver + "'", "loss '" + nmf::AnyLoss(loss).full_name() + "'",
                 loss == "kl" ? "cd and mu" : "it has mu"});
        }
    }
    for (const std::string loss : {"frobenius", "is", "beta:2"}) {
        check_refused(
            [&](nmf::Options& o) {
                o.loss = loss;
                o.solver = "cd";
            },
            {"solver 'cd'", nmf::AnyLoss(loss).full_name()});
    }
}

TEST_CASE("What is for least squares is refused with other losses", "[any]") {
    const auto with_kl = [](const auto& change) {
        return [=](nmf::Options& o) {
            o.loss = "kl";
            change(o);
        };
    };
    const std::string kl = "kl";
    check_refused(with_kl([](nmf::Options& o) { o.signed_entries = true; }),
                  {"signed_entries", kl});
    check_refused(with_kl([](nmf::Options& o) { o.free_w = true; }), {"free_w", kl});
    check_refused(with_kl([](nmf::Options& o) { o.compress = nmf::Compressed{}; }),
                  {"compress", kl});
    check_refused(with_kl([](nmf::Options& o) { o.count_scaled_l2.w = 1; }), {"CountScaledL2", kl});
    check_refused(with_kl([](nmf::Options& o) { o.inner_iterations = 2; }),
                  {"inner_iterations", "'cd'", kl});
}

TEST_CASE("Further options that do not go together", "[any]") {
    check_refused(
        [](nmf::Options& o) {
            o.signed_entries = true;
            o.solver = "mu";
        },
        {"signed_entries", "'mu'"});
    check_refused(
        [](nmf::Options& o) {
            o.free_h = true;
            o.solver = "mu";
        },
        {"free_h", "'mu'"});
    check_refused(
        [](nmf::Options& o) {
            o.unit_components = nmf::Side::w;
            o.count_scaled_l2.h = 1;
        },
        {"CountScaledL2", "unit_components"});
    check_refused([](nmf::Options& o) { o.missing = "unstored"; }, {"'unstored'", "dense V"});
    check_refused(
        [](nmf::Options& o) {
            o.missing = "nan";
            o.compress = nmf::Compressed{};
        },
        {"compress", "missing entries"});
    check_refused(
        [](nmf::Options& o) {
            o.inner_iterations = 2;
            o.solver = "als";
        },
        {"inner_iterations", "'als'"});
    const nmf::Matrix<double> weights = uniform(2, 3, 3);
    check_refused([&](nmf::Options& o) { o.weights = weights; }, {"weights are 3 x 3", "30 x 20"});
    Eigen::SparseMatrix<double> sparse = golden_v().sparseView();
    nmf::Options compressed = base;
    compressed.compress = nmf::Compressed{};
    check_message([&] { static_cast<void>(nmf::factorize(sparse, compressed)); },
                  {"compress", "sparse V"});
}

TEST_CASE("Parameters out of range, and entries, are refused as by the policies", "[any]") {
    check_refused([](nmf::Options& o) { o.rank = 0; }, {"rank is 0"});
    check_refused([](nmf::Options& o) { o.max_iterations = -1; }, {"MaxIterations.value"});
    check_refused([](nmf::Options& o) { o.tolerance = -1; }, {"KktTolerance.value"});
    check_refused([](nmf::Options& o) { o.time_limit = -1; }, {"TimeLimit.seconds"});
    check_refused([](nmf::Options& o) { o.inner_iterations = 0; }, {"inner_iterations is 0"});
    check_refused([](nmf::Options& o) { o.l1.w = 1; }, {"has no minimiser"});
    check_refused([](nmf::Options& o) { o.upper_bound.h = -1; }, {"UpperBound.h"});
    nmf::Matrix<double> v = golden_v();
    v(4, 3) = -1;
    check_entry([&] { static_cast<void>(nmf::factorize(v, base)); }, "V", 4, 3, -1);
    const Eigen::SparseMatrix<double, Eigen::RowMajor, nmf::Index> sparse = v.sparseView();
    check_entry([&] { static_cast<void>(nmf::factorize(sparse, base)); }, "V", 4, 3, -1);
    nmf::Options frozen = base;
    frozen.frozen.h = nmf::Matrix<double>::Constant(2, 20, -2);
    check_entry([&] { static_cast<void>(nmf::factorize(golden_v(), frozen)); }, "Frozen.h", 0, 0,
                -2);
}
