"""Matching: what each line of a statement seems to be, proposed with a reason and a confidence. It books nothing.

The order of looking is the order of harm: what was entered by hand already comes first, so that nothing is booked twice;
then the references that people copied, the accounts they paid from before, and last their names.
"""

import datetime as dt
import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from pennypress.giving import known_references, standing_orders
from pennypress.giving.models import StandingOrder, StandingOrderState
from pennypress.ledger import chart
from pennypress.payments import references
from pennypress.payments.models import BankAccount, Confidence, Match, Receipt, StatementLine, StatementLineKind
from pennypress.settlement import known as knowing
from pennypress.settlement import naming
from pennypress.settlement.known import Known
from pennypress.shares.models import REFERENCE_PREFIX

# Money may come so many days before or after its usual day and still be recognised by name.
_NEAR_DUE = dt.timedelta(days=7)
# The bank books a payout or a visit to the counter within so many days.
_ARRIVES = 5
_CHARGE = re.compile(r"\b(CHARGES?|FEES?|COMMISSION|ENTGELT\w*|KOSTEN)\b")
_RETURNED = re.compile(r"\b(RETURNED|UNPAID|BOUNCED|RTN|UNP|RETOURE|REFER TO DRAWER|STOPPED CHEQUE)\b")
_SHARES = re.compile(r"\bS\s*H[\s./_-]*0*((?:[A-Z0-9][\s./_-]*){4}[A-Z0-9])")


class Action(enum.StrEnum):
    """What confirming a proposal does."""

    ORDER = "order"
    LINK = "link"
    APPLICATION = "application"
    RETURN = "return"
    ACCOUNT = "account"
    PAYOUT = "payout"
    SLIP = "slip"


# What is proposed for one line alone.
_TAKEN_ONCE = (Action.LINK, Action.APPLICATION, Action.RETURN, Action.PAYOUT, Action.SLIP)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a line seems to be. `target` is the order, receipt or application, or the code of an account.

    `order` is the standing order that a receipt to be linked belongs to, if one is seen.
    """

    line: StatementLine
    action: Action
    target: str
    title: str
    reason: str
    confidence: str
    order: int | None = None

    @property
    def token(self) -> str:
        """What a screen sends back: the proposal it showed, so that no other is confirmed in its place."""
        return f"{self.line.pk}:{self.action}:{self.target}:{self.order or ''}"


def waiting(account: BankAccount) -> list[StatementLine]:
    """This function will give the lines of an account that no match stands for, the eldest first."""
    standing = Match.objects.filter(undoes=None, undone_by=None, line__account=account)
    lines = StatementLine.objects.filter(account=account).exclude(pk__in=standing.values("line")).defer("raw")
    found = list(lines.order_by("booked_on", "id"))
    for line in found:
        line.account = account  # One row of it for all.
    return found


def unmatched(through: dt.date) -> int:
    """This function will count the lines of all accounts, booked by the end of a day, that no match stands for."""
    standing = Match.objects.filter(undoes=None, undone_by=None)
    return StatementLine.objects.filter(booked_on__lte=through).exclude(pk__in=standing.values("line")).count()


def propose(lines: Sequence[StatementLine]) -> dict[int, Proposal]:
    """This function will propose what each of an account's lines is, by the line's number; some get no proposal.

    No receipt, application or expected day is proposed as certain for two lines. Reads only, in a fixed number of
    queries. The same books and lines give the same proposals.
    """
    if not lines:
        return {}
    books = knowing.gather(lines)
    found: dict[int, Proposal] = {}
    taken: set[tuple[str, str]] = set()
    expected: set[tuple[int, dt.date]] = set(books.fulfilled)
    for line in lines:
        proposal = _first(_looked_for(line, books, taken))
        if proposal is None:
            continue
        proposal = _once(proposal, books, expected)
        if proposal.action in _TAKEN_ONCE:
            taken.add((proposal.action, proposal.target))
        found[line.pk] = proposal
    return found


def _first(proposals: Iterator[Proposal]) -> Proposal | None:
    """The surest; of equally sure ones the first."""
    rank = {Confidence.CERTAIN: 0, Confidence.LIKELY: 1, Confidence.UNSURE: 2}
    best: Proposal | None = None
    for proposal in proposals:
        if proposal.confidence == Confidence.CERTAIN:
            return proposal
        if best is None or rank[Confidence(proposal.confidence)] < rank[Confidence(best.confidence)]:
            best = proposal
    return best


def _looked_for(line: StatementLine, books: Known, taken: set[tuple[str, str]]) -> Iterator[Proposal]:
    yield from _payout(line, books, taken)
    if line.amount_minor < 0:
        yield from _returned(line, books, taken)
        yield from _charged(line)
        return
    yield from _slip(line, books, taken)
    yield from _typed(line, books, taken)
    yield from _by_reference(line, books)
    yield from _by_known(line, books)
    yield from _application(line, books, taken)
    yield from _by_account(line, books)
    yield from _by_name(line, books)
    yield from _nearly(line, books)
    if line.kind == StatementLineKind.INTEREST:
        yield _to_account(line, chart.OTHER_INCOME, _("The bank calls it interest."), Confidence.LIKELY)


def _once(proposal: Proposal, books: Known, expected: set[tuple[int, dt.date]]) -> Proposal:
    """A second payment for one expected day is looked at by a person, never taken for granted."""
    if proposal.action == Action.ORDER:
        order = books.orders[int(proposal.target)]
        key = (order.pk, standing_orders.due_near(order, proposal.line.booked_on))
        if key in expected:
            words = _("%(reason)s For %(day)s money has come already.") % {
                "reason": proposal.reason,
                "day": f"{key[1]:%d.%m.%Y}",
            }
            sure = Confidence.LIKELY if proposal.confidence == Confidence.CERTAIN else proposal.confidence
            proposal = replace(proposal, reason=words, confidence=sure)
        expected.add(key)
    return proposal


def _text(line: StatementLine) -> str:
    return f"{line.reference} {line.payer_name}"


def _payout(line: StatementLine, books: Known, taken: set[tuple[str, str]]) -> Iterator[Proposal]:
    """A provider's payout, by its sum, its name and its day."""
    for payout in books.payouts.get(line.amount_minor, []):
        if (Action.PAYOUT, str(payout.pk)) in taken or abs((payout.arrives_on - line.booked_on).days) > _ARRIVES:
            continue
        is_named = payout.provider.upper() in _text(line).upper()
        words = _("Paid out on %(day)s; sum and provider fit.") if is_named else _("Paid out on %(day)s; the sum fits.")
        yield Proposal(
            line,
            Action.PAYOUT,
            str(payout.pk),
            _("Payout by %(provider)s") % {"provider": payout.provider},
            words % {"day": f"{payout.arrives_on:%d.%m.%Y}"},
            Confidence.CERTAIN if is_named else Confidence.LIKELY,
        )


