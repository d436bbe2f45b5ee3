"""Thresholds: up to which sum one person alone may have money sent back. The paper sets it from a day on."""

import datetime as dt

from django.db import connection, transaction
from django.utils.translation import gettext as _

from pennypress.money import Money
from pennypress.payments.models import Threshold
from pennypress.people.models import User

# Where the paper has set none: a hundred pounds, euros or dollars. The database has the same (refund_needs_two).
UNSET_MINOR = 10_000


class CannotSet(ValueError):
    """The threshold cannot be set as asked; the text says why."""


def of_one(*, currency: str, on: dt.date) -> Money:
    """This function will say up to which sum one person is enough on the paper's day `on`."""
    standing = (
        Threshold.objects.filter(currency=currency, effective_from__lte=on).order_by("effective_from", "id").last()
    )
    return standing.amount if standing else Money(UNSET_MINOR, currency)


def needs_two(amount: Money, *, on: dt.date) -> bool:
    """This function will say whether a refund of `amount`, asked for on `on`, needs a second person."""
    return amount > of_one(currency=amount.currency, on=on)


@transaction.atomic
def set_to(*, amount: Money, effective_from: dt.date, by: User, on: dt.date, now: dt.datetime) -> Threshold:
    """This function will set the threshold from a day on, today at the earliest. Writes one row. Raises: CannotSet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('payments.threshold'))")
    if effective_from < on:
        raise CannotSet(_("What is past stays as it was: please choose today or a later day."))
    if amount.minor < 0:
        raise CannotSet(_("Please enter an amount of zero or more."))
    return Threshold.objects.create(
        amount_minor=amount.minor, currency=amount.currency, effective_from=effective_from, set_by=by, set_at=now
    )
