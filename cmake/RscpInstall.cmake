# SPDX-License-Identifier: MIT
# find_package(rscp COMPONENTS codec connection) and pkg-config rscp-connection: each library with
# what it needs itself, and no more. What that is, is read from the targets; where the libraries of
# others come from, and what Debian calls them, is in the table below.
include(CMakePackageConfigHelpers)

set(rscp_installed codec json)
foreach(library connection recording report scenario simulator)
  if(TARGET rscp_${library})
    list(APPEND rscp_installed ${library})
  endif()
endforeach()
set(RSCP_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/rscp)
set(RSCP_PKGCONFIG_DIR ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# Link item | pkg-config module | linker flags where there is no module | Debian package | CMake
# package, or the prefix of an imported pkg-config target.
set(rscp_externals
  "CryptoPP::CryptoPP|libcrypto++||libcrypto++-dev|CryptoPP"
  "ZLIB::ZLIB|zlib||zlib1g-dev|ZLIB"
  "nlohmann_json::nlohmann_json|nlohmann_json||nlohmann-json3-dev|nlohmann_json"
  "Threads::Threads||-pthread||Threads"
  "PkgConfig::PCAP|libpcap||libpcap-dev|"
  "PkgConfig::TINS|libtins||libtins-dev|"
  "PkgConfig::LUA|lua5.4||liblua5.4-dev|"
  "PkgConfig::HTTPLIB|cpp-httplib||libcpp-httplib-dev|"
  "date::date-tz||-ldate-tz|libhowardhinnant-date-dev|date"
  "yaml-cpp|yaml-cpp||libyaml-cpp-dev|yaml-cpp")
# Headers alone are no link item.
set(rscp_connection_debian libasio-dev)

# Sets, for one library: `parts` (others of ours), `finds` (CMake code), `modules`, `flags`,
# `debian`.
macro(rscp_needs_of library)
  set(parts "")
  set(finds "")
  set(modules "")
  set(flags "")
  set(debian ${rscp_${library}_debian})
  get_target_property(links rscp_${library} INTERFACE_LINK_LIBRARIES)
  foreach(link IN LISTS links)
    string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" link "${link}")
    if(link MATCHES "^rscp::(.*)$")
      list(APPEND parts ${CMAKE_MATCH_1})
    elseif(NOT link MATCHES "BUILD_INTERFACE")
      set(known NO)
      foreach(external IN LISTS rscp_externals)
        string(REPLACE "|" ";" external "${external}")
        list(GET external 0 item)
        if(item STREQUAL link)
          set(known YES)
          list(GET external 1 module)
          list(GET external 2 flag)
          list(GET external 3 package)
          list(GET external 4 find)
          list(APPEND modules ${module})
          list(APPEND flags ${flag})
          list(APPEND debian ${package})
          if(item MATCHES "^PkgConfig::(.*)$")
            string(APPEND finds "find_dependency(PkgConfig)\n"
              "pkg_check_modules(${CMAKE_MATCH_1} REQUIRED IMPORTED_TARGET ${module})\n")
          else()
            string(APPEND finds "find_dependency(${find})\n")
          endif()
        endif()
      endforeach()
      if(NOT known)
        message(FATAL_ERROR "rscp_${library} links ${link}: RscpInstall.cmake does not know how its "
          "users find it")
      endif()
    endif()
  endforeach()
endmacro()

# From lib/x86_64-linux-gnu/pkgconfig up to the prefix: the tree may be installed anywhere.
file(RELATIVE_PATH rscp_up "/${RSCP_PKGCONFIG_DIR}" "/")
set(rscp_debian "")
foreach(library IN LISTS rscp_installed)
  rscp_needs_of(${library})
  list(APPEND rscp_debian ${debian})
  install(TARGETS rscp_${library} EXPORT rscp-${library}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
  get_target_property(source rscp_${library} SOURCE_DIR)
  install(DIRECTORY ${source}/include/
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev)
  install(EXPORT rscp-${library} NAMESPACE rscp:: DESTINATION ${RSCP_CMAKE_DIR}
    FILE rscpTargets-${library}.cmake COMPONENT dev)

  set(code "# Made by cmake/RscpInstall.cmake.\n${finds}")
  foreach(part IN LISTS parts)
    string(APPEND code "include(\"\${CMAKE_CURRENT_LIST_DIR}/rscpComponent-${part}.cmake\")\n")
  endforeach()
  string(APPEND code "include(\"\${CMAKE_CURRENT_LIST_DIR}/rscpTargets-${library}.cmake\")\n")
  file(WRITE ${PROJECT_BINARY_DIR}/rscpComponent-${library}.cmake "${code}")

  list(TRANSFORM parts PREPEND "rscp-")
  list(JOIN parts " " requires)
  list(JOIN modules " " module_list)
  list(JOIN flags " " flag_list)
  get_target_property(definitions rscp_${library} INTERFACE_COMPILE_DEFINITIONS)
  set(define_list "")
  foreach(definition IN LISTS definitions)
    if(definition MATCHES "^[A-Z_0-9=]+$")
      string(APPEND define_list " -D${definition}")
    endif()
  endforeach()
  file(WRITE ${PROJECT_BINARY_DIR}/rscp-${library}.pc
"prefix=\${pcfiledir}/${rscp_up}
libdir=\${prefix}/${CMAKE_INSTALL_LIBDIR}
includedir=\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}

Name: rscp-${library}
Description: ${PROJECT_DESCRIPTION}: ${library}
Version: ${PROJECT_VERSION}
Requires: ${requires} ${module_list}
Libs: -L\${libdir} -lrscp_${library} ${flag_list}
Cflags: -I\${includedir}${define_list}
")
  install(FILES ${PROJECT_BINARY_DIR}/rscpComponent-${library}.cmake
    DESTINATION ${RSCP_CMAKE_DIR} COMPONENT dev)
  install(FILES ${PROJECT_BINARY_DIR}/rscp-${library}.pc
    DESTINATION ${RSCP_PKGCONFIG_DIR} COMPONENT dev)
endforeach()
list(REMOVE_DUPLICATES rscp_debian)

install(FILES ${PROJECT_BINARY_DIR}/codec/include/rscp/tags.hpp
  ${PROJECT_BINARY_DIR}/codec/include/rscp/version.hpp
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/rscp COMPONENT dev)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/rscpConfig.cmake.in
  ${PROJECT_BINARY_DIR}/rscpConfig.cmake INSTALL_DESTINATION ${RSCP_CMAKE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/rscpConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/rscpConfig.cmake ${PROJECT_BINARY_DIR}/rscpConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/FindCryptoPP.cmake
  DESTINATION ${RSCP_CMAKE_DIR} COMPONENT dev)
