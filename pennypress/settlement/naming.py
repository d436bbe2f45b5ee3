"""Naming: whether the name that a bank passes on is a name that we know. Banks cut, fold, reorder and shorten. Pure."""

import re
import unicodedata
from collections.abc import Iterator

_TITLES = frozenset("MR MRS MS MISS MX DR PROF REV SIR LADY DAME FROM FRAU HERR M MME AND".split())  # noqa: SIM905
# Letters that do not come apart into a letter and its accent.
_FOLDED = str.maketrans({"Ø": "O", "Ł": "L", "Đ": "D", "ß": "SS", "Æ": "AE", "Œ": "OE", "Þ": "TH", "ı": "I"})


def folded(name: str) -> list[str]:
    """This function will give a name's words in capitals, without accents, titles and what is no letter.

    >>> folded("Mr. J.-P. Müller")
    ['J', 'P', 'MULLER']
    """
    apart = unicodedata.normalize("NFKD", name.upper().translate(_FOLDED))
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    return [word for word in re.split(r"[^A-Z]+", bare) if word and word not in _TITLES]


def keys(name: str) -> Iterator[tuple[str, str]]:
    """This function will give the ways in which a name may be looked up: each longer word with each other's initial."""
    words = folded(name)
    for place, word in enumerate(words):
        if len(word) > 1:
            yield from ((word, other[0]) for index, other in enumerate(words) if index != place)


def same(theirs: str, ours: str) -> bool:
    """This function will say whether two names are the same, whatever their order, accents and middle initials.

    >>> same("REED ADA", "Ada Reed"), same("MISS A L REED", "Ada Reed")
    (True, False)
    """
    first, second = set(folded(theirs)), set(folded(ours))
    longer = {word for word in first if len(word) > 1}
    return bool(second) and len(longer & second) >= 2 and {word for word in second if len(word) > 1} <= first


def fits(theirs: str, ours: str) -> bool:
    """This function will say whether two names may be one person's: a surname in common, and no initial against it.

    >>> fits("MISS A L REED", "Ada Reed"), fits("REED B", "Ada Reed"), fits("REED", "Ada Reed")
    (True, False, False)
    """
    return bool(set(keys(theirs)) & set(keys(ours)))
