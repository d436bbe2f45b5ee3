"""The chart of accounts: each code that every install begins with by name, so that no other module spells a number.

The rows themselves are opened by the migration `0004_standard_chart`; a treasurer opens
more. An account is never removed: lines may stand in it.
"""

import re

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pennypress.ledger.models import Account, AccountKind

BANK = "1000"
IN_HAND = "1010"
CARD_CLEARING = "1100"
DEBIT_CLEARING = "1110"
STRIPE_CLEARING = "1120"
GOCARDLESS_CLEARING = "1130"
PAYPAL_BALANCE = "1140"
SHARE_APPLICATIONS = "2000"
UNALLOCATED = "2900"
SHARE_CAPITAL = "3000"
RESERVE = "3900"
BROUGHT_FORWARD = "3990"
GIFTS = "4000"
PLEDGES = "4010"
SUBSCRIPTIONS = "4100"
OTHER_INCOME = "4900"
PROVIDER_FEES = "5000"
BANK_CHARGES = "5010"
DISPUTE_LOSSES = "5100"
# Those that the migrations open: they are never removed.
STANDARD = frozenset(
    {
        BANK,
        IN_HAND,
        CARD_CLEARING,
        DEBIT_CLEARING,
        STRIPE_CLEARING,
        GOCARDLESS_CLEARING,
        PAYPAL_BALANCE,
        SHARE_APPLICATIONS,
        UNALLOCATED,
        SHARE_CAPITAL,
        RESERVE,
        BROUGHT_FORWARD,
        GIFTS,
        PLEDGES,
        SUBSCRIPTIONS,
        OTHER_INCOME,
        PROVIDER_FEES,
        BANK_CHARGES,
        DISPUTE_LOSSES,
    }
)

# What stands in these is the sum of a list kept elsewhere (receipts in hand, gifts, shares): a law says so. Nothing is
# entered in them by hand, or the two would part.
KEPT_BY_LISTS = frozenset({IN_HAND, SHARE_APPLICATIONS, UNALLOCATED, SHARE_CAPITAL, GIFTS, PLEDGES})
# The first figure of a code says what kind of account it is.
_KIND_BY_FIGURE = {
    "1": AccountKind.ASSET,
    "2": AccountKind.LIABILITY,
    "3": AccountKind.EQUITY,
    "4": AccountKind.INCOME,
    "5": AccountKind.EXPENSE,
    "6": AccountKind.EXPENSE,
    "7": AccountKind.EXPENSE,
    "8": AccountKind.EXPENSE,
}


class CannotOpenAccount(ValueError):
    """No account can be opened under this code and name."""


def open_account(*, code: str, name: str, kind: str) -> Account:
    """This function will open another account of the chart. Writes one row. Raises: CannotOpenAccount."""
    code, name = code.strip(), " ".join(name.split())
    if not re.fullmatch(r"[1-8]\d{3}", code):
        raise CannotOpenAccount(_("A code is four figures, the first from 1 to 8."))
    if _KIND_BY_FIGURE[code[0]] != kind:
        due = _KIND_BY_FIGURE[code[0]].label
        raise CannotOpenAccount(_("Codes that begin with %(figure)s are: %(kind)s.") % {"figure": code[0], "kind": due})
    if not name or len(name) > 100:
        raise CannotOpenAccount(_("An account has a name, of 100 characters at most."))
    try:
        with transaction.atomic():
            return Account.objects.create(code=code, name=name, kind=AccountKind(kind))
    except IntegrityError as error:
        raise CannotOpenAccount(_("There is an account %(code)s already.") % {"code": code}) from error
