# SPDX-License-Identifier: MIT
#
# Makes Eigen3::Eigen, from 3.4 on: the one that the embedding project has, else an installed one, else
# a pinned release.
if(NOT TARGET Eigen3::Eigen AND NOT DEFINED FETCHCONTENT_SOURCE_DIR_EIGEN3)
  # The request names no version: Eigen's package accepts one of its own major version only, and 3 was
  # followed by 5.
  find_package(Eigen3 QUIET CONFIG)
  if(Eigen3_FOUND AND Eigen3_VERSION VERSION_LESS 3.4)
    message(FATAL_ERROR
      "nmf needs Eigen 3.4 or newer, and ${Eigen3_DIR} has ${Eigen3_VERSION}. Set Eigen3_DIR to a newer "
      "one, or CMAKE_DISABLE_FIND_PACKAGE_Eigen3=ON to have one downloaded.")
  endif()
endif()

if(NOT TARGET Eigen3::Eigen)
  # Only the headers are wanted. Eigen's own CMake project, with its options, tests and install rules,
  # is not entered: SOURCE_SUBDIR names no folder of it.
  include(FetchContent)
  FetchContent_Declare(Eigen3
    GIT_REPOSITORY https://gitlab.com/libeigen/eigen.git
    GIT_TAG 3.4.0
    GIT_SHALLOW ON
    SOURCE_SUBDIR headers_only)
  FetchContent_MakeAvailable(Eigen3)
  add_library(Eigen3::Eigen INTERFACE IMPORTED GLOBAL)
  target_include_directories(Eigen3::Eigen INTERFACE "${eigen3_SOURCE_DIR}")
endif()
