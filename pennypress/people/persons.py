"""Recording and finding persons."""

import datetime as dt

from pennypress.people.models import Person, PersonKind, User


def fold(email: str) -> str:
    """This function will bring an e-mail address to the one form in which addresses are compared."""
    return email.strip().casefold()


def current(person: Person) -> Person:
    """This function will follow `merged_into` to the person who stands for `person` today."""
    while person.merged_into is not None:
        person = person.merged_into
    return person


def by_email(email: str) -> Person | None:
    """This function will find the eldest unmerged person with this address, compared case-folded."""
    if not email:
        return None
    return Person.objects.filter(email=fold(email), merged_into=None).order_by("id").first()


def recorded(*, name: str, email: str, now: dt.datetime, place: str = "") -> Person:
    """This function will give the person with this address and name, recorded now if the paper does not know them.

    A known address with another name makes a second person (households share an address); merging is a person's act.
    Writes at most one row.
    """
    folded = fold(email)
    if folded:
        known = Person.objects.filter(email=folded, name__iexact=name.strip(), merged_into=None).order_by("id").first()
        if known is not None:
            return known
    return Person.objects.create(
        kind=PersonKind.INDIVIDUAL, name=name.strip() or folded, email=folded, place=place, recorded_at=now
    )


def ensure_login(person: Person) -> User | None:
    """This function will give the person a reader's login if they have an address and nobody has a login under it.

    Writes at most one row: a login without a password, for which codes are sent by e-mail.
    """
    if not person.email:
        return None
    existing = User.objects.filter(email=person.email).first()
    if existing is not None:
        return existing
    return User.objects.create_user(person.email, None, name=person.name, person=person)
