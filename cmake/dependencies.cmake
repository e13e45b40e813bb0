# SPDX-License-Identifier: MIT
#
# What the examples, benchmarks and tests need besides Eigen: the installed package if there is one,
# else a pinned release.
include(FetchContent)

# Lets the plain variables below answer the options of a fetched project.
set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)

if(NMF_BUILD_EXAMPLES)
  FetchContent_Declare(CLI11
    GIT_REPOSITORY https://github.com/CLIUtils/CLI11.git
    GIT_TAG v2.6.2
    GIT_SHALLOW ON
    FIND_PACKAGE_ARGS)
  FetchContent_Declare(ZLIB
    GIT_REPOSITORY https://github.com/madler/zlib.git
    GIT_TAG v1.3.1
    GIT_SHALLOW ON
    FIND_PACKAGE_ARGS)
  set(SKIP_INSTALL_ALL ON)
  set(ZLIB_BUILD_EXAMPLES OFF)
  FetchContent_MakeAvailable(CLI11 ZLIB)
  if(NOT TARGET ZLIB::ZLIB)
    target_include_directories(zlibstatic INTERFACE "${zlib_SOURCE_DIR}" "${zlib_BINARY_DIR}")
    add_library(ZLIB::ZLIB ALIAS zlibstatic)
  endif()

  # Examples that need one of these are left out without it.
  find_package(PNG QUIET)
  include("${CMAKE_CURRENT_LIST_DIR}/sndfile.cmake")
endif()

if(NMF_BUILD_BENCHMARKS)
  FetchContent_Declare(benchmark
    GIT_REPOSITORY https://github.com/google/benchmark.git
    GIT_TAG v1.9.5
    GIT_SHALLOW ON
    FIND_PACKAGE_ARGS)
  set(BENCHMARK_ENABLE_TESTING OFF)
  set(BENCHMARK_ENABLE_INSTALL OFF)
  FetchContent_MakeAvailable(benchmark)
endif()

if(NMF_BUILD_TESTS)
  FetchContent_Declare(Catch2
    GIT_REPOSITORY https://github.com/catchorg/Catch2.git
    GIT_TAG v3.7.1
    GIT_SHALLOW ON
    FIND_PACKAGE_ARGS)
  FetchContent_MakeAvailable(Catch2)
endif()
