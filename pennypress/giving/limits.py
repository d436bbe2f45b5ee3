"""Limits: which amounts a reader may give, in words for the reader."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from pennypress.giving import appeals
from pennypress.giving.models import Appeal
from pennypress.money import EXPONENTS, Money, display
from pennypress.people.models import ThanksAs
from pennypress.society import rulebook

SMALLEST_GIFT = 1
LARGEST_GIFT = 50_000
LARGEST_PLEDGE = 5_000
LONGEST_NAME = 200
LONGEST_PLACE = 80
LONGEST_MESSAGE = 500


class CannotGive(ValueError):
    """The gift or pledge cannot be taken as offered; the text says why and what would do."""


def currency(on: dt.date) -> str:
    """This function will say in which currency the paper takes gifts: that of the principal fund's appeal, or else the
    society's."""
    return currency_of(appeals.running(on))


def currency_of(appeal: Appeal | None) -> str:
    """This function will say in which currency gifts to an appeal are taken, or to the paper while none runs."""
    return appeal.currency if appeal else rulebook.society().currency


def require_amount(amount: Money, *, currency: str, largest: int = LARGEST_GIFT) -> None:
    """This function will check an offered amount against the limits, whole units of `currency`. Raises: CannotGive."""
    if amount.currency != currency:
        raise CannotGive(
            _("We can take %(ours)s only, not %(theirs)s.") % {"ours": currency, "theirs": amount.currency}
        )
    unit = 10 ** EXPONENTS[currency]
    if amount.minor < SMALLEST_GIFT * unit:
        smallest = display(Money(SMALLEST_GIFT * unit, currency), pence=False)
        raise CannotGive(_("The smallest amount we can take is %(amount)s.") % {"amount": smallest})
    if amount.minor > largest * unit:
        most = display(Money(largest * unit, currency), pence=False)
        raise CannotGive(
            _("The largest amount we can take here is %(amount)s. Please write to us about more.") % {"amount": most}
        )


def require_words(*, name: str, email: str, place: str, thanks_as: str, message: str = "") -> None:
    """This function will check what a giver told us of themselves. Raises: CannotGive, naming what to mend."""
    if thanks_as not in ThanksAs.values:
        raise CannotGive(_("Please choose how you would like to be thanked."))
    if thanks_as in (ThanksAs.NAME, ThanksAs.INITIALS) and not name.strip():
        raise CannotGive(_("Please tell us the name by which to thank you."))
    if thanks_as == ThanksAs.PLACE and not place.strip():
        raise CannotGive(_("Please tell us the place by which to thank you."))
    if email.strip():
        _require_address(email)
    if len(name) > LONGEST_NAME or len(place) > LONGEST_PLACE:
        raise CannotGive(_("That name or place is too long for us to keep."))
    if len(message) > LONGEST_MESSAGE:
        raise CannotGive(_("Please keep your message to %(number)d characters.") % {"number": LONGEST_MESSAGE})


def _require_address(email: str) -> None:
    try:
        validate_email(email.strip())
    except ValidationError as error:
        raise CannotGive(_("Please check the e-mail address.")) from error
