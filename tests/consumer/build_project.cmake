# SPDX-License-Identifier: MIT
#
# cmake -D SOURCE=<project> -D BINARY=<build tree> -D GENERATOR=... -D MAKE_PROGRAM=... -D OPTIONS=<list>
#       [-D REPOSITORY=<git checkout>] -P build_project.cmake
#
# Configures a consumer from nothing, builds it and runs it. With REPOSITORY the consumer is told the
# commit that is checked out there. No build type: optimising would take time and show nothing more.
cmake_minimum_required(VERSION 3.24)

if(DEFINED REPOSITORY)
  execute_process(COMMAND git -C "${REPOSITORY}" rev-parse --show-toplevel HEAD
    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT result EQUAL 0 OR NOT output MATCHES "^(.+)\n([0-9a-f]+)$" OR NOT CMAKE_MATCH_1 STREQUAL REPOSITORY)
    message("SKIPPED: ${REPOSITORY} is not a git checkout with a commit")
    return()
  endif()
  list(APPEND OPTIONS -D "NMF_TAG=${CMAKE_MATCH_2}")
endif()

file(REMOVE_RECURSE "${BINARY}")
execute_process(
  COMMAND ${CMAKE_COMMAND} -S "${SOURCE}" -B "${BINARY}" -G "${GENERATOR}"
    -D "CMAKE_MAKE_PROGRAM=${MAKE_PROGRAM}" ${OPTIONS}
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build "${BINARY}" COMMAND_ERROR_IS_FATAL ANY)
find_program(CONSUMER consumer PATHS "${BINARY}" "${BINARY}/Debug" NO_DEFAULT_PATH REQUIRED)
execute_process(COMMAND "${CONSUMER}" COMMAND_ERROR_IS_FATAL ANY)
