"""Who a row speaks of: somebody the paper knows, somebody new, or somebody new who looks like one it knows."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from pennypress.moving.models import Consignment, Likeness
from pennypress.people import persons
from pennypress.people.models import Person


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a person named in a row: who it is, or who it looks like and why."""

    person: Person | None
    likes: tuple[tuple[Person, str], ...] = ()

    @property
    def says(self) -> str:
        if self.person is not None:
            return _("known")
        if self.likes:
            return _("new, and to be compared with %(name)s (%(why)s)") % {
                "name": self.likes[0][0].name,
                "why": self.likes[0][1],
            }
        return _("new")


def find(*, name: str, email: str, place: str) -> Found:
    """This function will look for a person by what a row says of them. At most two queries.

    The same address and name are the same person; without an address, the same name and place where the one known has no
    address either. The same address under another name, or the same name elsewhere, is only alike.
    """
    standing = Person.objects.filter(merged_into=None)
    folded = persons.fold(email)
    same = standing.filter(name__iexact=name, email=folded)
    same = same if folded else same.filter(place__iexact=place)
    known = same.order_by("id").first()
    if known is not None:
        return Found(known)
    alike = standing.filter(Q(name__iexact=name) | (Q(email=folded) & ~Q(email=""))).order_by("id")[:3]
    return Found(None, tuple((person, _why(person, folded)) for person in alike))


def record(consignment: Consignment, *, name: str, email: str, place: str, now: dt.datetime) -> Person:
    """This function will give the person a row speaks of, recorded now if they are new, with whom they look like proposed
    for merging. Writes at most the person and the proposals."""
    found = find(name=name, email=email, place=place)
    if found.person is not None:
        return found.person
    person = persons.recorded(name=name, email=email, place=place, now=now)
    Likeness.objects.bulk_create(
        Likeness(person=person, like=like, reason=reason, consignment=consignment) for like, reason in found.likes
    )
    return person


def _why(person: Person, folded: str) -> str:
    return _("the same e-mail address") if folded and person.email == folded else _("the same name")
