"""References that supporters brought along: kept as they were, and found again in what a bank writes."""

import datetime as dt
import re

from django.utils.translation import gettext as _

from pennypress.giving.models import KnownReference
from pennypress.money import Money
from pennypress.people.models import Person

SHORTEST = 4
LONGEST = 40


class CannotKeep(ValueError):
    """The reference is too short to be anybody's, or is another's already; the text says which."""


def plain(text: str) -> str:
    """This function will bring a reference to the form in which references are compared.

    >>> plain("Lantern/fund 00-12")
    'LANTERNFUND0012'
    """
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def require_free(reference: str) -> None:
    """This function will check that a reference can be kept. Raises: CannotKeep."""
    if not SHORTEST <= len(plain(reference)) <= LONGEST:
        raise CannotKeep(_("a reference has %(least)s letters and figures at least") % {"least": SHORTEST})
    if KnownReference.objects.filter(plain=plain(reference)).exists():
        raise CannotKeep(_("the reference “%(text)s” is somebody's already") % {"text": reference})


def keep(
    *,
    reference: str,
    person: Person,
    place: str,
    thanks_as: str,
    amount: Money,
    interval_months: int,
    usual_day: int,
    first_on: dt.date,
    now: dt.datetime,
) -> KnownReference:
    """This function will keep the reference under which a supporter has always paid. Writes one row. Raises: CannotKeep."""
    require_free(reference)
    return KnownReference.objects.create(
        reference=reference.strip(),
        plain=plain(reference),
        person=person,
        place=place,
        thanks_as=thanks_as,
        amount_minor=amount.minor,
        currency=amount.currency,
        interval_months=interval_months,
        usual_day=usual_day,
        first_on=first_on,
        recorded_at=now,
    )


def found_in(text: str) -> KnownReference | None:
    """This function will find the one known reference that stands in what a bank wrote; none where several do."""
    written = plain(text)
    found = [one for one in KnownReference.objects.all() if one.plain in written]
    longest = max((len(one.plain) for one in found), default=0)
    # A reference within another ("ADA1" in "ADA12") is not the one that was meant.
    meant = [one for one in found if len(one.plain) == longest]
    return meant[0] if len(meant) == 1 else None
