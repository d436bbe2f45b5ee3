"""The register of members: who holds how many shares, as at any day. Its only writer is here; it writes entries only.

A holding is a fold of entries and is stored nowhere. Days are whole: what came and went on a day is counted at its end.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from pennypress.delivery import purging
from pennypress.ledger import chart, posting
from pennypress.money import Money
from pennypress.payments import refunds
from pennypress.people import persons
from pennypress.people.models import User
from pennypress.shares import certificates, limits, members, moving
from pennypress.shares.models import Application, ApplicationState, EntryKind, Member, RegisterEntry
from pennypress.society import rulebook


class CannotAllot(ValueError):
    """The shares cannot be allotted; the text says why and names the rule."""


class CannotUnwind(ValueError):
    """The allotment cannot be undone."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What one member holds as at a day."""

    member: Member
    shares: int
    paid_up: Money


def holding(*, member: Member, on: dt.date) -> int:
    """This function will count the shares that a member holds as at the end of the day."""
    return member.entries.filter(on__lte=on).aggregate(held=Sum("shares"))["held"] or 0


def holdings(on: dt.date) -> list[Holding]:
    """This function will list every member who holds a share as at the end of the day, by number."""
    until = Q(entries__on__lte=on)
    held = Member.objects.annotate(
        held=Sum("entries__shares", filter=until), paid=Sum("entries__amount_minor", filter=until)
    )
    currencies = RegisterEntry.objects.values_list("currency", flat=True).order_by("id")
    currency = currencies.first() or rulebook.society().currency
    return [
        Holding(member, member.held, Money(member.paid, currency))
        for member in held.filter(held__gt=0).select_related("person").order_by("number")
    ]


def owners_count(on: dt.date) -> int:
    """This function will count the members who hold a share as at the end of the day."""
    held = RegisterEntry.objects.filter(on__lte=on).order_by().values("member").annotate(held=Sum("shares"))
    return held.filter(held__gt=0).count()


def issued(on: dt.date) -> int:
    """This function will count the shares in issue as at the end of the day."""
    return RegisterEntry.objects.filter(on__lte=on).aggregate(issued=Sum("shares"))["issued"] or 0


@transaction.atomic
def allot(*, application: Application, on: dt.date, now: dt.datetime, by: User | None) -> RegisterEntry:
    """This function will allot a paid application: the committee's act, once, on the paper's day `on`.

    Locks the application, then the register. Writes the person's particulars, the member with a number, the entry, the
    certificate for the whole holding, the posting from share applications to share capital, a login, and the letter.
    Allotting again gives the entry that stands. Raises: CannotAllot, with nothing written.
    """
    application = moving.locked(application)
    if application.state == ApplicationState.ALLOTTED:
        return application.register_entry
    require_paid(application, on)
    _alone()
    person = members.entered(application=application, now=now)
    member = members.admit(person=person, on=on, now=now)
    _require_within_rules(application, member, on)
    entry = enter(
        member=member,
        kind=EntryKind.ALLOTMENT,
        shares=application.shares,
        amount=application.amount,
        on=on,
        now=now,
        by=by,
        application=application,
    )
    _post(f"allotment-{application.public_id}", _("Shares allotted"), application.amount, on, now)
    moving.move(application, ApplicationState.ALLOTTED, now=now, by=by, person=person, decided_on=on, decided_by=by)
    persons.ensure_login(person)
    certificates.send(certificate=entry.certificate, application=application, now=now)
    return entry


@transaction.atomic
def enter(
    *,
    member: Member,
    kind: str,
    shares: int,
    amount: Money,
    on: dt.date,
    now: dt.datetime,
    by: User | None,
    application: Application | None = None,
) -> RegisterEntry:
    """This function will write one entry and bring the member's certificate up to the holding. It posts nothing.

    `shares` and `amount` are below zero for what leaves the member. Locks the register; the database refuses an entry
    that would take a holding below nothing on any day.
    """
    _alone()
    entry = RegisterEntry.objects.create(
        member=member,
        kind=EntryKind(kind),
        shares=shares,
        amount_minor=amount.minor,
        currency=amount.currency,
        on=on,
        application=application,
        recorded_at=now,
        recorded_by=by,
    )
    held = member.entries.aggregate(held=Sum("shares"))["held"]
    certificates.follow(entry=entry, holding=held, on=on, now=now)
    purging.purge("register")
    return entry


@transaction.atomic
def unwind(*, application: Application, reason: str, on: dt.date, now: dt.datetime, by: User | None) -> RegisterEntry:
    """This function will take shares out of the register whose money was taken back after they were allotted.

    A dispute that is lost leaves shares that nobody paid for. Writes a withdrawal, the posting from share capital back
    to share applications, and the reason. Locks the application, then the register. Raises: CannotUnwind, with nothing
    written.
    """
    application = moving.locked(application)
    key = f"unwound-{application.public_id}"
    if application.state != ApplicationState.ALLOTTED or application.allocation is None:
        raise CannotUnwind(_("These shares were not allotted."))
    if application.moves.filter(note__startswith=key).exists():
        raise CannotUnwind(_("This allotment was undone already."))
    if refunds.left(application.allocation):
        raise CannotUnwind(_("The money for these shares is still here."))
    entry = application.register_entry
    undone = enter(
        member=entry.member,
        kind=EntryKind.WITHDRAWAL,
        shares=-entry.shares,
        amount=-entry.amount,
        on=on,
        now=now,
        by=by,
    )
    _post(key, _("Allotment undone"), -application.amount, on, now)
    moving.record(application, now=now, by=by, note=f"{key}: {reason}")
    return undone


def _alone() -> None:
    """Takes the register's lock until the transaction ends: one entry is written at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('shares.register'))")


def require_paid(application: Application, on: dt.date) -> None:
    """This function will check that an application's money is here, and was by the day. Raises: CannotAllot."""
    if application.state != ApplicationState.PAID or application.allocation is None:
        raise CannotAllot(_("Only an application that is paid can be allotted."))
    if refunds.standing(application.allocation):
        raise CannotAllot(_("The money for these shares was taken back."))
    if on < application.allocation.receipt.received_on:
        raise CannotAllot(_("Shares cannot be allotted before their money was received."))


def _require_within_rules(application: Application, member: Member, on: dt.date) -> None:
    if member.ceased_on is not None:
        raise CannotAllot(_("This member ceased on %(day)s.") % {"day": member.ceased_on})
    already = member.entries.aggregate(held=Sum("shares"))["held"] or 0
    try:
        limits.require_holding(kind=application.kind, already=already, shares=application.shares, on=on)
    except limits.AgainstTheRules as error:
        raise CannotAllot(str(error)) from error


def _post(key: str, memo: str, amount: Money, on: dt.date, now: dt.datetime) -> None:
    sides = [posting.debit(chart.SHARE_APPLICATIONS, amount), posting.credit(chart.SHARE_CAPITAL, amount)]
    posting.post(key=key, on=on, memo=memo, sides=sides, now=now)
