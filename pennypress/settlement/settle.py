"""Settling: what each kind of money does when it arrives, fails or is taken back. The one page where all of it is read.

Each function is one transaction: the receipt, its entry in the books, what it means for the gift, the pledge or the
shares, the letter and the purge of the meter stand together or not at all. Nothing leaves the machine inside of it.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from pennypress import money
from pennypress.giving import gifts, pledges
from pennypress.giving.models import Pledge
from pennypress.money import Money
from pennypress.payments import mandates, moving, receipts, refunds
from pennypress.payments import parts as dividing
from pennypress.payments.models import (
    Allocation,
    Payment,
    PaymentState,
    Purpose,
    Receipt,
    Refund,
    RefundKind,
)
from pennypress.payments.parts import Part
from pennypress.people import persons
from pennypress.people.models import Person, ThanksAs, User
from pennypress.settlement import thanking
from pennypress.shares import applying, limits
from pennypress.shares.models import Application


class CannotSettle(ValueError):
    """The money cannot be settled as told; the text says why, and nothing was written."""


@transaction.atomic
def payment_succeeded(
    *, payment_id: int, provider_ref: str, on: dt.date, now: dt.datetime, mandate_ref: str = ""
) -> Receipt:
    """This function will settle a payment whose money has come: once, however often it is told.

    Locks the payment. Writes its move, the receipt with its entry, what the money means, and the letter. A payment that
    had failed before is settled all the same: late money is booked. Raises: CannotSettle.
    """
    payment = _locked(payment_id, provider_ref)
    if payment.state == PaymentState.SUCCEEDED:
        return payment.receipt
    payment.payer = _known(payment.payer_name, payment.payer_email, now)
    payment.save(update_fields=["payer"])
    moving.move(payment=payment, to=PaymentState.SUCCEEDED, now=now)
    if payment.mandate_id and mandate_ref:
        mandates.activate(mandate_id=payment.mandate_id, provider_ref=mandate_ref, person=payment.payer, now=now)
    receipt = receipts.record(
        method=payment.method,
        amount=payment.amount,
        parts=[Part(Purpose(part.purpose), part.amount) for part in payment.parts.all()],
        payer=payment.payer,
        payer_name=payment.payer_name,
        received_on=on,
        reference=provider_ref,
        recorded_by=None,
        now=now,
        payment=payment,
    )
    for allocation in receipt.allocations.all():
        _arrived(payment, allocation, on=on, now=now)
    _purge_meter()
    return receipt


def _arrived(payment: Payment, allocation: Allocation, *, on: dt.date, now: dt.datetime) -> None:
    payer = payment.payer
    match allocation.purpose:
        case Purpose.GIFT:
            gift = gifts.receive(payment=payment, allocation=allocation, payer=payer, on=on)
            thanking.for_gift(gift=gift, now=now)
        case Purpose.PLEDGE:
            pledge, begins = pledges.collected(payment=payment, allocation=allocation, payer=payer, on=on, now=now)
            if begins:
                _welcome(pledge, now)
        case Purpose.SHARES:
            application = Application.objects.get(payment=payment)
            _pay(application, allocation, on=on, now=now)
        case Purpose.SUBSCRIPTION | Purpose.OTHER:
            # Booked to its account; nothing else waits for it yet.
            return


def _welcome(pledge: Pledge, now: dt.datetime) -> None:
    # A supporter comes into their account by a code, as an owner does. Nobody has a login before their money came.
    if pledge.person is not None:
        persons.ensure_login(pledge.person)
    thanking.for_pledge(pledge=pledge, now=now)


@transaction.atomic
def payment_pending(*, payment_id: int, provider_ref: str, now: dt.datetime) -> Payment:
    """This function will note that the reader has paid and the provider does not yet know whether the money comes.

    Locks the payment. Of a payment that is further on, nothing changes. Raises: CannotSettle.
    """
    payment = _locked(payment_id, provider_ref)
    if payment.state in (PaymentState.STARTED, PaymentState.FAILED):
        moving.move(payment=payment, to=PaymentState.PENDING, now=now)
    return payment


@transaction.atomic
def payment_failed(*, payment_id: int, provider_ref: str, reason: str, now: dt.datetime) -> Payment:
    """This function will note that a payment failed, with the reason in the reader's words. Nothing was booked for it.

    Locks the payment. Money that has come does not fail afterwards: it is taken back. Raises: CannotSettle.
    """
    payment = _locked(payment_id, provider_ref)
    if payment.state == PaymentState.SUCCEEDED or (payment.state, payment.failure) == (PaymentState.FAILED, reason):
        return payment
    moving.move(payment=payment, to=PaymentState.FAILED, now=now, reason=reason)
    if payment.parts.filter(purpose=Purpose.PLEDGE).exists():
        pledges.not_collected(payment=payment)
    return payment


@transaction.atomic
def taken_back(
    *, payment_id: int, kind: str, amount: Money, key: str, on: dt.date, reason: str, now: dt.datetime
) -> list[Refund]:
    """This function will settle a refund, dispute, reinstatement or return of a payment: once, by the provider's `key`.

    Locks the payment. Where the payment has several parts, each bears its share of what is left of it. Raises:
    CannotSettle, with nothing written, when more would be taken back than came in.
    """
    payment = moving.locked(payment_id)
    if payment.state != PaymentState.SUCCEEDED:
        raise CannotSettle(_("Nothing was received for this payment that could be taken back."))
    allocations = list(payment.receipt.allocations.all())
    if kind == RefundKind.REINSTATEMENT:
        weights = [refunds.standing(allocation).minor for allocation in allocations]
    else:
        weights = [refunds.left(allocation).minor for allocation in allocations]
    known = Refund.objects.filter(key__in=[_key(key, allocation, allocations) for allocation in allocations])
    if known.exists():
        return list(known)
    if amount.minor > sum(weights) or amount.minor <= 0:
        raise CannotSettle(_("%(amount)s is more than there is to take back.") % {"amount": amount})
    shares = zip(allocations, money.split(amount, weights), strict=True)
    return [
        _take_back(allocation, kind, share, _key(key, allocation, allocations), on=on, reason=reason, now=now)
        for allocation, share in shares
        if share
    ]


@transaction.atomic
def receipt_taken_back(*, receipt: Receipt, kind: str, on: dt.date, reason: str, now: dt.datetime) -> list[Refund]:
    """This function will take back all that is left of a receipt entered by hand: a returned cheque, or a mistake.

    Locks the receipt. Raises: CannotSettle when it came through a provider, or nothing is left of it.
    """
    receipt = Receipt.objects.select_for_update(of=("self",)).get(pk=receipt.pk)
    if receipt.payment_id is not None:
        raise CannotSettle(_("Money that came through a provider goes back through the provider."))
    if on < receipt.received_on:
        raise CannotSettle(_("It cannot be taken back before it was received."))
    taken = [
        _take_back(
            allocation, kind, left, f"{kind}-receipt-{receipt.pk}-{allocation.pk}", on=on, reason=reason, now=now
        )
        for allocation in receipt.allocations.all()
        if (left := refunds.left(allocation))
    ]
    if not taken:
        raise CannotSettle(_("Nothing is left of it to take back."))
    return taken


def _take_back(
    allocation: Allocation, kind: str, amount: Money, key: str, *, on: dt.date, reason: str, now: dt.datetime
) -> Refund:
    try:
        refund = refunds.take_back(
            allocation=allocation, kind=kind, amount=amount, key=key, on=on, reason=reason, now=now
        )
    except refunds.CannotTakeBack as error:
        raise CannotSettle(str(error)) from error
    match allocation.purpose:
        case Purpose.GIFT:
            gifts.weigh_again(allocation=allocation)
        case Purpose.PLEDGE if hasattr(allocation, "collection"):
            pledges.weigh_again(allocation=allocation)
        case _:
            # The books have it. Shares stand in the register until the committee acts on them.
            pass
    _purge_meter()
    return refund


@transaction.atomic
def received_by_hand(
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
    giver = _Giver(payer_name, payer_email, place, thanks_as, person or _known(payer_name, payer_email, now))
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
    _purge_meter()
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
            _pay(application, allocation, on=on, now=now)
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


def _pay(application: Application, allocation: Allocation, *, on: dt.date, now: dt.datetime) -> None:
    try:
        applying.paid(application=application, allocation=allocation, on=on, now=now)
    except applying.CannotPay as error:
        raise CannotSettle(str(error)) from error


def _locked(payment_id: int, provider_ref: str) -> Payment:
    payment = moving.locked(payment_id)
    if payment.provider_ref and payment.provider_ref != provider_ref:
        raise CannotSettle(_("The provider calls this payment by another name."))
    if not payment.provider_ref:
        payment.provider_ref = provider_ref
        payment.save(update_fields=["provider_ref"])
    return payment


def _known(name: str, email: str, now: dt.datetime) -> Person | None:
    # Without an address nobody can say whether two givers of one name are the same: each stays unknown.
    return persons.recorded(name=name, email=email, now=now) if email.strip() else None


def _key(key: str, allocation: Allocation, allocations: Sequence[Allocation]) -> str:
    return key if len(allocations) == 1 else f"{key}-{allocation.pk}"


def _purge_meter() -> None:
    """Tells the page stores, exactly when the transaction commits, that what shows the appeal is out of date."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('purge', 'appeal')")
