"""Figures in a story's text: references to the books, set where an amount would be typed. Pure.

In the text a figure is `<span data-figure="raised">£3,821</span>`: what stands between is how it read when it was put
there, and never what readers get. Law: filling changes nothing but the text of figures.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from pennypress.money import EXPONENTS, SYMBOLS
from pennypress.newsroom import body

# An amount that the editor answers for, because it is none of the fund's: it stays as typed.
OWN = "own"
_BRACED = re.compile(r"\{\{([a-z_]+(?:-\d+)?)\}\}")
_AMOUNT = re.compile(
    r"(?P<symbol>[£€$¥])\s?(?P<symboled>\d[\d,]*(?:\.\d+)?)(?P<times>\s?(?:million|m\b|k\b))?"
    r"|(?P<worded>\d[\d,]*(?:\.\d+)?)\s?(?P<unit>pounds|pence|quid|euros?|dollars|p\b)",
    re.IGNORECASE,
)
_SYMBOLS = {symbol: currency for currency, symbol in SYMBOLS.items()}
_UNITS = {"euro": "EUR", "dollar": "USD"}
_TIMES = {"million": 1_000_000, "m": 1_000_000, "k": 1_000}


@dataclass(frozen=True, slots=True)
class Figure:
    """What a figure reads, and for an amount its minor units."""

    text: str
    minor: int | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """An amount of money typed as text: as it was typed, its currency where it says one, and in hundredths of it."""

    text: str
    currency: str
    hundredths: int

    def is_of(self, minor: int, currency: str) -> bool:
        """This method will say whether it is the amount of `minor` units of `currency`."""
        return self.currency == currency and self.hundredths * 10 ** EXPONENTS[currency] == minor * 100


def reference(name: str, text: str) -> SafeString:
    """This function will write a reference to the figure `name`, as rich text keeps it."""
    return format_html('<span data-figure="{}">{}</span>', name, text)


def named(fragment: str) -> Counter[str]:
    """This function will count the figures that a text refers to, by name."""
    return Counter(span.get("data-figure") for span in _spans(body.parsed(fragment)))


def references(text: str) -> str:
    """This function will turn `{{raised}}`, in text that is HTML already, into a reference to the figure of that name.

    >>> references("So far {{raised}}")
    'So far <span data-figure="raised">raised</span>'
    """
    return _BRACED.sub(lambda found: str(reference(found[1], found[1])), text)


def fill(fragment: str, values: Mapping[str, Figure], *, keep: bool = False) -> str:
    """This function will set each figure to what `values` says, and leave the text of those it does not know.

    With `keep` the references stay; otherwise only their text does.

    >>> fill('<p>So <span data-figure="day">£1</span> came.</p>', {"day": Figure("£25", 2500)})
    '<p>So £25 came.</p>'
    """
    if "data-figure" not in fragment:
        return fragment
    root = body.parsed(fragment)
    for span in _spans(root):
        value = values.get(span.get("data-figure"))
        if value is not None:
            _set(span, value.text)
        if not keep:
            span.drop_tag()
    return body.written(root)


def typed(fragment: str) -> list[Typed]:
    """This function will list the amounts of money that stand in a text as mere text, outside of figures.

    >>> [one.hundredths for one in typed('<p>£1,000 and 50p, not <span data-figure="day">£3</span></p>')]
    [100000, 50]
    """
    root = body.parsed(fragment)
    for span in _spans(root):
        # A word that is no amount keeps what stands before and after apart.
        _set(span, "·")
    return typed_in("\n".join("".join(block.itertext()) for block in root) or root.text_content())


def typed_in(text: str) -> list[Typed]:
    """This function will list the amounts of money in plain text."""
    found = _AMOUNT.finditer(text.replace("\u00a0", " "))
    return [Typed(one.group().strip(), _currency(one), _hundredths(one)) for one in found]


def _currency(found: re.Match[str]) -> str:
    if found["symbol"]:
        return _SYMBOLS[found["symbol"]]
    return _UNITS.get(found["unit"].lower().rstrip("s"), "GBP")


def _hundredths(found: re.Match[str]) -> int:
    digits = (found["symboled"] or found["worded"]).replace(",", "")
    whole, _point, part = digits.partition(".")
    if (found["unit"] or "").lower() in ("p", "pence"):
        return int(whole or 0)
    times = _TIMES.get((found["times"] or "").strip().lower(), 1)
    return int(Decimal(f"{whole or 0}.{part or 0}") * times * 100)


def _set(span: Any, text: str) -> None:
    for child in list(span):
        span.remove(child)
    span.text = text


def _spans(root: Any) -> list[Any]:
    return [span for span in root.iter("span") if span.get("data-figure")]
