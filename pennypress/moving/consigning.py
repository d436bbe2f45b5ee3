"""Moving a file in: taken, checked, confirmed by a person who names the total, and written once, whole or not at all."""

import datetime as dt
import hashlib

from django.db import connection, transaction
from django.utils.translation import gettext as _

from pennypress.money import Money
from pennypress.moving import balances, checking, gifts, supporters
from pennypress.moving.fates import Plan
from pennypress.moving.models import Consignment, ConsignmentState, Kind, Likeness, MovedRow
from pennypress.moving.reading import LARGEST, CannotRead
from pennypress.people import persons
from pennypress.people.models import User
from pennypress.society import rulebook

__all__ = ["CannotMoveIn", "CannotRead", "carry_out", "decide", "drop", "plan", "take"]


class CannotMoveIn(ValueError):
    """The file is not moved in, and nothing was written; the text says why."""


def take(
    *,
    kind: str,
    filename: str,
    content: bytes,
    as_at: dt.date | None,
    on: dt.date,
    now: dt.datetime,
    by: User | None,
) -> Consignment:
    """This function will take a file in to be checked. Writes it down, and nothing of what it says. Raises: CannotRead."""
    if len(content) > LARGEST:
        raise CannotRead(_("The file is larger than %(most)s MB.") % {"most": LARGEST // 1_000_000})
    consignment = Consignment(
        kind=Kind(kind),
        filename=filename[-200:],
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
        as_at=as_at if kind == Kind.BALANCES else None,
        sent_at=now,
        sent_by=by,
    )
    plan(consignment, on=on)
    consignment.save()
    return consignment


def plan(consignment: Consignment, *, on: dt.date) -> Plan:
    """This function will say what would become of a file that waits. Writes nothing. Raises: CannotRead."""
    return checking.check(
        kind=consignment.kind,
        content=bytes(consignment.content),
        currency=rulebook.society().currency,
        as_at=consignment.as_at,
        on=on,
    )


def carry_out(
    *,
    consignment: Consignment,
    confirmed: Money,
    leave_out: bool,
    on: dt.date,
    now: dt.datetime,
    by: User | None,
) -> Plan:
    """This function will move a file in, if its total is what was `confirmed`. Call it outside any transaction.

    Providers are asked first; then everything is written in one transaction, each row with its key, and the file's
    content is forgotten. Bad rows stop it, unless they are to be left out. No letter is sent. Raises: CannotMoveIn.
    """
    read = plan(consignment, on=on)
    _require(read, confirmed, leave_out)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('moving.consignment'))")
        consignment = Consignment.objects.select_for_update(of=("self",)).get(pk=consignment.pk)
        if consignment.state != ConsignmentState.CHECKED:
            raise CannotMoveIn(_("This file has been moved in, or dropped, already."))
        _require_still_new(read)
        _write(read, consignment, on=on, now=now, by=by)
        _decided(consignment, ConsignmentState.MOVED_IN, now, by, total_minor=read.total.minor, left_out=len(read.bad))
    return read


def drop(*, consignment: Consignment, now: dt.datetime, by: User | None) -> None:
    """This function will drop a file that waits, and forget its content. Locks its row."""
    with transaction.atomic():
        consignment = Consignment.objects.select_for_update(of=("self",)).get(pk=consignment.pk)
        if consignment.state == ConsignmentState.CHECKED:
            _decided(consignment, ConsignmentState.DROPPED, now, by)


@transaction.atomic
def decide(*, likeness: Likeness, are_one: bool, now: dt.datetime, by: User | None) -> Likeness:
    """This function will say whether two who look alike are one; the newcomer is then merged into the other. Locks it.

    Raises: persons.CannotMerge.
    """
    likeness = Likeness.objects.select_for_update(of=("self",)).get(pk=likeness.pk)
    if likeness.decision:
        return likeness
    if are_one:
        persons.merge(duplicate=likeness.person, into=likeness.like, now=now, by=by)
    likeness.decision = Likeness.Decision.MERGED if are_one else Likeness.Decision.APART
    likeness.decided_at, likeness.decided_by = now, by
    likeness.save(update_fields=["decision", "decided_at", "decided_by"])
    return likeness


def _require(read: Plan, confirmed: Money, leave_out: bool) -> None:
    if read.trouble:
        raise CannotMoveIn(" ".join(read.trouble))
    if read.bad and not leave_out:
        lines = ", ".join(str(fate.line) for fate in read.bad[:20])
        raise CannotMoveIn(
            _("%(count)s rows are bad (lines %(lines)s): mend them, or say that they are to be left out.")
            % {"count": len(read.bad), "lines": lines}
        )
    if not read.new:
        raise CannotMoveIn(_("There is nothing in it that has not been moved in."))
    if confirmed != read.total:
        raise CannotMoveIn(
            _("The rows add up to %(total)s, and %(confirmed)s was confirmed.")
            % {"total": read.total, "confirmed": confirmed}
        )


def _require_still_new(read: Plan) -> None:
    if MovedRow.objects.filter(key__in=[fate.key for fate in read.new]).exists():
        raise CannotMoveIn(_("Some of its rows have been moved in meanwhile: look at it again."))


def _write(read: Plan, consignment: Consignment, *, on: dt.date, now: dt.datetime, by: User | None) -> None:
    MovedRow.objects.bulk_create(MovedRow(key=fate.key, consignment=consignment, line=fate.line) for fate in read.new)
    if consignment.kind == Kind.BALANCES:
        assert consignment.as_at is not None
        balances.carry_out(read, as_at=consignment.as_at, now=now)
        return
    for fate in read.new:
        if consignment.kind == Kind.GIFTS:
            gifts.carry_out(fate, consignment, by=by, now=now)
        else:
            supporters.carry_out(fate, consignment, by=by, now=now, on=on)


def _decided(
    consignment: Consignment,
    state: str,
    now: dt.datetime,
    by: User | None,
    *,
    total_minor: int | None = None,
    left_out: int = 0,
) -> None:
    consignment.state, consignment.decided_at, consignment.decided_by = state, now, by
    consignment.content, consignment.total_minor, consignment.left_out = b"", total_minor, left_out
    consignment.save()
