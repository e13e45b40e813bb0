# SPDX-License-Identifier: MIT
#
# Makes SndFile::sndfile where there is a libsndfile: of its own CMake package, or, as Debian has none,
# of its header and library.
find_package(SndFile QUIET CONFIG)
if(NOT TARGET SndFile::sndfile)
  find_path(SNDFILE_INCLUDE_DIR sndfile.h)
  find_library(SNDFILE_LIBRARY sndfile)
  mark_as_advanced(SNDFILE_INCLUDE_DIR SNDFILE_LIBRARY)
  if(SNDFILE_INCLUDE_DIR AND SNDFILE_LIBRARY)
    add_library(SndFile::sndfile UNKNOWN IMPORTED)
    set_target_properties(SndFile::sndfile PROPERTIES
      IMPORTED_LOCATION "${SNDFILE_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${SNDFILE_INCLUDE_DIR}")
  endif()
endif()
