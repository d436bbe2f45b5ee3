"""The paper's terms for supporters: when a collection that failed is tried again, what becomes of one that came and was
returned, and when a new card is asked for."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pennypress.giving.models import AfterClaim, SupportTerms
from pennypress.payments.models import Method
from pennypress.people.models import User

# A month's collection is given up before the next falls due.
LONGEST_RETRY_DAYS = 27
MOST_RETRIES = 6
EXPIRY_NOTICE_DAYS = (7, 90)


class CannotSetTerms(ValueError):
    """The terms make no sense; the text says which of them and why."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms that stand on a day. `retry_after_days` count from the first failure; `presents_returned` and `after_claim`
    say what becomes of a collection that came and was taken back by the payer's bank."""

    retry_after_days: tuple[int, ...] = (3, 7, 14)
    debit_retry_after_days: int = 3
    expiry_notice_days: int = 30
    presents_returned: bool = True
    after_claim: str = AfterClaim.PAUSE

    def retries(self, method: str) -> tuple[int, ...]:
        """This method will give the days after which a failed collection by this method is tried again.

        A bank lets a Direct Debit that failed be presented once more, not again and again.
        """
        return (self.debit_retry_after_days,) if method == Method.DIRECT_DEBIT else self.retry_after_days


def standing(on: dt.date) -> Terms:
    """This function will give the terms that stand on the paper's day `on`: the latest set, or else the usual ones."""
    row = SupportTerms.objects.filter(effective_from__lte=on).order_by("-effective_from", "-id").first()
    if row is None:
        return Terms()
    return Terms(
        tuple(row.retry_after_days),
        row.debit_retry_after_days,
        row.expiry_notice_days,
        row.presents_returned,
        row.after_claim,
    )


def set_terms(
    *,
    retry_after_days: Sequence[int],
    debit_retry_after_days: int,
    expiry_notice_days: int,
    effective_from: dt.date,
    on: dt.date,
    now: dt.datetime,
    by: User | None,
    presents_returned: bool = True,
    after_claim: str = AfterClaim.PAUSE,
) -> SupportTerms:
    """This function will set the paper's terms from a day on. Writes one row. Raises: CannotSetTerms, with nothing written."""
    days = list(retry_after_days)
    if not 1 <= len(days) <= MOST_RETRIES:
        raise CannotSetTerms(_("Give between one and %(most)d days on which to try again.") % {"most": MOST_RETRIES})
    if days != sorted(set(days)):
        raise CannotSetTerms(_("Each try comes later than the one before it."))
    if not all(1 <= day <= LONGEST_RETRY_DAYS for day in [*days, debit_retry_after_days]):
        raise CannotSetTerms(
            _("Try again between 1 and %(most)d days after the failure, so that no two months are asked for at once.")
            % {"most": LONGEST_RETRY_DAYS}
        )
    first, last = EXPIRY_NOTICE_DAYS
    if not first <= expiry_notice_days <= last:
        raise CannotSetTerms(
            _("Ask for a new card between %(first)d and %(last)d days before the old one expires.")
            % {"first": first, "last": last}
        )
    if after_claim not in AfterClaim.values:
        raise CannotSetTerms(_("Choose whether a pledge is paused or ends when its payer claims a payment back."))
    if effective_from < on:
        raise CannotSetTerms(_("Terms take effect today or later: what was done under the old ones stands."))
    return SupportTerms.objects.create(
        retry_after_days=days,
        debit_retry_after_days=debit_retry_after_days,
        expiry_notice_days=expiry_notice_days,
        presents_returned=presents_returned,
        after_claim=after_claim,
        effective_from=effective_from,
        recorded_at=now,
        recorded_by=by,
    )
