"""Appeals: opening one, and finding which of them runs."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pennypress.giving.models import Appeal
from pennypress.money import Money


class CannotOpen(ValueError):
    """The appeal cannot be opened as asked: its days, its target or its name."""


def running(on: dt.date) -> Appeal | None:
    """This function will give the appeal that runs on the paper's day `on`; none, or one, since they never overlap."""
    return Appeal.objects.filter(opens_on__lte=on, closes_on__gte=on).first()


def open_appeal(
    *,
    name: str,
    slug: str,
    opens_on: dt.date,
    closes_on: dt.date,
    target: Money,
    pitch: str,
    now: dt.datetime,
    counts_pledges: bool = True,
) -> Appeal:
    """This function will set up an appeal that runs from `opens_on` to `closes_on`, both counted.

    Writes one row. Raises: CannotOpen when another appeal has one of its days, or the slug is taken.
    """
    if closes_on < opens_on:
        raise CannotOpen(_("An appeal closes on or after the day on which it opens."))
    if target.minor <= 0:
        raise CannotOpen(_("An appeal needs a target above zero."))
    try:
        with transaction.atomic():
            return Appeal.objects.create(
                name=name,
                slug=slug,
                opens_on=opens_on,
                closes_on=closes_on,
                target_minor=target.minor,
                currency=target.currency,
                pitch=pitch,
                counts_pledges=counts_pledges,
                opened_at=now,
            )
    except IntegrityError as error:
        if "appeals_do_not_overlap" in str(error) or "runs on days of another" in str(error):
            raise CannotOpen(_("Another appeal runs on some of these days.")) from error
        raise CannotOpen(_("An appeal with this address exists already.")) from error
