"""`pennypress reconcile`: compare the providers' books with ours, repair what differs, and say what was repaired."""

import datetime as dt
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from pennypress import days
from pennypress.payments import providers
from pennypress.payments.models import Cause, Reconciliation
from pennypress.payments.providers.protocol import KeysRefused, ProviderRefused, ProviderUnavailable
from pennypress.settlement import reconciling


class Command(BaseCommand):
    help = "Compare the providers' payments and payouts with the books, and repair each difference by an entry."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--provider", help="only this one; otherwise all that the paper offers")
        parser.add_argument("--since", type=dt.date.fromisoformat, help="begun on this day or later, as 2026-11-01")

    def handle(self, *args: Any, provider: str | None = None, since: dt.date | None = None, **options: Any) -> None:
        now = timezone.now()
        zone = timezone.get_default_timezone()
        begin = days.start_of(since, zone) if since else now - reconciling.LOOKS_BACK  # type: ignore[arg-type]
        on = days.day_of(now, zone)  # type: ignore[arg-type]
        names = [provider] if provider else settings.PAYMENT_PROVIDERS
        # Who cannot be asked is told of first, and keeps none of the others from being compared.
        left_out = {name for name in names if not self._can(name, reconciling.require_reachable, now=now)}
        left = 0
        for name in names:
            if name in left_out:
                continue
            made = self._can(name, reconciling.run, since=begin, on=on, now=now)
            if made is None:
                left_out.add(name)
            else:
                left += self._say(made)
        if left or left_out:
            sys.exit(1)

    def _can(self, name: str, ask: Callable[..., Any], **options: Any) -> Any:
        """What was asked of a provider, or True; None where it cannot be asked, after saying why."""
        try:
            return ask(provider=name, **options) or True
        except (ProviderUnavailable, ProviderRefused) as error:
            self.stderr.write(_why(name, error))
            return None

    def _say(self, made: Reconciliation) -> int:
        found = list(made.differences.all())
        for difference in found:
            self.stdout.write(
                f"{made.provider} {difference.provider_ref}: {difference.get_cause_display()}. "
                f"{difference.amount} {difference.entry_key or difference.says}"
            )
        left = sum(difference.cause == Cause.UNREPAIRED for difference in found)
        self.stdout.write(
            f"{made.provider}: {made.payments} payments and {made.payouts} payouts compared, "
            f"{len(found) - left} differences repaired, {left} left for a person."
        )
        return left


def _why(name: str, error: Exception) -> str:
    match error:
        case KeysRefused(are_missing=True):
            return f"{name}: PENNYPRESS_PROVIDERS offers it, and {error.setting} is not set. It was not compared."
        case KeysRefused():
            return f"{name}: it refuses the key in {error.setting}. It was not compared."
        case providers.NoSuchProvider():
            known = ", ".join(providers.known())
            return f"{name}: PENNYPRESS_PROVIDERS does not offer it, or it is none of {known}. It was not compared."
        case _:
            return f"{name}: it could not be asked, or did not answer. It was not compared to the end. {error}"
