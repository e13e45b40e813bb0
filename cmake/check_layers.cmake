# SPDX-License-Identifier: MIT
#
# cmake -D INCLUDE_DIR=<folder that holds nmf/> -P check_layers.cmake
#
# A header may include headers of its own folder and of the folders before it in this list. "/" is
# the top level, nmf/*.hpp, of which version.hpp includes nothing. A new folder gets its place here.
# Every other header includes one at least, and so core/requirements.hpp in the end. What belongs to
# a compiler and not to C++ is for core/compiler.hpp alone.
cmake_minimum_required(VERSION 3.24)
set(layers core machine factor data subproblem loss penalty constraint acceleration solvers init stopping observe half_step arguments run any / analysis testing)

# The folder of nmf/<path>; "/" for a header at the top level.
function(layer_of path result)
  if(path MATCHES "^([^/]+)/")
    set(${result} "${CMAKE_MATCH_1}" PARENT_SCOPE)
  else()
    set(${result} "/" PARENT_SCOPE)
  endif()
endfunction()

set(faults 0)
function(fault header text)
  message("nmf/${header}: ${text}")
  math(EXPR faults "${faults} + 1")
  set(faults ${faults} PARENT_SCOPE)
endfunction()

file(GLOB_RECURSE headers RELATIVE "${INCLUDE_DIR}/nmf" "${INCLUDE_DIR}/nmf/*")
if(NOT headers)
  message(FATAL_ERROR "no headers in ${INCLUDE_DIR}/nmf")
endif()
foreach(header IN LISTS headers)
  layer_of("${header}" layer)
  list(FIND layers "${layer}" height)
  if(height EQUAL -1)
    fault("${header}" "the folder ${layer}/ has no place in the order of cmake/check_layers.cmake")
    continue()
  endif()
  file(STRINGS "${INCLUDE_DIR}/nmf/${header}" lines REGEX "^[ \t]*#[ \t]*include[ \t]*[<\"]")
  if(NOT lines MATCHES "<nmf/" AND NOT header MATCHES "^(version|core/requirements)\\.hpp$")
    fault("${header}" "has to include nmf/core/requirements.hpp")
  endif()
  if(NOT header STREQUAL "core/compiler.hpp")
    file(STRINGS "${INCLUDE_DIR}/nmf/${header}" own
      REGEX "__builtin_|__attribute__|__declspec|gnu::|clang::|__GNUC__|__clang__|_MSC_VER|pragma (GCC|clang)")
    foreach(line IN LISTS own)
      fault("${header}" "what is a compiler's own belongs into nmf/core/compiler.hpp: ${line}")
    endforeach()
  endif()
  foreach(line IN LISTS lines)
    if(line MATCHES "include[ \t]*\"")
      fault("${header}" "write <nmf/...> instead of quotes: ${line}")
    elseif(line MATCHES "<nmf/([^>]+)>")
      set(included "${CMAKE_MATCH_1}")
      layer_of("${included}" included_layer)
      list(FIND layers "${included_layer}" included_height)
      if(included_height EQUAL -1 OR included_height GREATER height)
        fault("${header}" "includes nmf/${included}, which is above it")
      elseif(header STREQUAL "version.hpp")
        fault("${header}" "includes nmf/${included}, but has to include nothing")
      endif()
    endif()
  endforeach()
endforeach()

if(faults GREATER 0)
  message(FATAL_ERROR "${faults} breaches of the layers")
endif()
list(LENGTH headers count)
message(STATUS "${count} headers keep to their layers")
