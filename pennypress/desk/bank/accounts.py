"""The society's bank accounts: what each holds, what waits there, and its particulars."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from pennypress import money
from pennypress.desk import entry, screen
from pennypress.ledger import balances
from pennypress.ledger.models import Account, AccountKind
from pennypress.money import Money
from pennypress.payments import bank
from pennypress.payments.models import BankAccount, Statement
from pennypress.people import roles
from pennypress.settlement import matching
from pennypress.society import rulebook


@dataclass(frozen=True, slots=True)
class Standing:
    """One account as the list shows it."""

    account: BankAccount
    books: Money
    latest: Statement | None
    waiting: int
    waiting_sum: Money


class AccountForm(forms.Form):
    """How an account is called, which account of the books it is, and how it is known at the bank."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("As you call it."))
    ledger = forms.ModelChoiceField(
        label=gettext_lazy("Account of the books"), queryset=Account.objects.none(), to_field_name="code"
    )
    holder = forms.CharField(
        label=gettext_lazy("In the name of"),
        max_length=140,
        required=False,
        help_text=gettext_lazy("What payers enter as the payee."),
    )
    sort_code = forms.CharField(label=gettext_lazy("Sort code"), max_length=8, required=False)
    number = forms.CharField(label=gettext_lazy("Account number"), max_length=34, required=False)
    iban = forms.CharField(label=gettext_lazy("IBAN"), max_length=42, required=False)
    is_published = forms.BooleanField(
        label=gettext_lazy("Readers are told to pay into this account"),
        required=False,
        help_text=gettext_lazy("Its name and numbers stand on the page about standing orders. One account at a time."),
    )

    def __init__(self, *args: Any, account: BankAccount | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if account is not None:
            del self.fields["ledger"]
            return
        free = Account.objects.filter(kind=AccountKind.ASSET, bank_account=None).order_by("code")
        self.fields["ledger"].queryset = free  # type: ignore[attr-defined]

    def particulars(self) -> dict[str, Any]:
        """This function will give what was typed, without the account of the books."""
        return {name: value for name, value in self.cleaned_data.items() if name != "ledger"}


@entry.open_to(roles.TREASURER)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """This view will list the bank accounts with what the books and the bank say of each, and what waits."""
    standing = [_standing(account) for account in BankAccount.objects.select_related("ledger")]
    context = {"standing": standing}
    return screen.show(request, "desk/bank/accounts.html", title=_("Bank"), icon="table", context=context)


def _standing(account: BankAccount) -> Standing:
    waiting = matching.waiting(account)
    return Standing(
        account=account,
        books=balances.of(account=account.ledger.code, on=screen.today(), currency=account.currency),
        latest=account.statements.order_by("-to_on", "-id").first(),
        waiting=len(waiting),
        waiting_sum=money.total([line.amount for line in waiting], account.currency),
    )


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """This view will take up an account at a bank."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = bank.open_account(
                ledger=form.cleaned_data["ledger"].code,
                currency=rulebook.society().currency,
                now=timezone.now(),
                **form.particulars(),
            )
        except bank.CannotKeep as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is taken up.") % {"name": account.name})
            return redirect("desk_bank")
    return _form(request, form, title=_("Another bank account"))


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, number: int) -> HttpResponse:
    """This view will change how an account is called and known."""
    account = get_object_or_404(BankAccount, pk=number)
    known = {name: getattr(account, name) for name in ("name", "holder", "sort_code", "number", "iban", "is_published")}
    form = AccountForm(request.POST if request.method == "POST" else None, initial=known, account=account)
    if request.method == "POST" and form.is_valid():
        try:
            bank.change_account(account=account, **form.particulars())
        except bank.CannotKeep as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The particulars of %(name)s are changed.") % {"name": account.name})
            return redirect("desk_bank")
    return _form(request, form, title=account.name)


def _form(request: HttpRequest, form: AccountForm, *, title: str) -> HttpResponse:
    return screen.show(
        request,
        "desk/bank/account_form.html",
        title=title,
        icon="table",
        above=[above()],
        status=422 if form.is_bound else 200,
        context={"form": form},
    )


def above() -> tuple[str, str]:
    """This function will give the screen under which all of the bank's stand."""
    return reverse("desk_bank"), _("Bank")
