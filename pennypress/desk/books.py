"""The books as the treasurer reads them: the trial balance, each account's lines, each entry, and the laws. Reads only."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pennypress import laws
from pennypress.desk import entry, journal, screen
from pennypress.giving import laws as giving_laws
from pennypress.ledger import balances
from pennypress.ledger import laws as ledger_laws
from pennypress.ledger.models import Account, Entry, Line
from pennypress.letters import laws as letters_laws
from pennypress.money import Money
from pennypress.moving import laws as moving_laws
from pennypress.payments import laws as payments_laws
from pennypress.people import laws as people_laws
from pennypress.people import roles
from pennypress.shares import laws as shares_laws
from pennypress.society import laws as society_laws
from pennypress.society import rulebook
from pennypress.subscriptions import laws as subscriptions_laws

_GATHERED = (
    ledger_laws,
    people_laws,
    society_laws,
    letters_laws,
    payments_laws,
    giving_laws,
    shares_laws,
    subscriptions_laws,
    moving_laws,
)
LAWBOOK = tuple(law for module in _GATHERED for law in module.LAWS)


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of an account as it is shown, with the balance after it."""

    line: Line
    debit: Money | None
    credit: Money | None
    balance: Money


@entry.open_to(roles.TREASURER)
@require_safe
def trial(request: HttpRequest) -> HttpResponse:
    """This view will show the trial balance as at a day."""
    on = screen.day_asked(request, "on") or screen.today()
    drawn = balances.trial(on=on, currency=rulebook.society().currency)
    return screen.show(
        request, "desk/books/trial.html", title=_("Books"), icon="list-ul", context={"trial": drawn, "on": on}
    )


@entry.open_to(roles.TREASURER)
@require_safe
def account(request: HttpRequest, code: str) -> HttpResponse:
    """This view will show an account's lines between two days, with the balance brought forward and after each line."""
    shown = get_object_or_404(Account, code=code)
    currency = rulebook.society().currency
    until = screen.day_asked(request, "to") or screen.today()
    since = screen.day_asked(request, "from")
    lines = _lines(shown, currency, since, until)
    page = screen.paged(request, lines)
    forward = _brought_forward(shown, currency, since, lines, page.start_index())
    movements = _movements(list(page.object_list), forward)
    return screen.show(
        request,
        "desk/books/account.html",
        title=str(shown),
        icon="list-ul",
        above=[_books()],
        context={
            "account": shown,
            "since": since,
            "until": until,
            "page": page,
            "movements": movements,
            "forward": forward,
            "closing": balances.of(account=code, on=until, currency=currency),
        },
    )


@entry.open_to(roles.TREASURER)
@require_safe
def one_entry(request: HttpRequest, number: int) -> HttpResponse:
    """This view will show one entry with all its lines, and what it reverses or is reversed by."""
    shown = get_object_or_404(Entry.objects.select_related("reverses", "reversed_by", "voucher"), pk=number)
    lines = [_movement(line, line.amount) for line in shown.lines.select_related("account")]
    voucher, reversed_by = getattr(shown, "voucher", None), getattr(shown, "reversed_by", None)
    return screen.show(
        request,
        "desk/books/entry.html",
        title=_("Entry %(number)s") % {"number": shown.pk},
        icon="list-ul",
        above=[_books()],
        context={
            "entry": shown,
            "lines": lines,
            "reversed_by": reversed_by,
            "voucher": voucher,
            "may_reverse": voucher is not None and reversed_by is None and shown.reverses is None,
            "form": journal.ReverseForm(initial={"on": screen.today()}),
        },
    )


@entry.open_to(roles.TREASURER)
@require_safe
def lawbook(request: HttpRequest) -> HttpResponse:
    """This view will run every law of the books, the receipts, the fund, the register and the letters, and show each."""
    findings = laws.run(LAWBOOK)
    broken = [finding for finding in findings if not finding.holds]
    return screen.show(
        request,
        "desk/books/laws.html",
        title=_("Laws"),
        icon="check",
        above=[_books()],
        context={"findings": findings, "broken": broken},
    )


def _books() -> tuple[str, str]:
    return reverse("desk_books"), _("Books")


def _lines(shown: Account, currency: str, since: dt.date | None, until: dt.date) -> QuerySet[Line]:
    lines = shown.lines.filter(currency=currency, entry__on__lte=until).select_related("entry")
    if since is not None:
        lines = lines.filter(entry__on__gte=since)
    return lines.order_by("entry__on", "id")


def _brought_forward(
    shown: Account, currency: str, since: dt.date | None, lines: QuerySet[Line], first_index: int
) -> Money:
    before = Money(0, currency)
    if since is not None:
        before = balances.of(account=shown.code, on=since - dt.timedelta(days=1), currency=currency)
    skipped = lines.values_list("amount_minor", flat=True)[: max(first_index - 1, 0)]
    return before + Money(sum(skipped), currency)


def _movements(lines: list[Line], forward: Money) -> list[Movement]:
    shown, balance = [], forward
    for line in lines:
        balance = balance + line.amount
        shown.append(_movement(line, balance))
    return shown


def _movement(line: Line, balance: Money) -> Movement:
    amount = line.amount
    return Movement(
        line=line,
        debit=amount if amount.minor > 0 else None,
        credit=-amount if amount.minor < 0 else None,
        balance=balance,
    )
