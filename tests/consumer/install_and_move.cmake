# SPDX-License-Identifier: MIT
#
# cmake -D BUILD=<build tree> -D CONFIG=<configuration> -D PREFIX=<where to> -P install_and_move.cmake
#
# Installs to another prefix and moves the result, so that a path that is baked into it leads nowhere.
cmake_minimum_required(VERSION 3.24)
file(REMOVE_RECURSE "${PREFIX}" "${PREFIX}.staged")
execute_process(
  COMMAND ${CMAKE_COMMAND} --install "${BUILD}" --config "${CONFIG}" --prefix "${PREFIX}.staged"
  COMMAND_ERROR_IS_FATAL ANY)
file(RENAME "${PREFIX}.staged" "${PREFIX}")
