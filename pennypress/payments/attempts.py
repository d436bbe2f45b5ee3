"""Attempts to pay: how many an address, a page view and a provider may see, counted by all processes together.

What is over a limit writes nothing but its counter. A counter's key is a hash under a secret of the day: who tried cannot
be read from it, nor be followed to the next day. Fixed windows; the worker throws counters away after two days.
"""

import datetime as dt
import hashlib
import hmac
import uuid
from dataclasses import dataclass
from enum import Enum

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pennypress import prepared
from pennypress.payments import breaker, providers
from pennypress.payments.models import Attempt

HOUR = dt.timedelta(hours=1)
BUDGET_WINDOW = dt.timedelta(minutes=10)
# Of a provider's budget so much goes to readers straight away; what is left is for those who opened their letter.
STRAIGHT_PERCENT = 80
LETTERS_PER_ADDRESS = 3
KEPT = dt.timedelta(days=2)
_COUNT = """
INSERT INTO payments_attempt (scope, key, starts_at, number, mark) VALUES (%(scope)s, %(key)s, %(starts_at)s, 1, '')
ON CONFLICT (scope, key, starts_at) DO UPDATE SET number = payments_attempt.number + 1
    WHERE payments_attempt.number < %(most)s
RETURNING number
"""
# A page view that was never sent before counts for its address too.
_COUNT_SENT = """
WITH page AS (
    INSERT INTO payments_attempt (scope, key, starts_at, number, mark)
    VALUES ('page', %(page)s, %(drawn_at)s, 1, %(intent)s)
    ON CONFLICT (scope, key, starts_at) DO UPDATE SET number = payments_attempt.number + 1
    RETURNING number, mark
), address AS (
    INSERT INTO payments_attempt (scope, key, starts_at, number, mark)
    SELECT 'address', %(address)s, %(hour)s, 1, '' FROM page WHERE page.number = 1
    ON CONFLICT (scope, key, starts_at) DO UPDATE SET number = payments_attempt.number + 1
    RETURNING number
)
SELECT page.number, page.mark, (SELECT number FROM address) FROM page
"""


class TooManyAttempts(Exception):
    """There were too many attempts to pay; the text says what to do, `seconds` after how long to try again."""

    def __init__(self, seconds: int) -> None:
        self.seconds = max(seconds, 1)
        minutes = -(-self.seconds // 60)
        super().__init__(
            ngettext(
                "There were many attempts to pay from where you are. Please wait %(number)d minute and send this again.",
                "There were many attempts to pay from where you are. Please wait %(number)d minutes and send this again.",
                minutes,
            )
            % {"number": minutes}
        )


class PageUsed(Exception):
    """Something else was sent from the same page view before; the reader is shown what they typed, to send it anew."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "You have changed what you sent before. Please look through it and send it once more. Nothing was charged."
            )
        )


class Way(Enum):
    """How an attempt goes on: to the payment page, or to a letter with a link to it."""

    STRAIGHT = "straight"
    BY_EMAIL = "by e-mail"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who tries to pay, as far as we look: from which address, in which page view, and what is asked for in it."""

    address: str
    page: uuid.UUID
    intent: uuid.UUID
    drawn_at: dt.datetime


def admit(*, caller: Caller, now: dt.datetime, provider: str | None = None) -> Way:
    """This function will count an attempt to pay and say how it goes on. Call it before anything is written.

    One page view asks for one thing, and the same sent again is counted for the page alone. Writes counters only, page and
    address in one statement and the provider's in another. Raises: TooManyAttempts, PageUsed, ProviderUnavailable where
    there is no provider.
    """
    offered = providers.get(provider) if provider else providers.default()
    intent = _digest("intent", str(caller.intent), caller.drawn_at)
    sent, first, from_address = _count_sent(caller, intent, hour=_window(HOUR, now))
    if first != intent:
        raise PageUsed
    if sent > settings.TRIES_PER_PAGE or (from_address or 0) > settings.TRIES_PER_ADDRESS:
        raise TooManyAttempts(_left(HOUR, now))
    if breaker.watch(now=now):
        return Way.BY_EMAIL
    return Way.STRAIGHT if _within_budget(offered.name, now, STRAIGHT_PERCENT) else Way.BY_EMAIL


def admit_confirmed(*, now: dt.datetime, provider: str | None = None) -> None:
    """This function will count an attempt whose reader opened the link in their letter. Raises: TooManyAttempts."""
    offered = providers.get(provider) if provider else providers.default()
    if not _within_budget(offered.name, now, 100):
        raise TooManyAttempts(_left(BUDGET_WINDOW, now))


def may_write_to(*, email: str, now: dt.datetime) -> bool:
    """This function will count a letter with a link, and say whether this e-mail address may be sent one more."""
    return _counted("letter", email, _window(HOUR, now), most=LETTERS_PER_ADDRESS)


def prune(*, now: dt.datetime) -> int:
    """This function will throw away the counters that no window needs any more."""
    return Attempt.objects.filter(starts_at__lt=now - KEPT).delete()[0]


def _within_budget(provider: str, now: dt.datetime, percent: int) -> bool:
    # Counted only while it is within: what is turned to a letter has not been to the provider.
    allowed = settings.PROVIDER_BUDGET * percent // 100
    return allowed > 0 and _counted("provider", provider, _window(BUDGET_WINDOW, now), most=allowed)


def _count_sent(caller: Caller, intent: str, *, hour: dt.datetime) -> tuple[int, str, int | None]:
    """How often the page view was sent, what was asked for first, and how many its address sent in this hour."""
    facts = {
        "page": _digest("page", str(caller.page), caller.drawn_at),
        "drawn_at": caller.drawn_at,
        "intent": intent,
        "address": _digest("address", caller.address, hour),
        "hour": hour,
    }
    ((sent, first, from_address),) = prepared.rows(connection, _COUNT_SENT, facts)
    return sent, first, from_address


def _counted(scope: str, what: str, starts_at: dt.datetime, *, most: int) -> bool:
    """Whether this one was counted: not once there are `most`."""
    facts = {"scope": scope, "key": _digest(scope, what, starts_at), "starts_at": starts_at, "most": most}
    return bool(prepared.rows(connection, _COUNT, facts))


def _digest(scope: str, what: str, at: dt.datetime) -> str:
    of_the_day = hmac.new(settings.SECRET_KEY.encode(), f"attempts {at:%Y-%m-%d}".encode(), hashlib.sha256).digest()
    return hmac.new(of_the_day, f"{scope} {what}".encode(), hashlib.sha256).hexdigest()


def _window(length: dt.timedelta, now: dt.datetime) -> dt.datetime:
    seconds = int(length.total_seconds())
    return dt.datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=dt.UTC)


def _left(length: dt.timedelta, now: dt.datetime) -> int:
    return int((_window(length, now) + length - now).total_seconds())
