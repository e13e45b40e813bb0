// SPDX-License-Identifier: MIT
//
// How often a run reads a V that is not in memory: once in an iteration, and beside that as
// streamed() says.

#include <string>
#include <vector>

#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/stream_runs.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

/// The readings until each iteration had been made, and those of the whole run.
struct Counts {
    std::vector<int> after;
    int all = 0;
    Index taken_back = 0;
    nmf::Status status{};

    /// All iterations took one reading, but for those whose step was taken back.
    [[nodiscard]] bool one_each(int taken_back_cost) const {
        Index dear = 0;
        for (std::size_t i = 1; i < after.size(); ++i) {
            const int used = after[i] - after[i - 1];
            if (used == 1) continue;
            if (used != 1 + taken_back_cost) return false;
            ++dear;
        }
        return dear == (taken_back_cost > 0 ? taken_back : 0);
    }
};

template <class... Ps>
Counts counts_of(const Matrix<double>& v, const Ps&... policies) {
    const Readings readings(v.cols());
    Counts counts;
    const auto observer = [&](const nmf::Progress&) { counts.after.push_back(readings.count()); };
    const auto fit = nmf::factorize(stream_of(v, readings), stream_rank, observer, policies...);
    counts.all = readings.count();
    counts.taken_back = fit.steps_taken_back;
    counts.status = fit.status;
    return counts;
}

const nmf::Only many{nmf::MaxIterations{25}};

/// `before`: the readings until the first pair is there; `later`: those after the last iteration.
void check_counts(const Counts& counts, int before, int later, int taken_back_cost = 0) {
    REQUIRE(!counts.after.empty());
    std::string after;
    for (const int readings : counts.after) after += std::to_string(readings) + " ";
    INFO(after);
    CHECK(counts.after.front() == before);
    CHECK(counts.one_each(taken_back_cost));
    CHECK(counts.all == counts.after.back() + later);
}

}  // namespace

TEST_CASE("An iteration of least squares reads V once") {
    const Matrix<double> v = stream_v<double>();
    const int check = 1;
    const auto expect = [&](int first_pair, const auto&... policies) {
        check_counts(counts_of(v, many, policies...), check + first_pair, 0);
    };
    expect(3);
    expect(3, nmf::Threads{3});
    expect(3, plain);
    expect(3, nmf::Anls{});
    expect(3, nmf::Als{});
    expect(3, mu);
    expect(3, nmf::L1{.w = 0.1, .h = 0.1}, nmf::L2{.h = 0.2});
    // Neither of these starts is scaled to what explains V best.
    expect(2, nmf::UpperBound{.h = 0.3});
    expect(2, raw_start(v.rows(), v.cols(), stream_rank));
}

TEST_CASE("A step of least squares that is taken back reads V once like any other") {
    const Matrix<double> v = stream_v<double>();
    // Too far ahead.
    const nmf::Hals bold{.extrapolation = {.start = 1.0, .growth = 1.5}};
    const Counts counts = counts_of(v, many, bold);
    CHECK(counts.taken_back > 0);
    check_counts(counts, 4, 0);
}

TEST_CASE("An iteration of the multiplicative updates reads V once") {
    const Matrix<double> v = stream_v<double>();
    // The residual of the result is an estimate until it is measured.
    const int settling = 4;
    const nmf::KullbackLeibler kl;
    const int taken_back = 2;
    check_counts(counts_of(v, many, kl), 1 + 4, settling, taken_back);
    check_counts(counts_of(v, many, kl, nmf::Threads{3}), 1 + 4, settling, taken_back);
    check_counts(counts_of(v, many, kl, plain_mu), 1 + 4, settling, taken_back);
    check_counts(counts_of(v, many, kl, joint_mu), 1 + 4, settling, taken_back);
    check_counts(counts_of(v, many, kl, nmf::L1{.w = 0.1, .h = 0.1}), 1 + 4, settling, taken_back);
    check_counts(counts_of(v, many, nmf::BetaDivergence{1.5}), 1 + 7, settling, taken_back);
    const int zeros = 1;
    check_counts(counts_of(v, many, nmf::ItakuraSaito{}), 1 + zeros + 7, settling, taken_back);
}

TEST_CASE("A step of another loss that is taken back reads V twice more") {
    const Matrix<double> v = stream_v<double>();
    const nmf::MultiplicativeUpdate bold{.extrapolation = {.relaxation = 1.99}};
    const Counts counts =
        counts_of(v, nmf::Only{nmf::MaxIterations{150}}, nmf::KullbackLeibler{}, bold);
    CHECK(counts.taken_back > 0);
    check_counts(counts, 1 + 4, 4, 2);
}

