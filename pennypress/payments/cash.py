"""Cash: the notes and coins of each currency, and counting them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from pennypress.money import Money

# Face values in minor units, the largest first. A currency that is not here is counted without a sheet.
NOTES = {
    "GBP": (5000, 2000, 1000, 500),
    "EUR": (20000, 10000, 5000, 2000, 1000, 500),
    "USD": (10000, 5000, 2000, 1000, 500, 100),
}
COINS = {
    "GBP": (200, 100, 50, 20, 10, 5, 2, 1),
    "EUR": (200, 100, 50, 20, 10, 5, 2, 1),
    "USD": (100, 50, 25, 10, 5, 1),
}


@dataclass(frozen=True, slots=True)
class TinSheet:
    """One numbered tin or bucket of a collection: who carried it, and what was in it."""

    number: str
    collector: str
    amount: Money


@dataclass(frozen=True, slots=True)
class CountSheet:
    """A counted collection as two people write it down: `pieces` is how many of each face value, in minor units."""

    place: str
    permit: str
    first_counter: str
    second_counter: str
    currency: str
    pieces: Mapping[int, int]
    tins: tuple[TinSheet, ...] = ()

    @property
    def total(self) -> Money:
        """What the notes and coins add up to."""
        return Money(sum(face * number for face, number in self.pieces.items()), self.currency)


def faces(currency: str) -> tuple[int, ...]:
    """This function will give the face values that can be counted in a currency, notes first. None: ()."""
    return NOTES.get(currency, ()) + COINS.get(currency, ())


def is_note(face: int, currency: str) -> bool:
    """This function will say whether a face value is a note.

    >>> is_note(500, "GBP"), is_note(200, "GBP")
    (True, False)
    """
    return face in NOTES.get(currency, ())


def fewest_pieces(amount: Money) -> dict[int, int]:
    """This function will make up an amount of the largest notes and coins. Law: the pieces add up to it.

    >>> fewest_pieces(Money(2735, "GBP"))
    {2000: 1, 500: 1, 200: 1, 20: 1, 10: 1, 5: 1}
    """
    left, pieces = amount.minor, {}
    for face in faces(amount.currency):
        number, left = divmod(left, face)
        if number:
            pieces[face] = number
    return pieces
