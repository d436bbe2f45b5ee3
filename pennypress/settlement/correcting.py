"""Correcting: a receipt that was entered wrongly is reversed whole and entered anew, with a reason, in one transaction.

Nothing is changed: the wrong receipt stays with what was taken back of it, the right one says which it corrects, and
both keep the day on which the money came. Money that came through a provider keeps its amount: only what it is for, and
whom it is credited to, can be corrected.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from pennypress.giving import collecting
from pennypress.giving.models import Gift
from pennypress.money import Money
from pennypress.payments import counting, receipts, refunds, slips
from pennypress.payments.cash import CountSheet
from pennypress.payments.models import Allocation, Purpose, Receipt, Refund, RefundKind
from pennypress.payments.parts import Part
from pennypress.people.models import Person, ThanksAs, User
from pennypress.settlement import by_hand, effects
from pennypress.settlement.came import Came, Named
from pennypress.settlement.effects import CannotSettle
from pennypress.shares.models import Application, ApplicationState
from pennypress.subscriptions.models import Subscription

__all__ = ["CannotSettle", "Particulars", "as_entered", "correct", "strike_out"]


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a receipt says, as it is or as it should be. The method and the day stay."""

    amount: Money
    parts: tuple[Part, ...]
    payer_name: str = ""
    payer_email: str = ""
    place: str = ""
    thanks_as: str = ThanksAs.NOT
    reference: str = ""
    person: Person | None = None
    credited: Named | None = None
    contact: Named | None = None
    sent: Money | None = None
    application: Application | None = None
    subscriber: Person | None = None


def as_entered(receipt: Receipt) -> Particulars:
    """This function will give the particulars of a receipt as they stand, to be put right."""
    gifts = {gift.allocation_id: gift for gift in Gift.objects.filter(allocation__receipt=receipt)}
    first = next(iter(gifts.values()), None)
    is_another = first is not None and first.name != receipt.payer_name
    application = Application.objects.filter(allocation__receipt=receipt).first()
    bought = {one.allocation_id: one for one in Subscription.objects.filter(allocation__receipt=receipt).order_by("id")}
    return Particulars(
        amount=receipt.amount,
        parts=tuple(_part(one, gifts.get(one.pk), bought.get(one.pk)) for one in receipt.allocations.order_by("id")),
        payer_name=receipt.payer_name,
        payer_email=receipt.payer.email if receipt.payer else "",
        place=first.place if first else "",
        thanks_as=first.thanks_as if first else ThanksAs.NOT,
        reference=receipt.reference,
        person=receipt.payer,
        credited=Named(first.name, person=first.payer) if first and is_another else None,
        contact=Named(receipt.contact.name, receipt.contact.email, receipt.contact) if receipt.contact else None,
        sent=receipt.sent,
        application=application,
        subscriber=next((one.person for one in bought.values()), None),
    )


def _part(allocation: Allocation, gift: Gift | None, bought: Subscription | None) -> Part:
    return Part(
        Purpose(allocation.purpose),
        allocation.amount,
        account=allocation.account.code if allocation.account else "",
        appeal=gift.appeal.slug if gift and gift.appeal else "",
        product=str(bought.product_id) if bought else "",
    )


@transaction.atomic
def correct(
    *, receipt: Receipt, anew: Particulars, reason: str, by: User | None, now: dt.datetime, is_thanked: bool = False
) -> Receipt:
    """This function will reverse a receipt whole and enter it anew as it should have been. Gives the new one.

    Both stand on the day on which the money came, or in the books on the first open day where that is closed. The gift,
    the meter, the register, a pledge's month and the paying-in slip follow. No letter goes unless `is_thanked`. Locks the
    receipt. Raises: CannotSettle, with nothing written.
    """
    receipt = _reversed(receipt, reason, now)
    if receipts.came_by(receipt) is not None and anew.amount != receipt.amount:
        raise CannotSettle(_("The provider took %(amount)s: that stays.") % {"amount": receipt.amount})
    _require_shares_kept(receipt, anew)
    count = counting.as_written(receipt)
    if count is not None and anew.amount != receipt.amount:
        raise CannotSettle(
            _("It was counted as %(amount)s. Strike it out, and enter the right count sheet.")
            % {"amount": receipt.amount}
        )
    corrected = by_hand.received(
        came=_came(receipt, anew, count), recorded_by=by, now=now, is_thanked=is_thanked, may_fall_later=True
    )
    _stand_pledges_on(receipt, corrected)
    slips.give_place(wrong=receipt, anew=corrected, now=now)
    return corrected


