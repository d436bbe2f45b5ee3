"""Payments at the sandbox: what the reader, their bank and the passing of time do to one. It tells of each by webhook."""

import contextlib
import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pennypress import prepared
from pennypress.payments.providers import sandbox_balance, sandbox_cards, sandbox_mandates, sandbox_webhooks
from pennypress.payments.providers.protocol import CannotRefund, UnknownAtProvider
from pennypress.payments.providers.sandbox_cards import LATER
from pennypress.payments.sandbox_tables import SandboxMandate, SandboxPayment

CLAIMED = "claimed under the Direct Debit Guarantee"
RETURNED = "returned unpaid by the bank"
# As many cards are tried on one payment page as providers let a reader try.
CARDS_A_PAYMENT = 3


class CannotPay(ValueError):
    """The sandbox does not know the card, or the payment is not waiting for one; the text is fit for the reader."""


def find(ref: str, *, lock: bool = False) -> SandboxPayment:
    """This function will give the payment of this name, and lock it if asked. Raises: UnknownAtProvider."""
    payment = prepared.first(SandboxPayment, f"WHERE ref = %(ref)s {'FOR UPDATE' if lock else ''}", ref=ref)
    if payment is None:
        raise UnknownAtProvider(ref)
    return payment


@transaction.atomic
def pay(*, ref: str, card: str, fault: str = "") -> SandboxPayment:
    """This function will do what the reader asked for on the payment page, with one of the test cards.

    Locks the payment and tells of what came of it by webhook, which goes wrong as `fault` says. A payment that was made
    already stays as it is, and so does one that has seen its three cards. Raises: CannotPay.
    """
    payment = _locked(ref)
    if payment.state not in ("open", "failed") or is_over(payment):
        return payment
    known = {offered.name for offered in sandbox_cards.of(payment.method)}
    if card not in known:
        raise CannotPay(_("Please choose one of the test cards."))
    payment.card = card
    payment.fault = fault if fault in sandbox_webhooks.FAULTS else ""
    if payment.method == "direct_debit":
        return _wait(payment, until=timezone.now() + LATER)
    if refusal := sandbox_cards.named(card).refusal:
        return _fail(payment, str(refusal))
    if sandbox_cards.named(card).asks:
        return _save(payment, "challenged")
    return _succeed(payment)


def is_over(payment: SandboxPayment) -> bool:
    """This function will say whether a payment has seen as many cards as a page takes: its reader begins anew."""
    return payment.state != "open" and payment.events.filter(kind="payment.failed").count() >= CARDS_A_PAYMENT


@transaction.atomic
def authenticate(*, ref: str, approves: bool) -> SandboxPayment:
    """This function will answer the bank's question whether it is really the reader who pays. Locks the payment."""
    payment = _locked(ref)
    if payment.state != "challenged":
        return payment
    if approves:
        return _succeed(payment)
    return _fail(payment, _("The payment was not approved. Nothing was taken."))


@transaction.atomic
def give_up(*, ref: str) -> SandboxPayment:
    """This function will end a payment whose reader goes back to the paper without paying. Locks the payment."""
    payment = _locked(ref)
    if payment.state not in ("open", "challenged"):
        return payment
    return _fail(payment, _("You went back without paying. Nothing was taken."))


def collect(payment: SandboxPayment, *, collect_on: dt.date | None) -> SandboxPayment:
    """This function will collect a payment under its mandate: a card at once, a debit after its notice. Writes it."""
    mandate = SandboxMandate.objects.filter(ref=payment.mandate_ref).first()
    if mandate is None or mandate.state != "active":
        return _fail(payment, _("The mandate has ended. Nothing was taken."))
    payment.card, payment.fault = mandate.card, mandate.fault
    if payment.method == "direct_debit":
        return _wait(payment, until=sandbox_cards.collected_at(timezone.now(), collect_on=collect_on))
    if mandate.expires_on is not None and mandate.expires_on < timezone.localdate():
        return _fail(payment, _("The card has expired. Nothing was taken."))
    if again := sandbox_cards.named(payment.card).again:
        return _fail(payment, str(again))
    return _succeed(payment)


def dispute(ref: str) -> SandboxPayment:
    """This function will have the cardholder dispute what is left of a payment."""
    return take_back(ref, "dispute", None, "")


def reinstate(ref: str) -> SandboxPayment:
    """This function will have the paper win its dispute: what was disputed comes back."""
    return take_back(ref, "reinstatement", None, "")


@transaction.atomic
def lose_dispute(ref: str) -> SandboxPayment:
    """This function will have the paper lose its dispute: what was disputed stays away. Tells of it by webhook."""
    payment = _locked(ref)
    if not _disputed(payment):
        raise CannotRefund(_("It is not disputed."))
    sandbox_webhooks.tell(payment, "payment.dispute_lost")
    return payment


