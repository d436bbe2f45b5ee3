"""Parts: what a sum of money is for, before it is written down. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pennypress import money
from pennypress.money import Money
from pennypress.payments.models import Purpose


class CannotDivide(ValueError):
    """The parts are not a division of the whole: one of them is not above zero, or they do not add up to it."""


@dataclass(frozen=True, slots=True)
class Part:
    """So much money for one purpose.

    `account` is the code of an income account, for other income alone; `appeal` the slug of the appeal that a gift is
    for (empty: the one that runs); `product` what a subscription buys.
    """

    purpose: Purpose
    amount: Money
    account: str = ""
    appeal: str = ""
    product: str = ""


def require_whole(amount: Money, parts: Sequence[Part]) -> None:
    """This function will check that `parts` divide `amount` exactly. Law: the sum of parts equals the whole.

    >>> require_whole(Money(100, "GBP"), [Part(Purpose.GIFT, Money(60, "GBP")), Part(Purpose.SHARES, Money(40, "GBP"))])

    Raises: CannotDivide, in words for the treasurer.
    """
    if amount.minor <= 0:
        raise CannotDivide(_("The amount must be above zero."))
    if not parts or any(part.amount.minor <= 0 for part in parts):
        raise CannotDivide(_("Each part must be above zero."))
    if any(part.amount.currency != amount.currency for part in parts):
        raise CannotDivide(
            _("All parts are in the currency of the whole, %(currency)s.") % {"currency": amount.currency}
        )
    whole = money.total([part.amount for part in parts], amount.currency)
    if whole != amount:
        raise CannotDivide(
            _("The parts add up to %(parts)s, and the whole is %(whole)s.") % {"parts": whole, "whole": amount}
        )