TEST_CASE("A start that looks at V reads it as often as streamed() says") {
    const Matrix<double> v = stream_v<double>();
    check_counts(counts_of(v, many, nmf::Nndsvd{}), 1 + 10 + 3, 0);
    check_counts(counts_of(v, many, nmf::RandomColumns{}), 1 + 1 + 3, 0);
    check_counts(counts_of(v, many, nmf::Nndsvd{}, nmf::KullbackLeibler{}), 1 + 10 + 4, 4, 2);
    check_counts(counts_of(v, many, nmf::AnchorWords{}), 1 + 2 * (1 + stream_rank) + 3, 0);
}

TEST_CASE("Successive projection reads a column of V where it needs no more") {
    const Matrix<double> v = stream_v<double>();
    const nmf::Only start{nmf::MaxIterations{0}};
    const auto columns_of = [&](const auto& init) {
        const Readings readings(v.cols());
        static_cast<void>(nmf::factorize(stream_of(v, readings), stream_rank, start, init));
        return readings.columns();
    };
    CHECK(columns_of(nmf::Spa{}) - columns_of(nmf::RandomInit{}) ==
          (1 + stream_rank) * v.cols() + stream_rank);
}

TEST_CASE("The entries are checked once for all runs on a view") {
    const Matrix<double> v = stream_v<double>();
    const Readings readings(v.cols());
    const auto view = stream_of(v, readings);
    const auto copy = view;
    static_cast<void>(nmf::factorize(view, stream_rank, many));
    CHECK(readings.count() == 4 + 25);
    static_cast<void>(nmf::factorize(copy, stream_rank, many));
    CHECK(readings.count() == 4 + 25 + 3 + 25);
}

TEST_CASE("Where digits are lost V is read again, and only there") {
    // An exact fit: the objective is summed up entry by entry in the end.
    const Matrix<double> v = uniform(1, 83, stream_rank) * uniform(2, stream_rank, 210);
    const nmf::CustomInit exact(uniform(1, 83, stream_rank), uniform(2, stream_rank, 210), false);
    const Counts counts = counts_of(v, nmf::Only{nmf::MaxIterations{3}}, exact, plain);
    CHECK(counts.after.front() > 1 + 2);
    CHECK(counts.all - counts.after.back() == 1);
    for (std::size_t i = 1; i < counts.after.size(); ++i) {
        CHECK(counts.after[i] - counts.after[i - 1] == 2);
    }
}

TEST_CASE("Where the objective is only rounding the residual of a pair is read from V") {
    const Matrix<double> v = stream_v<double>();
    const Counts counts = counts_of(v, nmf::Only{nmf::MaxIterations{100}}, nmf::Anls{});
    Index twice = 0;
    for (std::size_t i = 1; i < counts.after.size(); ++i) {
        const int used = counts.after[i] - counts.after[i - 1];
        CHECK((used == 1 || used == 2));
        if (used == 2) ++twice;
    }
    CHECK(twice > 0);
}

TEST_CASE("Penalties that couple columns settle the residual by two readings") {
    const Matrix<double> v = stream_v<double>();
    check_counts(counts_of(v, many, plain, nmf::Smooth{.w = 0.1, .h = 0.1}), 1 + 3, 2);
}

TEST_CASE("A tolerance that an estimate seems to meet is asked again after four readings") {
    const Matrix<double> v = stream_v<double>();
    const Counts counts = counts_of(v, nmf::Only{nmf::KktTolerance{1e-2}}, nmf::KullbackLeibler{});
    CHECK(counts.status == nmf::Status::converged);
    int beyond = counts.all - counts.after.back();
    CHECK(beyond == 4);
    for (std::size_t i = 1; i < counts.after.size(); ++i) {
        beyond = counts.after[i] - counts.after[i - 1] - 1;
        CHECK((beyond == 0 || beyond == 2 || beyond % 4 == 0 || beyond % 4 == 2));
        CHECK(beyond <= 6);
    }
}

TEST_CASE("A transform reads V2 a few times") {
    const Matrix<double> v = stream_v<double>();
    const auto readings_of = [&](const auto& fit, const auto&... policies) {
        const Readings readings(v.cols());
        static_cast<void>(fit.transform(stream_of(v, readings), policies...));
        return readings.count();
    };
    const auto fit = nmf::factorize(v, stream_rank, many);
    // The check and the product.
    CHECK(readings_of(fit) == 2);
    // The check, the first pair, ten half-steps and the error.
    CHECK(readings_of(fit, nmf::Hals{}, nmf::Only{nmf::MaxIterations{10}}) == 1 + 1 + 10 + 1);
}
