"""What came by hand, as whoever opens the post says it: one value from the form to the books. It writes nothing."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pennypress.money import Money
from pennypress.payments.cash import CountSheet
from pennypress.payments.models import BankAccount, Receipt
from pennypress.payments.parts import Part
from pennypress.people.models import Person, ThanksAs
from pennypress.shares.models import Application
from pennypress.subscriptions.models import Product


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody beside the payer: who is credited with a gift, or to whom we write about it."""

    name: str
    email: str = ""
    person: Person | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """Money that came by post, bank or hand: from whom, how and when, and what its parts are for.

    A part for shares belongs to the `application` that it pays, or to a new one with these `particulars`; a part for a
    subscription buys its own product, or the `product`, for the `subscriber`: the giver, unless it is somebody else. The
    gift is `credited` to another where the payer only carried it, and the letter goes to the `contact`. Foreign money was
    `sent` as another amount. A collection has its `count`. The same `key` is one receipt. `bank_account` is the one whose
    statement told of it, `corrects` the receipt that it stands in the place of.
    """

    method: str
    amount: Money
    parts: Sequence[Part]
    received_on: dt.date
    payer_name: str = ""
    payer_email: str = ""
    place: str = ""
    thanks_as: str = ThanksAs.NOT
    reference: str = ""
    person: Person | None = None
    credited: Named | None = None
    contact: Named | None = None
    sent: Money | None = None
    count: CountSheet | None = None
    application: Application | None = None
    particulars: Mapping[str, Any] | None = None
    banked_on: dt.date | None = None
    key: str | None = None
    corrects: Receipt | None = None
    bank_account: BankAccount | None = None
    product: Product | None = None
    subscriber: Person | None = None
