// SPDX-License-Identifier: MIT
//
// scaling dense|sparse float|double ROWS COLUMNS RANK STORED_A_COLUMN THREADS ITERATIONS: one run
// on generated data, in a process of its own so that its peak of memory can be read. Prints JSON:
// the median time of an iteration, the bytes of V and the growth of the peak from V on.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <sys/resource.h>

#include <nmf/nmf.hpp>

#include "support/data.hpp"

namespace {

double peak_bytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

struct Settings {
    bench::Index rank;
    int threads;
    bench::Index iterations;
};

template <class V>
int report(const V& v, double bytes, const Settings& settings) {
    const double before = peak_bytes();
    const auto fit =
        nmf::factorize(v, settings.rank, nmf::Only{nmf::MaxIterations{settings.iterations}},
                       nmf::Threads{settings.threads});
    std::vector<double> times;
    for (std::size_t i = 2; i < fit.history.size(); ++i) {
        times.push_back(fit.history[i].seconds - fit.history[i - 1].seconds);
    }
    std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2),
                     times.end());
    std::printf("{\"seconds\": %.6g, \"bytes_of_v\": %.0f, \"bytes_beside_v\": %.0f}\n",
                times[times.size() / 2], bytes, peak_bytes() - before);
    return 0;
}

template <class S>
int run(bool dense, bench::Index rows, bench::Index cols, bench::Index each,
        const Settings& settings) {
    if (dense) {
        const auto v = bench::dense_data<S>(rows, cols);
        return report(v, static_cast<double>(sizeof(S)) * static_cast<double>(v.size()), settings);
    }
    const auto v = bench::sparse_data<S>(rows, cols, each);
    return report(v,
                  static_cast<double>(sizeof(S) + sizeof(int)) * static_cast<double>(v.nonZeros()),
                  settings);
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 9) {
        std::fprintf(stderr,
                     "scaling dense|sparse float|double ROWS COLUMNS RANK STORED_A_COLUMN "
                     "THREADS ITERATIONS\n");
        return 1;
    }
    const auto number = [&](int i) { return static_cast<bench::Index>(std::atoll(arguments[i])); };
    const bool dense = std::string_view(arguments[1]) == "dense";
    const Settings settings{number(5), static_cast<int>(number(7)), number(8)};
    return std::string_view(arguments[2]) == "float"
               ? run<float>(dense, number(3), number(4), number(6), settings)
               : run<double>(dense, number(3), number(4), number(6), settings);
}