def send_back(ref: str, *, claimed: bool = False) -> SandboxPayment:
    """This function will have the bank take a debit back that was confirmed: returned late, or claimed by the payer."""
    return take_back(ref, "bounced", None, "", reason=CLAIMED if claimed else RETURNED)


def advance(*, now: dt.datetime) -> int:
    """This function will do what happens to payments by itself by `now`: debits clear or fail, disputes are opened."""
    due = SandboxPayment.objects.filter(next_at__lte=now).values_list("ref", flat=True)
    return sum(_step(ref) for ref in list(due))


@transaction.atomic
def _step(ref: str) -> bool:
    payment = _locked(ref)
    step, payment.next_step, payment.next_at = payment.next_step, "", None
    match step:
        case "answer":
            _answer(payment)
            return True
        case "dispute":
            then = sandbox_cards.named(payment.card).then
            payment.next_step, payment.next_at = then, timezone.now() + LATER if then else None
    payment.save()
    # Refunded meanwhile, there is nothing left to dispute or to send back.
    with contextlib.suppress(CannotRefund):
        _take(ref, step)
    return bool(step)


def _take(ref: str, step: str) -> None:
    match step:
        case "dispute":
            dispute(ref)
        case "reinstate":
            reinstate(ref)
        case "lose":
            lose_dispute(ref)
        case "return" | "claim":
            send_back(ref, claimed=step == "claim")


def _answer(payment: SandboxPayment) -> None:
    """The bank answers a debit: a first one as its account does, a later one as the account does later."""
    card = sandbox_cards.named(payment.card)
    refusal = card.refusal or ("" if payment.return_url else card.again)
    if refusal:
        _fail(payment, str(refusal))
    else:
        _succeed(payment)


def _locked(ref: str) -> SandboxPayment:
    return find(ref, lock=True)


def _save(payment: SandboxPayment, state: str, failure: str = "") -> SandboxPayment:
    payment.state = state
    payment.failure = failure
    if payment.pk is None:  # One that is collected at once.
        return prepared.written(payment)
    return prepared.saved(payment, "state", "failure", "card", "fault", "mandate_ref", "next_step", "next_at")


def _succeed(payment: SandboxPayment) -> SandboxPayment:
    if payment.saves_mandate:
        payment.mandate_ref = sandbox_mandates.saved_with(payment).ref
    after = sandbox_cards.named(payment.card).after
    if after and after != "cancel_mandate":
        payment.next_step, payment.next_at = after, timezone.now() + LATER
    if payment.fault == "reorder":
        # One event alone has no order to lose.
        sandbox_webhooks.tell(payment, "payment.pending")
    _save(payment, "succeeded")
    sandbox_balance.move(payment, "payment", payment.amount_minor, key=f"{payment.ref}-paid")
    sandbox_webhooks.tell(payment, "payment.succeeded")
    return payment


def _fail(payment: SandboxPayment, failure: str) -> SandboxPayment:
    _save(payment, "failed", failure)
    sandbox_webhooks.tell(payment, "payment.failed")
    return payment


def _wait(payment: SandboxPayment, *, until: dt.datetime) -> SandboxPayment:
    payment.next_step, payment.next_at = "answer", until
    _save(payment, "pending")
    sandbox_webhooks.tell(payment, "payment.pending")
    return payment


@transaction.atomic
def take_back(ref: str, kind: str, minor: int | None, key: str, *, reason: str = "") -> SandboxPayment:
    """This function will take so much of a payment back, or all that is left (None); a reinstatement gives it back.

    Locks the payment; the same `key` again changes nothing. Raises: CannotRefund.
    """
    payment = _locked(ref)
    if key and any(item["key"] == key for item in payment.taken_back):
        return payment
    taken = sum(_signed(item) for item in payment.taken_back)
    left = _disputed(payment) if kind == "reinstatement" else payment.amount_minor - taken
    minor = left if minor is None else minor
    if payment.state != "succeeded" or not 0 < minor <= left:
        raise CannotRefund(_("There is not so much left to take back."))
    if kind == "refund" and _disputed(payment):
        raise CannotRefund(_("It is disputed, and cannot be refunded as well."))
    item = {
        "key": key or f"{ref}-{len(payment.taken_back) + 1}",
        "kind": kind,
        "amount_minor": minor,
        "reason": reason,
    }
    payment.taken_back.append(item)
    payment.save()
    sandbox_balance.move(payment, kind, minor, key=str(item["key"]), reason=reason)
    sandbox_webhooks.tell(payment, f"payment.{_PAST[kind]}")
    return payment


_PAST = {"refund": "refunded", "dispute": "disputed", "reinstatement": "reinstated", "bounced": "returned"}


def _signed(item: dict) -> int:
    return -item["amount_minor"] if item["kind"] == "reinstatement" else item["amount_minor"]


def _disputed(payment: SandboxPayment) -> int:
    return sum(_signed(item) for item in payment.taken_back if item["kind"] in ("dispute", "reinstatement"))
