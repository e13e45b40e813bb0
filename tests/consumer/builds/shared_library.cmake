# SPDX-License-Identifier: MIT
#
# cmake -D COMPILE=<compiler, flags> -D SOURCE_DIR=<this folder> -D BINARY=<folder>
#       -P shared_library.cmake
#
# A shared library that is linked, and another that is loaded and unloaded.
cmake_minimum_required(VERSION 3.24)

file(MAKE_DIRECTORY "${BINARY}")
foreach(unit IN ITEMS linked loaded)
  execute_process(
    COMMAND ${COMPILE} -pthread -fPIC -shared -DNMF_UNIT=${unit} "${SOURCE_DIR}/unit.cpp"
      -o "${BINARY}/lib${unit}.so"
    COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endforeach()
execute_process(
  COMMAND ${COMPILE} "${SOURCE_DIR}/load.cpp" "${BINARY}/liblinked.so" -ldl
    "-Wl,-rpath,${BINARY}" -o "${BINARY}/load"
  COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${BINARY}/load" "${BINARY}/libloaded.so" COMMAND_ERROR_IS_FATAL ANY)
