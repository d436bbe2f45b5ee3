"""Founding: recording the society, its rules and its officers, by whoever sets the paper up or keeps its particulars."""

import datetime as dt

from django.db import transaction

from pennypress.money import EXPONENTS
from pennypress.people.models import Person
from pennypress.society.models import Office, Officer, Rule, Society


class CannotFound(ValueError):
    """The society cannot be recorded like this."""


class CannotAdopt(ValueError):
    """The rule contradicts one that stands already for the same day."""


class CannotAppoint(ValueError):
    """The office cannot pass to this person on this day."""


def found(
    *,
    registered_name: str,
    registration_number: str,
    registered_office: str,
    legal_form: str,
    year_end: tuple[int, int],
    currency: str,
    on: dt.date,
) -> Society:
    """This function will record the society, once. `year_end` is (month, day).

    The same particulars again give the society that stands. Writes at most one row. Raises: CannotFound.
    """
    month, day = year_end
    _require_a_day(month, day, on)
    if currency not in EXPONENTS:
        raise CannotFound(f"{currency} is not a currency this system knows.")
    fields = {
        "registered_name": _words(registered_name, "name"),
        "registration_number": _words(registration_number, "registration number"),
        "registered_office": _words(registered_office, "registered office"),
        "legal_form": _words(legal_form, "legal form"),
        "year_end_month": month,
        "year_end_day": day,
        "currency": currency,
    }
    society, created = Society.objects.get_or_create(only=True, defaults=fields)
    if not created and any(getattr(society, name) != value for name, value in fields.items()):
        raise CannotFound(f"This paper is published by {society.registered_name} already.")
    return society


def adopt_rule(
    *, subject: str, rule_number: str, text: str, figure: int, effective_from: dt.date, registered_on: dt.date | None
) -> Rule:
    """This function will record what a rule of the society fixes from a day on; unregistered rules have no force.

    The same rule again gives the one that stands, registered now if it was not. Writes one row.
    Raises: CannotAdopt when another rule of this subject begins on the same day.
    """
    rule, created = Rule.objects.get_or_create(
        subject=subject,
        effective_from=effective_from,
        defaults={"rule_number": rule_number, "text": text, "figure": figure, "registered_on": registered_on},
    )
    if created:
        return rule
    if (rule.rule_number, rule.text, rule.figure) != (rule_number, text, figure):
        raise CannotAdopt(f"Rule {rule.rule_number} fixes {subject} from {effective_from} already.")
    if rule.registered_on is None and registered_on is not None:
        rule.registered_on = registered_on
        rule.save(update_fields=["registered_on"])
    return rule


@transaction.atomic
def appoint(*, person: Person, office: str, from_on: dt.date) -> Officer:
    """This function will put a person in an office from a day on, and end the term of who held it until then.

    A committee has many members: nobody's term ends. Locks the standing term. Writes at most two rows.
    Raises: CannotAppoint when the standing term began on that day or later.
    """
    standing = Officer.objects.select_for_update().filter(office=office, to_on=None)
    if Office(office) == Office.COMMITTEE:
        standing = standing.filter(person=person)
    term = standing.first()
    if term is not None and term.person_id == person.pk:
        return term
    if term is not None:
        if term.from_on >= from_on:
            raise CannotAppoint(f"{term.person} holds this office from {term.from_on}; the next term begins later.")
        term.to_on = from_on
        term.save(update_fields=["to_on"])
    return Officer.objects.create(person=person, office=office, from_on=from_on)


def _words(text: str, what: str) -> str:
    if not text.strip():
        raise CannotFound(f"The society has a {what}.")
    return text.strip()


def _require_a_day(month: int, day: int, on: dt.date) -> None:
    try:
        dt.date(on.year, month, day)
    except ValueError as error:
        raise CannotFound(
            f"There is no day {day} in month {month}: the year ends on a day that every year has."
        ) from error
