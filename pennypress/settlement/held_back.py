"""Held back: the letters about money that was confirmed from a bank's statement without a letter, until somebody says.

Each is written as it would have gone, to be looked at; it is sent or never sent, once. What has gone back since, or was
corrected, is not thanked for.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pennypress.giving.models import Gift, GiftState
from pennypress.letters import outbox
from pennypress.letters.models import Letter, LetterState
from pennypress.payments.models import Receipt
from pennypress.people.models import User
from pennypress.shares.models import Application, ApplicationState

_GIFT, _APPLICATION = "gift-receipt-", "share-application-received-"


class CannotSend(ValueError):
    """One of the letters would not be true any more; the text says how many and why, and none was sent."""


@transaction.atomic
def send(*, letters: QuerySet[Letter], by: User, now: dt.datetime) -> int:
    """This function will send the letters that are still held back, each once, and give how many. Raises: CannotSend where
    the money of one has gone back or was decided on meanwhile, with none sent."""
    found = list(letters.filter(state=LetterState.HELD).select_for_update().order_by("pk"))
    untrue = [letter for letter in found if not _is_true(letter)]
    if untrue:
        raise CannotSend(
            ngettext(
                "The money of %(number)d of these letters has gone back since, or was decided on: %(who)s. Never send it.",
                "The money of %(number)d of these letters has gone back since, or was decided on: %(who)s. Never send them.",
                len(untrue),
            )
            % {"number": len(untrue), "who": _(", ").join(letter.to_name or letter.to_email for letter in untrue)}
        )
    return len([outbox.let_go(letter=letter, by=by, now=now) for letter in found])


@transaction.atomic
def never(*, letters: QuerySet[Letter], by: User, now: dt.datetime) -> int:
    """This function will say of the letters that are still held back that they are never sent, and give how many."""
    found = list(letters.filter(state=LetterState.HELD).select_for_update().order_by("pk"))
    return len([outbox.never_send(letter=letter, by=by, now=now) for letter in found])


def drop(*, receipt: Receipt, by: User, now: dt.datetime) -> int:
    """This function will see to it that no letter goes about a receipt whose match was undone. Called in its transaction."""
    return never(letters=Letter.objects.filter(key__in=_keys(receipt)), by=by, now=now)


def _keys(receipt: Receipt) -> Sequence[str]:
    gifts = Gift.objects.filter(allocation__receipt=receipt).values_list("public_id", flat=True)
    applications = Application.objects.filter(allocation__receipt=receipt).values_list("public_id", flat=True)
    return [f"{_GIFT}{one}" for one in gifts] + [f"{_APPLICATION}{one}" for one in applications]


def _is_true(letter: Letter) -> bool:
    """Whether the money that a held letter tells of is still there, and nothing was decided that it does not know."""
    if letter.key.startswith(_GIFT):
        named = Gift.objects.filter(public_id=letter.key.removeprefix(_GIFT))
        return named.filter(state=GiftState.RECEIVED, allocation__refunds=None).exists()
    if letter.key.startswith(_APPLICATION):
        named_application = Application.objects.filter(public_id=letter.key.removeprefix(_APPLICATION))
        return named_application.filter(state=ApplicationState.PAID).exists()
    return True
