#!/bin/sh
# SPDX-License-Identifier: MIT
# with_pkg_config.sh PREFIX COMPILER MODULES PROGRAM.cpp: builds and runs the program with what
# pkg-config says of the installed modules.
set -eu
prefix=$1 compiler=$2 modules=$3 program=$4
folder=$(dirname "$(find "$prefix" -name rscp-codec.pc)")
export PKG_CONFIG_PATH="$folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC2046 # words are what pkg-config gives
"$compiler" -std=c++23 "$program" -o "$work/program" $(pkg-config --cflags --libs $modules)
"$work/program"
