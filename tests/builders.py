"""Builders: plain functions that call the domain, for tests to arrange with. Each is short and stands alone."""

import datetime as dt

from pennypress.giving import appeals, gifts, pledges
from pennypress.giving.models import Appeal, Gift, Pledge
from pennypress.money import Money
from pennypress.payments import receipts
from pennypress.payments.models import Payment, Purpose, Receipt
from pennypress.payments.parts import Part
from pennypress.payments.providers import sandbox
from pennypress.people import persons
from pennypress.settlement import asking

NOW = dt.datetime(2026, 11, 7, 12, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 7)


def pounds(amount: int) -> Money:
    return Money(amount * 100, "GBP")


def an_appeal(
    *, name="November fund", opens_on=dt.date(2026, 11, 1), closes_on=dt.date(2026, 11, 30), target=None, **facts
) -> Appeal:
    """An appeal that runs on TODAY with 24 days left and a target of £18,000."""
    slug = facts.pop("slug", f"fund-{opens_on}")
    target = target or pounds(18_000)
    return appeals.open_appeal(
        name=name, slug=slug, opens_on=opens_on, closes_on=closes_on, target=target, pitch="", now=NOW, **facts
    )


def a_receipt(*, parts=None, method="cheque", payer=None, received_on=TODAY, **facts) -> Receipt:
    """A cheque that arrived, for the fund unless told otherwise."""
    parts = parts or [Part(Purpose.GIFT, pounds(25))]
    amount = Money(sum(part.amount.minor for part in parts), parts[0].amount.currency)
    fields = {"payer_name": "Ada Reed", "reference": "", "recorded_by": None, "now": NOW, **facts}
    return receipts.record(method=method, amount=amount, parts=parts, payer=payer, received_on=received_on, **fields)


def a_received_gift(*, amount=None, name="Ada Reed", email="", received_on=TODAY, method="cheque") -> Gift:
    """A gift with its receipt, counted in the appeal that runs on the day."""
    payer = persons.recorded(name=name, email=email, now=NOW) if email else None
    receipt = a_receipt(
        parts=[Part(Purpose.GIFT, amount or pounds(25))], payer=payer, received_on=received_on, method=method
    )
    return gifts.record_by_hand(
        allocation=receipt.allocations.get(),
        name=name,
        email=email,
        place="Leeds",
        thanks_as="name",
        payer=payer,
        received_on=received_on,
        now=NOW,
    )


def an_offered_gift(*, amount=None, name="Ada Reed", email="ada@example.org", **facts) -> gifts.Offered:
    """A gift on the sandbox's payment page, not paid yet."""
    fields = {"place": "Leeds", "thanks_as": "name", "message": "", "now": NOW, "on": TODAY, **facts}
    return gifts.offer(amount=pounds(25) if amount is None else amount, name=name, email=email, **fields)


def an_offered_pledge(*, amount=None, on=TODAY, **facts) -> pledges.Offered:
    """A monthly pledge on the sandbox's payment page, its first month not paid yet."""
    fields = {"name": "Ada Reed", "email": "ada@example.org", "place": "Leeds", "thanks_as": "initials", **facts}
    return pledges.offer(amount=pounds(10) if amount is None else amount, now=NOW, on=on, **fields)


def paid(payment: Payment, *, card="succeeds", on=TODAY, now=NOW) -> Payment:
    """The payment after its reader paid with a test card and the paper asked the sandbox how it stands."""
    sandbox.pay(ref=payment.provider_ref, card=card, fault="lose")
    return asking.ask(provider="sandbox", provider_ref=payment.provider_ref, on=on, now=now)


def an_active_pledge(*, amount=None, on=TODAY, **facts) -> Pledge:
    """A pledge whose first month was collected on the day it was offered."""
    offered = an_offered_pledge(amount=amount, on=on, **facts)
    paid(offered.pledge.collections.get().payment, on=on)
    offered.pledge.refresh_from_db()
    return offered.pledge
