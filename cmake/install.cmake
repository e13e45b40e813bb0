# SPDX-License-Identifier: MIT
#
# The headers, the CMake package and the pkg-config file. None depends on the architecture, so the
# two latter go under share/.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(nmf_package_dir "${CMAKE_INSTALL_DATADIR}/cmake/nmf")
set(nmf_pkgconfig_dir "${CMAKE_INSTALL_DATADIR}/pkgconfig")

install(TARGETS nmf EXPORT nmf-targets FILE_SET HEADERS)
install(EXPORT nmf-targets NAMESPACE nmf:: DESTINATION "${nmf_package_dir}")

configure_package_config_file(cmake/nmf-config.cmake.in nmf-config.cmake
  INSTALL_DESTINATION "${nmf_package_dir}"
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(nmf-config-version.cmake
  COMPATIBILITY SameMinorVersion
  ARCH_INDEPENDENT)
install(
  FILES
    "${PROJECT_BINARY_DIR}/nmf-config.cmake"
    "${PROJECT_BINARY_DIR}/nmf-config-version.cmake"
  DESTINATION "${nmf_package_dir}")

# Relative to the file itself, so that an installed tree can be moved.
file(RELATIVE_PATH nmf_pkgconfig_prefix "/prefix/${nmf_pkgconfig_dir}" /prefix)
configure_file(cmake/nmf.pc.in nmf.pc @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/nmf.pc" DESTINATION "${nmf_pkgconfig_dir}")
