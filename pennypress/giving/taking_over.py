"""Taking over: pledges that a supporter made elsewhere, under a mandate that goes on. Nobody is written to."""

import datetime as dt

from django.db import transaction

from pennypress.giving import limits, moves
from pennypress.giving.models import Interval, Pledge, PledgeChange, PledgeState
from pennypress.money import Money
from pennypress.payments import mandates
from pennypress.people import persons
from pennypress.people.models import Person


def require(*, amount: Money, name: str, email: str, place: str, thanks_as: str, on: dt.date) -> None:
    """This function will check what a pledge taken over would say. Raises: limits.CannotGive."""
    limits.require_amount(amount, currency=limits.currency(on), largest=limits.LARGEST_PLEDGE)
    limits.require_words(name=name, email=email, place=place, thanks_as=thanks_as)


@transaction.atomic
def pledge(
    *,
    person: Person,
    name: str,
    email: str,
    place: str,
    thanks_as: str,
    amount: Money,
    provider: str,
    mandate_ref: str,
    method: str,
    next_on: dt.date,
    began_on: dt.date,
    interval_months: int,
    now: dt.datetime,
) -> Pledge:
    """This function will write a pledge that runs already, under its mandate at the provider, next due `next_on`.

    The caller has asked the provider whether the mandate is there and active. Writes the mandate, the pledge and its
    move. Raises: limits.CannotGive, mandates.CannotTakeOver, with nothing written.
    """
    require(amount=amount, name=name, email=email, place=place, thanks_as=thanks_as, on=began_on)
    mandate = mandates.take_over(provider=provider, provider_ref=mandate_ref, person=person, method=method, now=now)
    written = Pledge.objects.create(
        person=person,
        name=name.strip(),
        email=persons.fold(email),
        place=place.strip(),
        thanks_as=thanks_as,
        amount_minor=amount.minor,
        currency=amount.currency,
        interval_months=Interval(interval_months),
        anchor_day=next_on.day,
        next_on=next_on,
        mandate=mandate,
        state=PledgeState.ACTIVE,
        offered_at=now,
        began_on=began_on,
    )
    moves.note(written, PledgeChange.BEGAN, now)
    return written
