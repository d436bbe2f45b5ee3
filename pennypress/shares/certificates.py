"""Certificates: numbered evidence of a member's whole holding, one standing at a time, and its letter."""

import datetime as dt
import secrets

from django.utils.translation import gettext as _

from pennypress.letters import outbox
from pennypress.letters.enclosing import Enclosed
from pennypress.shares import limits, numbers, sheet
from pennypress.shares.models import Application, Certificate, Member, RegisterEntry

# No letter or figure that is taken for another when it is read aloud or copied from paper.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
RENDERER = "certificate"


def follow(*, entry: RegisterEntry, holding: int, on: dt.date, now: dt.datetime) -> Certificate | None:
    """This function will issue the certificate that follows an entry, and end the one that stood before it.

    None where the member holds nothing any more. Call it under the register's lock. Writes at most two rows.
    """
    standing = current(entry.member)
    issued = _issue(entry, holding, on, now) if holding else None
    if standing is not None:
        standing.superseded_by = issued
        standing.ended_on = None if issued else on
        standing.save(update_fields=["superseded_by", "ended_on"])
    return issued


def _issue(entry: RegisterEntry, holding: int, on: dt.date, now: dt.datetime) -> Certificate:
    nominal = limits.nominal(on=on)
    return Certificate.objects.create(
        number=numbers.issue(series=numbers.CERTIFICATE, now=now),
        code=new_code(),
        member=entry.member,
        entry=entry,
        holder=entry.member.person.name,
        shares=holding,
        nominal_minor=nominal.minor,
        currency=nominal.currency,
        issued_on=on,
    )


def new_code() -> str:
    """This function will draw a code for verification that nobody can guess: twelve signs, about 58 bits."""
    signs = "".join(secrets.choice(_ALPHABET) for _sign in range(12))
    return f"{signs[:4]}-{signs[4:8]}-{signs[8:]}"


def current(member: Member) -> Certificate | None:
    """This function will give the certificate that stands for a member, or None where they hold nothing."""
    return member.certificates.filter(superseded_by=None, ended_on=None).order_by("-number").first()


def by_code(code: str) -> Certificate | None:
    """This function will find a certificate by the code printed on it, however it was typed."""
    signs = "".join(sign for sign in code.upper() if sign in _ALPHABET)
    if len(signs) != 12:
        return None
    return Certificate.objects.filter(code=f"{signs[:4]}-{signs[4:8]}-{signs[8:]}").first()


def send(*, certificate: Certificate, application: Application, now: dt.datetime) -> None:
    """This function will queue the letter with the certificate enclosed; the PDF is drawn when the letter goes."""
    member = certificate.member
    filename = _("Share certificate %(number)s.pdf") % {"number": certificate.number}
    outbox.queue(
        key=f"certificate-{certificate.number}",
        kind="certificate",
        to_name=application.name,
        to_email=application.email,
        context={
            "certificate": certificate,
            "member": member,
            "allotted": application.shares,
            "is_further": certificate.shares != application.shares,
        },
        now=now,
        person=member.person,
        enclosures=[Enclosed(filename, renderer=RENDERER, argument=str(certificate.number))],
    )


def pdf(certificate: Certificate) -> bytes:
    """This function will draw a certificate as a PDF of one page: the same picture whenever it is drawn."""
    return sheet.draw(certificate)


def pdf_by_number(number: str) -> bytes:
    """This function will draw the certificate of this number, for the letter that encloses it."""
    return pdf(Certificate.objects.select_related("member__person").get(number=int(number)))
