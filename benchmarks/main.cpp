// SPDX-License-Identifier: MIT
//
// Everything here is on one thread, Eigen's own products too, whatever flags it is built with.

#include <benchmark/benchmark.h>

#include <Eigen/Core>

int main(int count, char** arguments) {
    Eigen::setNbThreads(1);
    benchmark::Initialize(&count, arguments);
    if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
