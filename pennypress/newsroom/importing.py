"""Turns a page that was copied as text into a story: headline, paragraphs, and a list of what was left out. Pure."""

import codecs
import re
import unicodedata
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from pennypress.newsroom import furniture

LARGEST = 2_000_000
_SENTENCE_END = re.compile(r"[.!?…:;]['\"”’)\]]*$")
_BULLET = re.compile(r"^[•·▪*–-]\s+")


class CannotImport(ValueError):
    """The file holds no story that could be taken in."""


@dataclass(frozen=True)
class Dropped:
    line: int
    what: str
    text: str


@dataclass(frozen=True)
class Part:
    """One part of the body: plain, crosshead or list, as `writing.Block` knows them."""

    kind: str
    text: str = ""
    lines: tuple[str, ...] = ()


@dataclass
class Copied:
    headline: str = ""
    standfirst: str = ""
    parts: list[Part] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


@dataclass(frozen=True)
class _Line:
    number: int
    text: str

    @property
    def words(self) -> int:
        return len(self.text.split())

    @property
    def ends(self) -> bool:
        return _SENTENCE_END.search(self.text) is not None

    @property
    def is_prose(self) -> bool:
        return len(self.text) >= 160 or (self.words >= 9 and self.ends)


def decoded(content: bytes) -> str:
    """This function will read a file as text. Raises: CannotImport for what is empty, too large or no text."""
    if len(content) > LARGEST:
        raise CannotImport(_("The file is too large to be one page of text."))
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    odd = sum(
        (unicodedata.category(char) == "Cc" and char not in "\t\n\r\f\v\x85") or char == "\ufffd" for char in text
    )
    if "\0" in text or odd > len(text) / 100:
        raise CannotImport(_("The file is no text. Copy the page from the browser and save it as plain text."))
    if not text.strip():
        raise CannotImport(_("The file is empty."))
    return text


def parse(text: str) -> Copied:
    """This function will part the story from its furniture.

    Raises: CannotImport where no line can be the headline, or nothing is left to be the story.
    """
    copied = Copied()
    lines = _without_furniture(_lines(text), copied)
    lines = _headline(lines, copied)
    _body(lines, copied)
    copied.dropped.sort(key=lambda dropped: dropped.line)
    return copied


def _lines(text: str) -> list[_Line]:
    """The lines, blocks of hard-wrapped text joined; numbers are those of the file."""
    lines: list[_Line] = []
    block: list[_Line] = []
    for number, raw in enumerate([*text.splitlines(), ""], start=1):
        line = re.sub(r"\s+", " ", "".join(char for char in raw if unicodedata.category(char) != "Cf")).strip()
        if line:
            block.append(_Line(number, line))
        elif block:
            lines += _unwrapped(block)
            block = []
    return lines


def _unwrapped(block: list[_Line]) -> list[_Line]:
    wrapped = len(block) >= 3 and all(50 <= len(line.text) <= 100 for line in block[:-1])
    if wrapped and not any(furniture.named(line.text) for line in block):
        return [_Line(block[0].number, " ".join(line.text for line in block))]
    joined: list[_Line] = []
    for line in block:
        goes_on = joined and line.text[:1].islower() and len(joined[-1].text) >= 50 and not joined[-1].ends
        if goes_on and not furniture.named(line.text) and not furniture.named(joined[-1].text):
            joined[-1] = _Line(joined[-1].number, f"{joined[-1].text} {line.text}")
        else:
            joined.append(line)
    return joined


def _without_furniture(lines: list[_Line], copied: Copied) -> list[_Line]:
    """Takes the furniture out; under a heading such as "Related", headlines go with it until prose begins again."""
    kept: list[_Line] = []
    in_related = False
    for line in lines:
        what = furniture.named(line.text)
        if furniture.RELATED.match(line.text) or furniture.READ_MORE.match(line.text):
            in_related = bool(furniture.RELATED.match(line.text))
            what = "related"
        elif in_related and not what and not line.is_prose:
            what = "related"
        elif not what:
            in_related = False
        if what:
            copied.dropped.append(Dropped(line.number, what, line.text))
        else:
            kept.append(line)
    return kept


def _headline(lines: list[_Line], copied: Copied) -> list[_Line]:
    first_prose = next((place for place, line in enumerate(lines) if line.is_prose), len(lines))
    above = [line for line in lines[:first_prose] if not furniture.BYLINE.match(line.text)]
    headline = next((line for line in above if line.words >= 3), above[0] if above else None)
    if headline is None or len(headline.text) > 255:
        raise CannotImport(_("No headline was found: the story should begin with it, on a line of its own."))
    copied.headline = headline.text
    below = lines[lines.index(headline) + 1 :]
    for line in lines[: lines.index(headline)]:
        copied.dropped.append(Dropped(line.number, "above the headline", line.text))
    return _standfirst(below, copied)


def _standfirst(lines: list[_Line], copied: Copied) -> list[_Line]:
    """Takes by-lines and dates out from under the headline, and keeps a line without a full stop as the standfirst."""
    for place, line in enumerate(lines):
        if furniture.BYLINE.match(line.text):
            copied.dropped.append(Dropped(line.number, "by-line or date", line.text))
        elif line.text.casefold() == copied.headline.casefold():
            copied.dropped.append(Dropped(line.number, "headline again", line.text))
        elif not copied.standfirst and not line.ends and 6 <= line.words <= 60:
            copied.standfirst = line.text[:400]
        else:
            return lines[place:]
    return []


def _body(lines: list[_Line], copied: Copied) -> None:
    last = max((place for place, line in enumerate(lines) if line.ends or line.is_prose), default=-1)
    for line in lines[last + 1 :]:
        copied.dropped.append(Dropped(line.number, "after the story", line.text))
    bullets: list[str] = []
    for line in lines[: last + 1]:
        if _BULLET.match(line.text):
            bullets.append(_BULLET.sub("", line.text))
            continue
        _close(bullets, copied)
        is_crosshead = not line.ends and line.words <= 8 and copied.parts and line is not lines[last]
        copied.parts.append(Part("crosshead" if is_crosshead else "plain", line.text))
    _close(bullets, copied)
    if not any(part.kind != "crosshead" for part in copied.parts):
        raise CannotImport(_("No story was found under the headline."))


def _close(bullets: list[str], copied: Copied) -> None:
    if bullets:
        copied.parts.append(Part("list", lines=tuple(bullets)))
        bullets.clear()
