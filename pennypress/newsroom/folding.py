"""Folds words to what search compares: case, accents and odd spaces gone. Pure; the database needs no extension."""

import re
import unicodedata

_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "th", "ı": "i"})


def fold(text: str) -> str:
    """This function will fold a text for comparing.

    >>> fold("Zoë  Müller’s Señor Ørsted")
    "zoe muller's senor orsted"
    """
    split = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in split if not unicodedata.combining(char)).translate(_LETTERS)
    plain = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in bare)
    return re.sub(r"\s+", " ", plain.replace("’", "'")).strip()
