"""Reads the demo paper's own files: the paper's particulars in YAML, its stories as text with a head of YAML.

Pure: it opens files under `paper/` and gives plain data; what becomes of them is for `press`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

PAPER = Path(__file__).resolve().parent / "paper"


@dataclass(frozen=True)
class Block:
    """One block of a story's body: `kind` is text, crosshead, quote, list, fact or image; `lines` its text.

    A quote has its text and its speaker; a fact box its title and its lines; an image its motif and seed, its caption
    and its credit.
    """

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Story:
    """One story as written: the head's fields by name, and the body's blocks."""

    slug: str
    head: dict[str, Any]
    blocks: list[Block] = field(default_factory=list)


def paper() -> dict[str, Any]:
    """This function will read the paper's particulars: masthead, society, sections, contributors, topics, pages."""
    read: dict[str, Any] = yaml.safe_load((PAPER / "paper.yaml").read_text(encoding="utf-8"))
    return read


def columns() -> list[dict[str, Any]]:
    """This function will read the fund's columns, the oldest first."""
    read: list[dict[str, Any]] = yaml.safe_load((PAPER / "columns.yaml").read_text(encoding="utf-8"))
    return read


def stories() -> list[Story]:
    """This function will read every story, the oldest first, so that a claim stands before what answers it."""
    found = [_story(path) for path in sorted((PAPER / "articles").glob("*.md"))]
    return sorted(found, key=lambda story: (-int(story.head["days_ago"]), str(story.head.get("time", "")), story.slug))


def _story(path: Path) -> Story:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return Story(slug=path.stem, head=yaml.safe_load(head), blocks=list(blocks(body)))


def blocks(body: str) -> Iterator[Block]:
    """This function will cut a body into blocks at its blank lines.

    >>> [block.kind for block in blocks("Words.\\n\\n## Head\\n\\n> Said. -- Ann\\n\\n- one\\n- two")]
    ['text', 'crosshead', 'quote', 'list']
    """
    waiting = [part.strip("\n") for part in body.split("\n\n")]
    parts = [part for part in waiting if part.strip()]
    while parts:
        part = parts.pop(0)
        while part.startswith("::fact") and "\n::" not in part and parts:
            part += "\n\n" + parts.pop(0)
        yield _block(part)


def _block(part: str) -> Block:
    lines = tuple(line.strip() for line in part.splitlines() if line.strip())
    first = lines[0]
    if first.startswith("::fact"):
        title = first.removeprefix("::fact").strip()
        return Block("fact", (title, *[line for line in lines[1:] if line != "::"]))
    if first.startswith("::image"):
        return Block("image", tuple(piece.strip() for piece in first.removeprefix("::image").split("|")))
    if first.startswith("## "):
        return Block("crosshead", (first.removeprefix("## "),))
    if first.startswith("> "):
        text, _, speaker = " ".join(line.removeprefix(">").strip() for line in lines).partition(" -- ")
        return Block("quote", (text, speaker))
    if all(line.startswith("- ") for line in lines):
        return Block("list", tuple(line.removeprefix("- ") for line in lines))
    return Block("text", (" ".join(lines),))
