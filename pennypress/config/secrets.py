"""Secrets of one deployment: from the environment, from the file that NAME_FILE names, or made once and kept in var/."""

import os
import secrets
from pathlib import Path


def read(name: str, var: Path) -> str:
    """This function will give the secret called `name`, making one on first use.

    A made secret is written to `var`/secrets/`name`, readable by its owner alone.
    """
    if given := os.environ.get(name):
        return given
    if named := os.environ.get(f"{name}_FILE"):
        return Path(named).read_text(encoding="utf-8").strip()
    kept = var / "secrets" / name
    if not kept.exists():
        _keep(kept, secrets.token_urlsafe(48))
    return kept.read_text(encoding="utf-8").strip()


def given(name: str) -> str:
    """This function will give a secret that somebody else made, from the environment or the file that `name`_FILE names;
    "" where there is none."""
    if named := os.environ.get(f"{name}_FILE"):
        return os.environ.get(name) or Path(named).read_text(encoding="utf-8").strip()
    return os.environ.get(name, "")


def _keep(path: Path, value: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    whole = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(value)
    try:
        os.link(whole, path)  # The first of two processes wins, and both then read the same secret.
    except FileExistsError:
        pass
    finally:
        whole.unlink()
