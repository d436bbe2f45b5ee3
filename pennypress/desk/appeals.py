"""Appeals at the desk: series with what they hold, the next one opened, and one appeal's progress, forecast and close."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pennypress import charts, money
from pennypress.desk import appeals_forms as forms
from pennypress.desk import entry, screen
from pennypress.giving import appeals, closing, forecasting, meter, progress, terms
from pennypress.giving import series as all_series
from pennypress.giving.forecasting import Forecast
from pennypress.giving.models import Appeal, AppealSeries
from pennypress.money import Money, display
from pennypress.people import roles

_ICON = "calendar-alt"


@entry.open_to(roles.TREASURER)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """This view will list every series with its appeals: those that run, those ahead, and how the others ended."""
    on, now = screen.today(), timezone.now()
    told = [_told(series, on, now) for series in AppealSeries.objects.all()]
    context = {"told": told}
    return screen.show(request, "desk/appeals/listing.html", title=_("Appeals"), icon=_ICON, context=context)


def _told(series: AppealSeries, on: dt.date, now: dt.datetime) -> dict[str, Any]:
    ahead = terms.find("appeal.series_id = %(series)s AND appeal.closes_on >= %(on)s", on=on, series=series.pk)
    return {
        "series": series,
        "open": [(appeal, meter.of(appeal, on=on, now=now)) for appeal in ahead],
        "ended": progress.ended(series, on=on, limit=12),
    }


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """This view will begin a series of appeals."""
    form = forms.SeriesForm(request.POST or None, initial={"counts_pledges": True, "currency": "GBP"})
    if request.method == "POST" and form.is_valid():
        try:
            series = all_series.begin(now=timezone.now(), **form.cleaned_data)
        except all_series.CannotBegin as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s begun. Now open its first appeal.") % {"name": series.name})
            return redirect("desk_appeals_next", slug=series.slug)
    return _form(request, form, title=_("A new series"), act=_("Begin it"))


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """This view will change a series' rules and words from now on."""
    series = get_object_or_404(AppealSeries, slug=slug)
    form = forms.RulesForm(request.POST or None, initial={name: getattr(series, name) for name in all_series.RULES})
    if request.method == "POST" and form.is_valid():
        try:
            all_series.change(series=series, **form.cleaned_data)
        except all_series.CannotBegin as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("desk_appeals")
    return _form(request, form, title=series.name, act=_("Save"), series=series)


@entry.open_to(roles.TREASURER)
@require_POST
def principal(request: HttpRequest, slug: str) -> HttpResponse:
    """This view will put a series' meter on every page of the paper."""
    series = all_series.make_principal(series=get_object_or_404(AppealSeries, slug=slug))
    messages.success(request, _("The meter of %(name)s now stands on every page.") % {"name": series.name})
    return redirect("desk_appeals")


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def open_next(request: HttpRequest, slug: str) -> HttpResponse:
    """This view will show the next appeal of a series with what would be carried into it, and on POST open it."""
    series = get_object_or_404(AppealSeries, slug=slug)
    on = screen.today()
    proposal = appeals.propose(series, on=on)
    form = forms.NextForm(request.POST or None, series=series, initial=_proposed(proposal))
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("name", "slug", "opens_on", "closes_on", "pitch")}
        try:
            appeal = appeals.open_appeal(
                series=series, target=form.target(), now=timezone.now(), by=screen.staff(request), **facts
            )
        except appeals.CannotOpen as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s opened.") % {"name": appeal.name})
            return redirect("desk_appeal", slug=appeal.slug)
    last = Appeal.objects.filter(series=series).order_by("-opens_on").first()
    carried = terms.to_carry(last, on=on) if last else None
    return _form(
        request, form, title=_("Open the next appeal"), act=_("Open it"), series=series, last=last, carried=carried
    )


def _proposed(proposal: appeals.Proposal) -> dict[str, object]:
    target = money.plain(proposal.target) if isinstance(proposal.target, Money) else proposal.target
    return {
        "name": proposal.name,
        "slug": proposal.slug,
        "opens_on": proposal.opens_on,
        "closes_on": proposal.closes_on,
        "target": target,
        "pitch": proposal.pitch,
    }


@entry.open_to(roles.TREASURER)
@require_safe
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """This view will show one appeal: its figures, its progress and forecast by method, its terms and its close."""
    return _shown(request, _appeal(slug))