def _slip(line: StatementLine, books: Known, taken: set[tuple[str, str]]) -> Iterator[Proposal]:
    """A paying-in slip, by what it comes to, its day, and the number printed in the bank's own book."""
    for slip in books.slips.get(line.amount_minor, []):
        apart = abs((slip.banked_on - line.booked_on).days) if slip.banked_on else _ARRIVES + 1
        if (Action.SLIP, str(slip.pk)) in taken or apart > _ARRIVES:
            continue
        is_named = len(slip.reference) >= 4 and slip.reference.upper() in _text(line).upper()
        is_named = is_named or line.kind in (StatementLineKind.CHEQUE, StatementLineKind.CASH)
        yield Proposal(
            line,
            Action.SLIP,
            str(slip.pk),
            _("Paying-in slip %(number)s") % {"number": slip.number},
            _("Paid in on %(day)s; the slip comes to this sum.") % {"day": f"{slip.banked_on:%d.%m.%Y}"},
            Confidence.CERTAIN if is_named else Confidence.LIKELY,
        )


def _typed(line: StatementLine, books: Known, taken: set[tuple[str, str]]) -> Iterator[Proposal]:
    """A receipt that was entered by hand for this very money."""
    free = [
        receipt
        for receipt in books.typed.get(line.amount_minor, [])
        if (Action.LINK, str(receipt.pk)) not in taken and _days_apart(receipt, line) <= knowing.NEAR.days
    ]
    order = _seen(line, books)
    theirs = books.orders[order].name if order else ""
    named = [one for one in free if _is_named(one, line) or (theirs and naming.fits(theirs, one.payer_name))]
    if len(named) == 1:
        sure = Confidence.CERTAIN if _days_apart(named[0], line) <= 5 else Confidence.LIKELY
        yield _link(line, named[0], _("Entered by hand on %(day)s; sum and name fit."), sure, order)
    elif named:
        yield _link(line, named[0], _("One of several receipts entered by hand that fit: same sum and name."), Confidence.UNSURE, order)  # fmt: skip  # noqa: E501
    elif len(free) == 1:
        yield _link(
            line, free[0], _("Entered by hand on %(day)s; the sum fits, the name does not."), Confidence.UNSURE, order
        )


