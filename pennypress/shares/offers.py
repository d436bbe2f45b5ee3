"""Offers of shares: which one is open on a day."""

import datetime as dt

from django.db.models import Q

from pennypress.shares.models import Offer


class CannotOffer(ValueError):
    """Shares cannot be offered like this."""


def open_now(on: dt.date) -> Offer | None:
    """This function will give the offer that is open on the day, the latest opened of several, or None."""
    open_ones = Offer.objects.filter(Q(closes_on=None) | Q(closes_on__gte=on), opens_on__lte=on)
    return open_ones.order_by("-opens_on", "-id").first()


def make(*, name: str, opens_on: dt.date, closes_on: dt.date | None, pitch: str) -> Offer:
    """This function will record an offer of shares. Writes one row. Raises: CannotOffer."""
    if not name.strip():
        raise CannotOffer("An offer has a name.")
    if closes_on is not None and closes_on < opens_on:
        raise CannotOffer("An offer closes on the day it opens, or later.")
    return Offer.objects.create(name=name.strip(), opens_on=opens_on, closes_on=closes_on, pitch=pitch)
