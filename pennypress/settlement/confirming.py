"""Confirming: a person says what a line of a statement is, and it is booked or linked; and a match that is undone again.

Each function is one transaction. Nothing is ever booked by an import alone, and no letter is sent unless the person who
confirms says so: it is held back, and sent or never sent by somebody at the desk later.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pennypress.giving import standing_orders
from pennypress.giving.models import StandingOrder
from pennypress.ledger import posting
from pennypress.ledger.models import Account, Entry
from pennypress.money import Money
from pennypress.payments import refunds
from pennypress.payments.models import (
    Confidence,
    Match,
    MatchKind,
    Method,
    PayingInSlip,
    Payout,
    Purpose,
    Receipt,
    Refund,
    RefundKind,
    StatementLine,
    StatementLineKind,
)
from pennypress.payments.parts import Part
from pennypress.people.models import Person, ThanksAs, User
from pennypress.settlement import by_hand, effects, held_back, known, matching
from pennypress.settlement.came import Came
from pennypress.settlement.effects import CannotSettle
from pennypress.settlement.matching import Action, Proposal
from pennypress.shares.models import Application

__all__ = [
    "CannotConfirm",
    "as_account",
    "as_ignored",
    "as_link",
    "as_money",
    "as_order",
    "as_return",
    "proposed",
    "undo",
]

# So many lines are confirmed in one transaction: a batch that fails halfway has whole chunks behind it.
CHUNK = 100
_METHODS = {
    StatementLineKind.STANDING_ORDER: Method.STANDING_ORDER,
    StatementLineKind.CHEQUE: Method.CHEQUE,
    StatementLineKind.CASH: Method.CASH,
}


class CannotConfirm(ValueError):
    """The line cannot be confirmed as this; the text says why, and nothing was written for it."""


def proposed(
    *, lines: Sequence[StatementLine], tokens: Sequence[str], by: User, now: dt.datetime, thanks: bool = False
) -> list[Match]:
    """This function will confirm the proposals that a person was shown, each by its token, in chunks.

    They are worked out anew: one that has changed meanwhile is not confirmed. Raises: CannotConfirm, with nothing written
    where a token has changed; later trouble leaves the chunks before it.
    """
    wanted = set(tokens)
    found = [one for one in matching.propose(lines).values() if one.token in wanted]
    if len(found) < len(wanted):
        raise CannotConfirm(_("Some of these lines have changed since the page was opened. Please look at them again."))
    matches: list[Match] = []
    for start in range(0, len(found), CHUNK):
        with transaction.atomic():
            matches += [_confirmed(one, by=by, now=now, thanks=thanks) for one in found[start : start + CHUNK]]
    return matches


def _confirmed(proposal: Proposal, *, by: User, now: dt.datetime, thanks: bool) -> Match:
    line, why, sure = proposal.line, proposal.reason, proposal.confidence
    match proposal.action:
        case Action.ORDER:
            order = StandingOrder.objects.get(pk=int(proposal.target))
            return as_order(line=line, order=order, reason=why, confidence=sure, by=by, now=now, thanks=thanks)
        case Action.LINK:
            linked = StandingOrder.objects.filter(pk=proposal.order).first() if proposal.order else None
            receipt = Receipt.objects.get(pk=int(proposal.target))
            return as_link(line=line, receipt=receipt, order=linked, reason=why, confidence=sure, by=by, now=now)
        case Action.APPLICATION:
            application = Application.objects.get(pk=int(proposal.target))
            parts = [Part(Purpose.SHARES, line.amount)]
            return as_money(
                line=line,
                parts=parts,
                application=application,
                payer_name=application.name,
                payer_email=application.email,
                person=application.person,
                reason=why,
                confidence=sure,
                by=by,
                now=now,
                thanks=thanks,
            )
        case Action.RETURN:
            receipt = Receipt.objects.get(pk=int(proposal.target))
            return as_return(line=line, receipt=receipt, reason=why, confidence=sure, by=by, now=now)
        case Action.ACCOUNT:
            return as_account(line=line, account=proposal.target, reason=why, confidence=sure, by=by, now=now)
        case Action.PAYOUT:
            payout = Payout.objects.get(pk=int(proposal.target))
            return _matched(line, MatchKind.PAYOUT, why, sure, by=by, now=now, payout=payout)
        case Action.SLIP:
            slip = PayingInSlip.objects.get(pk=int(proposal.target))
            return _matched(line, MatchKind.SLIP, why, sure, by=by, now=now, slip=slip)


@transaction.atomic
def as_order(
    *,
    line: StatementLine,
    order: StandingOrder,
    reason: str,
    by: User,
    now: dt.datetime,
    confidence: str = Confidence.BY_HAND,
    thanks: bool = False,
    parts: Sequence[Part] = (),
) -> Match:
    """This function will book a line as money of a standing order: a gift of its supporter, unless divided otherwise.

    Writes the receipt with its entry and gift, the match, and what it teaches. Raises: CannotConfirm.
    """
    match = as_money(
        line=line,
        parts=parts or [Part(Purpose.GIFT, line.amount)],
        payer_name=order.name,
        payer_email=order.email,
        place=order.place,
        thanks_as=order.thanks_as,
        person=order.person,
        method=Method.STANDING_ORDER,
        reason=reason,
        confidence=confidence,
        by=by,
        now=now,
        thanks=thanks,
    )
    assert match.receipt is not None
    standing_orders.received(order=order, match=match, receipt=match.receipt, on=line.booked_on, now=now, by=by)
    return match


@transaction.atomic
def as_money(
    *,
    line: StatementLine,
    parts: Sequence[Part],
    reason: str,
    by: User,
    now: dt.datetime,
    payer_name: str = "",
    payer_email: str = "",
    place: str = "",
    thanks_as: str = ThanksAs.NOT,
    person: Person | None = None,
    application: Application | None = None,
    method: str = "",
    confidence: str = Confidence.BY_HAND,
    thanks: bool = False,
) -> Match:
    """This function will book a line of money in as a receipt, divided into `parts` that come to it exactly.

    Foreign money keeps both amounts. Raises: CannotConfirm.
    """
    if line.amount_minor < 0:
        raise CannotConfirm(_("Money out cannot be booked as a receipt."))
    try:
        receipt = by_hand.received(
            came=Came(
                key=_key(line),
                method=method or _METHODS.get(StatementLineKind(line.kind), Method.BANK_TRANSFER),
                amount=line.amount,
                parts=parts,
                payer_name=payer_name or line.payer_name,
                payer_email=payer_email,
                place=place,
                thanks_as=thanks_as,
                reference=line.reference[:100],
                received_on=line.booked_on,
                person=person,
                application=application,
                banked_on=line.booked_on,
                sent=line.sent,
                bank_account=line.account,
            ),
            recorded_by=by,
            now=now,
            is_thanked=thanks,
            holds_letters=True,
            may_fall_later=True,
        )
    except (CannotSettle, posting.CannotPost) as error:
        raise CannotConfirm(str(error)) from error
    return _matched(line, MatchKind.BOOKED, reason, confidence, by=by, now=now, receipt=receipt)


@transaction.atomic
def as_link(
    *,
    line: StatementLine,
    receipt: Receipt,
    reason: str,
    by: User,
    now: dt.datetime,
    order: StandingOrder | None = None,
    confidence: str = Confidence.BY_HAND,
) -> Match:
    """This function will say that a receipt entered by hand is this line. Nothing is booked again. Raises: CannotConfirm."""
    if line.amount_minor < 0 or not known.same_sum(receipt, line):
        raise CannotConfirm(
            _("The receipt is of %(receipt)s and the line of %(line)s.")
            % {"receipt": receipt.amount, "line": line.amount}
        )
    if known.stands_at(receipt) != line.account.ledger.code:
        raise CannotConfirm(_("In the books this receipt is not in %(account)s.") % {"account": line.account.name})
    if not any(refunds.left(allocation) for allocation in receipt.allocations.all()):
        raise CannotConfirm(_("Nothing is left of this receipt."))
    match = _matched(line, MatchKind.LINKED, reason, confidence, by=by, now=now, receipt=receipt)
    if order is not None:
        standing_orders.received(order=order, match=match, receipt=receipt, on=line.booked_on, now=now, by=by)
    return match


@transaction.atomic
def as_return(
    *,
    line: StatementLine,
    receipt: Receipt,
    reason: str,
    by: User,
    now: dt.datetime,
    confidence: str = Confidence.BY_HAND,
) -> Match:
    """This function will take a receipt back whole, because the bank did: a cheque or debit returned unpaid.

    Raises: CannotConfirm where the sums differ or part of it was taken back before.
    """
    if line.amount_minor > 0 or not known.same_sum(receipt, line):
        raise CannotConfirm(
            _("The receipt is of %(receipt)s and the line of %(line)s.")
            % {"receipt": receipt.amount, "line": line.amount}
        )
    if known.stands_at(receipt) != line.account.ledger.code:
        raise CannotConfirm(
            _("In the books this receipt is not in %(account)s. Note it as paid in first.")
            % {"account": line.account.name}
        )
    if any(refunds.standing(allocation) for allocation in receipt.allocations.all()):
        raise CannotConfirm(_("Part of this receipt was taken back before."))
    key = _key(line)
    for allocation in receipt.allocations.all():
        _take_back(
            allocation, RefundKind.BOUNCED, allocation.amount, f"{key}-{allocation.pk}", line.booked_on, reason, now
        )
    return _matched(line, MatchKind.RETURNED, reason, confidence, by=by, now=now, receipt=receipt)


@transaction.atomic
def as_account(
    *,
    line: StatementLine,
    account: str,
    reason: str,
    by: User,
    now: dt.datetime,
    confidence: str = Confidence.BY_HAND,
) -> Match:
    """This function will book a line to another account of the books: charges, rent, a transfer. Posts one entry.

    Raises: CannotConfirm.
    """
    found = Account.objects.filter(code=account).first()
    if found is None or found.code == line.account.ledger.code:
        raise CannotConfirm(_("Please choose another account of the books."))
    sides = [posting.Side(line.account.ledger.code, line.amount), posting.Side(found.code, -line.amount)]
    try:
        entry = posting.post(key=_key(line), on=line.booked_on, memo=reason, sides=sides, now=now)
    except posting.CannotPost as error:
        raise CannotConfirm(str(error)) from error
    return _matched(line, MatchKind.ACCOUNT, reason, confidence, by=by, now=now, entry=entry)


def as_ignored(*, line: StatementLine, reason: str, by: User, now: dt.datetime) -> Match:
    """This function will note that nothing is to be booked for a line, and why. Raises: CannotConfirm without a reason."""
    if not reason.strip():
        raise CannotConfirm(_("Please say why nothing is booked for it."))
    return _matched(line, MatchKind.IGNORED, reason.strip(), Confidence.BY_HAND, by=by, now=now)


def _matched(
    line: StatementLine,
    kind: MatchKind,
    reason: str,
    confidence: str,
    *,
    by: User,
    now: dt.datetime,
    receipt: Receipt | None = None,
    entry: Entry | None = None,
    payout: Payout | None = None,
    slip: PayingInSlip | None = None,
) -> Match:
    try:
        with transaction.atomic():
            return Match.objects.create(
                line=line,
                kind=kind,
                receipt=receipt,
                entry=entry,
                payout=payout,
                slip=slip,
                reason=(reason.strip() or _("By hand"))[:300],
                confidence=confidence,
                matched_at=now,
                matched_by=by,
            )
    except IntegrityError as error:
        if "stands on another line" in str(error):
            raise CannotConfirm(_("This stands on another line already.")) from error
        raise CannotConfirm(_("Somebody has confirmed this line already.")) from error


def _key(line: StatementLine) -> str:
    """The key of what a line books: another after each match that was undone."""
    return f"bank-line-{line.pk}-{line.matches.count()}"


def _take_back(
    allocation: object, kind: str, amount: Money, key: str, on: dt.date, reason: str, now: dt.datetime
) -> Refund:
    try:
        return effects.take_back(allocation, kind, amount, key, on=on, reason=reason, now=now)  # type: ignore[arg-type]
    except (CannotSettle, posting.CannotPost) as error:
        raise CannotConfirm(str(error)) from error


@transaction.atomic
def undo(*, match: Match, reason: str, on: dt.date, by: User, now: dt.datetime) -> Match:
    """This function will undo a match by a further row, and take back what it booked with a reversing entry.

    A receipt that was only linked stays. What it taught of payers' accounts counts no more. Raises: CannotConfirm.
    """
    if not reason.strip():
        raise CannotConfirm(_("Please say why it is undone."))
    try:
        with transaction.atomic():
            undone = Match.objects.create(
                line=match.line,
                kind=MatchKind.UNDONE,
                undoes=match,
                reason=reason.strip()[:300],
                confidence=Confidence.BY_HAND,
                matched_at=now,
                matched_by=by,
            )
    except IntegrityError as error:
        raise CannotConfirm(_("This match does not stand any more.")) from error
    on = max(on, match.line.booked_on)
    match match.kind:
        case MatchKind.BOOKED:
            _unbook(match, reason, on, now)
            if match.receipt is not None:
                held_back.drop(receipt=match.receipt, by=by, now=now)
        case MatchKind.RETURNED:
            _unreturn(match, reason, on, now)
        case MatchKind.ACCOUNT:
            _reverse(match, reason, on, now)
    return undone


def _unbook(match: Match, reason: str, on: dt.date, now: dt.datetime) -> None:
    assert match.receipt is not None
    for allocation in match.receipt.allocations.all():
        if left := refunds.left(allocation):
            _take_back(allocation, RefundKind.REFUND, left, f"undone-match-{match.pk}-{allocation.pk}", on, reason, now)


def _unreturn(match: Match, reason: str, on: dt.date, now: dt.datetime) -> None:
    assert match.receipt is not None
    for allocation in match.receipt.allocations.all():
        if taken := refunds.standing(allocation):
            key = f"undone-match-{match.pk}-{allocation.pk}"
            _take_back(allocation, RefundKind.REINSTATEMENT, taken, key, on, reason, now)


def _reverse(match: Match, reason: str, on: dt.date, now: dt.datetime) -> None:
    assert match.entry is not None
    try:
        posting.reverse(entry=match.entry, key=f"undone-match-{match.pk}", on=on, memo=reason, now=now)
    except posting.CannotPost as error:
        raise CannotConfirm(str(error)) from error
