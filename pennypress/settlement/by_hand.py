"""By hand: what money does that came by post, bank or hand, and that is taken back again.

Each function is one transaction, as in `settle`: receipt, entry, meaning and letter stand together or not at all.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from pennypress.giving import gifts
from pennypress.money import Money
from pennypress.payments import parts as dividing
from pennypress.payments import receipts, refunds
from pennypress.payments.models import Allocation, Purpose, Receipt, Refund
from pennypress.payments.parts import Part
from pennypress.people.models import Person, ThanksAs, User
from pennypress.settlement import effects, thanking
from pennypress.settlement.effects import CannotSettle
from pennypress.shares import applying, limits
from pennypress.shares.models import Application

__all__ = ["CannotSettle", "received", "taken_back"]


@transaction.atomic
def received(
    *,
    method: str,
    amount: Money,
    parts: Sequence[Part],
    payer_name: str,
    payer_email: str,
    place: str,
    thanks_as: str,
    reference: str,
    received_on: dt.date,
    recorded_by: User | None,
    now: dt.datetime,
    person: Person | None = None,
    application: Application | None = None,
    particulars: Mapping[str, Any] | None = None,
    banked_on: dt.date | None = None,
    key: str | None = None,
) -> Receipt:
    """This function will settle money that came by post, bank or hand: one receipt, divided exactly into its parts.

    A part for shares belongs to the `application` that it pays, or to a new one with these `particulars`. The same `key`
    again gives the receipt that stands. Writes the receipt with its entry, a gift for each part to the fund, and the
    letter. Raises: CannotSettle, with nothing written.
    """
    if key and (standing := _entered(key, amount)):
        return standing
    _require_parts(amount, parts, thanks_as)
    giver = _Giver(payer_name, payer_email, place, thanks_as, person or effects.known(payer_name, payer_email, now))
    application = _applied_for(
        parts, application, particulars, giver=giver, on=received_on, recorded_by=recorded_by, now=now
    )
    receipt = receipts.record(
        method=method,
        amount=amount,
        parts=parts,
        payer=giver.person,
        payer_name=payer_name.strip(),
        received_on=received_on,
        reference=reference.strip(),
        recorded_by=recorded_by,
        now=now,
        banked_on=banked_on,
        key=key,
    )
    for allocation in receipt.allocations.all():
        _arrived_by_hand(allocation, giver, application, on=received_on, now=now)
    effects.purge_meter()
    return receipt


@dataclass(frozen=True, slots=True)
class _Giver:
    """Who gave by hand, in the words they left."""

    name: str
    email: str
    place: str
    thanks_as: str
    person: Person | None


def _arrived_by_hand(
    allocation: Allocation, giver: _Giver, application: Application | None, *, on: dt.date, now: dt.datetime
) -> None:
    match allocation.purpose:
        case Purpose.GIFT:
            gift = gifts.record_by_hand(
                allocation=allocation,
                name=giver.name,
                email=giver.email,
                place=giver.place,
                thanks_as=giver.thanks_as,
                payer=giver.person,
                received_on=on,
                now=now,
            )
            thanking.for_gift(gift=gift, now=now)
        case Purpose.SHARES if application is not None:
            effects.pay(application, allocation, on=on, now=now)
        case _:
            # Booked to its account; a standing order has no pledge of ours above it.
            return


def _entered(key: str, amount: Money) -> Receipt | None:
    # Two at once wait for each other here, so that the second finds what the first has entered.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"receipt {key}"])
    standing = Receipt.objects.filter(key=key).first()
    if standing is not None and standing.amount != amount:
        raise CannotSettle(_("This form was sent before with another amount. Please open a new one."))
    return standing


def _require_parts(amount: Money, parts: Sequence[Part], thanks_as: str) -> None:
    try:
        dividing.require_whole(amount, parts)
    except dividing.CannotDivide as error:
        raise CannotSettle(str(error)) from error
    purposes = [part.purpose for part in parts]
    if len(set(purposes)) != len(purposes):
        raise CannotSettle(_("Please enter one part for each purpose."))
    if thanks_as not in ThanksAs.values:
        raise CannotSettle(_("Please choose how the giver is to be thanked."))


def _applied_for(
    parts: Sequence[Part],
    application: Application | None,
    particulars: Mapping[str, Any] | None,
    *,
    giver: _Giver,
    on: dt.date,
    recorded_by: User | None,
    now: dt.datetime,
) -> Application | None:
    """The application that the part for shares pays: the one named, or a new one on paper. None without such a part."""
    part = next((part for part in parts if part.purpose == Purpose.SHARES), None)
    if part is None and application is None:
        return None
    if part is None or (application is None and particulars is None):
        raise CannotSettle(_("Money for shares needs the application that it pays, and only then is one named."))
    if application is not None or particulars is None:
        return application
    facts = dict(particulars)
    if not (facts.pop("accepts_rules", True) and facts.pop("has_read_risk", True)):
        raise CannotSettle(_("An applicant accepts the rules and has read what they risk."))
    shares, over = divmod(part.amount.minor, limits.nominal(on=on).minor)
    if over:
        raise CannotSettle(_("Shares are bought whole: %(amount)s is not a number of them.") % {"amount": part.amount})
    try:
        return applying.record_by_hand(
            name=giver.name,
            email=giver.email,
            person=giver.person,
            shares=shares,
            on=on,
            now=now,
            by=recorded_by,
            **facts,
        )
    except applying.CannotApply as error:
        raise CannotSettle(str(error)) from error


@transaction.atomic
def taken_back(*, receipt: Receipt, kind: str, on: dt.date, reason: str, now: dt.datetime) -> list[Refund]:
    """This function will take back all that is left of a receipt entered by hand: a returned cheque, or a mistake.

    Locks the receipt. Raises: CannotSettle when it came through a provider, or nothing is left of it.
    """
    receipt = Receipt.objects.select_for_update(of=("self",)).get(pk=receipt.pk)
    if receipt.payment_id is not None:
        raise CannotSettle(_("Money that came through a provider goes back through the provider."))
    if on < receipt.received_on:
        raise CannotSettle(_("It cannot be taken back before it was received."))
    taken = [
        effects.take_back(
            allocation, kind, left, f"{kind}-receipt-{receipt.pk}-{allocation.pk}", on=on, reason=reason, now=now
        )
        for allocation in receipt.allocations.all()
        if (left := refunds.left(allocation))
    ]
    if not taken:
        raise CannotSettle(_("Nothing is left of it to take back."))
    return taken
