"""Paying for shares: from a reader's answers to the page on which they pay, by way of a letter while the breaker is open.

The one door of the readers' pages to an application's payment. What is over a limit is no application.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from pennypress.letters import outbox
from pennypress.money import Money
from pennypress.payments import attempts, held
from pennypress.payments.attempts import Caller, PageUsed, TooManyAttempts, Way
from pennypress.payments.models import HeldOffer
from pennypress.shares import applying, limits
from pennypress.shares.models import Application

__all__ = ["BY_EMAIL", "SHARES", "PageUsed", "TooManyAttempts", "again", "begin", "resume"]

SHARES = "shares"
BY_EMAIL = "/pay/by-email/"
_APPLICATION = "application"


def begin(*, facts: Mapping[str, Any], caller: Caller, now: dt.datetime, on: dt.date) -> str:
    """This function will take an application with all its answers, and give the address at which its reader goes on.

    Counts the attempt before anything is written. While the breaker is open the answers are held and a letter queued
    with their link. Raises: CannotApply, CannotPay, TooManyAttempts, PageUsed, ProviderUnavailable.
    """
    if attempts.admit(caller=caller, now=now) == Way.STRAIGHT:
        application = applying.apply(**facts, public_id=caller.intent, now=now, on=on)
        return applying.pay(application=application, now=now)
    amount = limits.nominal(on=on) * int(facts["shares"])
    return _write_first(facts, amount=amount, email=facts["email"], now=now)


def again(*, application: Application, caller: Caller, now: dt.datetime) -> str:
    """This function will give the address at which an application that waits for its money is paid after all.

    Raises: CannotPay, TooManyAttempts, ProviderUnavailable.
    """
    if attempts.admit(caller=caller, now=now) == Way.STRAIGHT:
        return applying.pay(application=application, now=now)
    facts = {_APPLICATION: str(application.public_id)}
    return _write_first(facts, amount=application.amount, email=application.email, now=now)


def resume(*, offer: HeldOffer, now: dt.datetime, on: dt.date) -> str:
    """This function will take up an application whose reader has opened the letter, and give the payment page's address.

    Raises: CannotApply, CannotPay, TooManyAttempts, ProviderUnavailable.
    """
    attempts.admit_confirmed(now=now)
    if _APPLICATION in offer.facts:
        application = Application.objects.get(public_id=offer.facts[_APPLICATION])
    else:
        facts = dict(offer.facts)
        born_on = dt.date.fromisoformat(facts.pop("born_on")) if facts["born_on"] else facts.pop("born_on")
        application = applying.apply(**facts, born_on=born_on, public_id=offer.public_id, now=now, on=on)
    return applying.pay(application=application, now=now)


def _write_first(facts: Mapping[str, Any], *, amount: Money, email: str, now: dt.datetime) -> str:
    if attempts.may_write_to(email=email.strip().casefold(), now=now):
        offer = held.hold(kind=SHARES, facts=facts, amount=amount, now=now)
        outbox.queue(
            key=f"pay-link-{offer.public_id}",
            kind="pay-link",
            to_name="",
            to_email=email.strip(),
            context={"amount": offer.amount, "path": held.path(offer)},
            now=now,
            secret=True,
        )
    return BY_EMAIL
