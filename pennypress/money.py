"""Money: integer minor units and an ISO 4217 currency.

Owns arithmetic, parsing of what a reader typed, formatting and splitting. Pure: no clock, no settings, no database.
It never holds a float and never adds two currencies.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

# Minor digits by currency, ISO 4217. A currency that is not here is refused rather than guessed.
EXPONENTS = {"GBP": 2, "EUR": 2, "USD": 2, "CHF": 2, "SEK": 2, "NOK": 2, "DKK": 2, "PLN": 2, "CAD": 2, "AUD": 2, "NZD": 2,
             "JPY": 0, "KRW": 0, "ISK": 0, "KWD": 3, "BHD": 3, "TND": 3}  # fmt: skip
SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥"}
# PostgreSQL's bigint is the limit of what a ledger line can hold; sums of lines must fit as well.
LARGEST_MINOR = 10**15

_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")
_NUMBER = re.compile(r"\d+(\.\d+)?|\.\d+")
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")


class CannotParse(ValueError):
    """What was typed is not an amount of money in this currency; the text is fit to show beside the field."""


class UnlikeCurrencies(TypeError):
    """Two currencies were added or compared."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount: `minor` in the smallest unit of `currency` (pence, cents, yen)."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are an int, not {type(self.minor).__name__}")
        if self.currency not in EXPONENTS:
            raise ValueError(f"unknown currency {self.currency!r}")

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise UnlikeCurrencies(f"{self.currency} and {other.currency}")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __mul__(self, times: int) -> "Money":
        if type(times) is not int:
            raise TypeError("money is multiplied by whole numbers only")
        return Money(self.minor * times, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __gt__(self, other: "Money") -> bool:
        return other < self

    def __ge__(self, other: "Money") -> bool:
        return other <= self

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return display(self)


def zero(currency: str) -> Money:
    """This function will give nothing, in `currency`."""
    return Money(0, currency)


def total(amounts: Sequence[Money], currency: str) -> Money:
    """This function will add `amounts`, all of them in `currency`; no amounts make zero.

    >>> total([Money(1, "GBP"), Money(2, "GBP")], "GBP").minor
    3
    """
    result = zero(currency)
    for amount in amounts:
        result = result + amount
    return result


def parse(text: str, currency: str) -> Money:
    """This function will read an amount as people type it: "25", "£25", "1,000.50", "£1,000.50", "25 gbp".

    A sign, an exponent, a third decimal of pence and another currency's symbol are refused, not rounded.
    Zero is an amount; whether it is welcome is for the caller. Raises: CannotParse.

    >>> parse("£1,000.50", "GBP")
    Money(minor=100050, currency='GBP')
    """
    if currency not in EXPONENTS:
        raise ValueError(f"unknown currency {currency!r}")
    typed = _SPACES.sub("", unicodedata.normalize("NFKC", text))
    symbol = SYMBOLS.get(currency, currency)
    bare = typed
    for mark in (symbol, currency, currency.lower()):
        if bare.startswith(mark):
            bare = bare.removeprefix(mark)
            break
        if bare.endswith(mark):
            bare = bare.removesuffix(mark)
            break
    if not bare:
        raise CannotParse("Please enter an amount.")
    if not bare.isascii() or any(mark in typed for code, mark in SYMBOLS.items() if code != currency):
        raise CannotParse(f"Please enter an amount in {_name(currency)}, for example {symbol}25.")
    if bare.startswith("-"):
        raise CannotParse("Please enter an amount above zero.")
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(",", "")
    if not _NUMBER.fullmatch(bare):
        raise CannotParse(f"That is not an amount we can read. Please enter it like {symbol}25 or {symbol}1,000.50.")
    return _exact(bare, currency)


def _exact(digits: str, currency: str) -> Money:
    exponent = EXPONENTS[currency]
    try:
        scaled = Decimal(digits).scaleb(exponent)
    except InvalidOperation as error:
        raise CannotParse("That amount is too large.") from error
    if scaled > LARGEST_MINOR:
        raise CannotParse("That amount is too large.")
    if scaled != scaled.to_integral_value():
        smallest = display(Money(1, currency))
        raise CannotParse(f"Please enter an amount in whole steps of {smallest}.")
    return Money(int(scaled), currency)


def _name(currency: str) -> str:
    return {"GBP": "pounds", "EUR": "euros", "USD": "dollars", "JPY": "yen"}.get(currency, currency)


def display(amount: Money, *, pence: bool = True) -> str:
    """This function will write an amount for a page: "£3,821.00", or "£3,821" with pence=False where there are none.

    A minus is the true minus sign before the symbol. Pence that exist are never dropped.

    >>> display(Money(382100, "GBP"), pence=False)
    '£3,821'
    >>> display(Money(-5, "GBP"))
    '−£0.05'
    """
    exponent = EXPONENTS[amount.currency]
    whole, part = divmod(abs(amount.minor), 10**exponent)
    sign = "−" if amount.minor < 0 else ""
    symbol = SYMBOLS.get(amount.currency, amount.currency + "\u00a0")
    decimals = f".{part:0{exponent}d}" if exponent and (pence or part) else ""
    return f"{sign}{symbol}{whole:,}{decimals}"


def plain(amount: Money) -> str:
    """This function will write the digits only, for a form's value: "25", "1000.50"."""
    exponent = EXPONENTS[amount.currency]
    whole, part = divmod(abs(amount.minor), 10**exponent)
    sign = "-" if amount.minor < 0 else ""
    return f"{sign}{whole}.{part:0{exponent}d}" if exponent and part else f"{sign}{whole}"


def split(amount: Money, weights: Sequence[int]) -> list[Money]:
    """This function will divide an amount in proportion to `weights`, losing no penny.

    Law: the sum of the parts equals the whole. Pennies left over go to the largest remainders, the earlier part first.

    >>> [part.minor for part in split(Money(100, "GBP"), [1, 1, 1])]
    [34, 33, 33]
    """
    if not weights or any(weight < 0 for weight in weights) or not any(weights):
        raise ValueError("weights are whole numbers, none below zero and not all zero")
    sign = -1 if amount.minor < 0 else 1
    whole, pot = abs(amount.minor), sum(weights)
    parts = [whole * weight // pot for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-(whole * weights[index] % pot), index))
    for index in by_remainder[: whole - sum(parts)]:
        parts[index] += 1
    return [Money(sign * part, amount.currency) for part in parts]
