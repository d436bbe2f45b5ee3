"""Applications for shares as the secretary decides on them: allotted with one press, or refused with a reason."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from pennypress.desk import entry, screen
from pennypress.people import roles
from pennypress.shares import applying, register
from pennypress.shares.models import Application, ApplicationState


class RefusalForm(forms.Form):
    """Why an application is refused, in words that go to the applicant."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("As it is to be told to the applicant."),
    )


@entry.open_to(roles.SECRETARY)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """This view will list applications, those waiting for the committee first."""
    state = request.GET.get("state", ApplicationState.PAID)
    if state not in ApplicationState.values:
        state = ApplicationState.PAID
    found = Application.objects.filter(state=state).select_related("allocation__receipt", "person").order_by("id")
    page = screen.paged(request, found)
    context = {
        "page": page,
        "rows": [_row(application) for application in page.object_list],
        "state": state,
        "states": ApplicationState.choices,
        "waiting": state == ApplicationState.PAID,
    }
    return screen.show(request, "desk/applications/listing.html", title=_("Applications"), icon="form", context=context)


@entry.open_to(roles.SECRETARY)
@require_safe
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """This view will show one application with its particulars, its checks and its history."""
    application = get_object_or_404(Application, public_id=public_id)
    return _shown(request, application, RefusalForm())


@entry.open_to(roles.SECRETARY)
@require_POST
def allot(request: HttpRequest) -> HttpResponse:
    """This view will allot the application whose button was pressed, or else all that were ticked, each by itself."""
    chosen = request.POST.getlist("only") or request.POST.getlist("chosen")
    applications = Application.objects.filter(public_id__in=_uuids(chosen)).order_by("id")
    allotted = 0
    for application in applications:
        try:
            register.allot(application=application, on=screen.today(), now=timezone.now(), by=screen.staff(request))
        except register.CannotAllot as refusal:
            messages.error(request, f"{application.name}: {refusal}")
        else:
            allotted += 1
    if allotted:
        words = ngettext("%(number)s application allotted.", "%(number)s applications allotted.", allotted)
        messages.success(request, words % {"number": allotted})
    elif not chosen:
        messages.warning(request, _("Tick the applications to allot."))
    return redirect("desk_applications")


@entry.open_to(roles.SECRETARY)
@require_POST
def refuse(request: HttpRequest, public_id: str) -> HttpResponse:
    """This view will refuse an application with a reason."""
    application = get_object_or_404(Application, public_id=public_id)
    form = RefusalForm(request.POST)
    if form.is_valid():
        try:
            applying.refuse(
                application=application,
                reason=form.cleaned_data["reason"],
                on=screen.today(),
                now=timezone.now(),
                by=screen.staff(request),
            )
        except applying.CannotRefuse as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The application of %(name)s is refused.") % {"name": application.name})
            return redirect("desk_applications")
    return _shown(request, application, form, status=422)


def _shown(request: HttpRequest, application: Application, form: RefusalForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        **_row(application),
        "moves": application.moves.select_related("moved_by").order_by("id"),
        "form": form,
        "may_allot": application.state == ApplicationState.PAID,
        "may_refuse": application.state in (ApplicationState.APPLIED, ApplicationState.PAID),
    }
    return screen.show(
        request,
        "desk/applications/one.html",
        title=application.name,
        icon="form",
        above=[(reverse("desk_applications"), _("Applications"))],
        status=status,
        context=context,
    )


def _row(application: Application) -> dict[str, Any]:
    paid_on = application.allocation.receipt.received_on if application.allocation else None
    return {
        "application": application,
        "paid_on": paid_on,
        "checks": applying.checks(application=application, on=screen.today()),
    }


def _uuids(texts: list[str]) -> list[str]:
    field = forms.UUIDField()
    return [str(field.clean(text)) for text in texts if _is_uuid(field, text)]


def _is_uuid(field: forms.UUIDField, text: str) -> bool:
    try:
        field.clean(text)
    except forms.ValidationError:
        return False
    return True
