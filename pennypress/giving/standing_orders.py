"""Standing orders: promised, begun with their first money, changed, paused, ended; what came is noted, what is missing told.

The supporter's bank does as the supporter says, not as we do: money of an ended order is booked all the same.
"""

import datetime as dt
import uuid

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pennypress import days
from pennypress.giving import limits
from pennypress.giving.limits import CannotGive
from pennypress.giving.models import (
    Interval,
    PayerAccount,
    StandingOrder,
    StandingOrderMove,
    StandingOrderReceipt,
    StandingOrderState,
)
from pennypress.money import Money
from pennypress.payments import references
from pennypress.payments.models import Match, Receipt
from pennypress.people import persons
from pennypress.people.models import Person, User

__all__ = ["CannotChange", "CannotGive", "change", "end", "pause", "promise", "received", "resume"]

_DRAWS = 50


class CannotChange(ValueError):
    """The standing order cannot be changed as asked; the text is for the treasurer."""


def promise(
    *,
    amount: Money,
    interval: int,
    usual_day: int,
    first_on: dt.date,
    name: str,
    email: str,
    place: str,
    thanks_as: str,
    on: dt.date,
    now: dt.datetime,
    by: User | None,
    person: Person | None = None,
    public_id: uuid.UUID | None = None,
) -> StandingOrder:
    """This function will note that somebody means to pay by standing order, and give them their reference for ever.

    Nobody is recorded as a person before their first money. Writes the order and its first move; the same `public_id`
    again gives the order that stands. Raises: CannotGive, with nothing written.
    """
    _require(amount, interval, usual_day, name, email, place, thanks_as, on)
    order = StandingOrder(
        public_id=public_id or uuid.uuid4(),
        person=person,
        name=name.strip(),
        email=persons.fold(email),
        place=place.strip(),
        thanks_as=thanks_as,
        amount_minor=amount.minor,
        currency=amount.currency,
        interval=interval,
        usual_day=usual_day,
        first_on=first_on,
        promised_at=now,
    )
    for _draw in range(_DRAWS):
        order.reference = references.drawn()
        try:
            with transaction.atomic():
                order.save()
                _note(order, on=on, now=now, by=by)
        except IntegrityError:
            if standing := StandingOrder.objects.filter(public_id=order.public_id).first():
                return standing
            continue  # The reference is another's: draw again.
        return order
    raise CannotGive(_("No reference is free. Please try again."))


def _require(
    amount: Money, interval: int, usual_day: int, name: str, email: str, place: str, thanks_as: str, on: dt.date
) -> None:
    limits.require_amount(amount, currency=limits.currency(on), largest=limits.LARGEST_PLEDGE)
    limits.require_words(name=name, email=email, place=place, thanks_as=thanks_as)
    if not name.strip():
        raise CannotGive(_("Please enter the name in which the bank pays."))
    if interval not in Interval.values:
        raise CannotGive(_("Please choose how often it is paid."))
    if not 1 <= usual_day <= 31:
        raise CannotGive(_("Please choose a day of the month, 1 to 31."))


@transaction.atomic
def change(
    *,
    order: StandingOrder,
    amount: Money,
    interval: int,
    usual_day: int,
    on: dt.date,
    now: dt.datetime,
    by: User | None,
    note: str = "",
) -> StandingOrder:
    """This function will note other terms that a supporter has told their bank. Locks it; writes one move.

    Raises: CannotGive.
    """
    order = StandingOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
    _require(amount, interval, usual_day, order.name, order.email, order.place, order.thanks_as, on)
    order.amount_minor, order.interval, order.usual_day = amount.minor, interval, usual_day
    order.save(update_fields=["amount_minor", "interval", "usual_day"])
    _note(order, on=on, now=now, by=by, note=note)
    return order


def pause(*, order: StandingOrder, on: dt.date, now: dt.datetime, by: User | None, note: str = "") -> StandingOrder:
    """This function will note that nothing is expected for a while. Locks it; writes one move. Raises: CannotChange."""
    return _move(order, StandingOrderState.PAUSED, on=on, now=now, by=by, note=note)


