"""What one person has given over the years, as the books have it. Derived each time, stored nowhere."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from pennypress import money
from pennypress.giving.models import Collection, Gift, GiftState, Pledge, PledgeState
from pennypress.money import Money
from pennypress.payments.models import Allocation, Purpose, Refund
from pennypress.people import persons
from pennypress.people.models import Person

GIVEN = (Purpose.GIFT, Purpose.PLEDGE)


@dataclass(frozen=True, slots=True)
class Year:
    """One calendar year: what was given to the fund and by pledge, in one currency, less what was taken back."""

    year: int
    given: Money
    times: int


@dataclass(frozen=True, slots=True)
class Item:
    """One sum that was given: when, how, what for, for whom if for another, and how much of it went back."""

    number: int
    on: dt.date
    amount: Money
    taken: Money
    what: str
    how: str
    beneficiary: str

    @property
    def left(self) -> Money:
        return self.amount - self.taken


def items(*, person: Person, year: int | None = None) -> list[Item]:
    """This function will list what a person gave, in one year or ever, oldest first; those merged into them are they.

    A sum that went back, wholly or in part, stands in the list with what went back.
    """
    theirs = Allocation.objects.filter(receipt__payer__in=persons.same(person), purpose__in=GIVEN)
    if year is not None:
        theirs = theirs.filter(receipt__received_on__year=year)
    found = theirs.select_related("receipt", "gift__appeal", "collection__pledge")
    taken = _taken(theirs)
    return [_item(one, taken.get(one.pk, 0)) for one in found.order_by("receipt__received_on", "id")]


def _taken(allocations: QuerySet[Allocation]) -> dict[int, int]:
    back = Refund.objects.filter(allocation__in=allocations).order_by().values_list("allocation")
    return dict(back.annotate(taken=Sum("amount_minor")))


def _item(allocation: Allocation, taken_minor: int) -> Item:
    gift: Gift | None = getattr(allocation, "gift", None)
    collection: Collection | None = getattr(allocation, "collection", None)
    what = _("Support") if allocation.purpose == Purpose.PLEDGE else str(Purpose(allocation.purpose).label)
    what = gift.appeal.name if gift and gift.appeal else what
    above = gift or (collection.pledge if collection else None)
    return Item(
        number=allocation.pk,
        on=allocation.receipt.received_on,
        amount=allocation.amount,
        taken=Money(taken_minor, allocation.receipt.currency),
        what=what,
        how=str(allocation.receipt.get_method_display()),
        beneficiary=above.beneficiary_name if above else "",
    )


def totals(given: Iterable[Item]) -> list[Money]:
    """This function will add up what was given less what went back, for each currency. Law: the sum of the items."""
    kept: dict[str, list[Money]] = {}
    for item in given:
        kept.setdefault(item.amount.currency, []).append(item.left)
    return [money.total(amounts, currency) for currency, amounts in sorted(kept.items())]


def by_year(*, person: Person) -> list[Year]:
    """This function will add up what a person gave, the latest year first; those merged into them are they.

    Money counts in the year in which it was received. A gift wholly taken back counts for nothing.
    """
    kept: dict[tuple[int, str], list[Money]] = {}
    for item in items(person=person):
        if item.left:
            kept.setdefault((item.on.year, item.amount.currency), []).append(item.left)
    return [
        Year(year, money.total(amounts, currency), len(amounts))
        for (year, currency), amounts in sorted(kept.items(), reverse=True)
    ]


def gifts_for(*, person: Person) -> QuerySet[Gift]:
    """This function will find the gifts that others gave for a person, and that have come."""
    found = Gift.objects.filter(credited__in=persons.same(person), state=GiftState.RECEIVED)
    return found.select_related("appeal").order_by("received_on", "id")


def pledges_for(*, person: Person) -> QuerySet[Pledge]:
    """This function will find the pledges that others pay for a person."""
    running = [PledgeState.ACTIVE, PledgeState.PAUSED]
    return Pledge.objects.filter(credited__in=persons.same(person), state__in=running).order_by("id")