def _seen(line: StatementLine, books: Known) -> int | None:
    """The one standing order that the line's reference, or else its account, names."""
    told = _references(line, books)
    if told:
        return books.order_by_reference[told[0]]
    account = standing_orders.bare_account(line.payer_account)
    theirs = books.orders_by_account.get(account, []) if account else []
    return theirs[0] if len(theirs) == 1 else None


def _link(line: StatementLine, receipt: Receipt, reason: str, sure: str, order: int | None) -> Proposal:
    title = _("Receipt %(number)s, %(name)s") % {"number": receipt.pk, "name": receipt.payer_name or "–"}
    return Proposal(
        line, Action.LINK, str(receipt.pk), title, reason % {"day": f"{receipt.received_on:%d.%m.%Y}"}, sure, order
    )


def _days_apart(receipt: Receipt, line: StatementLine) -> int:
    told = [day for day in (receipt.received_on, receipt.banked_on) if day]
    return min(abs((line.booked_on - day).days) for day in told)


def _is_named(receipt: Receipt, line: StatementLine) -> bool:
    if receipt.reference and len(receipt.reference) >= 4 and receipt.reference.upper() in _text(line).upper():
        return True
    return bool(receipt.payer_name) and naming.fits(_text(line), receipt.payer_name)


def _references(line: StatementLine, books: Known) -> list[str]:
    return [one for one in references.found_in(_text(line)) if one in books.order_by_reference]


def _by_reference(line: StatementLine, books: Known) -> Iterator[Proposal]:
    told = _references(line, books)
    for reference in told:
        order = books.orders[books.order_by_reference[reference]]
        if order.currency != line.currency:
            continue
        words = [_("The reference %(reference)s is theirs.") % {"reference": reference}]
        words += _differences(order, line)
        with_prefix = reference.replace("-", "") in re.sub(r"[^A-Z0-9]", "", _text(line).upper())
        sure = Confidence.CERTAIN if with_prefix or _agrees(order, line, books) else Confidence.LIKELY
        if len(told) > 1:
            sure = Confidence.UNSURE
            words.append(_("Another reference stands beside it."))
        yield _order(line, order, " ".join(words), sure)


def _by_known(line: StatementLine, books: Known) -> Iterator[Proposal]:
    """By a reference that a supporter brought along from the books before."""
    reference = known_references.found_in(_text(line), books.order_by_known) if books.order_by_known else ""
    order = books.orders[books.order_by_known[reference]] if reference else None
    if order is None or order.currency != line.currency:
        return
    words = [_("They have always paid under %(reference)s.") % {"reference": reference}, *_differences(order, line)]
    sure = Confidence.CERTAIN if _agrees(order, line, books) else Confidence.LIKELY
    yield _order(line, order, " ".join(words), sure)


def _agrees(order: StandingOrder, line: StatementLine, books: Known) -> bool:
    account = standing_orders.bare_account(line.payer_account)
    from_theirs = order.pk in books.orders_by_account.get(account, [])
    return from_theirs or order.amount_minor == line.amount_minor or naming.fits(line.payer_name, order.name)


def _differences(order: StandingOrder, line: StatementLine) -> list[str]:
    words = []
    if order.amount_minor != line.amount_minor:
        words.append(_("%(amount)s was expected.") % {"amount": order.amount})
    if order.state == StandingOrderState.ENDED and order.ended_on is not None:
        words.append(_("It ended on %(day)s.") % {"day": f"{order.ended_on:%d.%m.%Y}"})
    if order.state == StandingOrderState.PROMISED:
        words.append(_("It is their first."))
    return words


def _order(line: StatementLine, order: StandingOrder, reason: str, sure: str) -> Proposal:
    return Proposal(line, Action.ORDER, str(order.pk), f"{order.reference} {order.name}", reason, sure)


def _by_account(line: StatementLine, books: Known) -> Iterator[Proposal]:
    account = standing_orders.bare_account(line.payer_account)
    theirs = [books.orders[order] for order in books.orders_by_account.get(account, [])] if account else []
    theirs = [order for order in theirs if order.currency == line.currency]
    alike = [order for order in theirs if order.amount_minor == line.amount_minor]
    if len(theirs) == 1:
        words = " ".join([_("Paid from an account that they paid from before."), *_differences(theirs[0], line)])
        ended = theirs[0].state == StandingOrderState.ENDED
        yield _order(line, theirs[0], words, Confidence.CERTAIN if alike and not ended else Confidence.LIKELY)
    elif len(alike) == 1:
        yield _order(line, alike[0], _("Several pay from this account; the sum is theirs."), Confidence.LIKELY)
    elif theirs:
        yield _order(line, theirs[0], _("Several pay from this account."), Confidence.UNSURE)


