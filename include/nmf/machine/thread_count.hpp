// SPDX-License-Identifier: MIT
#pragma once

/// @file
/// How many threads a run has.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#ifdef __linux__
#include <sched.h>
#endif

#include <nmf/core/errors.hpp>
#include <nmf/core/options.hpp>
#include <nmf/machine/openmp.hpp>
#include <nmf/machine/thread_team.hpp>

namespace nmf::detail {

inline constexpr int most_threads = 4096;

/// The flops of a half-step that pay for one more thread. Measured on a 2-core Xeon with AVX-512:
/// two threads gain nothing below 1.2e6 flops of least squares, which take 70 us. From 2.5e6 flops
/// on they are 1.8 times as fast.
inline constexpr double flops_of_a_thread = 1e6;

/// The number > 0 at the beginning of a text, after blanks; 0 if there is none.
[[nodiscard]] inline double leading_number(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    return fault == std::errc() && number > 0 ? static_cast<double>(number) : 0.0;
}

/// The value of OMP_NUM_THREADS, a number or a list whose first number counts; 0 for no number.
[[nodiscard]] inline int openmp_limit(std::string_view value) {
    return static_cast<int>(std::min<double>(leading_number(value), most_threads));
}

/// The number of processors that a quota of microseconds per period is worth, rounded up; 0 for no
/// quota.
[[nodiscard]] inline int processors_of_quota(std::string_view quota, std::string_view period) {
    const double q = leading_number(quota);
    const double p = leading_number(period);
    if (!(q > 0) || !(p > 0)) return 0;
    return static_cast<int>(std::clamp<double>(std::ceil(q / p), 1, most_threads));
}

/// The same for the text of a file cpu.max: "<quota or max> <period>".
[[nodiscard]] inline int processors_of_cpu_max(std::string_view text) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    return processors_of_quota(text.substr(0, blank), text.substr(blank));
}

/// The beginning of a small file; empty if there is none.
[[nodiscard]] NMF_COLD inline std::string start_of_file(const std::string& path) {
    const auto close = [](std::FILE* file) { std::fclose(file); };
    const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "re"));
    std::string text(file == nullptr ? 0 : 4096, '\0');
    if (file != nullptr) text.resize(std::fread(text.data(), 1, text.size(), file.get()));
    return text;
}

/// The least quota, in processors, of control groups and the groups around them; 0 for none.
/// `groups` lists them, as in /proc/self/cgroup, and `root` is the folder of their files. Handles
/// both versions of control groups.
[[nodiscard]] NMF_COLD inline int processors_of_groups(std::string_view groups,
                                                       const std::string& root) {
    int least = 0;
    const auto take = [&](int processors) {
        if (processors > 0) least = least == 0 ? processors : std::min(least, processors);
    };
    const auto look = [&](const std::string& mount, std::string_view path) {
        constexpr int most_levels = 64;
        for (int level = 0; level < most_levels; ++level) {
            if (path == "/") path = {};
            const std::string folder = mount + std::string(path);
            take(processors_of_cpu_max(start_of_file(folder + "/cpu.max")));
            take(processors_of_quota(start_of_file(folder + "/cpu.cfs_quota_us"),
                                     start_of_file(folder + "/cpu.cfs_period_us")));
            if (path.empty()) return;
            path = path.substr(0, path.find_last_of('/'));
        }
    };
    while (!groups.empty()) {
        const std::size_t end = std::min(groups.find('\n'), groups.size());
        const std::string_view line = groups.substr(0, end);
        groups.remove_prefix(std::min(end + 1, groups.size()));
        // <number>:<controllers>:<path>, version 2 without controllers.
        const std::size_t first = line.find(':');
        if (first == std::string_view::npos) continue;
        const std::size_t second = line.find(':', first + 1);
        if (second == std::string_view::npos) continue;
        const std::string controllers(line.substr(first + 1, second - first - 1));
        const std::string_view path = line.substr(second + 1);
        if (path.empty() || path.front() != '/') continue;
        if (controllers.empty()) {
            look(root, path);
        } else if (("," + controllers + ",").find(",cpu,") != std::string::npos) {
            look(std::string(root).append("/").append(controllers), path);
        }
    }
    return least;
}

/// The number of processors that this thread may run on.
[[nodiscard]] NMF_COLD inline int processors_of_affinity() {
    int processors = static_cast<int>(
        std::clamp<unsigned>(std::thread::hardware_concurrency(), 1U, unsigned{most_threads}));
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        processors = std::max(1, CPU_COUNT(&set));
    }
#endif
    return processors;
}

/// The number of processors that the process may use. The limits are its affinity, the quota of its
/// control group and OMP_NUM_THREADS.
[[nodiscard]] NMF_COLD inline int available_processors() {
    int processors = processors_of_affinity();
    const auto limit = [&](int most) {
        if (most > 0) processors = std::min(processors, most);
    };
    if (const char* const value = std::getenv("OMP_NUM_THREADS")) limit(openmp_limit(value));
#ifdef __linux__
    if (processors > 1) {
        limit(processors_of_groups(start_of_file("/proc/self/cgroup"), "/sys/fs/cgroup"));
    }
#endif
    return processors;
}

/// The flops of a half-step of least squares; with weights, an entry adds k^2. For a divergence,
/// the flops that take as long as two products and a division, logarithm or power for each entry.
[[nodiscard]] inline double flops_of_half_step(double stored, Index longer_side, Index rank,
                                               bool least_squares, bool weighted) {
    const auto k = static_cast<double>(rank);
    if (!least_squares) return stored * (12 * k + 80);
    return stored * (weighted ? k * k : 2 * k) + static_cast<double>(longer_side) * 2 * k * k;
}

/// The number of threads of a run that asks for `wanted`. 0 stands for as many as the flops of a
/// half-step pay for, within what the process may use.
[[nodiscard]] inline int resolve_threads(Threads wanted, double flops) {
    if (wanted.count < 0 || wanted.count > most_threads) {
        throw_input_error({"Threads.count is ", decimal(wanted.count), "; it has to be from 0 to ",
                           decimal(most_threads)});
    }
    if (inside_of_pass || in_openmp_region()) return 1;
    if (wanted.count > 0) return wanted.count;
    const double worth = std::clamp<double>(flops / flops_of_a_thread, 1, most_threads);
    return worth < 2 ? 1 : std::min(static_cast<int>(worth), available_processors());
}

}  // namespace nmf::detail
