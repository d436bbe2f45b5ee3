"""Receipts once more: for whoever is in their account, and for whoever types an address and is told nothing by it.

Each letter says that it is a copy. Whoever asks by address gets one and the same answer whether the paper knows it or not,
in the same time: the request is written down, the worker looks, and the address is forgotten.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pennypress.giving import history
from pennypress.giving.history import Item
from pennypress.giving.models import ReceiptRequest
from pennypress.letters import outbox
from pennypress.people import persons
from pennypress.people.models import Person

# More requests than this in an hour are an attack, and none of them is written down.
MOST_AN_HOUR = 300


class CannotAsk(ValueError):
    """That is no address, or too many have asked; the text is fit for the reader and tells nothing of anybody."""


class NotTheirs(LookupError):
    """The person did not give this."""


def ask(*, email: str, on: dt.date, now: dt.datetime) -> None:
    """This function will note that receipts are asked for again at an address: once a day for each. Writes at most a row.

    Raises: CannotAsk.
    """
    folded = persons.fold(email)
    try:
        validate_email(folded)
    except ValidationError as error:
        raise CannotAsk(_("Please check the e-mail address.")) from error
    if ReceiptRequest.objects.filter(asked_at__gt=now - dt.timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise CannotAsk(_("Too many are asking just now. Please try again in an hour."))
    try:
        with transaction.atomic():
            ReceiptRequest.objects.create(email=folded, asked_on=on, asked_at=now)
    except IntegrityError:
        # Asked for today already, and not answered yet.
        return


def answer_due(*, on: dt.date, now: dt.datetime) -> int:
    """This function will write the copies that were asked for by address, and say how many requests it answered."""
    waiting = ReceiptRequest.objects.filter(answered_at=None).order_by("id")
    return sum(_answer(pk, on=on, now=now) for pk in list(waiting.values_list("pk", flat=True)))


@transaction.atomic
def _answer(request_id: int, *, on: dt.date, now: dt.datetime) -> bool:
    request = ReceiptRequest.objects.select_for_update().get(pk=request_id)
    if request.answered_at is not None:
        return False
    for person in Person.objects.filter(email=request.email, merged_into=None):
        recent = [item for item in history.items(person=person) if item.on.year >= on.year - 1]
        _write(person, recent, key=f"receipt-copies-{person.pk}-{on}", now=now)
    request.email, request.answered_at = "", now
    request.save(update_fields=["email", "answered_at"])
    return True


def copy(*, person: Person, number: int, on: dt.date, now: dt.datetime) -> Item:
    """This function will queue a copy of the receipt for one sum that a person gave, once a day; it gives that sum.

    Raises: NotTheirs.
    """
    found = [item for item in history.items(person=person) if item.number == number]
    if not found:
        raise NotTheirs(number)
    _write(persons.current(person), found, key=f"receipt-copy-{number}-{on}", now=now)
    return found[0]


def _write(person: Person, given: list[Item], *, key: str, now: dt.datetime) -> None:
    if not given:
        return
    outbox.queue(
        key=key,
        kind="receipt-copy",
        to_name=person.name,
        to_email=person.email,
        context={"items": given},
        now=now,
        person=person,
    )
