"""Folds words to what search compares: case, accents and odd spaces gone. Pure; the database needs no extension."""

import functools
import re
import unicodedata

_LETTERS = {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "th", "ı": "i", "’": "'", "‘": "'"}
_NOT_PLAIN = re.compile(r"[^\x20-\x7e]")


def fold(text: str) -> str:
    """This function will fold a text for comparing.

    >>> fold("Zoë  Müller’s Señor Ørsted")
    "zoe muller's senor orsted"
    """
    return re.sub(r" {2,}", " ", _NOT_PLAIN.sub(lambda found: _plain(found[0]), text.casefold())).strip()


@functools.lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    """A letter without its accents; a sign that prints nothing becomes a space, a lone accent goes."""
    if char in _LETTERS:
        return _LETTERS[char]
    split = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    return "".join(" " if unicodedata.category(part)[0] in "CZ" else part for part in split)
