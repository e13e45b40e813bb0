// SPDX-License-Identifier: MIT
// factorize(V, options) is factorize(V, rank, policies...): least squares.

#include <Eigen/SparseCore>

#include <nmf/any.hpp>
#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/same_fit.hpp"

namespace {

constexpr double nan_entry = std::numeric_limits<double>::quiet_NaN();

nmf::Options base() {
    return {.rank = 3, .tolerance = 0, .max_iterations = 12, .seed = 5, .threads = 1};
}

template <class V, class... Ps>
nmf::Factorization<typename V::Scalar> typed(const V& v, const Ps&... policies) {
    return nmf::factorize(v, 3, nmf::Seed{5}, nmf::Threads{1},
                          nmf::StopWhen{[](const nmf::Progress&) { return false; }},
                          nmf::MaxIterations{12}, policies...);
}

nmf::Matrix<double> with_holes() {
    return (uniform(4, 30, 20).array() < 0.7).select(golden_v(), nan_entry);
}

}  // namespace

TEST_CASE("Every solver and init of the options is that of the types", "[any]") {
    const auto& v = golden_v();
    const auto run = [&](const nmf::AnySolver& solver, const nmf::AnyInit& init) {
        nmf::Options options = base();
        options.solver = solver;
        options.init = init;
        return nmf::factorize(v, options);
    };
    check_same(run("hals", "nndsvdar"),
               typed(v, nmf::Hals{}, nmf::Nndsvd{nmf::Nndsvd::Fill::random}));
    check_same(run("mu", "columns"), typed(v, nmf::MultiplicativeUpdate{}, nmf::RandomColumns{}));
    check_same(run("hals", "spa"), typed(v, nmf::Hals{}, nmf::Spa{}));
    check_same(run("mu", "anchor-words"),
               typed(v, nmf::MultiplicativeUpdate{}, nmf::AnchorWords{}));
    check_same(run("als", "random"), typed(v, nmf::Als{}));
    check_same(run("anls", "nndsvd"), typed(v, nmf::Anls{}, nmf::Nndsvd{}));
    const nmf::CustomInit start(uniform(2, 30, 3), uniform(3, 3, 20));
    check_same(run(nmf::Hals{.inner_iterations = 2}, start),
               typed(v, nmf::Hals{.inner_iterations = 2}, start));
    // The same policies of any kind in the typed front door.
    check_same(typed(v, nmf::AnySolver("als"), nmf::AnyInit("nndsvd")), run("als", "nndsvd"));
}

TEST_CASE("V may be of either order, sparse, an expression, or of float", "[any]") {
    const nmf::Options options = base();
    const auto whole = typed(golden_v());
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    check_same(nmf::factorize(RowMajor(golden_v()), options), whole);
    check_same(nmf::factorize(1.0 * golden_v(), options), whole);
    const Eigen::Block<const nmf::Matrix<double>> block(golden_v(), 1, 2, 20, 15);
    check_same(nmf::factorize(block, options), typed(block));
    const Eigen::SparseMatrix<double> columns = scattered(30, 20, 0.4).sparseView();
    const auto sparse = typed(columns);
    check_same(nmf::factorize(columns, options), sparse);
    using Rows = Eigen::SparseMatrix<double, Eigen::RowMajor>;
    check_same(nmf::factorize(Rows(columns), options), sparse);
    using Wide = Eigen::SparseMatrix<double, Eigen::ColMajor, nmf::Index>;
    check_same(nmf::factorize(Wide(columns), options), sparse);
    const nmf::Matrix<float> single = golden_v().cast<float>();
    check_same(nmf::factorize(single, options), typed(single));
}

TEST_CASE("Weights and missing entries of the options are those of the types", "[any]") {
    const auto& v = golden_v();
    const nmf::Matrix<double> weights = uniform(7, 30, 20);
    nmf::Options options = base();
    options.weights = weights;
    check_same(nmf::factorize(v, options), typed(v, nmf::Weights(weights)));
    const nmf::Matrix<float> single = weights.cast<float>();
    options.weights = single;
    check_same(nmf::factorize(v, options), typed(v, nmf::Weights(single)));
    const Eigen::SparseMatrix<double> listed = scattered(30, 20, 0.5).sparseView();
    options.weights = listed;
    check_same(nmf::factorize(v, options), typed(v, nmf::Weights(listed)));
    options.missing = "nan";
    check_same(nmf::factorize(with_holes(), options),
               typed(with_holes(), nmf::MissingNan{}, nmf::Weights(listed)));
    options.weights = {};
    check_same(nmf::factorize(with_holes(), options), typed(with_holes(), nmf::MissingNan{}));
    options.missing = "unstored";
    check_same(nmf::factorize(listed, options), typed(listed, nmf::MissingUnstored{}));
}

TEST_CASE("Penalties, constraints and signs of the options are those of the types", "[any]") {
    const auto& v = golden_v();
    nmf::Options options = base();
    options.l1 = {.w = 0.1, .h = 0.2};
    options.upper_bound.h = 0.5;
    check_same(nmf::factorize(v, options),
               typed(v, nmf::L1{.w = 0.1, .h = 0.2}, nmf::UpperBound{.h = 0.5}));
    options = base();
    options.unit_components = nmf::Side::w;
    options.l1.h = 0.3;
    check_same(nmf::factorize(v, options),
               typed(v, nmf::L1{.h = 0.3}, nmf::UnitComponents{nmf::Side::w}));
    options = base();
    nmf::Matrix<double> known = nmf::Matrix<double>::Constant(30, 3, nan_entry);
    known.col(1).setConstant(0.5);
    options.frozen.w = known;
    options.missing = "nan";
    const auto fit = nmf::factorize(with_holes(), options);
    check_same(fit, typed(with_holes(), nmf::Frozen{.w = known}, nmf::MissingNan{}));
    CHECK((fit.W.col(1).array() == 0.5).all());
    options = base();
    options.signed_entries = options.free_h = true;
    const nmf::Matrix<double> centred = v.array() - 0.5;
    check_same(nmf::factorize(centred, options),
               typed(centred, nmf::SignedEntries{}, nmf::Free{nmf::Side::h}));
}

TEST_CASE("Compression, plain steps, orders and ends of the options", "[any]") {
    const auto& v = golden_v();
    nmf::Options options = base();
    options.compress = nmf::Compressed{};
    const auto low = nmf::factorize(v, options);
    const auto same = typed(v, nmf::Compressed{});
    check_same(low, same);
    CHECK(std::abs(low.compression_error - same.compression_error) <= 1e-9);
    options = base();
    options.extrapolation = false;
    options.update_order = nmf::UpdateOrder::wh;
    nmf::Hals plain;
    plain.extrapolation.enabled = false;
    check_same(nmf::factorize(v, options), typed(v, plain, nmf::UpdateOrder::wh));
    options = base();
    options.stopping = nmf::Only{nmf::MaxIterations{3}};
    CHECK(nmf::factorize(v, options).iterations == 3);
    options.stopping = nmf::KktTolerance{1e300};
    CHECK(nmf::factorize(v, options).iterations == 0);
    options = base();
    std::stop_source source;
    options.stop = source.get_token();
    source.request_stop();
    options.observer = [](const nmf::Progress&) { return nmf::Signal::proceed; };
    CHECK_THROWS_AS(nmf::factorize(v, options), nmf::Interrupted);
    options = base();
    options.observer = [](const nmf::Progress& progress) {
        return progress.iteration == 2 ? nmf::Signal::cancel : nmf::Signal::proceed;
    };
    CHECK(nmf::factorize(v, options).status == nmf::Status::cancelled);
}
