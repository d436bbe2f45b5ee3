"""The sandbox provider: a small stateful card and debit provider that the paper serves to itself, for demo and tests.

It is a world of its own: it keeps its own tables and its own clock, knows nothing of gifts or shares, and is believed
no more than a real provider would be. A deployment that does not offer it has no address that reaches it.
"""

import contextlib
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pennypress.money import Money
from pennypress.payments.providers import sandbox_webhooks
from pennypress.payments.providers.protocol import (
    Begun,
    CannotRefund,
    Capabilities,
    Charge,
    Event,
    Order,
    Snapshot,
    TakenBack,
    UnknownAtProvider,
)
from pennypress.payments.sandbox_tables import SandboxPayment

# How long the sandbox's bank takes over a debit, and its cardholder over a dispute.
LATER = dt.timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class TestCard:
    """A card or account that the sandbox knows, and what comes of paying with it."""

    name: str
    number: str
    method: str
    says: str | Promise


CARDS = (
    TestCard("succeeds", "4242 4242 4242 4242", "card", gettext_lazy("Pays at once.")),
    TestCard("authentication", "4000 0000 0000 3220", "card", gettext_lazy("Your bank asks you to approve it first.")),
    TestCard("declined", "4000 0000 0000 0002", "card", gettext_lazy("Is declined.")),
    TestCard("insufficient_funds", "4000 0000 0000 9995", "card", gettext_lazy("Has not enough money on it.")),
    TestCard("disputed", "4000 0000 0000 0259", "card", gettext_lazy("Pays, and is disputed a minute later.")),
    TestCard("debit_pays", "00-00-00 00012345", "direct_debit", gettext_lazy("Is confirmed a minute later.")),
    TestCard("debit_fails", "00-00-00 00099999", "direct_debit", gettext_lazy("Is returned unpaid a minute later.")),
)
_REFUSALS = {
    "declined": gettext_lazy("The card was declined. Nothing was taken."),
    "insufficient_funds": gettext_lazy("There is not enough money on the card. Nothing was taken."),
}
FAULTS = sandbox_webhooks.FAULTS


class CannotPay(ValueError):
    """The sandbox does not know the card, or the payment is not waiting for one; the text is fit for the reader."""


class Sandbox:
    """The sandbox behind the protocol that all providers share."""

    name = "sandbox"
    capabilities = Capabilities(methods=frozenset({"card", "direct_debit"}), mandates=True, refunds=True)

    def start_payment(self, order: Order) -> Begun:
        payment, _created = SandboxPayment.objects.get_or_create(
            key=order.key,
            defaults={
                "reference": order.reference,
                "method": order.method,
                "amount_minor": order.amount.minor,
                "currency": order.amount.currency,
                "description": order.description,
                "return_url": order.return_url,
                "saves_mandate": order.save_mandate,
                "created_at": timezone.now(),
            },
        )
        # A path: the sandbox is served by the paper itself, under whatever name the reader uses.
        return Begun(payment.ref, f"/sandbox/pay/{payment.ref}/")

    def charge_mandate(self, charge: Charge) -> Begun:
        with transaction.atomic():
            payment, created = SandboxPayment.objects.get_or_create(
                key=charge.key,
                defaults={
                    "reference": charge.reference,
                    "method": charge.method,
                    "amount_minor": charge.amount.minor,
                    "currency": charge.amount.currency,
                    "description": charge.description,
                    "mandate_ref": charge.mandate_ref,
                    "created_at": timezone.now(),
                },
            )
            if created:
                _collect(payment)
        return Begun(payment.ref)

    def cancel_mandate(self, mandate_ref: str) -> None:
        SandboxPayment.objects.filter(saves_mandate=True, mandate_ref=mandate_ref, mandate_ended_at=None).update(
            mandate_ended_at=timezone.now()
        )

    def refund(self, *, provider_ref: str, amount: Money, key: str) -> None:
        _take_back(provider_ref, "refund", amount.minor, key)

    def fetch(self, provider_ref: str) -> Snapshot:
        payment = find(provider_ref)
        return Snapshot(
            provider_ref=payment.ref,
            reference=payment.reference,
            state="started" if payment.state in ("open", "challenged") else payment.state,
            amount=Money(payment.amount_minor, payment.currency),
            failure=payment.failure,
            mandate_ref=payment.mandate_ref if payment.saves_mandate else "",
            taken_back=tuple(
                TakenBack(item["key"], item["kind"], Money(item["amount_minor"], payment.currency), item["reason"])
                for item in payment.taken_back
            ),
        )

    def read_webhook(self, *, body: bytes, headers: Mapping[str, str], now: dt.datetime) -> Sequence[Event]:
        return [sandbox_webhooks.verify(body=body, signature=headers.get(sandbox_webhooks.HEADER, ""), now=now)]


def find(ref: str) -> SandboxPayment:
    """This function will give the payment of this name. Raises: UnknownAtProvider."""
    payment = SandboxPayment.objects.filter(ref=ref).first()
    if payment is None:
        raise UnknownAtProvider(ref)
    return payment


def cards(method: str) -> list[TestCard]:
    """This function will list the test cards or accounts with which a payment of this method can be made."""
    return [card for card in CARDS if card.method == method]


