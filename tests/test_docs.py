"""The documentation is kept true: what the code names, the docs describe, and no link leads nowhere."""

import re
from pathlib import Path

import pytest

from pennypress.config import lawbook

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"])
PACKAGES = sorted(path.parent.name for path in (ROOT / "pennypress").glob("*/__init__.py"))


def _words(folder):
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs" / folder).rglob("*.md")))


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_stands_in_the_architecture(package):
    assert f"| `{package}` |" in (ROOT / "docs" / "develop" / "architecture.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("law", lawbook.every_law(), ids=lambda law: law.name)
def test_every_law_is_in_the_lawbook_for_officers(law):
    text = (ROOT / "docs" / "coop" / "laws.md").read_text(encoding="utf-8")

    assert f"`{law.name}`" in text
    assert law.says in " ".join(text.split())


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_link_leads_nowhere(path):
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S)
    targets = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text)]

    missing = [target for target in targets if target and "://" not in target and not (path.parent / target).exists()]

    assert missing == []


def test_every_reader_has_a_first_page():
    assert all((ROOT / "docs" / folder / "index.md").exists() for folder in ("read", "run", "edit", "coop", "develop"))
