# SPDX-License-Identifier: MIT
#
# cmake -D COMPILE=<compiler, flags> -D SOURCE_DIR=<this folder> -D BINARY=<folder> -P two_units.cmake
#
# A program of two units, of which only one is compiled with OpenMP.
cmake_minimum_required(VERSION 3.24)

file(MAKE_DIRECTORY "${BINARY}")
set(flags_with_openmp -fopenmp)
set(flags_without_openmp "")
foreach(unit IN ITEMS with_openmp without_openmp)
  execute_process(
    COMMAND ${COMPILE} ${flags_${unit}} -DNMF_UNIT=${unit} -c "${SOURCE_DIR}/unit.cpp"
      -o "${BINARY}/${unit}.o"
    COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endforeach()
# The first unit that defines an inline function decides what it is: both orders.
foreach(order IN ITEMS "with_openmp;without_openmp" "without_openmp;with_openmp")
  list(TRANSFORM order REPLACE "(.+)" "${BINARY}/\\1.o" OUTPUT_VARIABLE objects)
  execute_process(
    COMMAND ${COMPILE} -fopenmp -pthread "${SOURCE_DIR}/two_units.cpp" ${objects}
      -o "${BINARY}/two_units"
    COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND "${BINARY}/two_units" COMMAND_ERROR_IS_FATAL ANY)
endforeach()
