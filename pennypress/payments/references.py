"""References: short names that a person copies onto a bank's form, for ever, and that survive how banks treat them. Pure.

Five letters and figures of which no two look alike, the last of them a check: "PP-4K7M2". One wrong character, or two
that changed places, is never taken for another's reference.
"""

import re
import secrets

# No 0 and O and D and Q, no 1 and I and L, no 5 and S, 2 and Z, 8 and B, 6 and G, no U and V and Y: 23 are left, a prime,
# by which the check finds every single slip.
ALPHABET = "23456789ACEFHJKMNPRTVWX"
PREFIX = "PP"
# What a person or a scanner writes for what we printed.
_MEANT = str.maketrans("SZBGUY", "528" + "6VV")
_LENGTH = 5
_PREFIXED = re.compile(r"P[\s./_-]*P[\s./_:-]*0*((?:[A-Z0-9][\s./_-]*){4}[A-Z0-9])")
_BARE = re.compile(r"(?<![A-Z0-9])[A-Z0-9]{5}(?![A-Z0-9])")


def drawn() -> str:
    """This function will draw a reference by chance. Whether it is free, the database says."""
    body = "".join(secrets.choice(ALPHABET) for _index in range(_LENGTH - 1))
    return f"{PREFIX}-{body}{check(body)}"


def numbered(number: int, prefix: str) -> str:
    """This function will give the reference of a numbered thing (an application for shares), the same each time.

    >>> numbered(12, "SH")
    'SH-222FT'
    """
    digits = ""
    while number or len(digits) < _LENGTH - 1:
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return f"{prefix}-{digits}{check(digits)}"


def check(body: str) -> str:
    """This function will give the check character of a reference's body.

    Law: the places weigh differently and no weight is a multiple of 23, so that one wrong character, or two changed
    about, always changes it.
    """
    weighed = sum(weight * ALPHABET.index(char) for weight, char in enumerate(reversed(body), start=2))
    return ALPHABET[-weighed % len(ALPHABET)]


def is_whole(code: str) -> bool:
    """This function will say whether five characters (or more) are in the alphabet and their check is right."""
    return all(char in ALPHABET for char in code) and len(code) >= _LENGTH and check(code[:-1]) == code[-1]


def found_in(text: str) -> list[str]:
    """This function will find what could be references in what a bank passed on, whole ones only, the surest first.

    Case, spaces, noughts before it and a missing hyphen do not matter; what looks alike is read as it was meant.

    >>> found_in("STO pp 00 4k7mt REED"), found_in("REED 4K7MT"), found_in("PP-4K7MV")
    (['PP-4K7MT'], ['PP-4K7MT'], [])
    """
    return [f"{PREFIX}-{code}" for code in _candidates(text) if is_whole(code)]


def nearly_in(text: str) -> list[str]:
    """This function will find every reference that is one wrong character away from what stands after the prefix.

    There are five of them for each: which of them anybody has, the caller knows.
    """
    near = []
    for match in _PREFIXED.finditer(text.upper()):
        code = _meant(match[1])
        if not is_whole(code):
            near += [f"{PREFIX}-{mended}" for mended in _mended(code)]
    return near


def _candidates(text: str) -> list[str]:
    upper = text.upper()
    found = [_meant(match[1]) for match in _PREFIXED.finditer(upper)]
    found += [_meant(match[0]) for match in _BARE.finditer(upper)]
    return list(dict.fromkeys(found))


def _meant(told: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", told).translate(_MEANT)


def _mended(code: str) -> list[str]:
    mended = []
    for place in range(len(code)):
        for char in ALPHABET:
            other = code[:place] + char + code[place + 1 :]
            if other != code and is_whole(other):
                mended.append(other)
    return mended
