"""Receipts: money that arrived, written down once with its allocations and its entry in the books."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from pennypress import prepared
from pennypress.ledger import chart, posting
from pennypress.ledger.models import Account, Entry
from pennypress.money import Money
from pennypress.payments import accounts
from pennypress.payments import parts as dividing
from pennypress.payments.models import Allocation, BankAccount, Method, Payment, Purpose, Receipt
from pennypress.payments.parts import Part
from pennypress.people.models import Person, User


class CannotBank(ValueError):
    """The receipt cannot be taken to the bank: it is not money in hand, or it was banked before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Money that arrived: from whom, by which way, on which day, and what its parts are for.

    `amount` is what was credited to us, `sent` the same money in the payer's own currency where that is another.
    `contact` is whom we write to where that is not the payer; `corrects` the receipt that was entered wrongly before.
    Money that `is_brought_forward` was had in the books before these: it is debited to 3990, and nowhere to be banked.
    `bank_account` is the account whose statement told of it; its account in the books holds the money. `key` says the form
    it was entered with; the database refuses a second receipt under it.
    """

    method: str
    amount: Money
    parts: Sequence[Part]
    received_on: dt.date
    payer: Person | None = None
    payer_name: str = ""
    reference: str = ""
    payment: Payment | None = None
    banked_on: dt.date | None = None
    key: str | None = None
    sent: Money | None = None
    contact: Person | None = None
    corrects: Receipt | None = None
    is_brought_forward: bool = False
    bank_account: BankAccount | None = None

    def paid_in_on(self) -> dt.date | None:
        """The day on which it went to the bank, where it had to be taken there. Raises: CannotBank."""
        if self.is_brought_forward:
            return self.received_on if accounts.is_in_hand(self.method) else None
        return _paid_in_on(self.method, self.received_on, self.banked_on)


def record(*, arrived: Arrived, recorded_by: User | None, now: dt.datetime) -> Receipt:
    """This function will write down money that arrived: the receipt, one allocation for each part, and its entry.

    Law: the allocations sum exactly to the receipt, and the entry says the same. Money for a purpose is credited to the
    purpose's account and debited to where the method left it. Raises: parts.CannotDivide, with nothing written.
    """
    dividing.require_whole(arrived.amount, arrived.parts)
    receipt = _row(arrived, recorded_by, now)
    # No savepoint: what could be refused has been, and money is settled thousands of times.
    with transaction.atomic(savepoint=False):
        _write(receipt, arrived.parts, now)
    return receipt


def _row(arrived: Arrived, recorded_by: User | None, now: dt.datetime) -> Receipt:
    return Receipt(
        payment=arrived.payment,
        payer=arrived.payer,
        payer_name=arrived.payer_name,
        method=Method(arrived.method),
        amount_minor=arrived.amount.minor,
        currency=arrived.amount.currency,
        received_on=arrived.received_on,
        reference=arrived.reference,
        recorded_at=now,
        recorded_by=recorded_by,
        allocation_count=len(arrived.parts),
        banked_on=arrived.paid_in_on(),
        key=arrived.key,
        sent_minor=arrived.sent.minor if arrived.sent else None,
        sent_currency=arrived.sent.currency if arrived.sent else "",
        contact=arrived.contact,
        corrects=arrived.corrects,
        is_brought_forward=arrived.is_brought_forward,
        bank_account=arrived.bank_account,
    )


def _write(receipt: Receipt, parts: Sequence[Part], now: dt.datetime) -> None:
    prepared.written(receipt)
    codes = {part.account for part in parts} - {""}
    named = {found.code: found for found in Account.objects.filter(code__in=codes)} if codes else {}
    receipt.just_written = tuple(
        prepared.written(
            Allocation(
                receipt=receipt, purpose=part.purpose, amount_minor=part.amount.minor, account=named.get(part.account)
            )
        )
        for part in parts
    )
    sides = [posting.debit(held(receipt), receipt.amount)]
    sides += [posting.credit(accounts.earned(part.purpose, part.account), part.amount) for part in parts]
    posting.post(key=entry_key(receipt), on=receipt.received_on, memo=_memo(receipt), sides=sides, now=now)
    # What a statement told of was never in hand: it is held at the bank from the first.
    is_elsewhere = receipt.is_brought_forward or receipt.bank_account is not None
    if receipt.banked_on is not None and not is_elsewhere:
        _post_paid_in(receipt, receipt.banked_on, now)


def _paid_in_on(method: str, received_on: dt.date, banked_on: dt.date | None) -> dt.date | None:
    if banked_on is None or not accounts.is_in_hand(method):
        return None
    if banked_on < received_on:
        raise CannotBank(_("It cannot be paid in before it was received."))
    return banked_on


def held(receipt: Receipt, *, banked: bool = False) -> str:
    """This function will name the account that holds a receipt's money, once it is at the bank or before.

    A correction holds it where the receipt held it that first told of the money: in the bank account whose statement told
    of it, or at the provider, if it came from one.
    """
    first = first_told(receipt)
    if first.is_brought_forward:
        return chart.BROUGHT_FORWARD
    if first.bank_account is not None:
        return first.bank_account.ledger.code
    return accounts.arrived(receipt.method, provider=first.payment.provider if first.payment else "", banked=banked)


def came_by(receipt: Receipt) -> Payment | None:
    """This function will give the payment through which money came, also of a receipt that corrects another."""
    return first_told(receipt).payment


def first_told(receipt: Receipt) -> Receipt:
    """This function will follow corrections back to the receipt that first told of the money."""
    while receipt.corrects is not None:
        receipt = receipt.corrects
    return receipt


def standing(receipt: Receipt) -> Receipt:
    """This function will follow corrections to the receipt that stands today."""
    while (anew := Receipt.objects.filter(corrects=receipt).first()) is not None:
        receipt = anew
    return receipt


def waiting_for_a_purpose(currency: str) -> QuerySet[Allocation]:
    """This function will give what is not yet allocated, with the `left_minor` of it, the eldest first."""
    found = Allocation.objects.filter(purpose=Purpose.UNALLOCATED, receipt__currency=currency)
    found = found.annotate(left_minor=F("amount_minor") - Coalesce(Sum("refunds__amount_minor"), 0))
    return found.filter(left_minor__gt=0).order_by("receipt__received_on", "id")


def in_hand() -> QuerySet[Receipt]:
    """This function will give the cheques and cash not yet at the bank of which something is left."""
    methods = [method for method in Method if accounts.is_in_hand(method)]
    taken = Coalesce(Sum("allocations__refunds__amount_minor"), 0)
    return (
        Receipt.objects.filter(method__in=methods, banked_on=None)
        .alias(taken=taken)
        .filter(taken__lt=F("amount_minor"))
    )


def entry_key(receipt: Receipt) -> str:
    """This function will give the key of a receipt's entry in the books; every receipt has exactly one."""
    return f"payment-{receipt.payment.public_id}" if receipt.payment else f"receipt-{receipt.pk}"


