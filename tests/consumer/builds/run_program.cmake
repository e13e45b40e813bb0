# SPDX-License-Identifier: MIT
#
# cmake -D COMPILE=<compiler, flags> -D SOURCE=<file> -D PROGRAM=<result> [-D LIBRARIES=...]
#       [-D CPU=<flags of /proc/cpuinfo that the program needs>] [-D EMULATOR=<command>]
#       -P run_program.cmake
#
# Compiles and runs a program.
cmake_minimum_required(VERSION 3.24)

cmake_path(GET PROGRAM PARENT_PATH folder)
file(MAKE_DIRECTORY "${folder}")
execute_process(COMMAND ${COMPILE} "${SOURCE}" -o "${PROGRAM}" ${LIBRARIES}
  COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)

if(CPU)
  set(flags "")
  if(EXISTS /proc/cpuinfo)
    file(STRINGS /proc/cpuinfo flags LIMIT_COUNT 1 REGEX "^flags")
  endif()
  foreach(flag IN LISTS CPU)
    if(NOT " ${flags} " MATCHES " ${flag} ")
      message("SKIPPED: compiled, but this processor has no ${flag}")
      return()
    endif()
  endforeach()
endif()
execute_process(COMMAND ${EMULATOR} "${PROGRAM}" COMMAND_ERROR_IS_FATAL ANY)
