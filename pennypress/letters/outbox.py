"""The outbox: a letter is written as a row in the transaction of its cause, and sent by the worker afterwards.

Nothing here waits for a mail server inside anybody's transaction. Two workers may send at once: a letter is claimed by
one of them. In the demo nothing leaves the machine.
"""

import datetime as dt
import hashlib
import smtplib
import time
from collections.abc import Mapping, Sequence
from email.utils import formataddr
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string

from pennypress import jobs, prepared
from pennypress.letters import enclosing
from pennypress.letters.enclosing import Enclosed
from pennypress.letters.models import Letter, LetterState
from pennypress.people.models import Person, User
from pennypress.society import rulebook


class Letters(Enum):
    """What becomes of the letters that something sets off: sent, held back for somebody to look at, or not written."""

    SENT = "sent"
    HELD = "held"
    NONE = "none"


TASK = "letters.send_due"
# Letters that nobody sits waiting for go together, those of so long by one job.
GATHERED = dt.timedelta(seconds=1)
# Many may wait, as after a notice to every member: so often the worker turns to whatever else there is to do.
ROUND = dt.timedelta(seconds=2)
# When an attempt that was begun may be begun again: the n-th wait follows the n-th attempt. After the last, we give up.
WAITS = [dt.timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 720, 1440)]
# One statement, so one transaction: nobody else has the letter, and it is begun again only after its wait. What somebody
# sits waiting for goes first, however many stood there before.
_CLAIM = """
SET attempts = attempts + 1,
    due_at = %(now)s + (%(waits)s::interval[])[least(attempts + 1, cardinality(%(waits)s::interval[]))]
WHERE id = (SELECT id FROM letters_letter WHERE state = 'queued' AND due_at <= %(now)s
            ORDER BY secret DESC, due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
"""


def queue(
    *,
    key: str,
    kind: str,
    to_name: str,
    to_email: str,
    context: Mapping[str, Any],
    now: dt.datetime,
    person: Person | None = None,
    channel: str = "service",
    enclosures: Sequence[Enclosed] = (),
    secret: bool = False,
    is_held: bool = False,
) -> Letter | None:
    """This function will write a letter to be sent once the transaction commits; None only where there is no address.

    Renders `letters/<kind>` now, with `society` and `site_url` added to the context. The same key again gives the
    letter that stands. Writes the letter and its enclosures, and asks the worker to send: at once what is `secret`, a
    code or a link that somebody sits waiting for, and all else within two seconds; one that `is_held` waits for somebody
    to say so.
    """
    if not to_email:
        return None
    words = _write(kind, {"to_name": to_name, **context})
    letter = Letter(
        key=key,
        kind=kind,
        channel=channel,
        person=person,
        to_name=_one_line(to_name),
        to_email=to_email,
        secret=secret,
        state=LetterState.HELD if is_held else LetterState.QUEUED,
        queued_at=now,
        due_at=now,
        **words,
    )
    with transaction.atomic(savepoint=False):
        if not prepared.written_once(letter, by="key"):
            return Letter.objects.get(key=key)
        for enclosed in enclosures:
            enclosing.attach(letter, enclosed)
    if not is_held:
        transaction.on_commit(_ask_to_send if secret else _ask_to_send_soon, robust=True)
    return letter


def send_due(*, now: dt.datetime, within: dt.timedelta | None = None) -> int:
    """This function will send every letter that is due, one after another, and give how many went.

    Each is claimed in a transaction of its own before it is sent: an attempt that dies on the way is begun again after
    the wait, and holds up no other letter. Where they are to go `within` some time and it is over before they have, the
    worker is asked for another round; one goes at least.
    """
    went, began = 0, time.monotonic()
    while (letter := _claim(now)) is not None:
        went += _attempt(letter, now)
        if within is not None and time.monotonic() - began >= within.total_seconds():
            jobs.ask_for(TASK)
            break
    return went


