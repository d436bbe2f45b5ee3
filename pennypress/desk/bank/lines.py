"""One line of a statement: all that the bank says of it, what it was found to be, and every way to say so."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pennypress import money
from pennypress.desk import entry, screen
from pennypress.desk.bank import accounts
from pennypress.desk.bank.line_forms import BookForm, MoneyForm, OrderForm, ReasonForm, ReceiptForm
from pennypress.payments.models import StatementLine
from pennypress.people import roles
from pennypress.people.models import User
from pennypress.settlement import confirming, matching

# The forms of the page, by the name that its address and its button have.
_WAYS = ("order", "money", "link", "return", "account", "ignore", "undo")


@entry.open_to(roles.TREASURER)
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """This view will show one line with its history, and the forms by which it is said what it is."""
    line = get_object_or_404(StatementLine.objects.select_related("account__ledger", "statement"), pk=number)
    return _shown(request, line, {})


@entry.open_to(roles.TREASURER)
@require_POST
def say(request: HttpRequest, number: int, way: str) -> HttpResponse:
    """This view will take what a person says a line is, one `way` of several, or undo what was said."""
    line = get_object_or_404(StatementLine.objects.select_related("account__ledger", "statement"), pk=number)
    if way not in _WAYS:
        return redirect("desk_bank_line", number=number)
    form = _form(line, way, request.POST)
    if form.is_valid():
        try:
            _DOES[way](line, form, screen.staff(request))
        except confirming.CannotConfirm as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(amount)s: noted.") % {"amount": line.amount})
            return redirect(_back(line) if way != "undo" else reverse("desk_bank_line", args=[line.pk]))
    return _shown(request, line, {way: form}, status=422)


def _back(line: StatementLine) -> str:
    return reverse("desk_bank_match", args=[line.account_id])


def _order(line: StatementLine, form: Any, by: User) -> object:
    told = form.cleaned_data
    reason = _("Chosen by hand.")
    return confirming.as_order(
        line=line, order=told["order"], thanks=told["thanks"], reason=reason, by=by, now=timezone.now()
    )


def _money(line: StatementLine, form: Any, by: User) -> object:
    return confirming.as_money(
        line=line, parts=form.parts(), reason=_("Divided by hand."), by=by, now=timezone.now(), **form.words()
    )


def _link(line: StatementLine, form: Any, by: User) -> object:
    receipt = form.cleaned_data["receipt"]
    return confirming.as_link(line=line, receipt=receipt, reason=_("Linked by hand."), by=by, now=timezone.now())


def _return(line: StatementLine, form: Any, by: User) -> object:
    receipt = form.cleaned_data["receipt"]
    return confirming.as_return(line=line, receipt=receipt, reason=_("Returned unpaid."), by=by, now=timezone.now())


def _account(line: StatementLine, form: Any, by: User) -> object:
    told = form.cleaned_data
    return confirming.as_account(
        line=line, account=told["account"].code, reason=told["reason"], by=by, now=timezone.now()
    )


def _ignore(line: StatementLine, form: Any, by: User) -> object:
    return confirming.as_ignored(line=line, reason=form.cleaned_data["reason"], by=by, now=timezone.now())


def _undo(line: StatementLine, form: Any, by: User) -> object:
    standing = line.matches.filter(undoes=None, undone_by=None).first()
    if standing is None:
        raise confirming.CannotConfirm(_("Nothing stands that could be undone."))
    return confirming.undo(
        match=standing, reason=form.cleaned_data["reason"], on=screen.today(), by=by, now=timezone.now()
    )


_DOES: dict[str, Callable[[StatementLine, Any, User], object]] = {
    "order": _order,
    "money": _money,
    "link": _link,
    "return": _return,
    "account": _account,
    "ignore": _ignore,
    "undo": _undo,
}


def _form(line: StatementLine, way: str, data: Any = None) -> forms.Form:
    match way:
        case "order":
            return OrderForm(data)
        case "money":
            initial = {"payer_name": line.payer_name, "gift": money.plain(line.amount) if line.amount_minor > 0 else ""}
            return MoneyForm(data, line=line, initial=initial)
        case "link" | "return":
            return ReceiptForm(data)
        case "account":
            return BookForm(data, line=line)
    return ReasonForm(data)


def _shown(request: HttpRequest, line: StatementLine, told: dict[str, forms.Form], status: int = 200) -> HttpResponse:
    standing = line.matches.filter(undoes=None, undone_by=None).select_related("receipt", "entry").first()
    ways = ("order", "money", "link", "account", "ignore") if line.amount_minor > 0 else ("return", "account", "ignore")
    context = {
        "line": line,
        "account": line.account,
        "standing": standing,
        "order": getattr(getattr(standing, "standing_order_receipt", None), "standing_order", None),
        "history": line.matches.select_related("matched_by", "receipt", "entry").order_by("id"),
        "proposal": None if standing else matching.propose(matching.waiting(line.account)).get(line.pk),
        "forms": {} if standing else {way: told.get(way) or _form(line, way) for way in ways},
        "opened": next(iter(told), ""),
        "undo": told.get("undo") or _form(line, "undo"),
    }
    return screen.show(
        request,
        "desk/bank/line.html",
        title=_("Line of %(day)s") % {"day": f"{line.booked_on:%d.%m.%Y}"},
        icon="table",
        above=[accounts.above(), (_back(line), line.account.name)],
        status=status,
        context=context,
    )
