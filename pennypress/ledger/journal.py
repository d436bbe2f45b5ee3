"""The journal: entries that a person makes by hand, with a reason: what the bank took, expenses, transfers, openings.

It posts through `posting` and keeps who entered it and why. Receipts are never entered here: they have allocations.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from pennypress.ledger import chart, periods, posting
from pennypress.ledger.models import Account, Entry, Voucher
from pennypress.ledger.posting import Side


class CannotEnter(ValueError):
    """The journal entry cannot be made: it does not balance, has no reason, is dated on a closed day, or such."""


@transaction.atomic
def enter(
    *,
    key: str,
    on: dt.date,
    memo: str,
    reason: str,
    sides: Sequence[Side],
    entered_by: str,
    now: dt.datetime,
    is_opening: bool = False,
) -> Entry:
    """This function will make one entry by hand, once under its `key`, with who made it and why.

    Accounts that are the sum of a list (gifts, shares, money in hand) are entered only when the books are opened
    (`is_opening`), by whoever brings the list along as well. Raises: CannotEnter, with nothing written.
    """
    _require_words(memo, reason, entered_by)
    _require_day(on)
    if not is_opening:
        _require_free_accounts(sides)
    try:
        entry = posting.post(key=key, on=on, memo=memo.strip(), sides=sides, now=now)
    except posting.CannotPost as error:
        raise CannotEnter(str(error)) from error
    Voucher.objects.get_or_create(
        entry=entry, defaults={"reason": reason.strip()[:300], "entered_by": entered_by[:200]}
    )
    return entry


@transaction.atomic
def reverse(*, entry: Entry, on: dt.date, reason: str, entered_by: str, now: dt.datetime) -> Entry:
    """This function will reverse an entry that was made by hand, whole, on an open day. Raises: CannotEnter.

    What the system posted (receipts, refunds, allotments) is undone where it was done, so that what it means follows.
    """
    if not Voucher.objects.filter(entry=entry).exists():
        raise CannotEnter(_("Only an entry made by hand is reversed here. A receipt is corrected on its own page."))
    if entry.reverses_id is not None:
        raise CannotEnter(_("This entry reverses another. Enter that one anew instead."))
    _require_words(entry.memo, reason, entered_by)
    _require_day(on)
    if on < entry.on:
        raise CannotEnter(_("It cannot be reversed before it was entered."))
    key = f"reversal-{entry.pk}"
    if Entry.objects.filter(key=key).exists():
        raise CannotEnter(_("This entry is reversed already."))
    reversed_by = posting.reverse(
        entry=entry, key=key, on=on, memo=_("Reversed: %(memo)s") % {"memo": entry.memo}, now=now
    )
    Voucher.objects.create(entry=reversed_by, reason=reason.strip()[:300], entered_by=entered_by[:200])
    return reversed_by


def _require_words(memo: str, reason: str, entered_by: str) -> None:
    if not memo.strip():
        raise CannotEnter(_("Please say in a few words what it is."))
    if not reason.strip() or not entered_by.strip():
        raise CannotEnter(_("Please give the reason, for the auditor."))


def _require_day(on: dt.date) -> None:
    try:
        periods.require_open(on)
    except periods.ClosedPeriod as error:
        raise CannotEnter(str(error)) from error


def _require_free_accounts(sides: Sequence[Side]) -> None:
    kept = {side.account for side in sides} & chart.KEPT_BY_LISTS
    if kept:
        names = ", ".join(str(account) for account in Account.objects.filter(code__in=kept))
        raise CannotEnter(
            _("%(accounts)s: nothing is entered here by hand. It follows from receipts and from the register.")
            % {"accounts": names}
        )
