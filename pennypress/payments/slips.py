"""Paying-in slips: choosing what is in hand, drawing the slip, and noting that it was paid in. Locks the slip it moves."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils.translation import gettext as _

from pennypress import money
from pennypress.money import Money
from pennypress.payments import accounts, receipts, refunds
from pennypress.payments.models import Method, PayingInSlip, Receipt, SlipItem, SlipState
from pennypress.people.models import User

IN_HAND = tuple(method for method in Method if accounts.is_in_hand(method))


class CannotDraw(ValueError):
    """The slip cannot be drawn or changed as asked; nothing was written."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What a slip adds up to. Law: notes, coins and cheques add up to the whole."""

    notes: Money
    coins: Money
    cheques: Money
    cheque_count: int
    loose: Money

    @property
    def cash(self) -> Money:
        return self.notes + self.coins

    @property
    def whole(self) -> Money:
        return self.notes + self.coins + self.cheques


def waiting(currency: str) -> QuerySet[Receipt]:
    """This function will give what is in hand and on no slip, the eldest first; what was taken back whole is not."""
    on_a_slip = SlipItem.objects.filter(receipt=OuterRef("pk"), removed_at=None)
    found = receipts.in_hand().filter(~Exists(on_a_slip), currency=currency)
    return found.order_by("received_on", "id")


def standing(slip: PayingInSlip) -> list[Receipt]:
    """This function will give the receipts on a slip, in the order in which they were put there."""
    items = slip.items.filter(removed_at=None).select_related("receipt__cash_count").order_by("id")
    return [item.receipt for item in items]


def totals(slip: PayingInSlip) -> Totals:
    """This function will add a slip up: notes and coins as counted, loose cash as told, and cheques."""
    on_it = standing(slip)
    nothing = money.zero(slip.currency)
    cheques = [receipt.amount for receipt in on_it if receipt.method == Method.CHEQUE]
    notes = coins = loose = nothing
    for receipt in on_it:
        if receipt.method == Method.CHEQUE:
            continue
        counted = list(receipt.cash_count.cash.all()) if hasattr(receipt, "cash_count") else []
        notes += money.total([one.amount for one in counted if one.is_note], slip.currency)
        coins += money.total([one.amount for one in counted if not one.is_note], slip.currency)
        loose += nothing if counted else receipt.amount
    return Totals(
        notes=notes + loose - slip.loose_coins,
        coins=coins + slip.loose_coins,
        cheques=money.total(cheques, slip.currency),
        cheque_count=len(cheques),
        loose=loose,
    )


@transaction.atomic
def draw(
    *,
    chosen: Sequence[Receipt],
    loose_coins: Money,
    on: dt.date,
    by: User | None,
    now: dt.datetime,
    reference: str = "",
) -> PayingInSlip:
    """This function will draw a slip over what was chosen of what is in hand. Numbers run on without a gap.

    `loose_coins` is how much of the cash without a count sheet is coins. Writes the slip and its items.
    Raises: CannotDraw, with nothing written, when something is on a slip already or is not in hand.
    """
    if not chosen:
        raise CannotDraw(_("Choose what you take to the bank."))
    currency = loose_coins.currency
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('payments.slip'))")
    free = set(waiting(currency).filter(pk__in=[receipt.pk for receipt in chosen]).values_list("pk", flat=True))
    taken = [receipt for receipt in chosen if receipt.pk not in free]
    if taken:
        raise CannotDraw(_("Receipt %(number)s is on a slip already, or not in hand.") % {"number": taken[0].pk})
    number = (PayingInSlip.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    slip = PayingInSlip.objects.create(
        number=number,
        currency=currency,
        loose_coins_minor=loose_coins.minor,
        reference=reference.strip()[:40],
        drawn_on=on,
        drawn_at=now,
        drawn_by=by,
    )
    _put(slip, chosen, now)
    if (loose := totals(slip).loose) < loose_coins:
        raise CannotDraw(_("The coins are more than the cash without a count sheet, %(loose)s.") % {"loose": loose})
    return slip


def _put(slip: PayingInSlip, chosen: Sequence[Receipt], now: dt.datetime) -> None:
    try:
        with transaction.atomic():
            for receipt in chosen:
                SlipItem.objects.create(slip=slip, receipt=receipt, put_at=now)
    except IntegrityError as error:
        raise CannotDraw(_("One of these is on a slip already.")) from error


@transaction.atomic
def take_off(*, slip: PayingInSlip, receipt: Receipt, now: dt.datetime) -> None:
    """This function will take a receipt off a slip that is not yet paid in; it is in hand again. Raises: CannotDraw."""
    slip = PayingInSlip.objects.select_for_update(of=("self",)).get(pk=slip.pk)
    if slip.state != SlipState.OPEN:
        raise CannotDraw(_("This slip is paid in, and stays as it is."))
    if not SlipItem.objects.filter(slip=slip, receipt=receipt, removed_at=None).update(removed_at=now):
        raise CannotDraw(_("That receipt is not on this slip."))
    if totals(slip).loose < slip.loose_coins:
        raise CannotDraw(_("Its coins are counted on this slip. Take everything off, and draw another."))


@transaction.atomic
def pay_in(
    *, slip: PayingInSlip, banked_on: dt.date, by: User | None, now: dt.datetime, reference: str = ""
) -> PayingInSlip:
    """This function will note that a slip was paid in: each receipt on it is banked, by an entry of its own.

    Locks the slip and its receipts; doing it again gives the slip as it stands. Raises: CannotDraw, receipts.CannotBank.
    """
    slip = PayingInSlip.objects.select_for_update(of=("self",)).get(pk=slip.pk)
    if slip.state == SlipState.PAID_IN:
        return slip
    on_it = standing(slip)
    if not on_it:
        raise CannotDraw(_("Nothing is on this slip."))
    gone = [receipt for receipt in on_it if not any(refunds.left(part) for part in receipt.allocations.all())]
    if gone:
        raise CannotDraw(_("Receipt %(number)s was taken back. Take it off the slip first.") % {"number": gone[0].pk})
    for receipt in on_it:
        receipts.bank(receipt=receipt, banked_on=banked_on, now=now)
    slip.state, slip.banked_on, slip.paid_in_at, slip.paid_in_by = SlipState.PAID_IN, banked_on, now, by
    slip.reference = reference.strip()[:40] or slip.reference
    slip.save(update_fields=["state", "banked_on", "paid_in_at", "paid_in_by", "reference"])
    return slip


def bank_one(*, receipt: Receipt, banked_on: dt.date, now: dt.datetime) -> Receipt:
    """This function will note that one receipt was paid in without a slip. Raises: receipts.CannotBank."""
    if SlipItem.objects.filter(receipt=receipt, removed_at=None).exists():
        raise receipts.CannotBank(_("This is on a paying-in slip: note the slip as paid in."))
    return receipts.bank(receipt=receipt, banked_on=banked_on, now=now)


def give_place(*, wrong: Receipt, anew: Receipt | None, now: dt.datetime) -> None:
    """This function will put a correction on the slip on which what it corrects stood, in its place.

    Called by settlement, in its transaction, after the wrong receipt was taken back. Without `anew` the place is left
    empty.
    """
    item = SlipItem.objects.filter(receipt=wrong, removed_at=None).select_related("slip").first()
    if item is None:
        return
    item.removed_at = now
    item.save(update_fields=["removed_at"])
    if anew is not None:
        SlipItem.objects.create(slip=item.slip, receipt=anew, put_at=now)
