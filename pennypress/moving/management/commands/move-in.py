"""`pennypress move-in FILE --kind KIND`: what a paper brings along, shown row by row and then written once."""

import argparse
import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pennypress import days, money
from pennypress.moving import checking, consigning, reading
from pennypress.moving.fates import BAD, Plan
from pennypress.moving.models import Kind
from pennypress.society import rulebook


class Command(BaseCommand):
    help = "Moves opening balances, past gifts or supporters in from a CSV or XLSX file. No letter is sent."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--kind", required=True, choices=Kind.values)
        parser.add_argument("--as-at", type=dt.date.fromisoformat, metavar="DAY", help="Opening balances: 2026-10-31.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would become of each row, and write nothing."
        )
        parser.add_argument("--total", metavar="AMOUNT", help="The total to confirm, as the dry run says it.")
        parser.add_argument("--leave-out", action="store_true", help="Leave the bad rows out, and move the others in.")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        on = days.day_of(now, timezone.get_default_timezone())
        content = _content(options["file"])
        currency = rulebook.society().currency
        told = {"kind": options["kind"], "content": content, "as_at": options["as_at"], "on": on}
        try:
            plan = checking.check(**told, currency=currency)
            self._show(plan)
            if options["dry_run"]:
                return
            if not options["total"]:
                raise CommandError(f"Nothing was written. To move it in, confirm the total: --total {plan.total}")
            consignment = consigning.take(**told, filename=options["file"].name, now=now, by=None)
            confirmed = money.parse(options["total"], currency)
            done = consigning.carry_out(
                consignment=consignment, confirmed=confirmed, leave_out=options["leave_out"], on=on, now=now, by=None
            )
        except (reading.CannotRead, consigning.CannotMoveIn, money.CannotParse, rulebook.NoSociety) as refusal:
            raise CommandError(f"Nothing was moved in. {refusal}") from refusal
        self.stdout.write(f"Moved in: {len(done.new)} rows, {done.total}. Left out: {len(done.bad)}.")

    def _show(self, plan: Plan) -> None:
        for fate in plan.fates:
            mark = "BAD " if fate.state == BAD else "    "
            self.stdout.write(f"{mark}line {fate.line:>5}  {fate.state:<5}  {fate.says}")
        for line in plan.trouble:
            self.stdout.write(f"BAD  {line}")
        for one in plan.sums:
            self.stdout.write(f"     {one.head:<7} {one.name:<24} {one.count:>6}  {one.amount!s:>14}")
        self.stdout.write(
            f"New {len(plan.new)}, known {len(plan.known)}, bad {len(plan.bad)}. Total of the new: {plan.total}"
        )


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(reading.LARGEST + 1)
    except OSError as fault:
        raise CommandError(f"{path}: cannot be read ({fault.strerror}).") from fault
