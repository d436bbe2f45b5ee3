"""Annual statements: what each person gave in a year, in one letter, sent by the treasurer after looking it over."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Sum, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from pennypress import money
from pennypress.giving import history
from pennypress.giving.models import AnnualStatement
from pennypress.letters import outbox
from pennypress.letters.models import Letter
from pennypress.money import Money
from pennypress.payments.models import Allocation, Refund
from pennypress.people.models import Person, User

# So many letters are written in one round of the worker.
AT_ONCE = 500


class CannotSend(ValueError):
    """The statements cannot be sent as asked; the text says why, and nothing was written."""


@dataclass(frozen=True, slots=True)
class Row:
    """One person's year: what they gave less what went back, and whether a statement was asked for already."""

    person: Person
    given: tuple[Money, ...]
    is_asked: bool

    @property
    def can_be_written_to(self) -> bool:
        return bool(self.person.email)

    @property
    def is_waiting(self) -> bool:
        return self.can_be_written_to and not self.is_asked


def review(year: int) -> list[Row]:
    """This function will list everybody who gave in a year, by name, with what they gave. Those merged are one."""
    stands = _standing()
    sums: dict[tuple[int, str], int] = {}
    given = Allocation.objects.filter(
        purpose__in=history.GIVEN, receipt__received_on__year=year, receipt__payer__isnull=False
    )
    for person, currency, minor in given.values_list("receipt__payer", "receipt__currency").annotate(
        Sum("amount_minor")
    ):
        sums[stands[person], currency] = sums.get((stands[person], currency), 0) + minor
    back = Refund.objects.filter(allocation__in=given).order_by()
    columns = ("allocation__receipt__payer", "allocation__receipt__currency")
    for person, currency, minor in back.values_list(*columns).annotate(Sum("amount_minor")):
        sums[stands[person], currency] -= minor
    kept: dict[int, list[Money]] = {}
    for (person, currency), minor in sorted(sums.items()):
        if minor:
            kept.setdefault(person, []).append(Money(minor, currency))
    asked = {stands[pk] for pk in AnnualStatement.objects.filter(year=year).values_list("person", flat=True)}
    people = Person.objects.filter(pk__in=kept).order_by("name", "id")
    return [Row(person, tuple(kept[person.pk]), person.pk in asked) for person in people]


def _standing() -> dict[int, int]:
    """Whom each person's row stands for today."""
    into = dict(Person.objects.values_list("pk", "merged_into"))
    stands = {}
    for person in into:
        one: int = person
        while (further := into[one]) is not None:
            one = further
        stands[person] = one
    return stands


def total(rows: list[Row]) -> list[Money]:
    """This function will add up the rows, for each currency."""
    amounts = [amount for row in rows for amount in row.given]
    currencies = sorted({amount.currency for amount in amounts})
    return [money.total([one for one in amounts if one.currency == currency], currency) for currency in currencies]


def reviewed(rows: list[Row]) -> str:
    """This function will give the mark of what was looked over: if it is another by the time it is sent, look again."""
    amounts = "+".join(f"{amount.minor}{amount.currency}" for amount in total(rows))
    return f"{sum(row.is_waiting for row in rows)}/{len(rows)}/{amounts}"


@transaction.atomic
def ask(*, year: int, mark: str, on: dt.date, now: dt.datetime, by: User | None) -> int:
    """This function will have a statement sent to everybody who gave in a year, has an address, and had none before.

    Writes one row for each; the worker writes the letters. Gives how many. Raises: CannotSend.
    """
    if year >= on.year:
        raise CannotSend(_("Statements are sent once the year is over."))
    rows = review(year)
    if mark != reviewed(rows):
        raise CannotSend(_("The figures have changed since you looked at them. Please look them over again."))
    waiting = [
        AnnualStatement(person=row.person, year=year, asked_at=now, asked_by=by) for row in rows if row.is_waiting
    ]
    AnnualStatement.objects.bulk_create(waiting)
    return len(waiting)


def send_due(*, now: dt.datetime) -> int:
    """This function will write the letters of statements that were asked for, and say how many it wrote."""
    key = Concat(
        Value("annual-statement-"),
        Cast(OuterRef("year"), CharField()),
        Value("-"),
        Cast(OuterRef("person"), CharField()),
        output_field=CharField(),
    )
    waiting = AnnualStatement.objects.exclude(Exists(Letter.objects.filter(key=key))).select_related("person")
    return sum(_write(statement, now) for statement in waiting.order_by("id")[:AT_ONCE])


def _write(statement: AnnualStatement, now: dt.datetime) -> bool:
    person, year = statement.person, statement.year
    given = history.items(person=person, year=year)
    letter = outbox.queue(
        key=f"annual-statement-{year}-{person.pk}",
        kind="annual-statement",
        to_name=person.name,
        to_email=person.email,
        context={"year": year, "items": given, "totals": history.totals(given)},
        now=now,
        person=person,
    )
    return letter is not None
