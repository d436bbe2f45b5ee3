"""Offering: from what a reader sent to the page on which they pay, by way of a letter while the breaker is open.

The one door of the readers' pages to gifts and pledges. What is over a limit, or waits for its letter, is no gift, no
person and no payment.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from pennypress.giving import beneficiaries, gifts, limits, pledges
from pennypress.giving.limits import CannotGive
from pennypress.giving.models import Appeal
from pennypress.letters import outbox
from pennypress.money import Money
from pennypress.payments import attempts, held
from pennypress.payments.attempts import Caller, PageUsed, TooManyAttempts, Way
from pennypress.payments.models import HeldOffer

__all__ = ["BY_EMAIL", "GIFT", "PLEDGE", "EmailFirst", "PageUsed", "TooManyAttempts", "begin", "resume"]

GIFT, PLEDGE = "gift", "pledge"
WORDS = ("name", "email", "place", "thanks_as", "message")
# Where a reader is sent who is to look for our letter first.
BY_EMAIL = "/pay/by-email/"


class EmailFirst(CannotGive):
    """Just now a gift needs an e-mail address; the text says why."""


def begin(
    *,
    kind: str,
    amount: Money,
    caller: Caller,
    now: dt.datetime,
    on: dt.date,
    running: Sequence[Appeal] | None = None,
    **words: Any,
) -> str:
    """This function will take what a reader offers, a gift or a pledge, and give the address at which they go on.

    `running` are the appeals that run on the day `on`, as `appeals.all_running` gives them, where they are known.
    Counts the attempt before anything is written. While the breaker is open the offer is held and a letter queued with
    its link. Raises: CannotGive, EmailFirst, TooManyAttempts, PageUsed, ProviderUnavailable.
    """
    appeal = gifts.offered_to(words.get("appeal", ""), on=on, running=running)
    _require(kind, amount, words, limits.currency_of(appeal), on)
    if attempts.admit(caller=caller, now=now) == Way.STRAIGHT:
        return _offer(kind, amount, words, appeal, public_id=caller.intent, now=now, on=on)
    email = words["email"].strip()
    if not email:
        raise EmailFirst(
            _("Just now many stolen cards are being tried here, so we send a letter with a link before each payment. "
              "Please give an e-mail address for it, or give by post.")
        )  # fmt: skip
    if attempts.may_write_to(email=email.casefold(), now=now):
        _write_first(held.hold(kind=kind, facts=_facts(words), amount=amount, now=now), email=email, now=now)
    return BY_EMAIL


def resume(*, offer: HeldOffer, now: dt.datetime, on: dt.date) -> str:
    """This function will take up an offer whose reader has opened the letter, and give the address of the payment page.

    The same link again gives the same payment. Raises: CannotGive, TooManyAttempts, ProviderUnavailable.
    """
    attempts.admit_confirmed(now=now)
    words = {**offer.facts, "beneficiary": beneficiaries.told(offer.facts.get("beneficiary"))}
    appeal = gifts.offered_to(words.get("appeal", ""), on=on)
    return _offer(offer.kind, offer.amount, words, appeal, public_id=offer.public_id, now=now, on=on)


def _facts(words: dict[str, Any]) -> dict[str, Any]:
    return {**words, "beneficiary": beneficiaries.as_facts(words.get("beneficiary"))}


def _write_first(offer: HeldOffer, *, email: str, now: dt.datetime) -> None:
    """This function will queue the letter with the link to a held offer. Its words are blanked once it is sent."""
    outbox.queue(
        key=f"pay-link-{offer.public_id}",
        kind="pay-link",
        to_name="",
        to_email=email,
        context={"amount": offer.amount, "path": held.path(offer)},
        now=now,
        secret=True,
    )


def _require(kind: str, amount: Money, words: dict[str, Any], currency: str, on: dt.date) -> None:
    largest = limits.LARGEST_PLEDGE if kind == PLEDGE else limits.LARGEST_GIFT
    limits.require_amount(amount, currency=currency, largest=largest)
    limits.require_words(**{name: word for name, word in words.items() if name in WORDS})
    beneficiaries.require(words.get("beneficiary"), on=on)


def _offer(
    kind: str,
    amount: Money,
    words: dict[str, Any],
    appeal: Appeal | None,
    *,
    public_id: uuid.UUID,
    now: dt.datetime,
    on: dt.date,
) -> str:
    when: dict[str, Any] = {"public_id": public_id, "now": now, "on": on}
    if kind == PLEDGE:
        return pledges.offer(amount=amount, **words, **when).url
    return gifts.offer(amount=amount, **{**words, "appeal": appeal}, **when).url
