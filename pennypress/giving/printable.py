"""Gifts as they may be printed: the words that each giver chose, the amount, how it came and when. Never more.

What an editor's page is made of is built from these rows alone: whoever is handed them is never handed a gift.
"""

import datetime as dt
import unicodedata
from collections.abc import Collection as Several
from dataclasses import dataclass, replace

from django.db.models import QuerySet, Sum

from pennypress.giving.models import Appeal, Collection, Gift
from pennypress.money import Money
from pennypress.payments.models import Allocation, Receipt, Refund
from pennypress.people.models import ThanksAs

# Characters that turn the text around them about; a name has no need of them, and a line of print must not obey one.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ISOLATE, _POP = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Printable:
    """A sum that an appeal counts, as it may be printed. `words` is empty where its giver wishes no thanks.

    `came` is what was given, `left` what has not been taken back of it. A receipt that was entered anew is one with the one
    it corrects.
    """

    allocation_id: int
    words: str
    method: str
    on: dt.date
    came: Money
    left: Money
    recorded_at: dt.datetime


def counted(appeal: Appeal) -> list[Printable]:
    """This function will list every sum that the appeal's meter counts, by day and order of entry. Three queries.

    Law: what is left of them adds up to what the meter says is raised by gifts.
    """
    gifts = Gift.objects.filter(appeal=appeal, allocation__isnull=False)
    collections = Collection.objects.filter(appeal=appeal, allocation__isnull=False)
    return _listed(gifts, collections)


def of(allocation_ids: Several[int]) -> dict[int, Printable]:
    """This function will give sums by their allocation, wherever they are counted, with what was corrected since."""
    wanted = {*allocation_ids, *_corrected(allocation_ids)}
    gifts = Gift.objects.filter(allocation__in=wanted)
    collections = Collection.objects.filter(allocation__in=wanted)
    return {row.allocation_id: row for row in _listed(gifts, collections)}


def _corrected(allocation_ids: Several[int]) -> set[int]:
    """The allocations of receipts that correct those of these allocations, however often."""
    found: set[int] = set()
    receipts = set(Receipt.objects.filter(allocations__in=allocation_ids).values_list("pk", flat=True))
    while receipts:
        receipts = set(Receipt.objects.filter(corrects__in=receipts).values_list("pk", flat=True))
        found |= set(Allocation.objects.filter(receipt__in=receipts).values_list("pk", flat=True))
    return found


def words_for_print(*, thanks_as: str, name: str, place: str) -> str:
    """This function will give the words by which a giver chose to be thanked; none at all where they chose none.

    >>> words_for_print(thanks_as="initials", name="Ann Mary Lee", place="Hull")
    'A.M.L., Hull'
    """
    match thanks_as:
        case ThanksAs.NAME:
            chosen = [name, place]
        case ThanksAs.INITIALS:
            chosen = [initials(name), place]
        case ThanksAs.PLACE:
            chosen = [place]
        case _:
            chosen = []
    return ", ".join(word for word in map(one_line, chosen) if word)


def initials(name: str) -> str:
    """This function will write a name as initials for print.

    >>> initials("Ann Mary Lee")
    'A.M.L.'
    """
    return "".join(f"{word[0].upper()}." for word in name.split())


def one_line(text: str) -> str:
    """This function will make words fit to stand in a line of print, without what breaks the line or turns it about.

    Words that are read from the right stand by themselves, so that the amount after them keeps its place.

    >>> one_line("  Ann\\u202e \\n Lee ")
    'Ann Lee'
    """
    kept = "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text if char not in _TURNING
    )
    line = " ".join(kept.split())
    from_the_right = any(unicodedata.bidirectional(char) in ("R", "AL") for char in line)
    return f"{_ISOLATE}{line}{_POP}" if from_the_right else line


def _listed(gifts: QuerySet[Gift], collections: QuerySet[Collection]) -> list[Printable]:
    given = [
        (gift.allocation, words_for_print(thanks_as=gift.thanks_as, name=gift.name, place=gift.place))
        for gift in gifts.select_related("allocation__receipt")
    ]
    pledged = [
        (
            one.allocation,
            words_for_print(thanks_as=one.pledge.thanks_as, name=one.pledge.name, place=one.pledge.place),
        )
        for one in collections.select_related("allocation__receipt", "pledge")
    ]
    both = [(allocation, words) for allocation, words in (*given, *pledged) if allocation is not None]
    taken = _taken_back([allocation.pk for allocation, _words in both])
    rows: dict[tuple[int, str], Printable] = {}
    for allocation, words in sorted(both, key=lambda pair: pair[0].receipt_id):
        first = _first(allocation.receipt)
        row = _row(allocation, words, taken.get(allocation.pk, 0))
        known = rows.get((first.pk, allocation.purpose))
        rows[first.pk, allocation.purpose] = _entered_anew(known, row) if known else row
    return sorted(rows.values(), key=lambda row: (row.on, row.allocation_id))


def _first(receipt: Receipt) -> Receipt:
    """The receipt that first told of the money, before it was corrected."""
    while receipt.corrects is not None:
        receipt = receipt.corrects
    return receipt


def _entered_anew(wrong: Printable, anew: Printable) -> Printable:
    """A sum that was entered wrongly and entered anew is one sum: under its first allocation, as it stands now."""
    return replace(wrong, words=anew.words, method=anew.method, came=anew.came, left=wrong.left + anew.left)


def _taken_back(allocation_ids: list[int]) -> dict[int, int]:
    sums = Refund.objects.filter(allocation__in=allocation_ids).order_by().values_list("allocation")
    return dict(sums.annotate(taken=Sum("amount_minor")))


def _row(allocation: Allocation, words: str, taken_minor: int) -> Printable:
    receipt, came = allocation.receipt, allocation.amount
    left = came - Money(taken_minor, came.currency)
    return Printable(allocation.pk, words, receipt.method, receipt.received_on, came, left, receipt.recorded_at)
