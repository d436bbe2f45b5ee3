"""Attacks: how the breaker against card testing stands, and opening or closing it by hand."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from pennypress.desk import entry, screen
from pennypress.payments import breaker
from pennypress.payments.models import BreakerMove
from pennypress.people import roles

SHOWN = 50


class SwitchForm(forms.Form):
    """Why the breaker is moved by hand."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        help_text=gettext_lazy("For whoever reads it afterwards."),
        error_messages={"required": gettext_lazy("Please say why, for whoever reads it afterwards.")},
    )


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def attacks(request: HttpRequest) -> HttpResponse:
    """This view will show how the breaker stands and what moved it; a POST opens or closes it, with a reason."""
    now = timezone.now()
    form = SwitchForm(request.POST or None)
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        breaker.switch(
            is_open=request.POST.get("to") == "open",
            by=screen.staff(request),
            reason=form.cleaned_data["reason"],
            now=now,
        )
    except breaker.CannotSwitch as error:
        form.add_error(None, str(error))
        return _page(request, form, status=422)
    messages.success(request, _("Done, and noted with your reason."))
    return redirect("desk_attacks")


def _page(request: HttpRequest, form: SwitchForm, *, status: int = 200) -> HttpResponse:
    standing = breaker.standing(now=timezone.now())
    context: dict[str, Any] = {
        "standing": standing,
        "moves": BreakerMove.objects.select_related("by").order_by("-id")[:SHOWN],
        "form": form,
        "minutes": settings.BREAKER_SECONDS // 60,
        "per_address": settings.TRIES_PER_ADDRESS,
        "per_page": settings.TRIES_PER_PAGE,
        "budget": settings.PROVIDER_BUDGET,
    }
    return screen.show(
        request, "desk/attacks/breaker.html", title=_("Card testing"), icon="lock", status=status, context=context
    )