@transaction.atomic
def pay(*, ref: str, card: str, fault: str = "") -> SandboxPayment:
    """This function will do what the reader asked for on the payment page, with one of the test cards.

    Locks the payment and tells of what came of it by webhook, which goes wrong as `fault` says. A payment that was made
    already stays as it is. Raises: CannotPay.
    """
    payment = _locked(ref)
    if payment.state not in ("open", "failed"):
        return payment
    known = {offered.name for offered in cards(payment.method)}
    if card not in known:
        raise CannotPay(_("Please choose one of the test cards."))
    payment.card = card
    payment.fault = fault if fault in FAULTS else ""
    if card in _REFUSALS:
        return _fail(payment, str(_REFUSALS[card]))
    if card == "authentication":
        return _save(payment, "challenged")
    if payment.method == "direct_debit":
        return _wait(payment, "succeed" if card == "debit_pays" else "fail")
    return _succeed(payment)


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


def dispute(ref: str) -> SandboxPayment:
    """This function will have the cardholder dispute what is left of a payment."""
    return _take_back(ref, "dispute", None, "")


def reinstate(ref: str) -> SandboxPayment:
    """This function will have the paper win its dispute: what was disputed comes back."""
    return _take_back(ref, "reinstatement", None, "")


def advance(*, now: dt.datetime) -> int:
    """This function will do what happens at the sandbox by itself by `now`: debits clear or fail, disputes are opened."""
    due = SandboxPayment.objects.filter(next_at__lte=now).values_list("ref", flat=True)
    return sum(_step(ref) for ref in list(due))


def _step(ref: str) -> bool:
    with transaction.atomic():
        payment = _locked(ref)
        step, payment.next_step, payment.next_at = payment.next_step, "", None
        match step:
            case "succeed":
                _succeed(payment)
            case "fail":
                _fail(payment, _("The bank returned it unpaid."))
            case "dispute":
                payment.save()
                # Refunded meanwhile, there is nothing left to dispute.
                with contextlib.suppress(CannotRefund):
                    dispute(ref)
            case _none:
                return False
    return True


def _locked(ref: str) -> SandboxPayment:
    payment = SandboxPayment.objects.select_for_update().filter(ref=ref).first()
    if payment is None:
        raise UnknownAtProvider(ref)
    return payment


def _save(payment: SandboxPayment, state: str, failure: str = "") -> SandboxPayment:
    payment.state = state
    payment.failure = failure
    payment.save()
    return payment


def _succeed(payment: SandboxPayment) -> SandboxPayment:
    if payment.saves_mandate:
        payment.mandate_ref = payment.mandate_ref or f"sm_{payment.ref}"
    if payment.card == "disputed":
        payment.next_step, payment.next_at = "dispute", timezone.now() + LATER
    if payment.fault == "reorder":
        # One event alone has no order to lose.
        sandbox_webhooks.tell(payment, "payment.pending")
    _save(payment, "succeeded")
    sandbox_webhooks.tell(payment, "payment.succeeded")
    return payment


def _fail(payment: SandboxPayment, failure: str) -> SandboxPayment:
    _save(payment, "failed", failure)
    sandbox_webhooks.tell(payment, "payment.failed")
    return payment


def _wait(payment: SandboxPayment, step: str) -> SandboxPayment:
    payment.next_step, payment.next_at = step, timezone.now() + LATER
    _save(payment, "pending")
    sandbox_webhooks.tell(payment, "payment.pending")
    return payment


def _collect(payment: SandboxPayment) -> SandboxPayment:
    mandate = SandboxPayment.objects.filter(saves_mandate=True, mandate_ref=payment.mandate_ref).first()
    if mandate is None or mandate.mandate_ended_at is not None:
        return _fail(payment, _("The mandate has ended. Nothing was taken."))
    payment.card, payment.fault = mandate.card, mandate.fault
    if payment.method == "direct_debit":
        return _wait(payment, "succeed" if payment.card == "debit_pays" else "fail")
    return _succeed(payment)


@transaction.atomic
def _take_back(ref: str, kind: str, minor: int | None, key: str) -> SandboxPayment:
    payment = _locked(ref)
    if any(item["key"] == key for item in payment.taken_back):
        return payment
    taken = sum(_signed(item) for item in payment.taken_back)
    left = _disputed(payment) if kind == "reinstatement" else payment.amount_minor - taken
    minor = left if minor is None else minor
    if payment.state != "succeeded" or not 0 < minor <= left:
        raise CannotRefund(_("There is not so much left to take back."))
    if kind == "refund" and _disputed(payment):
        raise CannotRefund(_("It is disputed, and cannot be refunded as well."))
    payment.taken_back.append(
        {"key": key or f"{ref}-{len(payment.taken_back) + 1}", "kind": kind, "amount_minor": minor, "reason": ""}
    )
    payment.save()
    sandbox_webhooks.tell(payment, f"payment.{_PAST[kind]}")
    return payment


_PAST = {"refund": "refunded", "dispute": "disputed", "reinstatement": "reinstated"}


def _signed(item: dict) -> int:
    return -item["amount_minor"] if item["kind"] == "reinstatement" else item["amount_minor"]


def _disputed(payment: SandboxPayment) -> int:
    return sum(_signed(item) for item in payment.taken_back if item["kind"] in ("dispute", "reinstatement"))
