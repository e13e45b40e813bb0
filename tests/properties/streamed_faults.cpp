// SPDX-License-Identifier: MIT
//
// What a callable throws reaches the caller of a run, what it writes is checked, and a run that
// reads can be left.

#include <atomic>
#include <limits>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>

#include <nmf/nmf.hpp>

#include "support/catch.hpp"
#include "support/input_error.hpp"
#include "support/problems.hpp"
#include "support/stream_runs.hpp"

using nmf::Index;
using nmf::Matrix;

namespace {

struct Unreadable : std::runtime_error {
    explicit Unreadable(Index of) : std::runtime_error("unreadable"), column(of) {}
    Index column;
};

/// V by its columns, of which one fails when it has been asked for so many times.
auto failing(const Matrix<double>& v, Index column, int times, nmf::Calls calls) {
    auto left = std::make_shared<std::atomic<int>>(times);
    return nmf::streamed(
        v.rows(), v.cols(),
        [&v, column, left](Index first, Index count, auto to) {
            to = v.middleCols(first, count);
            if (first <= column && column < first + count && (*left)-- == 0) {
                throw Unreadable(column);
            }
        },
        calls);
}

/// Of a run that throws Unreadable.
template <class Run>
Index unreadable_column(const Run& run) {
    try {
        run();
    } catch (const Unreadable& error) {
        return error.column;
    }
    return -1;
}

nmf::InputError input_error(const Call& call) {
    const auto error = error_of(call);
    REQUIRE(error);
    return *error;
}

const nmf::Only many{nmf::MaxIterations{50}};

}  // namespace

TEST_CASE("What a callable throws reaches the caller unchanged") {
    const Matrix<double> v = stream_v<double>(40, 700);
    for (const nmf::Calls calls : {nmf::Calls::one_at_a_time, nmf::Calls::concurrent}) {
        for (const int threads : {1, 4}) {
            for (const Index column : {0, 350, 699}) {
                for (const int times : {0, 1, 3, 5, 12}) {
                    INFO("column " << column << ", reading " << times << ", " << threads
                                   << " threads");
                    CHECK(unreadable_column([&] {
                              static_cast<void>(nmf::factorize(failing(v, column, times, calls),
                                                               stream_rank, many,
                                                               nmf::Threads{threads}));
                          }) == column);
                    CHECK(unreadable_column([&] {
                              static_cast<void>(nmf::factorize(
                                  failing(v, column, times, calls), stream_rank, many,
                                  nmf::Threads{threads}, nmf::KullbackLeibler{}, nmf::Nndsvd{}));
                          }) == column);
                }
            }
        }
    }
}

TEST_CASE("A view whose callable has failed serves the next run") {
    const Matrix<double> v = stream_v<double>(40, 700);
    for (const int times : {0, 2, 6}) {
        const auto view = failing(v, 350, times, nmf::Calls::one_at_a_time);
        const auto run = [&] { return nmf::factorize(view, stream_rank, few, nmf::Threads{3}); };
        REQUIRE(unreadable_column([&] { static_cast<void>(run()); }) == 350);
        check_same(run(), nmf::factorize(v, stream_rank, few));
    }
}

TEST_CASE("What a callable throws reaches the caller of transform") {
    const Matrix<double> v = stream_v<double>(40, 700);
    const auto fit = nmf::factorize(v, stream_rank, few, nmf::KullbackLeibler{});
    for (const int times : {0, 1, 20}) {
        CHECK(unreadable_column([&] {
                  static_cast<void>(fit.transform(failing(v, 3, times, nmf::Calls::concurrent)));
              }) == 3);
    }
}

TEST_CASE("The first entry by rows that is no number >= 0 is named") {
    Matrix<double> v = stream_v<double>(40, 700);
    v(7, 600) = -1;
    v(8, 3) = -2;
    v(7, 650) = std::numeric_limits<double>::infinity();
    for (const int threads : {1, 3}) {
        const nmf::InputError error = input_error([&] {
            static_cast<void>(
                nmf::factorize(stream_of(v), stream_rank, few, nmf::Threads{threads}));
        });
        CHECK(error.row == 7);
        CHECK(error.col == 600);
        CHECK(error.value == -1);
    }
}

