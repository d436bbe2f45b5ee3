"""Several nodes, the short form: real servers, three publishings. `python -m tests.attacks.nodes` is the whole of it."""

import os
import subprocess
import sys

import pytest

from tests import clusters
from tests.attacks.papers import ROOT

pytestmark = [
    pytest.mark.skipif(
        os.environ.get("PENNYPRESS_PROCESSES") != "1", reason="PENNYPRESS_PROCESSES=1 runs it: about two minutes"
    ),
    pytest.mark.skipif(clusters.programs() is None, reason=clusters.HOW),
]


def _run(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tests.attacks.nodes", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_what_is_published_or_given_at_one_node_is_shown_by_all():
    done = _run("--publishings", "3", "--gifts", "2")

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "nothing is wrong" in done.stdout


def test_control_without_purges_it_is_not():
    done = _run("--publishings", "1", "--without-purges")

    assert done.returncode == 1
    assert "published until shown by every node: p99" in done.stdout
