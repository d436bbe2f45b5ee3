"""Gifts to the fund: offered by a reader, received when their money has come, taken back when it has gone."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pennypress import prepared
from pennypress.giving import appeals, beneficiaries, checkpoints, limits, terms
from pennypress.giving.beneficiaries import Beneficiary
from pennypress.giving.limits import CannotGive
from pennypress.giving.models import Appeal, Gift, GiftState
from pennypress.money import Money
from pennypress.payments import refunds, taking
from pennypress.payments.models import Allocation, Method, Payment, Purpose
from pennypress.payments.parts import Part
from pennypress.people import persons
from pennypress.people.models import Person

__all__ = ["CannotGive", "Offered", "offer", "receive", "record_by_hand", "shown", "weigh_again"]

_RECEIVE = """
SET state = 'received', allocation_id = %(allocation)s, payer_id = %(payer)s, received_on = %(on)s
WHERE payment_id = %(payment)s AND state = 'offered'
"""


@dataclass(frozen=True, slots=True)
class Offered:
    """A gift as offered, and the address of the page on which the reader pays."""

    gift: Gift
    url: str


def offer(
    *,
    amount: Money,
    name: str,
    email: str,
    place: str,
    thanks_as: str,
    message: str,
    now: dt.datetime,
    on: dt.date,
    provider: str | None = None,
    method: str = Method.CARD,
    public_id: uuid.UUID | None = None,
    beneficiary: Beneficiary | None = None,
    appeal: Appeal | None = None,
) -> Offered:
    """This function will take a reader's offer of a gift to an appeal, and ask the provider for its page.

    `appeal` is one that runs, as `offered_to` gives it; None while none does. The gift counts when its money has come, in
    the appeal to which it was offered. Writes the gift and its payment in one transaction, then asks outside of it. The
    same `public_id` again gives the gift that stands and asks nothing new: a form sent twice makes one payment. Raises:
    CannotGive, with nothing written; ProviderUnavailable.
    """
    limits.require_amount(amount, currency=limits.currency_of(appeal))
    limits.require_words(name=name, email=email, place=place, thanks_as=thanks_as, message=message)
    beneficiaries.require(beneficiary, on=on)
    gift = Gift(
        public_id=public_id or uuid.uuid4(),
        appeal=appeal,
        name=name.strip(),
        email=persons.fold(email),
        place=place.strip(),
        thanks_as=thanks_as,
        message=message.strip(),
        amount_minor=amount.minor,
        currency=amount.currency,
        offered_at=now,
        **beneficiaries.columns(beneficiary, on=on),
    )
    gift = _written_once(gift, provider=provider, method=method)
    assert gift.payment is not None
    started = taking.ask(payment=gift.payment, return_path=f"/give/{gift.public_id}/thanks/")
    return Offered(gift, started.url)


def shown(public_id: uuid.UUID, *, on: dt.date) -> Gift | None:
    """This function will give a gift with its payment and its appeal as that stands on the day `on`, or None."""
    gift = prepared.first(Gift, "WHERE public_id = %(public_id)s", public_id=public_id)
    if gift is None:
        return None
    if gift.payment_id is not None:
        gift.payment = prepared.first(Payment, "WHERE id = %(payment)s", payment=gift.payment_id)
    if gift.appeal_id is not None:
        (gift.appeal,) = terms.find("appeal.id = %(appeal)s", on=on, appeal=gift.appeal_id)
    return gift


def offered_to(slug: str, *, on: dt.date, running: Sequence[Appeal] | None = None) -> Appeal | None:
    """This function will give the appeal with this address, which must be running on the day `on`, or for an empty one the
    principal fund's, if any runs. It asks nothing where those `running` are known. Raises: CannotGive."""
    appeal = appeals.chosen(slug, on=on, running=running)
    if slug and appeal is None:
        raise CannotGive(_("That appeal is not running today. Please choose another."))
    return appeal


def _written_once(gift: Gift, *, provider: str | None, method: str) -> Gift:
    try:
        with transaction.atomic():
            gift.payment = taking.prepare(
                provider=provider,
                method=method,
                parts=[Part(Purpose.GIFT, gift.amount)],
                payer_name=gift.name,
                payer_email=gift.email,
                now=gift.offered_at,
            )
            prepared.written(gift)
    except IntegrityError:
        standing = Gift.objects.select_related("payment").filter(public_id=gift.public_id).first()
        if standing is None:
            raise
        return standing
    return gift


def receive(*, payment: Payment, allocation: Allocation, payer: Person | None, on: dt.date, now: dt.datetime) -> Gift:
    """This function will mark the gift of a payment as received by its allocation. Locks the gift.

    Called by settlement, in its transaction. A gift offered while no appeal ran counts in the one that runs on the day.
    """
    facts = {"payment": payment.pk, "allocation": allocation.pk, "payer": payer and payer.pk, "on": on}
    received = prepared.changed(Gift, _RECEIVE, **facts)
    if not received:
        return Gift.objects.select_related("appeal").get(payment=payment)
    (gift,) = received
    gift.payer = payer
    if gift.appeal_id is not None:
        gift.appeal = prepared.first(Appeal, "WHERE id = %(appeal)s", appeal=gift.appeal_id)
    if gift.appeal_id is None or gift.beneficiary_email:
        gift.appeal = gift.appeal or _running_in(gift.currency, on)
        gift.credited = beneficiaries.credited(gift, now)
        prepared.saved(gift, "appeal", "credited")
    checkpoints.ask_if_due(allocation)
    return gift


def record_by_hand(
    *,
    allocation: Allocation,
    name: str,
    email: str,
    place: str,
    thanks_as: str,
    payer: Person | None,
    received_on: dt.date,
    now: dt.datetime,
    appeal: Appeal | None = None,
    is_past: bool = False,
) -> Gift:
    """This function will write a gift that came by post, in a tin or over the counter, received with its allocation.

    Called by settlement. It counts in the `appeal` that it was given to, or else in the one that ran on the day it was
    received; one that `is_past`, from the books before these, only in the appeal it was given to. Writes one row.
    """
    amount = allocation.amount
    return Gift.objects.create(
        appeal=appeal if is_past else appeal or _running_in(amount.currency, received_on),
        name=name.strip(),
        email=persons.fold(email),
        place=place.strip(),
        thanks_as=thanks_as,
        amount_minor=amount.minor,
        currency=amount.currency,
        allocation=allocation,
        payer=payer,
        state=GiftState.RECEIVED,
        offered_at=now,
        received_on=received_on,
    )


@transaction.atomic
def weigh_again(*, allocation: Allocation) -> Gift:
    """This function will bring a gift's state in line with what stands taken back of its allocation. Locks the gift.

    Wholly gone, it is taken back; otherwise it is received, and the meter counts what is left.
    """
    gift = Gift.objects.select_for_update(of=("self",)).get(allocation=allocation)
    state = GiftState.RECEIVED if refunds.left(allocation) else GiftState.TAKEN_BACK
    if gift.state != state:
        gift.state = state
        gift.save(update_fields=["state"])
    return gift


def _running_in(currency: str, on: dt.date) -> Appeal | None:
    appeal = appeals.running(on)
    return appeal if appeal and appeal.currency == currency else None
