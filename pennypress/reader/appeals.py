"""The pages of appeals: the one that runs, each that ran, and all of them as series with how each ended."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from pennypress.delivery import caching
from pennypress.giving import appeals, closing, meter, progress
from pennypress.giving.models import Appeal, AppealSeries
from pennypress.reader import pictures
from pennypress.reader.fragments import METER_SECONDS
from pennypress.society import rulebook

# How many past appeals a page of one appeal shows.
LATEST = 6


@caching.public(seconds=METER_SECONDS, tags=("appeal", "furniture"))
def principal(request: HttpRequest) -> HttpResponse:
    """This view will show the page of the appeal that the strip speaks of, and the other ways to give."""
    shown = meter.shown(timezone.localdate())
    if shown is None:
        return render(request, "reader/appeal.html", {**_furniture(), "meter": meter.read(now=timezone.now())})
    return _page(request, shown)


@caching.public(seconds=METER_SECONDS, tags=("appeal", "furniture"))
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """This view will show the page of one appeal, past or running, of any series."""
    return _page(request, _known(slug, timezone.localdate()))


@caching.public(seconds=METER_SECONDS, tags=("appeal",))
def as_json(request: HttpRequest, slug: str) -> HttpResponse:
    """This view will answer the meter of one appeal, or of the one that a series shows, as JSON."""
    now = timezone.now()
    on = timezone.localdate(now)
    series = AppealSeries.objects.filter(slug=slug).first()
    if series is not None and not progress.known(on).filter(slug=slug).exists():
        return JsonResponse(meter.as_json(meter.read(now=now, series=series)))
    return JsonResponse(meter.as_json(meter.of(_known(slug, on), on=on, now=now)))


@caching.public(seconds=METER_SECONDS, tags=("appeal", "furniture"))
def listing(request: HttpRequest) -> HttpResponse:
    """This view will list every appeal, series by series, with how each ended."""
    now = timezone.now()
    on = timezone.localdate(now)
    context = {
        "running": [meter.of(appeal, on=on, now=now) for appeal in appeals.all_running(on)],
        "series": [_told(series, on) for series in AppealSeries.objects.all()],
    }
    return render(request, "reader/appeals.html", {**_furniture(), **context})


def _known(slug: str, on: dt.date) -> Appeal:
    appeal = progress.known(on).filter(slug=slug).first()
    if appeal is None:
        raise Http404
    return appeal


def _told(series: AppealSeries, on: dt.date) -> dict[str, Any]:
    rows = progress.ended(series, on=on)
    return {"series": series, "ended": rows, "picture": pictures.ends(rows, name=f"ends-{series.slug}")}


def _page(request: HttpRequest, appeal: Appeal) -> HttpResponse:
    now = timezone.now()
    on = timezone.localdate(now)
    shown = meter.of(appeal, on=on, now=now)
    days = progress.of(appeal, on=on)
    past = [row for row in progress.ended(appeal.series, on=on, limit=LATEST + 1) if row.appeal.pk != appeal.pk]
    context = {
        "meter": shown,
        "appeal": appeal,
        "progress": days,
        "pictures": pictures.of(appeal, days, shown) if days.days else None,
        "targets": list(appeal.targets.all()),
        "extensions": list(appeal.extensions.all()),
        "ended": past[:LATEST],
        "ends": pictures.ends(past[:LATEST], name="ends") if past else None,
        "closed": closing.reconcile(appeal.closing) if hasattr(appeal, "closing") else None,
        "beside": [other for other in appeals.all_running(on) if other.pk != appeal.pk],
    }
    return render(request, "reader/appeal.html", {**_furniture(), **context})


def _furniture() -> dict[str, Any]:
    return {"society": rulebook.founded(), "takes_payments": bool(settings.PAYMENT_PROVIDERS)}
