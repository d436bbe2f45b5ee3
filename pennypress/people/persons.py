"""Recording and finding persons."""

import datetime as dt

from django.db import connection, transaction

from pennypress import prepared
from pennypress.people.models import Person, PersonKind, PersonMerge, User


class CannotMerge(ValueError):
    """These two rows cannot be made one person."""


def fold(email: str) -> str:
    """This function will bring an e-mail address to the one form in which addresses are compared."""
    return email.strip().casefold()


def current(person: Person) -> Person:
    """This function will follow `merged_into` to the person who stands for `person` today."""
    while person.merged_into is not None:
        person = person.merged_into
    return person


def same(person: Person) -> list[int]:
    """This function will list the numbers of all rows that are this person: whoever stands, and all merged into them."""
    one = current(person)
    rows, found = [one.pk], [one.pk]
    while found:
        found = list(Person.objects.filter(merged_into__in=found).values_list("pk", flat=True))
        rows += found
    return rows


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
        known = prepared.first(
            Person,
            "WHERE email = %(email)s AND upper(name) = upper(%(name)s) AND merged_into_id IS NULL ORDER BY id LIMIT 1",
            email=folded,
            name=name.strip(),
        )
        if known is not None:
            return known
    return prepared.written(
        Person(kind=PersonKind.INDIVIDUAL, name=name.strip() or folded, email=folded, place=place, recorded_at=now)
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


@transaction.atomic
def merge(*, duplicate: Person, into: Person, now: dt.datetime, by: User | None) -> PersonMerge:
    """This function will record that `duplicate` is the same person as `into`. Nothing that points at either is moved.

    From now on `current(duplicate)` gives `into`, who takes from the duplicate what was not known of them. One merge
    happens at a time, so that no two can make a circle. Writes the pointer and one row that says who merged and when;
    merging the same two again gives that row. Raises: CannotMerge, with nothing written.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('people.merge'))")
    duplicate = Person.objects.select_for_update().get(pk=duplicate.pk)
    standing = current(Person.objects.get(pk=into.pk))
    if duplicate.merged_into_id is not None and current(duplicate) == standing:
        return PersonMerge.objects.get(duplicate=duplicate)
    if duplicate.merged_into_id is not None:
        raise CannotMerge(f"{duplicate.name} is merged into {current(duplicate).name} already.")
    if standing.pk == duplicate.pk:
        raise CannotMerge("A person is not merged into themselves.")
    if standing.kind != duplicate.kind:
        raise CannotMerge("A person and an organisation are never the same.")
    duplicate.merged_into = standing
    duplicate.save(update_fields=["merged_into"])
    _fill_in(standing, duplicate)
    return PersonMerge.objects.create(duplicate=duplicate, into=standing, merged_at=now, merged_by=by)


def _fill_in(standing: Person, duplicate: Person) -> None:
    names = ("email", "address", "postcode", "place", "born_on")
    unknown = [name for name in names if not getattr(standing, name) and getattr(duplicate, name)]
    for name in unknown:
        setattr(standing, name, getattr(duplicate, name))
    if unknown:
        standing.save(update_fields=unknown)