TEST_CASE("The first zero by rows is named where a loss has no place for it") {
    Matrix<double> v = stream_v<double>(40, 700);
    v(7, 600) = 0;
    v(8, 3) = 0;
    const nmf::InputError error = input_error([&] {
        static_cast<void>(nmf::factorize(stream_of(v), stream_rank, few, nmf::ItakuraSaito{}));
    });
    CHECK(error.row == 7);
    CHECK(error.col == 600);
    const nmf::InputError in_memory = input_error(
        [&] { static_cast<void>(nmf::factorize(v, stream_rank, few, nmf::ItakuraSaito{})); });
    CHECK(error.what() == std::string(in_memory.what()));
}

TEST_CASE("What a callable leaves as it is is no number") {
    const auto view = nmf::streamed(5, 130, [](Index first, Index count, auto to) {
        to.setOnes();
        if (first + count == 130) to(3, count - 1) = std::numeric_limits<double>::quiet_NaN();
    });
    CHECK(input_error([&] { static_cast<void>(view.summary()); }).col == 129);
    const auto lazy = nmf::streamed(
        5, 130, [](Index, Index count, auto to) { to.leftCols(count - 1).setOnes(); });
    CHECK(input_error([&] { static_cast<void>(lazy.summary()); }).col == 63);
}

TEST_CASE("A streamed V has a size") {
    const auto read = [](Index, Index, auto to) { to.setOnes(); };
    CHECK_THROWS_AS(nmf::streamed(-1, 5, read), nmf::InputError);
    CHECK_THROWS_AS(nmf::streamed(5, -1, read), nmf::InputError);
    CHECK_THROWS_AS(nmf::factorize(nmf::streamed(0, 5, read), 2), nmf::InputError);
    CHECK_THROWS_AS(nmf::factorize(nmf::streamed(5, 0, read), 2), nmf::InputError);
}

TEST_CASE("The order of updates that needs rows is refused before anything is read") {
    const Matrix<double> v = stream_v<double>();
    const Readings readings(v.cols());
    const nmf::InputError error = input_error([&] {
        static_cast<void>(
            nmf::factorize(stream_of(v, readings), stream_rank, few, nmf::UpdateOrder::wh));
    });
    CHECK_THAT(error.what(), StartsWith("UpdateOrder::wh needs whole rows of V"));
    CHECK(readings.count() == 0);
}

TEST_CASE("A run is left between the blocks that it reads") {
    const Matrix<double> v = stream_v<double>(40, 700);
    for (const int threads : {1, 3}) {
        std::stop_source source;
        std::atomic<int> calls = 0;
        const auto view = nmf::streamed(v.rows(), v.cols(), [&](Index first, Index count, auto to) {
            to = v.middleCols(first, count);
            // In the middle of the second iteration, each of which reads 11 blocks.
            if (++calls == 60) source.request_stop();
        });
        const auto fit = nmf::factorize(view, stream_rank, nmf::Cancel{source.get_token()},
                                        nmf::Threads{threads});
        CHECK(fit.status == nmf::Status::cancelled);
        CHECK(calls <= 60 + threads);
        CHECK(fit.W.allFinite());
    }
}

TEST_CASE("Calls come one at a time unless they may be concurrent") {
    const Matrix<double> v = stream_v<double>(40, 3000);
    std::atomic<int> inside = 0;
    std::atomic<int> most = 0;
    const auto view = nmf::streamed(v.rows(), v.cols(), [&](Index first, Index count, auto to) {
        const int now = ++inside;
        if (now > most) most = now;
        to = v.middleCols(first, count);
        --inside;
    });
    static_cast<void>(nmf::factorize(view, stream_rank, few, nmf::Threads{4}));
    CHECK(most == 1);
}
