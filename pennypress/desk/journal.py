"""The journal and the chart at the desk: entries by hand with a reason, their reversal, and accounts that are opened."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from pennypress import money
from pennypress.desk import entry, screen
from pennypress.desk.amounts import AmountField
from pennypress.ledger import chart, journal, posting
from pennypress.ledger.models import Account, AccountKind, Entry, Voucher
from pennypress.ledger.posting import Side
from pennypress.money import Money
from pennypress.people import roles
from pennypress.society import rulebook

LINES = 4
_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class JournalForm(forms.Form):
    """One entry by hand: a day, words, a reason, and as many lines as it has, debits equal to credits."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    on = forms.DateField(label=gettext_lazy("Day"), widget=_DATE)
    memo = forms.CharField(label=gettext_lazy("What it is"), max_length=300)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("For the auditor: the invoice, the minute."),
    )

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.currency, self.today = currency, screen.today()
        free = Account.objects.exclude(code__in=chart.KEPT_BY_LISTS)
        accounts = [("", ""), *((account.code, str(account)) for account in free)]
        for number in range(1, LINES + 1):
            self.fields[f"account_{number}"] = forms.ChoiceField(label=_("Account"), choices=accounts, required=False)
            self.fields[f"debit_{number}"] = AmountField(label=_("Debit"), currency=currency, required=False)
            self.fields[f"credit_{number}"] = AmountField(label=_("Credit"), currency=currency, required=False)

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return on

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        for number in range(1, LINES + 1):
            account, debit, credit = self._line(number)
            if (debit and credit) or (bool(account) != bool(debit or credit)):
                self.add_error(f"account_{number}", _("A line has an account, and either a debit or a credit."))
        debits, credits_ = self._sum("debit"), self._sum("credit")
        if debits != credits_ or not debits:
            words = _("Debits add up to %(debits)s and credits to %(credits)s: they must be one sum, above zero.")
            self.add_error(None, words % {"debits": debits, "credits": credits_})
        return cleaned

    def _line(self, number: int) -> tuple[str, Money | None, Money | None]:
        typed = self.cleaned_data
        return typed[f"account_{number}"], typed[f"debit_{number}"], typed[f"credit_{number}"]

    def _sum(self, side: str) -> Money:
        amounts = [self.cleaned_data.get(f"{side}_{number}") for number in range(1, LINES + 1)]
        return money.total([amount for amount in amounts if amount], self.currency)

    def sides(self) -> list[Side]:
        """This function will give the lines typed, for the domain."""
        sides = []
        for number in range(1, LINES + 1):
            account, debit, credit = self._line(number)
            if debit:
                sides.append(posting.debit(account, debit))
            if credit:
                sides.append(posting.credit(account, credit))
        return sides

    def rows(self) -> list[list[forms.BoundField]]:
        """This function will give the fields of each line."""
        return [[self[f"{name}_{number}"] for name in ("account", "debit", "credit")] for number in range(1, LINES + 1)]


class ReverseForm(forms.Form):
    """Why an entry by hand is reversed, and on which day."""

    on = forms.DateField(label=gettext_lazy("Day"), widget=_DATE)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class AccountForm(forms.Form):
    """Another account of the chart."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=10, help_text=gettext_lazy("Four figures, such as 4920.")
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=AccountKind.choices, initial=AccountKind.INCOME)


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """This view will enter one entry by hand, and list those that were."""
    currency = rulebook.society().currency
    if request.method != "POST":
        return _journal(request, JournalForm(initial={"key": uuid.uuid4(), "on": screen.today()}, currency=currency))
    form = JournalForm(request.POST, currency=currency)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            made = journal.enter(
                key=f"journal-{typed['key']}",
                on=typed["on"],
                memo=typed["memo"],
                reason=typed["reason"],
                sides=form.sides(),
                entered_by=str(screen.staff(request)),
                now=timezone.now(),
            )
        except journal.CannotEnter as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Entry %(number)s is made.") % {"number": made.pk})
            return redirect("desk_journal")
    return _journal(request, form, status=422)


@entry.open_to(roles.TREASURER)
@require_POST
def reverse_entry(request: HttpRequest, number: int) -> HttpResponse:
    """This view will reverse an entry that was made by hand."""
    shown = get_object_or_404(Entry, pk=number)
    form = ReverseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give a day and a reason for reversing it."))
        return redirect("desk_entry", number=number)
    try:
        made = journal.reverse(
            entry=shown, entered_by=str(screen.staff(request)), now=timezone.now(), **form.cleaned_data
        )
    except journal.CannotEnter as refusal:
        messages.error(request, str(refusal))
        return redirect("desk_entry", number=number)
    messages.success(request, _("Entry %(number)s is reversed.") % {"number": number})
    return redirect("desk_entry", number=made.pk)


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def accounts(request: HttpRequest) -> HttpResponse:
    """This view will show the chart of accounts, and open another."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = chart.open_account(**form.cleaned_data)
        except chart.CannotOpenAccount as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(account)s is open.") % {"account": account})
            return redirect("desk_accounts")
    return screen.show(
        request,
        "desk/books/accounts.html",
        title=_("Chart of accounts"),
        icon="list-ul",
        above=[(reverse("desk_books"), _("Books"))],
        status=422 if request.method == "POST" else 200,
        context={"accounts": Account.objects.all(), "kept": chart.KEPT_BY_LISTS, "form": form},
    )


def _journal(request: HttpRequest, form: JournalForm, status: int = 200) -> HttpResponse:
    vouchers = Voucher.objects.select_related("entry", "entry__reverses").prefetch_related("entry__lines__account")
    page = screen.paged(request, vouchers.order_by("-id"))
    context = {"form": form, "page": page, "rows": [_row(voucher) for voucher in page.object_list]}
    return screen.show(
        request,
        "desk/books/journal.html",
        title=_("Journal"),
        icon="list-ul",
        above=[(reverse("desk_books"), _("Books"))],
        status=status,
        context=context,
    )


def _row(voucher: Voucher) -> dict[str, Any]:
    debits = [line for line in voucher.entry.lines.all() if line.amount_minor > 0]
    whole = sum(line.amount_minor for line in debits)
    return {"voucher": voucher, "entry": voucher.entry, "amount": Money(whole, debits[0].currency)}
