"""Members: who stands in the register, found by the person they are. Two persons merged are one member."""

import datetime as dt

from pennypress.people import persons
from pennypress.people.models import Person, PersonKind
from pennypress.shares import numbers
from pennypress.shares.models import Application, Member


def of(person: Person) -> Member | None:
    """This function will give the member that a person is, also through those merged with them, or None.

    Where two members were merged by mistake it is the elder number, and the other stays in the register.
    """
    return Member.objects.filter(person__in=persons.same(person)).order_by("number").first()


def known_as(*, name: str, email: str, postcode: str) -> Person | None:
    """This function will find the person of this name and address: by e-mail, or by postcode where there is none."""
    named = Person.objects.filter(name__iexact=name.strip(), merged_into=None)
    if email:
        return named.filter(email=persons.fold(email)).order_by("id").first()
    return named.filter(email="", postcode=tidy_postcode(postcode)).exclude(postcode="").order_by("id").first()


def tidy_postcode(text: str) -> str:
    """This function will bring a postcode to the one form in which they are compared."""
    return " ".join(text.upper().split())


def entered(*, application: Application, now: dt.datetime) -> Person:
    """This function will give the person who applied, recorded if need be, with the particulars the register needs.

    Writes the person's kind, address, postcode and day of birth as they stand in the application.
    """
    person = application.person or known_as(
        name=application.name, email=application.email, postcode=application.postcode
    )
    if person is None:
        person = persons.recorded(name=application.name, email=application.email, now=now)
    person = persons.current(person)
    person.address, person.postcode = application.address, application.postcode
    person.kind = PersonKind(application.kind)
    person.born_on = application.born_on or person.born_on
    person.save(update_fields=["kind", "address", "postcode", "born_on"])
    return person


def admit(*, person: Person, on: dt.date, now: dt.datetime) -> Member:
    """This function will give the member a person is, admitted on the day with a new number if they were none.

    Writes at most the number and the member.
    """
    member = of(person)
    if member is None:
        number = numbers.issue(series=numbers.MEMBER, now=now)
        member = Member.objects.create(number=number, person=person, admitted_on=on)
    return member
