"""`pennypress reconcile`: compare the providers' books with ours, repair what differs, and say what was repaired."""

import datetime as dt
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pennypress import days
from pennypress.payments import providers
from pennypress.payments.models import Cause, Reconciliation
from pennypress.payments.providers.protocol import ProviderRefused, ProviderUnavailable
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
        left = 0
        for name in [provider] if provider else settings.PAYMENT_PROVIDERS:
            try:
                made = reconciling.run(provider=name, since=begin, on=on, now=now)
            except (providers.NoSuchProvider, ProviderUnavailable, ProviderRefused) as error:
                raise CommandError(f"{name}: {error}") from error
            left += self._say(made)
        if left:
            sys.exit(1)

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
