# SPDX-License-Identifier: MIT
"""scripts/arrows finds what it is there to find, in folders made for it."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ARROWS = Path(__file__).parents[2] / "scripts" / "arrows"
SOUND = {
    "codec/include/rscp/value.hpp": "#include <vector>\n",
    "codec/src/lexer.hpp": "#include <string>\n",
    "codec/src/value.cpp": '#include <zlib.h>\n#include <rscp/value.hpp>\n#include "lexer.hpp"\n',
    "connection/include/rscp/connection/client.hpp": "#include <asio/awaitable.hpp>\n",
    "recording/include/rscp/recording/transcript.hpp": "#include <rscp/value.hpp>\n",
    "recording/recorder/src/recorder.cpp": "#include <rscp/connection/client.hpp>\n",
    "simulator/include/rscp/simulator/plant.hpp": "#include <cstdint>\n",
    "simulator/src/faults/faults.hpp": "#include <span>\n",
    "simulator/src/station.cpp": '#include "faults/faults.hpp"\n#include <rscp/value.hpp>\n',
    "cli/commands/main.cpp": '#include "command.hpp"\n#include <CLI/CLI.hpp>\n',
    "cli/command.hpp": "#include <rscp/simulator/plant.hpp>\n",
    "tests/unit/main.cpp": "#include <catch2/catch.hpp>\n",
}


def faults(more):
    """What scripts/arrows says of the sound files and these."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (SOUND | more).items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        run = subprocess.run(
            [sys.executable, ARROWS, folder], capture_output=True, text=True, check=False
        )
        assert not run.stderr, run.stderr
        assert run.returncode == (1 if run.stdout else 0), run.returncode
        return run.stdout


class Arrows(unittest.TestCase):
    def refused(self, path, text, message):
        self.assertEqual(faults({path: text}), message + "\n")

    def test_sound_rooms_have_no_fault(self):
        self.assertEqual(faults({}), "")

    def test_an_include_against_the_arrows_is_named_with_file_and_line(self):
        self.refused(
            "connection/src/client.cpp",
            "// a client\n\n#include <rscp/simulator/plant.hpp>\n",
            "connection/src/client.cpp:3: connection must not use simulator: "
            "rscp/simulator/plant.hpp",
        )

    def test_the_codec_uses_nothing_of_ours(self):
        self.refused(
            "codec/src/frame.cpp",
            "  #  include <rscp/connection/client.hpp>\n",
            "codec/src/frame.cpp:1: codec must not use connection: rscp/connection/client.hpp",
        )

    def test_a_room_inside_another_has_its_own_arrows(self):
        self.refused(
            "recording/src/transcript.cpp",
            "#include <rscp/connection/client.hpp>\n",
            "recording/src/transcript.cpp:1: recording must not use connection: "
            "rscp/connection/client.hpp",
        )

    def test_a_quoted_include_cannot_reach_into_another_room(self):
        self.refused(
            "replay/src/rule.cpp",
            '#include "../../simulator/src/faults/faults.hpp"\n',
            "replay/src/rule.cpp:1: replay must not use simulator: "
            "../../simulator/src/faults/faults.hpp",
        )
        self.refused(
            "replay/src/rule.cpp",
            '#include "../../codec/src/lexer.hpp"\n',
            "replay/src/rule.cpp:1: ../../codec/src/lexer.hpp is private to codec",
        )

        self.refused(
            "replay/src/rule.cpp",
            '#include "faults.hpp"\n',
            'replay/src/rule.cpp:1: "faults.hpp" is no file of replay',
        )

    def test_libraries_of_others_stay_in_their_rooms(self):
        self.refused(
            "replay/src/rule.cpp",
            "#include <CLI/CLI.hpp>\n",
            "replay/src/rule.cpp:1: replay must not use cli11: CLI/CLI.hpp",
        )
        self.refused(
            "cli/command.cpp",
            "#include <vendor/all.h>\n",
            "cli/command.cpp:1: <vendor/all.h> is in no list of scripts/arrows",
        )

    def test_public_headers_hide_what_only_the_sources_need(self):
        self.refused(
            "recording/include/rscp/recording/file.hpp",
            "#include <pcap/pcap.h>\n",
            "recording/include/rscp/recording/file.hpp:1: public headers of recording must not "
            "show pcap: pcap/pcap.h",
        )

    def test_the_codec_shows_nobody_elses_headers_and_only_json_uses_nlohmann(self):
        self.refused(
            "codec/include/rscp/cipher.hpp",
            "#include <cryptopp/secblock.h>\n",
            "codec/include/rscp/cipher.hpp:1: public headers of codec must not show cryptopp: "
            "cryptopp/secblock.h",
        )
        self.refused(
            "codec/src/value.hpp",
            "#include <nlohmann/json.hpp>\n",
            "codec/src/value.hpp:1: codec must not use nlohmann: nlohmann/json.hpp",
        )
        sound = "codec/json/include/rscp/json.hpp"
        self.assertEqual(faults({sound: "#include <nlohmann/json.hpp>\n"}), "")

    def test_a_new_folder_has_to_be_written_into_the_table(self):
        self.refused(
            "cloud/upload.cpp",
            "",
            "cloud/upload.cpp:1: lies in no room that scripts/arrows knows",
        )

    def test_a_folder_without_sources_is_a_mistake(self):
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run(
                [sys.executable, ARROWS, folder], capture_output=True, text=True, check=False
            )
        self.assertEqual(run.returncode, 1)
        self.assertIn("no C++", run.stderr)


if __name__ == "__main__":
    unittest.main()
