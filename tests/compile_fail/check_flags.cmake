# SPDX-License-Identifier: MIT
#
# cmake -D COMPILE=<compiler, flags> -D SOURCE=<file> -D MESSAGE=<regular expression> -P check_flags.cmake
#
# With these flags the compiler has to stop at once, and MESSAGE to be in the first error. The only
# other one is that which stops it.
cmake_minimum_required(VERSION 3.24)

execute_process(COMMAND ${COMPILE} -fsyntax-only "${SOURCE}"
  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
message("${output}")
if(result EQUAL 0)
  message(FATAL_ERROR "it compiles")
endif()

string(REGEX REPLACE "[][;]" " " lines "${output}")
string(REPLACE "\n" ";" lines "${lines}")
list(FILTER lines INCLUDE REGEX "error: ")
list(LENGTH lines count)
list(GET lines 0 first)
if(NOT first MATCHES "${MESSAGE}")
  message(FATAL_ERROR "the first error does not match ${MESSAGE}")
elseif(count GREATER 2)
  message(FATAL_ERROR "${count} errors")
endif()
