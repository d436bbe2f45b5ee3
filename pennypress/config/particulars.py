"""What a new paper is asked, or its file says: each particular read and checked, with the field named when it is wrong.

Reads and checks only; `opening` writes.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation

from pennypress.money import EXPONENTS
from pennypress.payments import providers
from pennypress.people import roles
from pennypress.society import rulebook
from pennypress.society.models import Office

ROLES = {"editor": roles.EDITOR, "treasurer": roles.TREASURER, "secretary": roles.SECRETARY}
ADMINISTRATOR = "administrator"


class WrongParticular(ValueError):
    """One particular cannot be taken as it is; the text begins with its name."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


@dataclass(frozen=True)
class Question:
    """One particular: where it stands in the file, how it is asked, how it is read."""

    section: str
    name: str
    asked: str
    read: Callable[[Any], Any]
    default: Any = None

    @property
    def field(self) -> str:
        return f"{self.section}.{self.name}"

    def answer(self, given: Any) -> Any:
        """This function will read what was given, or the default. Raises: WrongParticular."""
        if given is None or given == "":
            if self.default is None:
                raise WrongParticular(self.field, "this is needed")
            given = self.default
        try:
            return self.read(given)
        except (ValueError, TypeError, ValidationError) as error:
            reason = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            raise WrongParticular(self.field, reason) from error


def _words(given: Any) -> str:
    if not isinstance(given, str) or not given.strip():
        raise ValueError("these are words, and not empty")
    return given.strip()


def _optional(given: Any) -> str:
    return given.strip() if isinstance(given, str) else str(given)


def _currency(given: Any) -> str:
    if str(given).upper() not in EXPONENTS:
        raise ValueError(f"{given} is not a currency this system knows ({', '.join(sorted(EXPONENTS))})")
    return str(given).upper()


def _day(given: Any) -> dt.date:
    if isinstance(given, dt.date) and not isinstance(given, dt.datetime):
        return given
    try:
        return dt.date.fromisoformat(str(given))
    except ValueError:
        raise ValueError(f"{given} is not a day; write it as 2026-01-31") from None


def _year_end(given: Any) -> tuple[int, int]:
    try:
        day = dt.date.fromisoformat(
            f"2025-{given}"
        )  # A year without 29 February: the year ends on a day of every year.
    except ValueError:
        raise ValueError(f"{given} is not a day of every year; write it as 12-31") from None
    return day.month, day.day


def _address(given: Any) -> str:
    parts = urlsplit(str(given))
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise ValueError(f"{given} is not the address of a site, such as https://paper.example")
    return str(given).rstrip("/")


def _time_zone(given: Any) -> str:
    try:
        ZoneInfo(str(given))
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"{given} is not a time zone, such as Europe/London") from None
    return str(given)


def _language(given: Any) -> str:
    if not translation.check_for_language(str(given)):
        raise ValueError(f"{given} is not a language, such as en-gb")
    return str(given)


def _email(given: Any) -> str:
    validate_email(given)
    return str(given)


def _mail_server(given: Any) -> str:
    parts = urlsplit(str(given))
    if parts.scheme not in {"smtp", "smtp+tls", "smtps"} or not parts.hostname:
        raise ValueError("write it as smtp+tls://user:password@mail.example:587 (or smtp:// or smtps://)")
    return str(given)


def _providers(given: Any) -> tuple[str, ...]:
    names = [name.strip() for name in given.split(",")] if isinstance(given, str) else list(given)
    names = [name for name in names if name and name != "none"]
    if "sandbox" in names:
        raise ValueError("the sandbox moves no money: whoever reaches it can make a gift look paid")
    for name in names:
        if name not in providers.known():
            raise ValueError(f"{name} is not a provider this system knows ({', '.join(providers.known())})")
    return tuple(names)


def _roles(given: Any) -> tuple[str, ...]:
    names = [name.strip() for name in given.split(",")] if isinstance(given, str) else list(given)
    for name in names:
        if name not in {*ROLES, ADMINISTRATOR}:
            raise ValueError(f"{name} is not a role ({', '.join([*ROLES, ADMINISTRATOR])})")
    if not names:
        raise ValueError("at least one role")
    return tuple(names)


def _office(given: Any) -> str:
    if given not in Office.values:
        raise ValueError(f"{given} is not an office ({', '.join(Office.values)})")
    return str(given)


def _figure(given: Any) -> int:
    figure = int(str(given))
    if figure < 0:
        raise ValueError("a figure of a rule is not below nothing")
    return figure


def _subject(given: Any) -> str:
    if given not in SUBJECTS:
        raise ValueError(f"{given} is not a subject ({', '.join(SUBJECTS)})")
    return str(given)


