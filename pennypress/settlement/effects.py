"""Effects that settling by provider and settling by hand share: who is known, shares paid, money taken back, the purge.

Called inside the caller's transaction.
"""

import datetime as dt

from pennypress.delivery import purging
from pennypress.giving import gifts, returning
from pennypress.letters.outbox import Letters
from pennypress.money import Money
from pennypress.payments import refunds
from pennypress.payments.models import Allocation, Purpose, Refund
from pennypress.people import persons
from pennypress.people.models import Person
from pennypress.shares import applying
from pennypress.shares.models import Application
from pennypress.subscriptions import subscribing
from pennypress.subscriptions.models import Product


class CannotSettle(ValueError):
    """The money cannot be settled as told; the text says why, and nothing was written."""


def known(name: str, email: str, now: dt.datetime) -> Person | None:
    """This function will give the person who pays, recorded now if the paper does not know them."""
    # Without an address nobody can say whether two givers of one name are the same: each stays unknown.
    return persons.recorded(name=name, email=email, now=now) if email.strip() else None


def pay(
    application: Application,
    allocation: Allocation,
    *,
    on: dt.date,
    now: dt.datetime,
    letters: Letters = Letters.SENT,
) -> None:
    """This function will note that an application for shares is paid. Raises: CannotSettle."""
    try:
        applying.paid(application=application, allocation=allocation, on=on, now=now, letters=letters)
    except applying.CannotPay as error:
        raise CannotSettle(str(error)) from error


def subscribe(product: Product, allocation: Allocation, subscriber: Person, *, on: dt.date, now: dt.datetime) -> None:
    """This function will give the subscriber what their money buys. Raises: CannotSettle."""
    try:
        subscribing.begin(allocation=allocation, product=product, person=subscriber, on=on, now=now)
    except subscribing.CannotSubscribe as error:
        raise CannotSettle(str(error)) from error


def take_back(
    allocation: Allocation, kind: str, amount: Money, key: str, *, on: dt.date, reason: str, now: dt.datetime
) -> Refund:
    """This function will take money back of an allocation, and of what stands above it. Raises: CannotSettle."""
    try:
        refund = refunds.take_back(
            allocation=allocation, kind=kind, amount=amount, key=key, on=on, reason=reason, now=now
        )
    except refunds.CannotTakeBack as error:
        raise CannotSettle(str(error)) from error
    match allocation.purpose:
        case Purpose.GIFT:
            gifts.weigh_again(allocation=allocation)
        case Purpose.PLEDGE if hasattr(allocation, "collection"):
            _weigh_collection(allocation)
        case Purpose.SUBSCRIPTION:
            subscribing.weigh_again(allocation=allocation, on=on, now=now)
        case _:
            # The books have it. Shares stand in the register until the committee acts on them.
            pass
    purge_meter()
    return refund


def _weigh_collection(allocation: Allocation) -> None:
    try:
        returning.weigh_again(allocation=allocation)
    except returning.CannotStandAgain as error:
        raise CannotSettle(str(error)) from error


def purge_meter() -> None:
    """This function will tell the page stores, exactly at commit, that what shows the appeal is out of date."""
    purging.purge("appeal")
