# SPDX-License-Identifier: MIT
# What every target of ours has in common: warnings and, in CI, warnings as errors.

add_library(rscp_warnings INTERFACE)
target_compile_options(rscp_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15)
  # Wrong about moved-from std::optional and std::variant in these versions.
  target_compile_options(rscp_warnings INTERFACE -Wno-maybe-uninitialized)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # Wrong about std::string's operator+ in this version (GCC bug 105651).
  target_compile_options(rscp_warnings INTERFACE -Wno-restrict)
endif()
if(RSCP_WARNINGS_AS_ERRORS)
  target_compile_options(rscp_warnings INTERFACE -Werror)
endif()

# rscp_library(NAME SOURCES ... ) creates rscp_NAME with the alias rscp::NAME and its
# include/ folder as public interface.
function(rscp_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES" ${ARGN})
  add_library(rscp_${name} STATIC ${ARG_SOURCES})
  add_library(rscp::${name} ALIAS rscp_${name})
  set_target_properties(rscp_${name} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(rscp_${name} PUBLIC cxx_std_23)
  target_include_directories(rscp_${name}
    PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
           $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_link_libraries(rscp_${name} PRIVATE $<BUILD_INTERFACE:rscp_warnings>)
endfunction()
