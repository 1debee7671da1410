# SPDX-License-Identifier: MIT
"""scripts/tidy asks clang-tidy again where something changed, and nowhere else.

clang-tidy is a stand-in that finds a fault in every source with the word "fault".
"""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

TIDY = Path(__file__).parents[2] / "scripts" / "tidy"
STAND_IN = """#!/bin/sh
[ "$1" != --version ] || { echo 19; exit 0; }
for source; do :; done
echo "$* " >>asked
! grep -n fault "$source"
"""
BUILD = """rule cc
  command = c++ -MD -MF $out.d -c $in -o $out
  deps = gcc
  depfile = $out.d
build a.o: cc ../../a.cpp
build b.o: cc ../../b.cpp
"""


class Tidy(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name in ("scripts", "bin", "build/dev"):
            (self.root / name).mkdir(parents=True)
        shutil.copy(TIDY, self.root / "scripts/tidy")
        self.write("bin/clang-tidy-19", STAND_IN).chmod(0o755)
        self.write("build/dev/build.ninja", BUILD)
        self.write(".clang-tidy", "Checks: all\n")
        self.write("a.cpp", '#include "a.hpp"\n')
        self.write("a.hpp", "int a();\n")
        self.write("b.cpp", "int b();\n")
        commands = [
            {
                "directory": str(self.root / "build/dev"),
                "command": f"c++ -c ../../{name}.cpp -o {name}.o",
                "file": str(self.root / f"{name}.cpp"),
            }
            for name in "ab"
        ]
        self.write("build/dev/compile_commands.json", json.dumps(commands))
        self.build()

    def write(self, name, text):
        path = self.root / name
        path.write_text(text)
        return path

    def build(self):
        subprocess.run(["ninja", "-C", self.root / "build/dev"], check=True, capture_output=True)

    def asked(self, *options, status=0):
        """The sources that clang-tidy was asked about."""
        run = subprocess.run(
            [self.root / "scripts/tidy", *options, "a.cpp", "b.cpp"],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PATH": f"{self.root}/bin:{os.environ['PATH']}"},
        )
        self.assertEqual((run.returncode, run.stderr), (status, ""))
        self.said = run.stdout
        log = self.root / "asked"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        self.commands = lines
        return sorted(line.split()[-1] for line in lines)

    def test_what_was_clean_is_not_asked_again(self):
        self.assertEqual(self.asked(), ["a.cpp", "b.cpp"])
        self.assertEqual(self.asked(), [])

    def test_a_changed_header_asks_for_what_includes_it(self):
        self.asked()
        self.write("a.hpp", "int a(int);\n")
        self.build()
        self.assertEqual(self.asked(), ["a.cpp"])
        self.assertEqual(self.asked(), [])

    def test_other_checks_ask_for_everything(self):
        self.asked()
        self.write(".clang-tidy", "Checks: more\n")
        self.assertEqual(self.asked(), ["a.cpp", "b.cpp"])

    def test_a_fault_is_told_every_time(self):
        self.write("b.cpp", "int fault();\n")
        self.build()
        for expected in (["a.cpp", "b.cpp"], ["b.cpp"]):
            self.assertEqual(self.asked(status=1), expected)
            self.assertEqual(self.said, "1:int fault();\n")

    def test_a_source_that_was_not_built_since_is_asked_every_time(self):
        self.write("a.hpp", "int a(int);\n")
        for expected in (["a.cpp", "b.cpp"], ["a.cpp"]):
            self.assertEqual(self.asked(), expected)
        (self.root / "build/dev/.ninja_deps").unlink()
        for _ in range(2):
            self.assertEqual(self.asked(), ["a.cpp", "b.cpp"])

    def test_the_analyzer_runs_only_when_told_to_go_deep(self):
        self.asked()
        self.assertTrue(all("-clang-analyzer-*" in line for line in self.commands))
        self.assertEqual(self.asked("--deep"), ["a.cpp", "b.cpp"])
        self.assertFalse(any("-clang-analyzer-*" in line for line in self.commands))


if __name__ == "__main__":
    unittest.main()
