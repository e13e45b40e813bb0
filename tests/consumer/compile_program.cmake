# SPDX-License-Identifier: MIT
#
# cmake -D COMPILER=... -D SOURCE=<file> -D PROGRAM=<result>
#       (-D INCLUDE_DIR=<nmf's> -D EIGEN_INCLUDE_DIR=<Eigen's> | -D PREFIX=<where nmf is installed> -D VERSION=<its version>)
#       -P compile_program.cmake
#
# Compiles and runs a program without CMake's help: with -I flags alone, or with what pkg-config says.
cmake_minimum_required(VERSION 3.24)

if(DEFINED PREFIX)
  find_program(PKG_CONFIG pkg-config)
  if(NOT PKG_CONFIG)
    message("SKIPPED: there is no pkg-config")
    return()
  endif()
  set(ENV{PKG_CONFIG_PATH} "${PREFIX}/share/pkgconfig")
  execute_process(COMMAND ${PKG_CONFIG} --modversion nmf
    OUTPUT_VARIABLE found OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  if(NOT found STREQUAL VERSION)
    message(FATAL_ERROR "pkg-config finds nmf ${found} instead of ${VERSION}")
  endif()
  execute_process(COMMAND ${PKG_CONFIG} --cflags --libs nmf
    OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
else()
  set(flags "-I${INCLUDE_DIR}" "-I${EIGEN_INCLUDE_DIR}")
endif()

cmake_path(GET PROGRAM PARENT_PATH folder)
file(MAKE_DIRECTORY "${folder}")
execute_process(COMMAND "${COMPILER}" -std=c++20 "${SOURCE}" -o "${PROGRAM}" ${flags}
  COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${PROGRAM}" COMMAND_ERROR_IS_FATAL ANY)