def _by_name(line: StatementLine, books: Known) -> Iterator[Proposal]:
    text = line.payer_name or line.reference
    candidates = {order for key in naming.keys(text) for order in books.orders_by_name.get(key, [])}
    fitting = [
        order
        for order in sorted(candidates)
        if books.orders[order].amount_minor == line.amount_minor
        and books.orders[order].currency == line.currency
        and books.orders[order].state != StandingOrderState.ENDED
        and abs(standing_orders.due_near(books.orders[order], line.booked_on) - line.booked_on) <= _NEAR_DUE
    ]
    whole = [order for order in fitting if naming.same(text, books.orders[order].name)]
    if len(whole) == 1:
        yield _order(line, books.orders[whole[0]], _("Name, sum and day are theirs."), Confidence.LIKELY)
    elif len(fitting) == 1:
        yield _order(line, books.orders[fitting[0]], _("Surname and initial, sum and day fit."), Confidence.UNSURE)
    elif fitting:
        order = books.orders[(whole or fitting)[0]]
        yield _order(line, order, _("One of several whose name, sum and day fit."), Confidence.UNSURE)


def _nearly(line: StatementLine, books: Known) -> Iterator[Proposal]:
    near = {one for one in references.nearly_in(_text(line)) if one in books.order_by_reference}
    if len(near) != 1:
        return
    order = books.orders[books.order_by_reference[near.pop()]]
    if order.currency != line.currency:
        return
    sure = Confidence.LIKELY if _agrees(order, line, books) else Confidence.UNSURE
    words = [_("One character away from %(reference)s.") % {"reference": order.reference}, *_differences(order, line)]
    yield _order(line, order, " ".join(words), sure)


def _application(line: StatementLine, books: Known, taken: set[tuple[str, str]]) -> Iterator[Proposal]:
    for match in _SHARES.finditer(_text(line).upper()):
        code = re.sub(r"[^A-Z0-9]", "", match[1])
        number = books.application_by_reference.get(f"{REFERENCE_PREFIX}-{code}")
        if number and books.applications[number].amount == line.amount:
            yield _shares(line, number, books, _("The reference is that of their application."), Confidence.CERTAIN)
    named = [
        number
        for number in books.applications_by_amount.get(line.amount_minor, [])
        if (Action.APPLICATION, str(number)) not in taken
        and books.applications[number].amount == line.amount
        and naming.fits(_text(line), books.applications[number].name)
    ]
    if len(named) == 1:
        yield _shares(line, named[0], books, _("They applied for shares of just this sum."), Confidence.LIKELY)
    elif named:
        yield _shares(line, named[0], books, _("One of several applications of this name and sum."), Confidence.UNSURE)


def _shares(line: StatementLine, number: int, books: Known, reason: str, sure: str) -> Proposal:
    application = books.applications[number]
    title = _("Shares: %(name)s") % {"name": application.name}
    return Proposal(line, Action.APPLICATION, str(number), title, reason, sure)


def _returned(line: StatementLine, books: Known, taken: set[tuple[str, str]]) -> Iterator[Proposal]:
    if line.kind != StatementLineKind.RETURNED and not _RETURNED.search(_text(line).upper()):
        return
    free = [
        receipt
        for receipt in books.returnable.get(-line.amount_minor, [])
        if (Action.RETURN, str(receipt.pk)) not in taken and receipt.received_on <= line.booked_on
    ]
    named = [receipt for receipt in free if _is_named(receipt, line)]
    if len(named) == 1:
        yield _return(line, named[0], _("Returned: the sum is that of this receipt, and so is the name or number."), Confidence.LIKELY)  # fmt: skip  # noqa: E501
    elif named or free:
        yield _return(line, (named or free)[0], _("Returned: a receipt of the same sum."), Confidence.UNSURE)


def _return(line: StatementLine, receipt: Receipt, reason: str, sure: str) -> Proposal:
    title = _("Return of receipt %(number)s, %(name)s") % {"number": receipt.pk, "name": receipt.payer_name or "–"}
    return Proposal(line, Action.RETURN, str(receipt.pk), title, reason, sure)


def _charged(line: StatementLine) -> Iterator[Proposal]:
    if line.kind == StatementLineKind.CHARGE:
        yield _to_account(line, chart.BANK_CHARGES, _("The bank calls it a charge."), Confidence.CERTAIN)
    elif _CHARGE.search(_text(line).upper()):
        yield _to_account(line, chart.BANK_CHARGES, _("It reads like a charge of the bank."), Confidence.LIKELY)


def _to_account(line: StatementLine, code: str, reason: str, sure: str) -> Proposal:
    title = _("Bank charges") if code == chart.BANK_CHARGES else _("Other income")
    return Proposal(line, Action.ACCOUNT, code, title, reason, sure)