def _memo(receipt: Receipt) -> str:
    # No name: the books are read by more people than the list of givers.
    by = Method(receipt.method).label
    return _("Received by %(method)s") % {"method": str(by).lower()}


@transaction.atomic
def bank(*, receipt: Receipt, banked_on: dt.date, now: dt.datetime) -> Receipt:
    """This function will note that money in hand was paid in at the bank. Locks the receipt; posts one entry.

    Raises: CannotBank.
    """
    receipt = Receipt.objects.select_for_update().get(pk=receipt.pk)
    if not accounts.is_in_hand(receipt.method):
        raise CannotBank(_("Only cheques and cash are taken to the bank."))
    if receipt.banked_on is not None:
        raise CannotBank(_("This was paid in on %(day)s.") % {"day": receipt.banked_on})
    receipt.banked_on = _paid_in_on(receipt.method, receipt.received_on, banked_on)
    receipt.save(update_fields=["banked_on"])
    _post_paid_in(receipt, banked_on, now)
    return receipt


def _post_paid_in(receipt: Receipt, banked_on: dt.date, now: dt.datetime) -> None:
    sides = [
        posting.debit(held(receipt, banked=True), receipt.amount),
        posting.credit(held(receipt), receipt.amount),
    ]
    posting.post(key=banked_key(receipt), on=banked_on, memo=_("Paid in at the bank"), sides=sides, now=now)


def banked_key(receipt: Receipt) -> str:
    """This function will give the key of the entry by which money in hand went to the bank."""
    return f"banked-{receipt.pk}"


def unbank(*, receipt: Receipt, now: dt.datetime) -> None:
    """This function will reverse the entry by which a receipt went to the bank, on its own day. Nothing if there is none.

    For a receipt that was entered by mistake; called in the transaction that takes it back.
    """
    entry = Entry.objects.filter(key=banked_key(receipt)).first()
    if entry is not None:
        memo = _("Entered by mistake: paid in at the bank")
        posting.reverse(
            entry=entry, key=f"mistake-{banked_key(receipt)}", on=entry.meant_on or entry.on, memo=memo, now=now
        )
