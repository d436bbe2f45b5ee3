"""The style sheets keep their promises: small, plain, and to be read in both schemes."""

import gzip
import re
from pathlib import Path

import brotli
import pytest

from pennypress.config import statics

STATIC = Path(__file__).resolve().parent.parent / "static"
SHEETS = sorted((STATIC / "css").glob("*.css"))
# What stands on what, and how far apart they must be. WCAG 2.2: 7 for body text, 4.5 for text, 3 for the edge of a field.
PAIRS = [
    ("ink", "paper", 7),
    ("ink", "tint", 7),
    ("quiet", "paper", 7),
    ("quiet", "tint", 7),
    ("accent", "paper", 4.5),
    ("accent", "tint", 4.5),
    ("on-accent", "accent", 4.5),
    ("line", "paper", 3),
    ("line", "tint", 3),
]


def _bare(sheet):
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.S)


def _colours(scheme):
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", _bare(STATIC / "css" / "paper.css"))
    return {name: (light, dark)[scheme == "dark"] for name, light, dark in found}


def _luminance(colour):
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("over", "under", "least"), PAIRS)
def test_colours_are_far_enough_apart(over, under, least, scheme):
    colours = _colours(scheme)

    dim, bright = sorted((_luminance(colours[over]), _luminance(colours[under])))

    assert (bright + 0.05) / (dim + 0.05) >= least


def test_all_sheets_together_are_small():
    sent = {sheet.name: statics.small(sheet.read_text(encoding="utf-8")).encode() for sheet in SHEETS}

    assert sum(len(gzip.compress(sheet, 9)) for sheet in sent.values()) < 10_000
    # What every page asks for, as most browsers get it.
    assert sum(len(brotli.compress(sent[name], quality=11)) for name in ("paper.css", "main.css", "print.css")) < 8_000


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_nothing_is_styled_by_force_or_by_id(sheet):
    css = _bare(sheet)

    assert "!important" not in css
    assert re.findall(r"(?<![\w-])#[\w-]+(?=[^;{}]*\{)", css) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_brace_is_closed(sheet):
    css = _bare(sheet)

    assert css.count("{") == css.count("}")


def test_no_style_comes_from_elsewhere():
    assert [sheet.name for sheet in SHEETS if "://" in _bare(sheet)] == []
