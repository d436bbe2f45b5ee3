"""References that supporters brought along: kept as they were, and found again in what a bank writes."""

import datetime as dt
import re
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from pennypress.giving import standing_orders
from pennypress.giving.models import KnownReference
from pennypress.money import Money
from pennypress.people.models import Person, User

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


@transaction.atomic
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
    on: dt.date,
    now: dt.datetime,
    by: User | None,
) -> KnownReference:
    """This function will expect the standing order of a supporter under the reference they have always used.

    The order has a reference of ours as well, for whoever sets it up anew. Writes the order and the reference. Raises:
    CannotKeep, CannotGive.
    """
    require_free(reference)
    order = standing_orders.promise(
        amount=amount,
        interval=interval_months,
        usual_day=usual_day,
        first_on=first_on,
        name=person.name,
        email=person.email,
        place=place,
        thanks_as=thanks_as,
        person=person,
        on=on,
        now=now,
        by=by,
    )
    return KnownReference.objects.create(
        reference=reference.strip(), plain=plain(reference), standing_order=order, recorded_at=now
    )


def by_plain() -> dict[str, int]:
    """This function will give the standing order of each known reference, by the reference as it is compared."""
    return dict(KnownReference.objects.values_list("plain", "standing_order"))


def found_in(text: str, known: Mapping[str, int]) -> str:
    """This function will find the one known reference that stands in what a bank wrote; "" where none or several do.

    >>> found_in("FASTER PAYMENT lantern12 B HALL", {"LANTERN12": 4, "LANTERN1": 5})
    'LANTERN12'
    """
    written = plain(text)
    found = [one for one in known if one in written]
    longest = max(map(len, found), default=0)
    # A reference within another ("ADA1" in "ADA12") is not the one that was meant.
    meant = [one for one in found if len(one) == longest]
    return meant[0] if len(meant) == 1 else ""