@entry.open_to(roles.TREASURER)
@require_POST
def target(request: HttpRequest, slug: str) -> HttpResponse:
    """This view will change what an appeal asks for, from a day on and for a reason."""
    appeal = _appeal(slug)
    form = forms.TargetForm(request.POST, series=appeal.series)
    if form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("from_on", "reason")}
        try:
            appeals.change_target(appeal=appeal, target=form.target(), **facts, **_by(request))
        except appeals.CannotChange as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The target is changed."))
            return redirect("desk_appeal", slug=slug)
    return _shown(request, appeal, target_form=form, status=422)


@entry.open_to(roles.TREASURER)
@require_POST
def extend(request: HttpRequest, slug: str) -> HttpResponse:
    """This view will let an appeal go on until a later day, for a reason."""
    appeal = _appeal(slug)
    form = forms.ExtendForm(request.POST)
    if form.is_valid():
        try:
            appeals.extend(appeal=appeal, **form.cleaned_data, **_by(request))
        except appeals.CannotChange as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The last day is moved."))
            return redirect("desk_appeal", slug=slug)
    return _shown(request, appeal, extend_form=form, status=422)


@entry.open_to(roles.TREASURER)
@require_POST
def close(request: HttpRequest, slug: str) -> HttpResponse:
    """This view will freeze an appeal's figures."""
    try:
        closing.close(appeal=_appeal(slug), **_by(request))
    except closing.CannotClose as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Closed. Its figures do not change any more."))
    return redirect("desk_appeal", slug=slug)


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"on": screen.today(), "now": timezone.now(), "by": screen.staff(request)}


def _appeal(slug: str) -> Appeal:
    return get_object_or_404(Appeal.objects.select_related("series", "checkpoint", "closing"), slug=slug)


def _form(request: HttpRequest, form: Form, *, title: str, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return screen.show(
        request,
        "desk/appeals/form.html",
        title=title,
        icon=_ICON,
        above=[(reverse("desk_appeals"), _("Appeals"))],
        status=status,
        context={"form": form, **context},
    )


def _shown(request: HttpRequest, appeal: Appeal, *, status: int = 200, **bound: Form) -> HttpResponse:
    on, now = screen.today(), timezone.now()
    is_running = appeal.opens_on <= on <= appeal.closes_on
    is_closed = hasattr(appeal, "closing")
    foretold = forecasting.of(appeal, on=on) if is_running else None
    context = {
        "appeal": appeal,
        "fund": meter.of(appeal, on=on, now=now),
        "progress": progress.of(appeal, on=on),
        "forecast": foretold,
        "picture": _picture(appeal, foretold) if foretold and foretold.rows else None,
        "smallest": forecasting.FEWEST,
        "latest": forecasting.LATEST,
        "targets": list(appeal.targets.select_related("appeal", "set_by")),
        "extensions": list(appeal.extensions.select_related("extended_by")),
        "closed": closing.reconcile(appeal.closing) if is_closed else None,
        "may_close": on > appeal.closes_on and not is_closed,
        "may_change": on <= appeal.closes_on and not is_closed,
        "target_form": forms.TargetForm(series=appeal.series, initial={"from_on": max(on, appeal.opens_on)}),
        "extend_form": forms.ExtendForm(),
        "is_treasurer": True,
        **bound,
    }
    return screen.show(
        request,
        "desk/appeals/one.html",
        title=appeal.name,
        icon=_ICON,
        above=[(reverse("desk_appeals"), _("Appeals"))],
        status=status,
        context=context,
    )


def _picture(appeal: Appeal, foretold: Forecast) -> str:
    """What has come by each method, what is still to be expected, and the usual doubt about it."""
    rows = [
        charts.Stack(
            row.label,
            (row.so_far.minor, (row.expected - row.so_far).minor, (row.high - row.expected).minor),
            _("%(so_far)s of %(expected)s")
            % {"so_far": display(row.so_far, pence=False), "expected": display(row.expected, pence=False)},
        )
        for row in foretold.rows
    ]
    return charts.stacked(
        rows,
        keys=[_("has come"), _("to be expected"), _("if it goes well")],
        name="forecast",
        title=_("%(name)s: what has come and what is to be expected") % {"name": appeal.name},
        says=_("By method, from its own habit in the appeals before."),
    )