def resume(*, order: StandingOrder, on: dt.date, now: dt.datetime, by: User | None, note: str = "") -> StandingOrder:
    """This function will expect money again of an order that was paused or ended, from its next usual day.

    Locks it; writes one move. Raises: CannotChange.
    """
    return _move(order, StandingOrderState.ACTIVE, on=on, now=now, by=by, note=note, first_on=_next_day(order, on))


def end(*, order: StandingOrder, on: dt.date, now: dt.datetime, by: User | None, note: str = "") -> StandingOrder:
    """This function will note that a supporter has ended their order. Money that still comes is booked to it.

    Locks it; writes one move. Raises: CannotChange.
    """
    return _move(order, StandingOrderState.ENDED, on=on, now=now, by=by, note=note, ended_on=on)


@transaction.atomic
def _move(
    order: StandingOrder,
    to: StandingOrderState,
    *,
    on: dt.date,
    now: dt.datetime,
    by: User | None,
    note: str,
    ended_on: dt.date | None = None,
    first_on: dt.date | None = None,
) -> StandingOrder:
    order = StandingOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if order.state == to:
        return order
    order.state, order.ended_on, order.first_on = to, ended_on, first_on or order.first_on
    try:
        with transaction.atomic():
            order.save(update_fields=["state", "ended_on", "first_on"])
    except IntegrityError as error:
        raise CannotChange(_("A standing order cannot be changed like this from where it stands.")) from error
    _note(order, on=on, now=now, by=by, note=note)
    return order


@transaction.atomic
def received(
    *, order: StandingOrder, match: Match, receipt: Receipt, on: dt.date, now: dt.datetime, by: User | None
) -> StandingOrderReceipt:
    """This function will note money of a standing order: which expected day it is for, and from which account it came.

    Called by settlement when a person has confirmed a line. Locks the order. The first money makes a promise an order.
    Writes the note, and what it teaches.
    """
    order = StandingOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if order.state == StandingOrderState.PROMISED:
        order.state, order.first_on = StandingOrderState.ACTIVE, min(order.first_on, on)
        _note(order, on=on, now=now, by=by)
    order.person = order.person or receipt.payer
    order.save(update_fields=["state", "first_on", "person"])
    _learn(order, match, now)
    return StandingOrderReceipt.objects.create(
        standing_order=order, match=match, receipt=receipt, expected_on=due_near(order, on), recorded_at=now
    )


def _learn(order: StandingOrder, match: Match, now: dt.datetime) -> None:
    account = bare_account(match.line.payer_account)
    standing = order.payer_accounts.filter(account=account, match__undone_by=None)
    if account and not standing.exists():
        PayerAccount.objects.create(
            standing_order=order, account=account, name=match.line.payer_name, match=match, learned_at=now
        )


def bare_account(told: str) -> str:
    """This function will bring a payer's account to the one form in which accounts are compared.

    >>> bare_account("20-00-00 12345678")
    '20000012345678'
    """
    return "".join(char for char in told.upper() if char.isalnum())


def due_near(order: StandingOrder, on: dt.date) -> dt.date:
    """This function will give the day, of those on which an order is expected, that lies nearest to `on`."""
    months = (on.year - order.first_on.year) * 12 + on.month - order.first_on.month
    steps = [(months // order.interval + step) * order.interval for step in (-1, 0, 1)]
    dues = [days.months_after(order.first_on, step, order.usual_day) for step in steps]
    return min(dues, key=lambda due: abs((due - on).days))


def _next_day(order: StandingOrder, on: dt.date) -> dt.date:
    due = days.in_month(on.year, on.month, order.usual_day)
    return due if due >= on else days.months_after(on, 1, order.usual_day)


def _note(order: StandingOrder, *, on: dt.date, now: dt.datetime, by: User | None, note: str = "") -> None:
    StandingOrderMove.objects.create(
        standing_order=order,
        state=order.state,
        amount_minor=order.amount_minor,
        interval=order.interval,
        usual_day=order.usual_day,
        note=note[:300],
        on=on,
        moved_at=now,
        moved_by=by,
    )
