# SPDX-License-Identifier: MIT
import json
import subprocess
import time

import pytest


@pytest.fixture
def station(tmp_path):
    """A fake E3/DC on a free port; the test fails if the scenario's expectations do."""
    ready = tmp_path / "ready.json"
    process = subprocess.Popen(
        ["rscp", "simulate", "scenario.yaml", "--port", "0", "--ready-file", ready,
         "--journal", tmp_path / "journal.ndjson"])
    while not ready.exists():
        assert process.poll() is None, "the simulator did not start"
        time.sleep(0.01)
    yield json.loads(ready.read_text())
    process.terminate()
    assert process.wait() == 0, "an expectation of the scenario failed"
