"""Sets type as a sub-editor would: quotation marks, dashes, ellipses and spaces that do not break. Pure.

English conventions. Law: setting a text twice gives what setting it once gave.
"""

import re

NBSP = "\u00a0"
_OPENS_AFTER = r"(?:(?<=^)|(?<=[\s(\[{“‘—–/" + NBSP + r"]))"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (r"(?<!\.)\.{3}(?!\.)", "…"),
        (r"(?<!-)---(?!-)", "—"),
        (r"\s+(?:--|–|-)\s+", f"{NBSP}– "),
        (r"(?<=\w)--(?=\w)", "–"),
        (_OPENS_AFTER + r"'(?=(?:\d0s|tis|twas|em|til|cause)\b)", "’"),
        (_OPENS_AFTER + r'"', "“"),
        (_OPENS_AFTER + r"'", "‘"),
        (r'"', "”"),
        (r"'", "’"),
        (r"(?<=\d)[ ](?=(?:million|billion|trillion|per cent|km|kg|m|p\.m\.|a\.m\.|pm|am)\b)", NBSP),
        (r"\b(Mr|Mrs|Ms|Dr|Prof|Sir|St|No|Cllr|Rev)(\.?) (?=[A-Z0-9])", rf"\1\2{NBSP}"),
        (r"(?<=\b[Pp]age) (?=\d)", NBSP),
        (r"[ \t]{2,}", " "),
    )
)


def set_text(text: str, *, before: str = "") -> str:
    """This function will set a run of plain text. `before` is the set character before it, where the run goes on.

    >>> set_text('He said: "It\\'s over" - and left...')
    'He said: “It’s over”\\xa0– and left…'
    """
    lead = before[-1:]
    out = lead + text
    for pattern, put in _RULES:
        out = pattern.sub(put, out)
    return out[len(lead) :]


def plain(text: str) -> str:
    """This function will fold what type-setting changes, so that words can be found whoever typed them."""
    folded = text.replace(NBSP, " ")
    for marks, put in (('“”„«»"', '"'), ("‘’‚'", "'"), ("—–-", "-")):
        for mark in marks:
            folded = folded.replace(mark, put)
    return re.sub(r"\s+", " ", folded.replace("…", "...").replace("--", "-"))
