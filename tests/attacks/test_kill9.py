"""Kill -9, the short form: real processes, four kills. `python -m tests.attacks.kill9` is the whole of it."""

import os
import subprocess
import sys

import pytest

from tests.attacks.papers import ROOT


@pytest.mark.skipif(
    os.environ.get("PENNYPRESS_PROCESSES") != "1", reason="PENNYPRESS_PROCESSES=1 runs it: about a minute"
)
def test_what_was_thanked_for_survives_kill_9():
    command = [sys.executable, "-m", "tests.attacks.kill9", "--points", "4", "--readers", "3", "--seed", "9"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "Nothing is lost" in done.stdout
