# SPDX-License-Identifier: MIT
#
# How this project's own tests, examples and benchmarks are compiled. Nothing here reaches the
# interface of nmf::nmf.

if(NMF_NATIVE_ARCH)
  include(CheckCXXCompilerFlag)
  check_cxx_compiler_flag(-march=native NMF_HAS_MARCH_NATIVE)
endif()

# nmf_own_target(<target>) links nmf::nmf and sets the warnings and the architecture.
function(nmf_own_target target)
  target_link_libraries(${target} PRIVATE nmf::nmf)
  if(MSVC)
    target_compile_options(${target} PRIVATE /W4)
  else()
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
  endif()
  # Until version 13 GCC warns so of its own AVX-512 intrinsics (its bug 105593).
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE -Wno-uninitialized -Wno-maybe-uninitialized)
  endif()
  set_target_properties(${target} PROPERTIES
    CXX_EXTENSIONS OFF
    COMPILE_WARNING_AS_ERROR ${NMF_WARNINGS_AS_ERRORS})
  if(NMF_NATIVE_ARCH AND NMF_HAS_MARCH_NATIVE)
    target_compile_options(${target} PRIVATE -march=native)
  endif()
endfunction()

# nmf_add_executable(<target> <source>...)
function(nmf_add_executable target)
  add_executable(${target} ${ARGN})
  nmf_own_target(${target})
endfunction()
