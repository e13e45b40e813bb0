# SPDX-License-Identifier: MIT
#
# cmake -D COMPILER=... -D INCLUDE_DIRS=... -D CASE=... -D VERDICT=refused|accepted -P check_case.cmake
# See CMakeLists.txt.
cmake_minimum_required(VERSION 3.24)
cmake_path(GET CASE FILENAME name)

set(command "${COMPILER}" -std=c++20 -fsyntax-only)
foreach(folder IN LISTS INCLUDE_DIRS)
  list(APPEND command "-I${folder}")
endforeach()
if(VERDICT STREQUAL "accepted")
  list(APPEND command -DNMF_ACCEPTED)
endif()
execute_process(COMMAND ${command} "${CASE}"
  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
message("${output}")

if(VERDICT STREQUAL "accepted")
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${name} does not compile with NMF_ACCEPTED")
  endif()
  return()
endif()

if(result EQUAL 0)
  message(FATAL_ERROR "${name} compiles")
endif()

file(STRINGS "${CASE}" expected LIMIT_COUNT 1 REGEX "^// error: ")
string(REPLACE "// error: " "" expected "${expected}")
if(expected STREQUAL "")
  message(FATAL_ERROR "${name} does not start with // error:")
endif()
# Line by line: a "." must not match the end of a line.
string(REGEX REPLACE "[][;]" " " lines "${output}")
string(REPLACE "\n" ";" lines "${lines}")
list(FILTER lines INCLUDE REGEX "${expected}")
if(lines STREQUAL "")
  message(FATAL_ERROR "no line of the output matches ${expected}")
endif()

file(READ "${CASE}" text)
string(REGEX REPLACE "[^\n]*// here.*" "" before "${text}")
string(REGEX MATCHALL "\n" before "${before}")
list(LENGTH before line)
math(EXPR line "${line} + 1")
if(NOT output MATCHES "${name}:${line}:")
  message(FATAL_ERROR "the output does not name line ${line} of ${name}")
endif()
