"""`pennypress init`: open a new paper, by asking for its particulars or from a file of them."""

import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pennypress import days
from pennypress.config import opening, particulars, readiness
from pennypress.config.particulars import Question, WrongParticular


class Command(BaseCommand):
    help = "Open a new, empty paper: its society, rules, officers, staff, masthead, mail and payments."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="file", type=Path, help="a TOML file of all particulars; asks nothing")

    def handle(self, *args: Any, file: Path | None = None, **options: Any) -> None:
        if readiness.pending_migrations():
            raise CommandError("The database is not up to date; run: pennypress migrate")
        try:
            answers = particulars.read(_file(file) if file else self._asked())
            now = timezone.now()
            written = opening.open_paper(answers, now=now, on=days.day_of(now, ZoneInfo(answers["paper.time_zone"])))
        except (WrongParticular, opening.CannotOpen) as trouble:
            raise CommandError(f"{trouble}\nNothing was written.") from trouble
        self.stdout.write(f"{answers['paper.masthead']} is open, and empty. Settings: {written}")
        self.stdout.write(
            "Now run `pennypress serve` and `pennypress work`, and log in at /desk/ with a code by e-mail."
        )

    def _asked(self) -> dict[str, Any]:
        """Asks everything, each until it can be read, and gives it in the shape of a file."""
        given: dict[str, Any] = {}
        for question in particulars.ONCE:
            given.setdefault(question.section, {})[question.name] = self._ask(question)
        given["rules"] = self._asked_rules()
        given["officers"] = self._asked_many("officers", "officer of the society", particulars.OFFICERS)
        given["staff"] = self._asked_many("staff", "member of staff", particulars.STAFF)
        return given

    def _asked_rules(self) -> list[dict[str, Any]]:
        self.stdout.write("\nThe society's rules, as registered:")
        since = self._ask(Question("rules", "from", "Registered and in force since (2026-01-31)", str))
        rules = []
        for subject, words in particulars.SUBJECTS.items():
            figure = self._ask(Question("rules", "figure", words, particulars.RULE[3].read))
            number = self._ask(Question("rules", "number", "  by rule number", str))
            text = self._ask(Question("rules", "text", "  which says, in words", str))
            rules.append(
                {
                    "subject": subject,
                    "number": number,
                    "text": text,
                    "figure": figure,
                    "from": since,
                    "registered": since,
                }
            )
        return rules

    def _asked_many(self, section: str, what: str, questions: tuple[Question, ...]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        least = 1 if section == "staff" else 0
        while True:
            another = self._ask(Question(section, "another", f"\nAnother {what}? (yes, no)", str, "no"))
            if another.startswith("y") or len(rows) < least:
                rows.append({question.name: self._ask(question) for question in questions})
            else:
                return rows

    def _ask(self, question: Question) -> Any:
        hint = f" [{question.default}]" if question.default is not None else ""
        while True:
            try:
                given = input(f"{question.asked}{hint}: ").strip() or question.default
            except EOFError:
                raise CommandError(
                    f"{question.field}: no answer. Unattended: --from FILE\nNothing was written."
                ) from None
            try:
                question.answer(given)
            except WrongParticular as wrong:
                self.stdout.write(f"  {wrong.reason}")
            else:
                return given


def _file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as trouble:
        raise CommandError(f"{path} cannot be read: {trouble.strerror}") from trouble
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as trouble:
        raise CommandError(f"{path} is not TOML: {trouble}\nNothing was written.") from trouble
