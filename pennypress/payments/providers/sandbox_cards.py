"""The sandbox's test cards and accounts, and its clock: what comes of each, and how long a day is there. Pure.

A minute stands for a working day: a debit that takes three working days at a bank takes three minutes here.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from pennypress import days

# One working day at the sandbox: its bank takes so long over a debit, and its cardholder over a dispute.
LATER = dt.timedelta(seconds=60)
# How many of its working days before it a collection by Direct Debit is announced.
NOTICE_WORKING_DAYS = 2


@dataclass(frozen=True, slots=True)
class TestCard:
    """A card or account that the sandbox knows, and what comes of paying with it.

    `asks`: the bank asks whether it is really the reader who pays. `after` is what happens by itself a working day after
    it paid, and `then` what happens a working day later still;
    `refusal` is what the reader is told where it does not pay at all, `again` where only later collections fail.
    """

    name: str
    number: str
    method: str
    says: str | Promise
    after: str = ""
    then: str = ""
    asks: bool = False
    refusal: str | Promise = ""
    again: str | Promise = ""
    expires_soon: bool = False


_DECLINED = gettext_lazy("The card was declined. Nothing was taken.")
_CARDS = (
    TestCard("succeeds", "4242 4242 4242 4242", "card", gettext_lazy("Pays at once.")),
    TestCard(
        "authentication",
        "4000 0000 0000 3220",
        "card",
        gettext_lazy("Your bank asks you to approve it first."),
        asks=True,
    ),
    TestCard("declined", "4000 0000 0000 0002", "card", gettext_lazy("Is declined."), refusal=_DECLINED),
    TestCard(
        "insufficient_funds",
        "4000 0000 0000 9995",
        "card",
        gettext_lazy("Has not enough money on it."),
        refusal=gettext_lazy("There is not enough money on the card. Nothing was taken."),
    ),
    TestCard(
        "disputed",
        "4000 0000 0000 0259",
        "card",
        gettext_lazy("Pays, and is disputed a minute later."),
        after="dispute",
    ),
    TestCard(
        "disputed_won",
        "4000 0000 0000 2685",
        "card",
        gettext_lazy("Pays, is disputed a minute later, and the paper wins a minute after that."),
        after="dispute",
        then="reinstate",
    ),
    TestCard(
        "disputed_lost",
        "4000 0000 0000 1976",
        "card",
        gettext_lazy("Pays, is disputed a minute later, and the paper loses a minute after that."),
        after="dispute",
        then="lose",
    ),
    TestCard(
        "expires_soon",
        "4000 0000 0000 0069",
        "card",
        gettext_lazy("Pays, and expires at the end of this month."),
        expires_soon=True,
    ),
    TestCard(
        "declined_later",
        "4000 0000 0000 0341",
        "card",
        gettext_lazy("Pays now, and is declined at every later collection."),
        again=_DECLINED,
    ),
)
_BANKS = (
    TestCard("bank_asks", "00-00-00 00011111", "bank_transfer", gettext_lazy("Asks you to approve it."), asks=True),
    TestCard(
        "bank_refuses",
        "00-00-00 00022222",
        "bank_transfer",
        gettext_lazy("Has not enough money in it."),
        refusal=gettext_lazy("There is not enough money in the account. Nothing was taken."),
    ),
)
_ACCOUNTS = (
    TestCard("debit_pays", "00-00-00 00012345", "direct_debit", gettext_lazy("Is confirmed a minute later.")),
    TestCard(
        "debit_fails",
        "00-00-00 00099999",
        "direct_debit",
        gettext_lazy("Is returned unpaid a minute later."),
        refusal=gettext_lazy("The bank returned it unpaid."),
    ),
    TestCard(
        "debit_fails_later",
        "00-00-00 00077777",
        "direct_debit",
        gettext_lazy("Is confirmed a minute later, and every later collection is returned unpaid."),
        again=gettext_lazy("The bank returned it unpaid."),
    ),
    TestCard(
        "debit_returned",
        "00-00-00 00088888",
        "direct_debit",
        gettext_lazy("Is confirmed a minute later, and returned unpaid a minute after that."),
        after="return",
    ),
    TestCard(
        "debit_claimed",
        "00-00-00 00066666",
        "direct_debit",
        gettext_lazy("Is confirmed a minute later, and claimed back under the Guarantee a minute after that."),
        after="claim",
    ),
    TestCard(
        "debit_cancelled",
        "00-00-00 00055555",
        "direct_debit",
        gettext_lazy("Is confirmed a minute later, and the mandate is cancelled at the bank a minute after that."),
        after="cancel_mandate",
    ),
)
CARDS = _CARDS + _BANKS + _ACCOUNTS
_BY_NAME = {card.name: card for card in CARDS}


def named(name: str) -> TestCard:
    """This function will give the test card of this name; a card that the sandbox no longer knows is one that pays."""
    return _BY_NAME.get(name, CARDS[0])


def of(method: str) -> list[TestCard]:
    """This function will list the test cards or accounts with which a payment of this method can be made."""
    return [card for card in CARDS if card.method == method]


def says(card: TestCard) -> str:
    """This function will name a card to its holder: "Test card ending in 4242"."""
    kind = "Test card" if card.method == "card" else "Test account"
    return f"{kind} ending in {card.number[-4:]}"


def expires_on(card: TestCard, *, on: dt.date) -> dt.date | None:
    """This function will say when a card runs out: in three years, or with this month. An account never does."""
    if card.method != "card":
        return None
    return days.in_month(on.year + (0 if card.expires_soon else 3), on.month, 31)


def working_days(since: dt.date, until: dt.date) -> int:
    """This function will count the working days after `since` up to `until`; weekends are none.

    >>> working_days(dt.date(2026, 11, 6), dt.date(2026, 11, 10))
    2
    """
    span = range(1, (until - since).days + 1)
    return sum((since + dt.timedelta(days=day)).weekday() < 5 for day in span)


def collected_at(now: dt.datetime, *, collect_on: dt.date | None) -> dt.datetime:
    """This function will say when a debit that was asked for at `now` is answered: after its notice, and not before the
    day on which it is to be collected."""
    until = working_days(now.date(), collect_on) if collect_on else 0
    return now + LATER * max(NOTICE_WORKING_DAYS, until)
