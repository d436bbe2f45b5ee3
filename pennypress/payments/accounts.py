"""Accounts: where in the books money of each method stands, and where each purpose is earned or owed. Pure."""

from pennypress.ledger import chart
from pennypress.payments.models import Method, Purpose

# Where the money is when it has just arrived. Cheques and cash are in hand until they are banked.
_ARRIVED = {
    Method.CARD: chart.CARD_CLEARING,
    Method.CARD_BY_PHONE: chart.CARD_CLEARING,
    Method.DIRECT_DEBIT: chart.DEBIT_CLEARING,
    Method.STANDING_ORDER: chart.BANK,
    Method.BANK_TRANSFER: chart.BANK,
    Method.CHEQUE: chart.IN_HAND,
    Method.CASH: chart.IN_HAND,
    Method.COLLECTION: chart.IN_HAND,
    Method.PAYPAL: chart.PAYPAL_BALANCE,
}
# A real provider holds all of its money in one balance, whatever the method, and pays out from that.
_CLEARING = {"stripe": chart.STRIPE_CLEARING, "gocardless": chart.GOCARDLESS_CLEARING}
WITH_A_BALANCE = tuple(_CLEARING)
# Money for shares is owed to the applicant until the committee allots; money without a purpose, to whoever sent it.
_EARNED = {
    Purpose.GIFT: chart.GIFTS,
    Purpose.PLEDGE: chart.PLEDGES,
    Purpose.SHARES: chart.SHARE_APPLICATIONS,
    Purpose.SUBSCRIPTION: chart.SUBSCRIPTIONS,
    Purpose.OTHER: chart.OTHER_INCOME,
    Purpose.UNALLOCATED: chart.UNALLOCATED,
}


def arrived(method: str, *, provider: str = "", banked: bool = False) -> str:
    """This function will name the account that holds money that came by `method`, through `provider` ("" for by hand),
    and has been taken to the bank or not."""
    account = _CLEARING.get(provider) or _ARRIVED[Method(method)]
    return chart.BANK if banked and account == chart.IN_HAND else account


def earned(purpose: str, account: str = "") -> str:
    """This function will name the account that money for `purpose` is credited to; `account` is other income's own."""
    return account or _EARNED[Purpose(purpose)]


def is_in_hand(method: str) -> bool:
    """This function will say whether money of this method has to be carried to the bank."""
    return _ARRIVED[Method(method)] == chart.IN_HAND
