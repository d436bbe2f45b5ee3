"""Every setting, command and target that there is stands in the documentation, and none that there is not."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
RUN = ROOT / "docs" / "run"
SOURCES = [*(ROOT / "pennypress").rglob("*.py"), *(ROOT / "scripts").iterdir(), *(ROOT / "tests").rglob("*.py")]
# Of the machine, of Django or of WSGI, not ours to describe.
NOT_OURS = {"PATH", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE", "PATH_INFO"}


def _settings() -> set[str]:
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    plain = set(re.findall(r"environ(?:\.get|\.setdefault)?[\[(]\s*\"([A-Z_]+)\"", text))
    secret = set(re.findall(r"secrets\.(?:read|given)\(\"([A-Z_]+)\"", text))
    return (plain | secret | {f"{name}_FILE" for name in secret}) - NOT_OURS


def _commands() -> set[str]:
    found = (ROOT / "pennypress").glob("*/management/commands/*.py")
    return {path.stem for path in found if not path.stem.startswith("_")}


def _documented(file: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, (RUN / file).read_text(encoding="utf-8"), flags=re.M))


def test_every_setting_that_is_read_is_described_and_no_other():
    assert _documented("settings.md", r"^\| `([A-Z_]+)`") == _settings()


def test_every_command_is_described_and_no_other():
    assert _documented("commands.md", r"^\| `pennypress ([a-z_-]+)") == _commands()


def test_every_target_is_described_and_no_other():
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))

    assert _documented("commands.md", r"^\| `make ([a-z-]+)") == targets


@pytest.mark.parametrize("page", sorted(path.name for path in RUN.glob("*.md")))
def test_every_page_is_in_the_index(page):
    assert page == "index.md" or f"({page})" in (RUN / "index.md").read_text(encoding="utf-8")
