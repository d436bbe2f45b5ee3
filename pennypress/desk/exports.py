"""The books as files: every line for a spreadsheet, a journal for hledger or ledger-cli, and journals for Xero."""

import datetime as dt

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pennypress.desk import entry, screen, spreadsheet
from pennypress.ledger import exports
from pennypress.money import Money
from pennypress.people import roles
from pennypress.society import rulebook, years

TAX_RATE = "No VAT"


@entry.open_to(roles.TREASURER)
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """This view will offer the books of some days in each form."""
    first, last = _span(request)
    currency = rulebook.society().currency
    rows = sum(1 for _row in exports.xero(first=first, last=last, currency=currency, tax_rate=TAX_RATE))
    context = {
        "first": first,
        "last": last,
        "entries": exports.entries_between(first=first, last=last),
        "xero_lines": rows,
        "xero_most": exports.XERO_LINES_A_FILE,
        "is_too_long": rows > exports.XERO_LINES_A_FILE,
        "tax_rate": TAX_RATE,
    }
    above = [(reverse("desk_books"), _("Books"))]
    return screen.show(
        request, "desk/books/exports.html", title=_("Export"), icon="download", above=above, context=context
    )


@entry.open_to(roles.TREASURER)
@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """This view will give every line of the books of some days as a file for a spreadsheet."""
    first, last = _span(request)
    head = [
        _("Entry"),
        _("Day"),
        _("Of the day"),
        _("What it is"),
        _("Code"),
        _("Account"),
        _("Debit"),
        _("Credit"),
        _("Currency"),
    ]
    rows = (
        [
            line.entry.key,
            line.entry.on.isoformat(),
            (line.entry.meant_on or line.entry.on).isoformat(),
            line.entry.memo,
            line.account.code,
            line.account.name,
            exports.decimal(line.amount) if line.amount_minor > 0 else "",
            exports.decimal(Money(-line.amount_minor, line.currency)) if line.amount_minor < 0 else "",
            line.currency,
        ]
        for line in exports.lines(first=first, last=last)
    )
    return spreadsheet.download(f"ledger-{last.isoformat()}.csv", head, rows)


@entry.open_to(roles.TREASURER)
@require_safe
def as_hledger(request: HttpRequest) -> StreamingHttpResponse:
    """This view will give the books from their beginning to a day as a journal for hledger and ledger-cli."""
    _first, last = _span(request)
    response = StreamingHttpResponse(exports.hledger(first=None, last=last), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="books-{last.isoformat()}.journal"'
    return response


@entry.open_to(roles.TREASURER)
@require_safe
def as_xero(request: HttpRequest) -> HttpResponse:
    """This view will give the books of some days as manual journals for Xero, one a month."""
    first, last = _span(request)
    rows = exports.xero(first=first, last=last, currency=rulebook.society().currency, tax_rate=TAX_RATE)
    # Amounts below zero are amounts here: Xero reads this file, and no spreadsheet runs a number.
    return spreadsheet.for_a_program(f"xero-{last.isoformat()}.csv", exports.XERO_HEAD, rows)


def _span(request: HttpRequest) -> tuple[dt.date, dt.date]:
    today = screen.today()
    first = screen.day_asked(request, "from") or years.of(rulebook.society(), today).first
    return first, screen.day_asked(request, "to") or today
