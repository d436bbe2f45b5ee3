"""Gifts and pledges that are given for somebody else: whom for, and the letter that tells them on a chosen day.

Whoever pays decides: they alone change and end it. The beneficiary is written to once, only after the money has come,
and is asked for nothing.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from pennypress.giving.limits import LONGEST_NAME, CannotGive
from pennypress.giving.models import Gift, GiftState, Pledge, PledgeState
from pennypress.letters import outbox
from pennypress.letters.models import Letter
from pennypress.people import persons
from pennypress.people.models import Person

LATEST = dt.timedelta(days=366)
# Whoever is not told within this time of the chosen day, since the money came late, is not told any more.
WINDOW = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """Whom something is given for, and the day on which they are told; without an address they are not written to."""

    name: str
    email: str = ""
    tell_on: dt.date | None = None


def require(beneficiary: Beneficiary | None, *, on: dt.date) -> None:
    """This function will check what a giver told us of whom they give for. Raises: CannotGive, naming what to mend."""
    if beneficiary is None:
        return
    if not beneficiary.name.strip():
        raise CannotGive(_("Please tell us the name of the person you give for."))
    if len(beneficiary.name) > LONGEST_NAME:
        raise CannotGive(_("That name is too long for us to keep."))
    if beneficiary.tell_on is not None and not beneficiary.email.strip():
        raise CannotGive(_("Please give the address to which our letter to them is to go, or leave the day empty."))
    if beneficiary.tell_on is not None and not on <= beneficiary.tell_on <= on + LATEST:
        raise CannotGive(_("Please choose a day within the next year on which to tell them."))
    if beneficiary.email.strip():
        try:
            validate_email(beneficiary.email.strip())
        except ValidationError as error:
            raise CannotGive(_("Please check the e-mail address of the person you give for.")) from error


def columns(beneficiary: Beneficiary | None, *, on: dt.date) -> dict[str, Any]:
    """This function will give the columns of a gift or pledge that say whom it is given for."""
    if beneficiary is None:
        return {}
    return {
        "beneficiary_name": beneficiary.name.strip(),
        "beneficiary_email": persons.fold(beneficiary.email),
        "tell_on": (beneficiary.tell_on or on) if beneficiary.email.strip() else None,
    }


def as_facts(beneficiary: Beneficiary | None) -> dict[str, str] | None:
    """This function will write a beneficiary as plain facts, to be kept until an offer is taken up; `told` reads them."""
    if beneficiary is None:
        return None
    on = beneficiary.tell_on.isoformat() if beneficiary.tell_on else ""
    return {"name": beneficiary.name, "email": beneficiary.email, "tell_on": on}


def told(facts: dict[str, str] | None) -> Beneficiary | None:
    """This function will read a beneficiary from facts that were kept."""
    if facts is None:
        return None
    on = dt.date.fromisoformat(facts["tell_on"]) if facts["tell_on"] else None
    return Beneficiary(facts["name"], facts["email"], on)


def tell_due(*, on: dt.date, now: dt.datetime) -> int:
    """This function will write to the beneficiaries who are to be told by the paper's day `on`, and say to how many.

    Only of money that came and was not taken back, and once for each. From then on a beneficiary can come into an
    account, in which they see what was given for them and can change nothing of it.
    """
    days = {"tell_on__lte": on, "tell_on__gte": on - WINDOW, "credited__isnull": False}
    gifts = Gift.objects.filter(state=GiftState.RECEIVED, **days).select_related("credited")
    pledges = Pledge.objects.filter(state__in=[PledgeState.ACTIVE, PledgeState.PAUSED], **days)
    told = [_tell(gift, "gift", now) for gift in gifts]
    return sum(told + [_tell(pledge, "pledge", now) for pledge in pledges.select_related("credited")])


@transaction.atomic
def _tell(given: Gift | Pledge, what: str, now: dt.datetime) -> bool:
    key = f"{what}-for-{given.public_id}"
    if Letter.objects.filter(key=key).exists() or given.credited is None:
        return False
    persons.ensure_login(persons.current(given.credited))
    outbox.queue(
        key=key,
        kind=f"{what}-for-you",
        to_name=given.beneficiary_name,
        to_email=given.beneficiary_email,
        context={"giver": given.name, "amount": given.amount, "a_period": getattr(given, "a_period", "")},
        now=now,
        person=given.credited,
    )
    return True


def credited(given: Gift | Pledge, now: dt.datetime) -> Person | None:
    """This function will give the person for whom something is given, recorded now if the paper does not know them.

    Call it once the money has come: before that, nobody is recorded.
    """
    if given.credited is not None or not given.beneficiary_email:
        return given.credited
    return persons.recorded(name=given.beneficiary_name, email=given.beneficiary_email, now=now)
