# SPDX-License-Identifier: MIT
# Debian's Crypto++ has no CMake package, only a pkg-config file.
# Defines the imported target CryptoPP::CryptoPP.
find_path(CryptoPP_INCLUDE_DIR NAMES cryptopp/cryptlib.h)
find_library(CryptoPP_LIBRARY NAMES cryptopp crypto++)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(CryptoPP REQUIRED_VARS CryptoPP_LIBRARY CryptoPP_INCLUDE_DIR)
if(CryptoPP_FOUND AND NOT TARGET CryptoPP::CryptoPP)
  add_library(CryptoPP::CryptoPP UNKNOWN IMPORTED)
  set_target_properties(CryptoPP::CryptoPP PROPERTIES
    IMPORTED_LOCATION "${CryptoPP_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${CryptoPP_INCLUDE_DIR}")
endif()
mark_as_advanced(CryptoPP_INCLUDE_DIR CryptoPP_LIBRARY)