SUBJECTS = {
    rulebook.SHARE_NOMINAL: "What one share costs, in pence or cents",
    rulebook.HOLDING_MINIMUM: "The smallest holding, in shares",
    rulebook.HOLDING_MAXIMUM_INDIVIDUAL: "The largest holding of one person, in shares",
    rulebook.HOLDING_MAXIMUM_ORGANISATION: "The largest holding of an organisation, in shares",
    rulebook.MEMBER_AGE: "The age from which one may be a member, in years",
}

ONCE = (
    Question("society", "registered_name", "The society's registered name", _words),
    Question("society", "registration_number", "Its registration number", _words),
    Question("society", "registered_office", "Its registered office", _words),
    Question("society", "legal_form", "Its legal form", _words, "Community benefit society"),
    Question("society", "year_end", "The last day of its financial year", _year_end, "12-31"),
    Question("society", "currency", "Its currency", _currency, "GBP"),
    Question("paper", "masthead", "The paper's name", _words),
    Question("paper", "strapline", "The line under it", _optional, "Owned by its readers"),
    Question("paper", "url", "The address at which it will be read", _address),
    Question("paper", "time_zone", "The time zone of its days", _time_zone, "Europe/London"),
    Question("paper", "language", "Its language", _language, "en-gb"),
    Question("mail", "url", "The mail server", _mail_server),
    Question("mail", "from", "The address that letters come from", _email),
    Question("payments", "providers", "Who takes payments online (none: by post and bank only)", _providers, "none"),
)
RULE = (
    Question("rules", "subject", "What the rule fixes", _subject),
    Question("rules", "number", "The number of the rule", _words),
    Question("rules", "text", "The rule in words", _words),
    Question("rules", "figure", "The figure", _figure),
    Question("rules", "from", "In force from", _day),
    Question("rules", "registered", "Registered on", _day),
)
STAFF = (
    Question("staff", "name", "Name", _words),
    Question("staff", "email", "E-mail address", _email),
    Question("staff", "roles", f"Roles ({', '.join([*ROLES, ADMINISTRATOR])})", _roles),
)
OFFICERS = (
    Question("officers", "name", "Name", _words),
    Question("officers", "office", f"Office ({', '.join(Office.values)})", _office),
    Question("officers", "from", "In office from", _day),
)
MANY = {"rules": RULE, "staff": STAFF, "officers": OFFICERS}


def read(given: dict[str, Any]) -> dict[str, Any]:
    """This function will read a whole file of particulars into the answers by field, or say which field is wrong.

    Raises: WrongParticular, for the first field that is wrong, missing or unknown.
    """
    _refuse_unknown(given)
    answers: dict[str, Any] = {
        question.field: question.answer(given.get(question.section, {}).get(question.name)) for question in ONCE
    }
    for section, questions in MANY.items():
        rows = given.get(section, [])
        if not isinstance(rows, list):
            raise WrongParticular(section, f"write each as [[{section}]]")
        answers[section] = [_row(questions, row, number) for number, row in enumerate(rows, 1)]
    _require_whole(answers)
    return answers


def _row(questions: Iterable[Question], row: dict[str, Any], number: int) -> dict[str, Any]:
    try:
        return {question.name: question.answer(row.get(question.name)) for question in questions}
    except WrongParticular as wrong:
        raise WrongParticular(wrong.field.replace(".", f"[{number}].", 1), wrong.reason) from wrong


def _refuse_unknown(given: dict[str, Any]) -> None:
    """A misspelt name is an error, not a particular left at its default."""
    names: dict[str, set[str]] = {}
    for question in (*ONCE, *RULE, *STAFF, *OFFICERS):
        names.setdefault(question.section, set()).add(question.name)
    for section, value in given.items():
        if section not in names:
            raise WrongParticular(section, f"there is no such section ({', '.join(names)})")
        for row in value if isinstance(value, list) else [value]:
            if not isinstance(row, dict):
                raise WrongParticular(section, f"write it as [{section}] with a line for each particular")
            for name in set(row) - names[section]:
                raise WrongParticular(f"{section}.{name}", f"there is no such particular ({', '.join(names[section])})")


def _require_whole(answers: dict[str, Any]) -> None:
    missing = set(SUBJECTS) - {rule["subject"] for rule in answers["rules"]}
    if missing:
        raise WrongParticular("rules", f"no rule fixes {', '.join(sorted(missing))}")
    if not answers["staff"]:
        raise WrongParticular("staff", "somebody has to run the paper: name one at least")
    emails = [member["email"].casefold() for member in answers["staff"]]
    for email in emails:
        if emails.count(email) > 1:
            raise WrongParticular("staff", f"{email} stands there twice")
