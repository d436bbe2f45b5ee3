"""A batch of post: many pieces entered together, all of them or none, or each by itself, and each at most once."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import formats
from django.utils.translation import gettext as _

from pennypress.giving.models import Gift
from pennypress.money import Money
from pennypress.payments.models import Receipt, Refund
from pennypress.payments.parts import Part
from pennypress.people.models import Person, ThanksAs, User
from pennypress.settlement import by_hand
from pennypress.settlement.came import Came
from pennypress.settlement.effects import CannotSettle

# How long a cheque may be found a second time: banks honour one for six months.
LOOKED_BACK = dt.timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of post. `thanks_as` empty: as its giver was thanked before. `is_another`: a twin is entered all the same."""

    key: str
    amount: Money
    parts: tuple[Part, ...]
    payer_name: str = ""
    person: Person | None = None
    reference: str = ""
    place: str = ""
    thanks_as: str = ""
    is_another: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line: its receipt, or the trouble in words. `twin` is a receipt that looks the same."""

    receipt: Receipt | None = None
    trouble: str = ""
    twin: Receipt | None = None


class _Undone(Exception):
    """Ends the transaction of a batch of which some line was refused."""


def enter(
    *,
    lines: Sequence[Line],
    method: str,
    received_on: dt.date,
    all_or_none: bool,
    recorded_by: User | None,
    now: dt.datetime,
) -> list[Outcome]:
    """This function will enter the lines of a batch, in order: all of them or none, or each by itself.

    Gives one outcome a line. With `all_or_none` a single line in trouble leaves nothing written, and then no outcome has
    a receipt. A line whose key was entered before gives the receipt that stands.
    """
    outcomes: list[Outcome] = []
    try:
        with transaction.atomic():
            for line in lines:
                outcomes.append(_one(line, method=method, on=received_on, recorded_by=recorded_by, now=now))
            if all_or_none and any(outcome.receipt is None for outcome in outcomes):
                raise _Undone
    except _Undone:
        return [Outcome(trouble=outcome.trouble, twin=outcome.twin) for outcome in outcomes]
    return outcomes


def _one(line: Line, *, method: str, on: dt.date, recorded_by: User | None, now: dt.datetime) -> Outcome:
    if not line.is_another and (twin := twin_of(line, method=method, on=on)) is not None:
        words = _(
            "Receipt %(number)s of %(day)s looks the same. If this is another one, tick the box and enter it again."
        )
        day = formats.date_format(twin.received_on, "j F Y")
        return Outcome(trouble=words % {"number": twin.pk, "day": day}, twin=twin)
    try:
        # Each line in a savepoint: one that is refused takes none of the others with it.
        with transaction.atomic():
            receipt = by_hand.received(
                came=Came(
                    key=line.key,
                    method=method,
                    amount=line.amount,
                    parts=line.parts,
                    payer_name=line.payer_name,
                    payer_email=line.person.email if line.person else "",
                    place=line.place or (line.person.place if line.person else ""),
                    thanks_as=line.thanks_as or thanked_before(line.person),
                    reference=line.reference,
                    received_on=on,
                    person=line.person,
                ),
                recorded_by=recorded_by,
                now=now,
            )
    except CannotSettle as error:
        return Outcome(trouble=str(error))
    return Outcome(receipt=receipt)


def twin_of(line: Line, *, method: str, on: dt.date) -> Receipt | None:
    """This function will find a standing receipt of the same payer, amount and number; of the same day, without a number."""
    if Receipt.objects.filter(key=line.key).exists():
        return None
    same = Receipt.objects.filter(
        method=method, amount_minor=line.amount.minor, currency=line.amount.currency, reference=line.reference
    )
    same = same.filter(payer=line.person) if line.person else same.filter(payer_name__iexact=line.payer_name)
    same = same.filter(received_on__gte=on - LOOKED_BACK) if line.reference else same.filter(received_on=on)
    taken_back = Refund.objects.filter(allocation__receipt=OuterRef("pk"))
    return same.filter(~Exists(taken_back), payment=None).order_by("-id").first()


def thanked_before(person: Person | None) -> str:
    """This function will say how a known giver was thanked for the last gift; nobody is named who did not ask for it."""
    last = Gift.objects.filter(payer=person).order_by("-id").first() if person else None
    return last.thanks_as if last else ThanksAs.NOT
