# SPDX-License-Identifier: MIT
# rscp_embed_files(OUTPUT NAMESPACE FILES...) writes a C++ file with the text of each file as a
# raw string, as an array kFiles of {name without extension, text}. So the programs need no data
# folder at run time.
function(rscp_embed_files output namespace)
  set(code "// Made by cmake/EmbedFiles.cmake.\n#include <string_view>\n#include <utility>\n")
  string(APPEND code "namespace ${namespace} {\n")
  set(entries "")
  foreach(file IN LISTS ARGN)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
    file(READ "${file}" text)
    get_filename_component(name "${file}" NAME_WLE)
    string(APPEND entries "  {\"${name}\", R\"~rscp~(${text})~rscp~\"},\n")
  endforeach()
  string(APPEND code
    "extern const std::pair<std::string_view, std::string_view> kFiles[];\n"
    "const std::pair<std::string_view, std::string_view> kFiles[] = {\n${entries}};\n"
    "extern const unsigned long kFileCount;\n"
    "const unsigned long kFileCount = sizeof(kFiles) / sizeof(kFiles[0]);\n"
    "}  // namespace ${namespace}\n")
  set(before "")
  if(EXISTS "${output}")
    file(READ "${output}" before)
  endif()
  if(NOT before STREQUAL code)
    file(WRITE "${output}" "${code}")
  endif()
endfunction()
