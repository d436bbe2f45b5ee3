"""Slow clients, the short form. `python -m tests.attacks.slow_clients` is the whole of it."""

import os
import subprocess
import sys

import pytest

from tests.attacks.papers import ROOT


def attacked(*arguments):
    command = [sys.executable, "-m", "tests.attacks.slow_clients", "--clients", "300", "--seconds", "4", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.skipif(
    os.environ.get("PENNYPRESS_PROCESSES") != "1", reason="PENNYPRESS_PROCESSES=1 runs it: about a minute"
)
class TestReadersGive:
    def test_while_others_are_slow_and_search_without_end(self):
        done = attacked()

        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        assert "Readers gave" in done.stdout

    def test_and_not_without_the_limits(self):
        done = attacked("--without-limits")

        assert done.returncode == 1, done.stdout[-3000:] + done.stderr[-3000:]
        assert "half a header: " in done.stdout
        assert "searches of one address were made" in done.stdout
