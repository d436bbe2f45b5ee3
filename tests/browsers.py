"""The browser of the browser tests: the system's Chromium, found and not downloaded."""

import ctypes
import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW = "no browser here: apt-get install chromium libatomic1 (or PENNYPRESS_CHROMIUM=/path/to/it), then make test"


def chromium() -> str | None:
    """The path of a Chromium, or None."""
    named = os.environ.get("PENNYPRESS_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


def can_be_driven() -> bool:
    """Whether there is a Chromium, and the library without which playwright's own Node does not start."""
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return False
    return chromium() is not None


def launch_arguments() -> dict[str, object]:
    """How to launch it: as root it refuses its own sandbox."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": chromium(), "args": [*arguments, "--disable-dev-shm-usage"]}
