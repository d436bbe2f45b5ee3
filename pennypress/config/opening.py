"""Opening a new paper: its society, rules, officers, staff, masthead and settings, all or nothing."""

import datetime as dt
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from wagtail.models import Site

from pennypress import laws
from pennypress.config import deployment, lawbook
from pennypress.config.particulars import ADMINISTRATOR, ROLES
from pennypress.newsroom import writing
from pennypress.people import persons, roles
from pennypress.people.models import Person, User
from pennypress.society import founding
from pennypress.society.models import Society


class CannotOpen(RuntimeError):
    """The paper was not opened, and nothing was written."""


def open_paper(answers: dict[str, Any], *, now: dt.datetime, on: dt.date) -> Path:
    """This function will write a new paper from the answers of `particulars.read`, in one transaction.

    Gives the file of settings that it wrote beside the database. Raises: CannotOpen, with nothing written.
    """
    if Society.objects.exists() or User.objects.exists() or Person.objects.exists():
        raise CannotOpen("This database holds a paper already; a new one wants an empty database.")
    try:
        with transaction.atomic():
            _found(answers, on)
            _appoint(answers, now)
            _name(answers)
            broken = [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]
            if broken:
                raise CannotOpen(f"These laws would be broken: {', '.join(broken)}.")
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # Nothing may fail after the file is written.
            return deployment.write(settings.VAR, _settings(answers))
    except (founding.CannotFound, founding.CannotAdopt, founding.CannotAppoint) as trouble:
        raise CannotOpen(str(trouble)) from trouble


def _found(answers: dict[str, Any], on: dt.date) -> None:
    founding.found(
        registered_name=answers["society.registered_name"],
        registration_number=answers["society.registration_number"],
        registered_office=answers["society.registered_office"],
        legal_form=answers["society.legal_form"],
        year_end=answers["society.year_end"],
        currency=answers["society.currency"],
        on=on,
    )
    for rule in answers["rules"]:
        founding.adopt_rule(
            subject=rule["subject"],
            rule_number=rule["number"],
            text=rule["text"],
            figure=rule["figure"],
            effective_from=rule["from"],
            registered_on=rule["registered"],
        )


def _appoint(answers: dict[str, Any], now: dt.datetime) -> None:
    for member in answers["staff"]:
        if ADMINISTRATOR in member["roles"]:
            user = User.objects.create_superuser(member["email"], None, name=member["name"])
        else:
            user = User.objects.create_user(member["email"], None, name=member["name"])
        for role in member["roles"]:
            if role in ROLES:
                roles.give(user, ROLES[role])
    known: dict[str, Person] = {}
    for officer in answers["officers"]:
        name = officer["name"]
        known[name] = known.get(name) or persons.recorded(name=name, email="", now=now)
        founding.appoint(person=known[name], office=officer["office"], from_on=officer["from"])


def _name(answers: dict[str, Any]) -> None:
    writing.make_paper(masthead=answers["paper.masthead"], strapline=answers["paper.strapline"])
    address = urlsplit(answers["paper.url"])
    port = address.port or (443 if address.scheme == "https" else 80)
    Site.objects.filter(is_default_site=True).update(hostname=address.hostname, port=port)


def _settings(answers: dict[str, Any]) -> dict[str, str]:
    return {
        "PENNYPRESS_URL": answers["paper.url"],
        "PENNYPRESS_TIME_ZONE": answers["paper.time_zone"],
        "PENNYPRESS_LANGUAGE": answers["paper.language"],
        "EMAIL_URL": answers["mail.url"],
        "PENNYPRESS_FROM": answers["mail.from"],
        "PENNYPRESS_PROVIDERS": ",".join(answers["payments.providers"]),
    }
