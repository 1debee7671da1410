# SPDX-License-Identifier: MIT
# find_package(rscp) gives rscp::codec, rscp::json and rscp::connection.
include(CMakePackageConfigHelpers)

set(installed codec json)
if(RSCP_BUILD_TOOLS)
  list(APPEND installed connection)
endif()
foreach(library IN LISTS installed)
  install(TARGETS rscp_${library} EXPORT rscpTargets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
  get_target_property(source rscp_${library} SOURCE_DIR)
  install(DIRECTORY ${source}/include/
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev)
endforeach()
install(FILES ${PROJECT_BINARY_DIR}/codec/include/rscp/tags.hpp
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/rscp COMPONENT dev)
set(RSCP_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/rscp)
install(EXPORT rscpTargets NAMESPACE rscp:: DESTINATION ${RSCP_CMAKE_DIR} COMPONENT dev)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/rscpConfig.cmake.in
  ${PROJECT_BINARY_DIR}/rscpConfig.cmake INSTALL_DESTINATION ${RSCP_CMAKE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/rscpConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/rscpConfig.cmake ${PROJECT_BINARY_DIR}/rscpConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/FindCryptoPP.cmake
  DESTINATION ${RSCP_CMAKE_DIR} COMPONENT dev)
