"""Reading what cells say: days with the day first, amounts as people write them, methods, ways of being thanked. Pure."""

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from pennypress import money
from pennypress.money import Money
from pennypress.payments.models import Method
from pennypress.people import persons
from pennypress.people.models import ThanksAs

_NUMBERS = re.compile(r"(\d{1,2})[./\- ](\d{1,2})[./\- ](\d{4}|\d{2})")
_WORDED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ \-]([a-z]{3})[a-z]*[ \-,]+(\d{4})", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_METHODS = {
    Method.CARD: ("card", "debitcard", "creditcard", "online", "stripe"),
    Method.DIRECT_DEBIT: ("directdebit", "dd", "gocardless", "bacs"),
    Method.STANDING_ORDER: ("standingorder", "so", "sto"),
    Method.BANK_TRANSFER: ("banktransfer", "transfer", "bank", "bacspayment", "faster", "fasterpayment", "fps"),
    Method.CHEQUE: ("cheque", "chq", "check"),
    Method.CASH: ("cash",),
    Method.COLLECTION: ("collection", "tin", "bucket"),
    Method.CARD_BY_PHONE: ("cardbyphone", "phone", "telephone", "cardbytelephone"),
    Method.PAYPAL: ("paypal",),
}
_THANKS = {
    ThanksAs.NAME: ("name", "byname", "fullname"),
    ThanksAs.INITIALS: ("initials", "byinitials"),
    ThanksAs.PLACE: ("place", "byplace", "town", "byplaceonly"),
    ThanksAs.NOT: ("", "not", "no", "none", "notatall", "anonymous", "anon"),
}


class CannotTell(ValueError):
    """What a cell says cannot be understood; the text says which and why."""


def day(text: str, *, until: dt.date | None = None) -> dt.date:
    """This function will read a day: 5/11/2024, 05.11.24, 5 Nov 2024 or 2024-11-05. The day comes first.

    `until` is the last day that may be meant. Raises: CannotTell.

    >>> day("5/11/2024")
    datetime.date(2024, 11, 5)
    """
    found = _day(text.strip())
    if found is None:
        raise CannotTell(_("“%(text)s” is no day: write it as 5/11/2024 or 2024-11-05") % {"text": text})
    if until is not None and found > until:
        raise CannotTell(_("the day %(day)s has not come yet") % {"day": f"{found:%d/%m/%Y}"})
    if found.year < 1900:
        raise CannotTell(_("the day %(text)s is too long ago") % {"text": text})
    return found


def _day(text: str) -> dt.date | None:
    try:
        if re.match(r"\d{4}-\d{2}-\d{2}", text):
            return dt.date.fromisoformat(text[:10])
        if numbers := _NUMBERS.fullmatch(text):
            year = int(numbers[3]) + (2000 if len(numbers[3]) == 2 else 0)
            return dt.date(year, int(numbers[2]), int(numbers[1]))
        if worded := _WORDED.fullmatch(text):
            return dt.date(int(worded[3]), _MONTHS.index(worded[2].lower()) + 1, int(worded[1]))
    except ValueError:
        return None
    return None


def amount(text: str, currency: str) -> Money:
    """This function will read an amount above zero: "25", "£1,000.50". Raises: CannotTell.

    >>> amount("£1,000.50", "GBP").minor
    100050
    """
    if not text:
        raise CannotTell(_("the amount is missing"))
    if re.match(r"^\s*[(\-−–]", text) or text.rstrip().endswith(("-", "−", "CR", "DR")):
        raise CannotTell(_("the amount “%(text)s” is below zero") % {"text": text})
    try:
        read = money.parse(text, currency)
    except money.CannotParse as error:
        raise CannotTell(_("the amount “%(text)s” cannot be read: %(why)s") % {"text": text, "why": error}) from error
    if not read:
        raise CannotTell(_("the amount is zero"))
    return read


def method(text: str) -> Method:
    """This function will read how money came. Raises: CannotTell."""
    plain = re.sub(r"[^a-z]", "", text.casefold())
    for one, names in _METHODS.items():
        if plain in names:
            return one
    raise CannotTell(_("“%(text)s” is no way in which money comes that we know") % {"text": text})


def thanks(text: str) -> ThanksAs:
    """This function will read how somebody wishes to be thanked; nothing said is not at all. Raises: CannotTell."""
    plain = re.sub(r"[^a-z]", "", text.casefold())
    for one, names in _THANKS.items():
        if plain in names:
            return one
    raise CannotTell(_("“%(text)s” is no way of being thanked that we know") % {"text": text})


def short(text: str, longest: int, what: str) -> str:
    """This function will give a text that fits its column. Raises: CannotTell."""
    if len(text) > longest:
        raise CannotTell(_("the %(what)s is longer than %(longest)s characters") % {"what": what, "longest": longest})
    return text


def email(text: str) -> str:
    """This function will read an e-mail address, case-folded; nothing is none. Raises: CannotTell."""
    folded = persons.fold(text)
    if not folded:
        return ""
    try:
        validate_email(folded)
    except ValidationError as error:
        raise CannotTell(_("“%(text)s” is no e-mail address") % {"text": text}) from error
    return folded
