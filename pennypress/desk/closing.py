"""Closing a period: what is to be seen to before, and the act that locks its days for good."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from pennypress import laws
from pennypress.desk import books, entry, screen
from pennypress.gateway import inbox
from pennypress.ledger import periods
from pennypress.ledger.models import PeriodClose
from pennypress.people import roles
from pennypress.settlement import closing
from pennypress.settlement.closing import Check
from pennypress.society import rulebook


class CloseForm(forms.Form):
    """To when the books are closed. What is still open is closed over only by saying so."""

    through = forms.DateField(
        label=gettext_lazy("Close to the end of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)
    is_seen = forms.BooleanField(
        label=gettext_lazy("I have seen what is still open, and close all the same"), required=False
    )


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    """This view will show what is open before a close, and close."""
    if request.method != "POST":
        through = _through(request)
        return _shown(request, CloseForm(initial={"through": through}), through)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _shown(request, form, _through(request), status=422)
    try:
        closed = closing.close(
            currency=rulebook.society().currency,
            by=screen.staff(request),
            today=screen.today(),
            now=timezone.now(),
            broken=_broken(),
            parked=inbox.parked(),
            **form.cleaned_data,
        )
    except periods.CannotClose as refusal:
        form.add_error(None, str(refusal))
        return _shown(request, form, form.cleaned_data["through"], status=422)
    messages.success(request, _("The books are closed to the end of %(day)s.") % {"day": closed.closed_through})
    return redirect("desk_close")


def _through(request: HttpRequest) -> dt.date | None:
    """The day asked for, or else the month to be closed next. What is closed is not closed again."""
    asked, closed = screen.day_asked(request, "through"), periods.closed_through()
    if asked and (closed is None or asked > closed):
        return asked
    return periods.next_to_close(today=screen.today())


def _broken() -> list[str]:
    return [finding.law.says for finding in laws.run(books.LAWBOOK) if not finding.holds]


def _shown(request: HttpRequest, form: CloseForm, through: dt.date | None, status: int = 200) -> HttpResponse:
    is_asked, through = through is not None, through or screen.today()
    checks = closing.checks(
        through=through, currency=rulebook.society().currency, broken=_broken(), parked=inbox.parked()
    )
    context: dict[str, Any] = {
        "form": form,
        "through": through,
        "is_asked": is_asked,
        "checks": [{"check": one, "address": _address(one, through)} for one in checks],
        "closes": PeriodClose.objects.order_by("-closed_through"),
        "closed_through": periods.closed_through(),
    }
    above = [(reverse("desk_books"), _("Books"))]
    return screen.show(
        request,
        "desk/books/close.html",
        title=_("Close a period"),
        icon="lock",
        above=above,
        status=status,
        context=context,
    )


def _address(check: Check, through: dt.date) -> str:
    match check.name:
        case "in_hand":
            return f"{reverse('desk_receipts')}?in_hand=1&to={through.isoformat()}"
        case "unallocated":
            return reverse("desk_unallocated")
        case "unmatched":
            return reverse("desk_bank")
        case "parked":
            return f"{reverse('desk_events')}?state=parked"
        case "pending":
            return f"{reverse('desk_receipts')}?waiting=1"
        case "refunds":
            return reverse("desk_refunds")
        case "trial":
            return f"{reverse('desk_books')}?on={through.isoformat()}"
        case _:
            return reverse("desk_laws")
