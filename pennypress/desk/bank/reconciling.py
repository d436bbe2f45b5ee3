"""The bank's balance beside the books', with the lines that explain the difference. Reads only."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pennypress.desk import entry, screen
from pennypress.desk.bank import accounts
from pennypress.payments import bank_balance
from pennypress.payments.models import BankAccount
from pennypress.people import roles

_SHOWN = 300


@entry.open_to(roles.TREASURER)
@require_safe
def reconcile(request: HttpRequest, number: int) -> HttpResponse:
    """This view will set the statement's closing balance beside the books as at a day."""
    account = get_object_or_404(BankAccount.objects.select_related("ledger"), pk=number)
    latest = account.statements.order_by("-to_on", "-id").first()
    on = screen.day_asked(request, "on") or (latest.to_on if latest else screen.today())
    found = bank_balance.reconcile(account=account, on=on)
    context = {
        "account": account,
        "on": on,
        "found": found,
        "only_statement": found.only_statement[:_SHOWN],
        "only_books": found.only_books[:_SHOWN],
        "is_explained": not found.rest,
        "agrees": not found.difference,
    }
    return screen.show(
        request,
        "desk/bank/reconcile.html",
        title=_("Reconcile"),
        icon="check",
        above=[accounts.above()],
        context=context,
    )