def send_again(*, letter: Letter, now: dt.datetime) -> Letter:
    """This function will put a letter that was given up back in the queue, due now. Others are left as they are."""
    with transaction.atomic():
        held = Letter.objects.select_for_update().get(pk=letter.pk)
        if held.state == LetterState.FAILED:
            held.state, held.due_at, held.attempts = LetterState.QUEUED, now, 0
            held.save(update_fields=["state", "due_at", "attempts"])
            transaction.on_commit(_ask_to_send, robust=True)
    return held


@transaction.atomic
def let_go(*, letter: Letter, by: User, now: dt.datetime) -> Letter:
    """This function will put a letter that was held back in the queue, due now. Others are left as they are: however often
    it is asked for, it goes once. Locks it."""
    held = Letter.objects.select_for_update().get(pk=letter.pk)
    if held.state == LetterState.HELD:
        held.state, held.due_at, held.decided_at, held.decided_by = LetterState.QUEUED, now, now, by
        held.save(update_fields=["state", "due_at", "decided_at", "decided_by"])
        transaction.on_commit(_ask_to_send, robust=True)
    return held


@transaction.atomic
def never_send(*, letter: Letter, by: User, now: dt.datetime) -> Letter:
    """This function will say of a letter that was held back that it is never sent. Others are left. Locks it."""
    held = Letter.objects.select_for_update().get(pk=letter.pk)
    if held.state == LetterState.HELD:
        held.state, held.decided_at, held.decided_by = LetterState.NEVER, now, by
        held.save(update_fields=["state", "decided_at", "decided_by"])
    return held


def _write(kind: str, context: Mapping[str, Any]) -> dict[str, str]:
    whole = {
        "society": rulebook.founded(),
        "site_url": settings.SITE_URL,
        "relief": settings.TAX_RELIEF_WORDING,
        **context,
    }
    subject = _one_line(render_to_string(f"letters/{kind}.subject.txt", whole))
    whole["subject"] = subject
    text = render_to_string(f"letters/{kind}.txt", whole).strip() + "\n"
    return {"subject": subject[:200], "text": text, "html": render_to_string(f"letters/{kind}.html", whole)}


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _ask_to_send() -> None:
    # Not under the task's own lock: a round that is still gathered for would be taken for this one.
    jobs.ask_for(TASK, lock=f"{TASK}-now")


def _ask_to_send_soon() -> None:
    jobs.ask_for(TASK, after=GATHERED)


def _claim(now: dt.datetime) -> Letter | None:
    return next(iter(prepared.changed(Letter, _CLAIM, now=now, waits=WAITS)), None)


def _attempt(letter: Letter, now: dt.datetime) -> bool:
    if letter.attempts > len(WAITS):
        _move(letter, state=LetterState.FAILED, trouble=letter.trouble or "Given up: the attempts did not end.")
        return False
    try:
        if not settings.DEMO:
            _message(letter).send()
    except (smtplib.SMTPException, OSError) as error:
        _note(letter, error)
        return False
    blanked = {"text": "", "html": ""} if letter.secret and not settings.DEMO else {}
    return bool(_move(letter, state=LetterState.SENT, sent_at=now, trouble="", **blanked))


def _note(letter: Letter, error: Exception) -> None:
    trouble = f"{type(error).__name__}: {error}"[:500]
    refused = isinstance(error, smtplib.SMTPRecipientsRefused)
    over = refused or letter.attempts >= len(WAITS)
    _move(letter, state=LetterState.FAILED if over else LetterState.QUEUED, trouble=trouble)


def _move(letter: Letter, **fields: Any) -> int:
    changes = ", ".join(f"{name} = %({name})s" for name in fields)
    return len(
        prepared.changed(Letter, f"SET {changes} WHERE id = %(pk)s AND state = 'queued'", pk=letter.pk, **fields)
    )


def _message(letter: Letter) -> EmailMultiAlternatives:
    name = hashlib.sha256(letter.key.encode()).hexdigest()[:32]
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        to=[formataddr((letter.to_name, letter.to_email))],
        headers={
            "Message-ID": f"<{name}@{urlsplit(settings.SITE_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(letter.html, "text/html")
    for enclosure in letter.enclosures.all():
        message.attach(enclosure.filename, enclosing.content(enclosure), enclosure.content_type)
    return message
