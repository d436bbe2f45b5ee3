"""Puts the marks of claims into a story: a small linked number after the words that assert it. Pure."""

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from lxml import html

from pennypress.newsroom import body, typography


def mark(fragment: str, anchors: Sequence[tuple[int, str]]) -> str:
    """This function will mark each (number, words) where the words first stand. Words that are not there get no mark."""
    root = body.parsed(fragment)
    for number, words in anchors:
        if words.strip():
            _mark_one(root, number, words)
    return body.written(root)


def stands_in(fragment: str, words: str) -> bool:
    """This function will say whether the words stand in one paragraph of the story, however the quotes were typed."""
    wanted = typography.plain(words).strip()
    return any(wanted in typography.plain("".join(block.itertext())) for block in _blocks(body.parsed(fragment)))


def _blocks(root: Any) -> Any:
    return (block for block in root.iter("p", "li"))


def _mark_one(root: Any, number: int, words: str) -> bool:
    pattern = _pattern(words)
    for block in _blocks(root):
        places = [(holder, place) for holder, place in body.runs(block) if not _in_mark(holder, place)]
        found = pattern.search("".join(getattr(holder, place) for holder, place in places))
        if found:
            _put(places, found.start(), found.end(), number)
            return True
    return False


def _pattern(words: str) -> re.Pattern[str]:
    """The words with any quotation marks, dashes and spaces that type-setting may have given them."""
    classes = {'"': '["“”„]', "'": "['‘’‚]", "-": "(?:--?|–|—)", " ": r"\s+", "...": r"(?:…|\.\.\.)"}
    parts = re.split(r"(\.\.\.|[\"' -])", typography.plain(words).strip())
    return re.compile("".join(classes.get(part, re.escape(part)) for part in parts))


def _in_mark(holder: Any, place: str) -> bool:
    inside = holder if place == "text" else holder.getparent()
    return any(node.get("class") == "claim-mark" for node in (inside, *inside.iterancestors()))


def _put(places: list[tuple[Any, str]], start: int, end: int, number: int) -> None:
    """Wraps the words where they stand in one run of text; across bold or links, the mark alone goes after them."""
    offset = 0
    for holder, place in places:
        text = getattr(holder, place)
        if start >= offset and end <= offset + len(text):
            _insert(holder, place, text, start - offset, end - offset, number)
            return
        if offset < end <= offset + len(text):
            _insert(holder, place, text, end - offset, end - offset, number)
            return
        offset += len(text)


def _insert(holder: Any, place: str, text: str, start: int, end: int, number: int) -> None:
    inside = holder if place == "text" else holder.getparent()
    mark = _link(number)
    link = next((node for node in (inside, *inside.iterancestors()) if node.tag == "a"), None)
    if link is not None:
        mark.tail, link.tail = link.tail, None
        link.getparent().insert(link.getparent().index(link) + 1, mark)
        return
    mark.tail = text[end:]
    at = 0 if place == "text" else inside.index(holder) + 1
    setattr(holder, place, text[:start])
    if end > start:
        words = html.Element("span", {"class": "claim-words"})
        words.text = text[start:end]
        inside.insert(at, words)
        at += 1
    inside.insert(at, mark)


def _link(number: int) -> Any:
    link = html.Element("a", {"class": "claim-mark", "href": f"#claim-{number}", "id": f"claim-{number}-mark"})
    link.set("aria-label", _("Claim %(number)s: who says so") % {"number": number})
    sup = html.Element("sup")
    sup.text = str(number)
    link.append(sup)
    return link
