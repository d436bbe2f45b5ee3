"""The settings of one deployment that `pennypress init` was told, kept in var/settings.env; the environment overrules it."""

import os
from pathlib import Path

FILE = "settings.env"
_HEAD = "# Written by `pennypress init`. One NAME=value a line; the environment overrules it. Restart after a change.\n"


def load(var: Path) -> None:
    """This function will put the file's settings into the environment where the environment says nothing."""
    file = var / FILE
    if not file.exists():
        return
    for line in file.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip())


def write(var: Path, values: dict[str, str]) -> Path:
    """This function will write the file, whole and for its owner alone: it may hold the password of the mail server."""
    file = var / FILE
    lines = [f"{name}={value}\n" for name, value in values.items()]
    making = file.with_suffix(".making")
    making.unlink(missing_ok=True)
    with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as written:
        written.writelines([_HEAD, *lines])
    making.replace(file)
    return file
