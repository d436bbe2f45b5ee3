"""What was last read of the database, for pages that must be shown while it cannot be asked: in memory and in a file.

Only what every reader may see is remembered, and it is shown on pages that say that the paper is in trouble, or around
what is on them. A file that cannot be written or read is done without.
"""

import json
import os
import tempfile
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError

# What the driver says when the database is away or cannot answer now, and not that we asked amiss.
UNREACHABLE = (OperationalError, InterfaceError)

_known: dict[str, Any] = {}


def remember(name: str, facts: dict[str, Any]) -> None:
    """This function will remember facts, such as JSON can hold, by a name. It writes only what has changed."""
    if _known.get(name) == facts:
        return
    _known[name] = facts
    file = settings.REMEMBERED / f"{name}.json"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, written = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as held:
            json.dump(facts, held)
        os.replace(written, file)
    except OSError:
        return


def recall(name: str) -> dict[str, Any] | None:
    """This function will give the facts last remembered by a name, by this process or one before it; None if there are none."""
    if name not in _known:
        try:
            _known[name] = json.loads((settings.REMEMBERED / f"{name}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
    found: dict[str, Any] = _known[name]
    return found


def forget() -> None:
    """This function will forget what this process remembers; the files stay."""
    _known.clear()
