# SPDX-License-Identifier: MIT
#
# cmake -D "COMMAND=<compiler;flags>" -D FILE=... -D CASE=... -P check_case.cmake
# See CMakeLists.txt. Without a CASE the file has to compile.
cmake_minimum_required(VERSION 3.24)
cmake_path(GET FILE FILENAME name)

set(command ${COMMAND} -std=c++20 -fsyntax-only)
if(CASE)
  list(APPEND command -DNMF_CASE_${CASE})
endif()
execute_process(COMMAND ${command} "${FILE}"
  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
message("${output}")

if(NOT CASE)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${name} does not compile without a case")
  endif()
  return()
endif()

if(result EQUAL 0)
  message(FATAL_ERROR "${name} compiles with the case ${CASE}")
endif()

# Lists of CMake split at semicolons and treat brackets as quotes.
function(split text result)
  string(REGEX REPLACE "[][;]" " " text "${text}")
  string(REPLACE "\n" ";" text "${text}")
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

file(READ "${FILE}" text)
split("${text}" lines)
set(expected "")
set(here 0)
set(number 0)
foreach(line IN LISTS lines)
  math(EXPR number "${number} + 1")
  if(line MATCHES "NMF_CASE_${CASE}  // error: (.*)")
    set(expected "${CMAKE_MATCH_1}")
  elseif(expected AND NOT here AND line MATCHES "// here( .*)?$")
    # Further words name the cases that a line is for.
    set(cases "${CMAKE_MATCH_1} ")
    if(cases STREQUAL " " OR cases MATCHES " ${CASE} ")
      set(here ${number})
    endif()
  endif()
endforeach()
if(expected STREQUAL "" OR NOT here)
  message(FATAL_ERROR "${name} has no sentence or no line for the case ${CASE}")
endif()

split("${output}" errors)
list(FILTER errors INCLUDE REGEX ":[0-9]+: (fatal )?error: ")
list(LENGTH errors count)
list(GET errors 0 first)
string(FIND "${first}" "${expected}" place)
if(place LESS 0)
  message(FATAL_ERROR "the first error is not ${expected}")
endif()
if(NOT count EQUAL 1)
  message(FATAL_ERROR "there are ${count} errors")
endif()
if(NOT output MATCHES "${name}:${here}:")
  message(FATAL_ERROR "the output does not name line ${here} of ${name}")
endif()
