"""Moving in at the desk: a file is sent, its rows are shown with what becomes of them, its total is typed. No rules."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pennypress.desk import entry, screen
from pennypress.desk.amounts import AmountField
from pennypress.moving import consigning
from pennypress.moving.consigning import CannotMoveIn, CannotRead
from pennypress.moving.models import Consignment, ConsignmentState, Kind, Likeness
from pennypress.people import persons, roles
from pennypress.society import rulebook

LATEST = 20


class FileForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What it holds"), choices=Kind.choices)
    file = forms.FileField(label=gettext_lazy("File, CSV or XLSX"))
    as_at = forms.DateField(
        label=gettext_lazy("Opening balances: as at the end of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ConfirmForm(forms.Form):
    leave_out = forms.BooleanField(label=gettext_lazy("Leave the bad rows out"), required=False)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["total"] = AmountField(label=_("Type the total to confirm it"), currency=currency)
        self.order_fields(["total", "leave_out"])


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest) -> HttpResponse:
    """This view will take a file in to be checked, and list those taken before."""
    if request.method != "POST":
        return _files(request, FileForm())
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            consignment = consigning.take(
                kind=form.cleaned_data["kind"],
                filename=form.cleaned_data["file"].name,
                content=form.cleaned_data["file"].read(),
                as_at=form.cleaned_data["as_at"],
                on=screen.today(),
                now=timezone.now(),
                by=screen.staff(request),
            )
        except CannotRead as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("desk_moving_in_file", consignment.pk)
    return _files(request, form, status=422)


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """This view will show what becomes of each row of a file, and move it in once its total is confirmed."""
    consignment = get_object_or_404(Consignment, pk=number)
    currency = rulebook.society().currency
    if consignment.state != ConsignmentState.CHECKED:
        return _one(request, consignment, None)
    form = ConfirmForm(request.POST or None, currency=currency)
    if request.method == "POST" and form.is_valid():
        try:
            done = consigning.carry_out(
                consignment=consignment,
                confirmed=form.cleaned_data["total"],
                leave_out=form.cleaned_data["leave_out"],
                on=screen.today(),
                now=timezone.now(),
                by=screen.staff(request),
            )
        except CannotMoveIn as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("Moved in: %(count)s rows, %(total)s. Nobody was written to.")
            messages.success(request, words % {"count": len(done.new), "total": done.total})
            return redirect("desk_moving_in_file", consignment.pk)
    return _one(request, consignment, form, status=422 if form.is_bound else 200)


@entry.open_to(roles.TREASURER)
@require_POST
def drop(request: HttpRequest, number: int) -> HttpResponse:
    """This view will drop a file that waits."""
    consignment = get_object_or_404(Consignment, pk=number)
    consigning.drop(consignment=consignment, now=timezone.now(), by=screen.staff(request))
    messages.success(request, _("Dropped. What the file said is forgotten."))
    return redirect("desk_moving_in")


@entry.open_to(roles.TREASURER)
@require_safe
def alike(request: HttpRequest) -> HttpResponse:
    """This view will list persons moved in who look like persons known."""
    waiting = Likeness.objects.filter(decision="").select_related("person", "like")
    return screen.show(
        request,
        "desk/moving_in/alike.html",
        title=_("Alike"),
        icon="group",
        above=[_above()],
        context={"page": screen.paged(request, waiting)},
    )


@entry.open_to(roles.TREASURER)
@require_POST
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """This view will note whether two persons are one."""
    likeness = get_object_or_404(Likeness, pk=number)
    try:
        consigning.decide(
            likeness=likeness, are_one="one" in request.POST, now=timezone.now(), by=screen.staff(request)
        )
    except persons.CannotMerge as refusal:
        messages.error(request, str(refusal))
    return redirect("desk_alike")


def _above() -> tuple[str, str]:
    return reverse("desk_moving_in"), _("Moving in")


def _files(request: HttpRequest, form: FileForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "consignments": Consignment.objects.defer("content").select_related("sent_by")[:LATEST],
        "alike": Likeness.objects.filter(decision="").count(),
    }
    return screen.show(
        request, "desk/moving_in/files.html", title=_("Moving in"), icon="upload", status=status, context=context
    )


def _one(request: HttpRequest, consignment: Consignment, form: ConfirmForm | None, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"consignment": consignment, "form": form}
    if form is not None:
        on: dt.date = screen.today()
        plan = consigning.plan(consignment, on=on)
        context |= {"plan": plan, "bad": plan.bad, "page": screen.paged(request, plan.fates)}
    return screen.show(
        request,
        "desk/moving_in/one.html",
        title=consignment.filename,
        icon="upload",
        above=[_above()],
        status=status,
        context=context,
    )