def _came(receipt: Receipt, anew: Particulars, count: CountSheet | None) -> Came:
    return Came(
        method=receipt.method,
        amount=anew.amount,
        parts=anew.parts,
        payer_name=anew.payer_name,
        payer_email=anew.payer_email,
        place=anew.place,
        thanks_as=anew.thanks_as,
        reference=anew.reference,
        received_on=receipt.received_on,
        person=anew.person,
        credited=anew.credited,
        contact=anew.contact,
        sent=anew.sent,
        count=count,
        application=anew.application,
        subscriber=anew.subscriber,
        banked_on=receipt.banked_on,
        corrects=receipt,
    )


@transaction.atomic
def strike_out(*, receipt: Receipt, reason: str, now: dt.datetime) -> list[Refund]:
    """This function will reverse a receipt that should never have been entered: twice, or for nothing. Locks it.

    Raises: CannotSettle, with nothing written; also for money that a provider has.
    """
    if receipts.came_by(receipt) is not None:
        raise CannotSettle(_("Money that came through a provider came: it can be given back, not struck out."))
    if Application.objects.filter(allocation__receipt=receipt).exists():
        raise CannotSettle(_("An application for shares stands on this money. Ask the secretary to refuse it first."))
    receipt = _reversed(receipt, reason, now)
    slips.give_place(wrong=receipt, anew=None, now=now)
    return list(Refund.objects.filter(allocation__receipt=receipt, kind=RefundKind.MISTAKE))


def _reversed(receipt: Receipt, reason: str, now: dt.datetime) -> Receipt:
    receipt = Receipt.objects.select_for_update(of=("self",)).get(pk=receipt.pk)
    if not reason.strip():
        raise CannotSettle(_("Please say what was wrong, for the auditor."))
    allocations = list(receipt.allocations.order_by("id"))
    _require_whole(receipt, allocations)
    for allocation in allocations:
        effects.take_back(
            allocation,
            RefundKind.MISTAKE,
            allocation.amount,
            f"mistake-{allocation.pk}",
            on=receipt.received_on,
            reason=reason.strip(),
            now=now,
        )
    receipts.unbank(receipt=receipt, now=now)
    return receipt


def _require_whole(receipt: Receipt, allocations: Sequence[Allocation]) -> None:
    anew = Receipt.objects.filter(corrects=receipt).first()
    if anew is not None:
        raise CannotSettle(_("It was corrected already, by receipt %(number)s.") % {"number": anew.pk})
    if any(refunds.standing(allocation) for allocation in allocations):
        raise CannotSettle(_("Some of it was taken back already: what is left of it stays as it is."))


def _require_shares_kept(receipt: Receipt, anew: Particulars) -> None:
    """An application that this money pays keeps its money: the committee may have decided on it."""
    application = Application.objects.filter(allocation__receipt=receipt).first()
    if application is None:
        return
    kept = [part for part in anew.parts if part.purpose == Purpose.SHARES and part.amount == application.amount]
    if not kept or anew.application != application:
        words = _("%(amount)s of it is for the application of %(name)s, which is %(state)s. Ask the secretary first.")
        state = ApplicationState(application.state).label
        raise CannotSettle(
            words % {"amount": application.amount, "name": application.name, "state": str(state).lower()}
        )


def _stand_pledges_on(receipt: Receipt, corrected: Receipt) -> None:
    """A pledge's month that this money was collected for stands on the same part of the correction, if it has one."""
    free = list(corrected.allocations.filter(purpose=Purpose.PLEDGE).order_by("id"))
    for allocation in receipt.allocations.filter(purpose=Purpose.PLEDGE, collection__isnull=False).order_by("id"):
        match = next((one for one in free if one.amount_minor == allocation.amount_minor), None)
        if match is not None:
            free.remove(match)
            collecting.entered_anew(was=allocation, allocation=match)
