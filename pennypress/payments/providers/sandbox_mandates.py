"""Mandates at the sandbox: given with a first payment or on a page of their own, ended by the paper or at the bank."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from pennypress.payments.providers import sandbox_cards, sandbox_webhooks
from pennypress.payments.providers.protocol import MandateOrder, MandateSnapshot, UnknownAtProvider
from pennypress.payments.providers.sandbox_cards import LATER, TestCard
from pennypress.payments.sandbox_tables import SandboxMandate, SandboxPayment


def start(order: MandateOrder) -> SandboxMandate:
    """This function will begin a mandate that waits for its holder on a page; the same key again gives the same one."""
    mandate, _created = SandboxMandate.objects.get_or_create(
        key=order.key,
        defaults={
            "reference": order.reference,
            "method": order.method,
            "return_url": order.return_url,
            "created_at": timezone.now(),
        },
    )
    return mandate


def saved_with(payment: SandboxPayment) -> SandboxMandate:
    """This function will give the mandate that a payment saved as it was paid, made now if it is the first time."""
    card = sandbox_cards.named(payment.card)
    mandate, _created = SandboxMandate.objects.get_or_create(
        key=f"payment-{payment.ref}",
        defaults={
            "ref": f"sm_{payment.ref}",
            "reference": payment.reference,
            "method": payment.method,
            "state": "active",
            "card": payment.card,
            "expires_on": _expires_on(card),
            "fault": payment.fault,
            "created_at": timezone.now(),
            **_later(card),
        },
    )
    return mandate


def _expires_on(card: TestCard) -> dt.date | None:
    return sandbox_cards.expires_on(card, on=timezone.localdate())


def _later(card: TestCard) -> dict[str, object]:
    if card.after == "cancel_mandate":
        return {"next_step": "cancel", "next_at": timezone.now() + LATER * 2}
    if card.expires_soon:
        return {"next_step": "expire", "next_at": timezone.now() + LATER}
    return {}


@transaction.atomic
def give(*, ref: str, card: str, fault: str = "") -> SandboxMandate:
    """This function will do what the holder answered on the mandate's page, with a test card. Locks the mandate.

    A card that would be declined gives no mandate, and another may be tried. Tells of it by webhook.
    """
    mandate = _locked(ref)
    known = {offered.name for offered in sandbox_cards.of(mandate.method)}
    if mandate.state != "pending" or card not in known:
        return mandate
    chosen = sandbox_cards.named(card)
    mandate.card, mandate.fault = card, fault if fault in sandbox_webhooks.FAULTS else ""
    mandate.failure = str(chosen.refusal)
    if not chosen.refusal:
        mandate.state, mandate.expires_on = "active", _expires_on(chosen)
        for name, value in _later(chosen).items():
            setattr(mandate, name, value)
    mandate.save()
    if mandate.state == "active":
        _tell(mandate, "mandate.active")
    return mandate


@transaction.atomic
def give_up(*, ref: str) -> SandboxMandate:
    """This function will end a mandate whose holder goes back without giving it. Locks the mandate."""
    mandate = _locked(ref)
    return _end(mandate, "mandate.failed") if mandate.state == "pending" else mandate


@transaction.atomic
def cancel(ref: str) -> None:
    """This function will end a mandate because the paper asks for it. A mandate that has ended stays so."""
    mandate = SandboxMandate.objects.select_for_update().filter(ref=ref).first()
    if mandate is not None and mandate.state != "cancelled":
        _end(mandate, "mandate.cancelled")


@transaction.atomic
def cancel_at_bank(ref: str) -> SandboxMandate:
    """This function will have the holder cancel a mandate at their bank. Locks it, and tells of it by webhook."""
    mandate = _locked(ref)
    return mandate if mandate.state == "cancelled" else _end(mandate, "mandate.cancelled")


def _end(mandate: SandboxMandate, kind: str) -> SandboxMandate:
    mandate.state, mandate.next_step, mandate.next_at = "cancelled", "", None
    mandate.save()
    _tell(mandate, kind)
    return mandate


def advance(*, now: dt.datetime) -> int:
    """This function will do what happens to mandates by itself by `now`: they are cancelled at the bank, or run out."""
    due = list(SandboxMandate.objects.filter(next_at__lte=now).values_list("ref", flat=True))
    return sum(_step(ref) for ref in due)


@transaction.atomic
def _step(ref: str) -> bool:
    mandate = _locked(ref)
    step, mandate.next_step, mandate.next_at = mandate.next_step, "", None
    mandate.save(update_fields=["next_step", "next_at"])
    match step:
        case "cancel":
            cancel_at_bank(ref)
        case "expire":
            _tell(mandate, "mandate.expiring")
        case _none:
            return False
    return True


def find(ref: str) -> SandboxMandate:
    """This function will give the mandate of this name. Raises: UnknownAtProvider."""
    mandate = SandboxMandate.objects.filter(ref=ref).first()
    if mandate is None:
        raise UnknownAtProvider(ref)
    return mandate


def fetch(ref: str) -> MandateSnapshot:
    """This function will tell how a mandate stands. Raises: UnknownAtProvider."""
    mandate = find(ref)
    return MandateSnapshot(
        provider_ref=mandate.ref,
        reference=mandate.reference,
        state=mandate.state,
        says=sandbox_cards.says(sandbox_cards.named(mandate.card)) if mandate.card else "",
        expires_on=mandate.expires_on,
        failure=mandate.failure,
    )


def _locked(ref: str) -> SandboxMandate:
    mandate = SandboxMandate.objects.select_for_update().filter(ref=ref).first()
    if mandate is None:
        raise UnknownAtProvider(ref)
    return mandate


def _tell(mandate: SandboxMandate, kind: str) -> None:
    sandbox_webhooks.tell_of("mandate", ref=mandate.ref, kind=kind, fault=mandate.fault)
