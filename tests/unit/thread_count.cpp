// SPDX-License-Identifier: MIT
// How many threads a run has.

#include <nmf/machine/thread_count.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#ifdef __linux__
#include <sched.h>
#include <unistd.h>
#endif

#include <nmf/factorize.hpp>

#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace nmf::detail;

namespace {

constexpr double plenty = 1e18;

/// Folders with files of control groups, which go with it.
class Groups {
public:
    Groups() { std::filesystem::create_directories(root_); }
    Groups(const Groups&) = delete;
    Groups& operator=(const Groups&) = delete;
    ~Groups() { std::filesystem::remove_all(root_); }

    void add(const std::string& file, const std::string& text) const {
        const std::filesystem::path path = root_ / file;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << text;
    }
    [[nodiscard]] std::string root() const { return root_.string(); }

private:
    std::filesystem::path root_ =
        std::filesystem::temp_directory_path() / ("nmf_groups_" + std::to_string(std::rand()));
};

}  // namespace

TEST_CASE("OMP_NUM_THREADS is a number, or a list of which the first counts") {
    CHECK(openmp_limit("3") == 3);
    CHECK(openmp_limit(" 4,2 ") == 4);
    CHECK(openmp_limit("99999999999") == most_threads);
    for (const char* const nothing : {"", "0", "-2", "two", "99999999999999999999999"}) {
        CHECK(openmp_limit(nothing) == 0);
    }
}

TEST_CASE("A quota is rounded up to whole processors") {
    CHECK(processors_of_cpu_max("200000 100000\n") == 2);
    CHECK(processors_of_cpu_max("150000 100000\n") == 2);
    CHECK(processors_of_cpu_max("20000 100000\n") == 1);
    CHECK(processors_of_cpu_max("200000 50000") == 4);
    for (const char* const nothing : {"max 100000\n", "", "100000", "-1 100000", "x y", "5 0"}) {
        CHECK(processors_of_cpu_max(nothing) == 0);
    }
    CHECK(processors_of_quota("300000\n", "100000\n") == 3);
    CHECK(processors_of_quota("-1\n", "100000\n") == 0);
    CHECK(processors_of_quota("", "") == 0);
}

TEST_CASE("The least quota of a group and those around it counts") {
    const Groups groups;
    CHECK(processors_of_groups("0::/a/b\n", groups.root()) == 0);
    groups.add("a/b/cpu.max", "max 100000\n");
    groups.add("a/cpu.max", "300000 100000\n");
    groups.add("cpu.max", "400000 100000\n");
    CHECK(processors_of_groups("0::/a/b\n", groups.root()) == 3);
    CHECK(processors_of_groups("0::/\n", groups.root()) == 4);
    // Where the folder of a group is not to be seen those above it are.
    CHECK(processors_of_groups("0::/not/there\n", groups.root()) == 4);
    // Version 1 has a folder for each set of controllers.
    groups.add("cpu,cpuacct/c/cpu.cfs_quota_us", "150000\n");
    groups.add("cpu,cpuacct/c/cpu.cfs_period_us", "100000\n");
    groups.add("cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
    groups.add("cpu,cpuacct/cpu.cfs_period_us", "100000\n");
    CHECK(processors_of_groups("5:cpuset:/c\n4:cpu,cpuacct:/c\n", groups.root()) == 2);
    CHECK(processors_of_groups("5:cpuset:/c\n", groups.root()) == 0);
    for (const char* const text : {"", "\n\n", "nonsense", "1:cpu", "0::", "0::a"}) {
        CHECK(processors_of_groups(text, groups.root()) == 0);
    }
}

TEST_CASE("The number of threads is the work's, or the one that was asked for") {
    CHECK(resolve_threads({}, 0) == 1);
    CHECK(resolve_threads({}, 1.9 * flops_of_a_thread) == 1);
    CHECK(resolve_threads({}, plenty) == available_processors());
    CHECK(resolve_threads({}, std::numeric_limits<double>::infinity()) == available_processors());
    CHECK(resolve_threads({7}, 0) == 7);
    for (const int wrong : {-1, most_threads + 1}) {
        CHECK_THROWS_AS(resolve_threads({wrong}, 0), nmf::InputError);
        CHECK_THROWS_AS(nmf::factorize(golden_v(), 2, nmf::Threads{wrong}), nmf::InputError);
    }
}

TEST_CASE("A small V has one thread, and so has a transform of few columns") {
    const nmf::Matrix<double> small = uniform(1, 200, 150);
    CHECK(nmf::factorize(small, 2, nmf::MaxIterations{1}).threads == 1);
    CHECK(nmf::factorize(small, 2, nmf::MaxIterations{1}, nmf::Threads{3}).threads == 3);
}

TEST_CASE("OMP_NUM_THREADS is a limit") {
    const char* const value = std::getenv("OMP_NUM_THREADS");
    const std::string before = value == nullptr ? "" : value;
    setenv("OMP_NUM_THREADS", "1", 1);
    const int one = resolve_threads({}, plenty);
    setenv("OMP_NUM_THREADS", "4000", 1);
    const int more = resolve_threads({}, plenty);
    if (value == nullptr) {
        unsetenv("OMP_NUM_THREADS");
    } else {
        setenv("OMP_NUM_THREADS", before.c_str(), 1);
    }
    CHECK(one == 1);
    CHECK(more <= processors_of_affinity());
}

#ifdef __linux__
TEST_CASE("A process that may use one processor has runs of one thread") {
    cpu_set_t before;
    REQUIRE(sched_getaffinity(0, sizeof before, &before) == 0);
    int first = 0;
    while (!CPU_ISSET(first, &before)) ++first;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
    const int threads = resolve_threads({}, plenty);
    REQUIRE(sched_setaffinity(0, sizeof before, &before) == 0);
    CHECK(threads == 1);
}
#endif
