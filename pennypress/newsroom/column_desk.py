"""The desk's screen of the fund's column: draft today's, bring a draft up to date, see what is held back. No rules."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.ui.components import Component

from pennypress.giving import appeals
from pennypress.giving.models import Appeal
from pennypress.money import Money, total
from pennypress.newsroom import column_books, column_drafting
from pennypress.newsroom.column_drafting import CannotDraft
from pennypress.newsroom.models import Column, SectionPage

LATEST = 12
# How long after its closing an appeal still has columns.
AFTERWARDS = dt.timedelta(days=31)
# As a browser's date field reads and sends it, whatever the paper's language.
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DraftForm(forms.Form):
    appeal = forms.ModelChoiceField(label=gettext_lazy("Appeal"), queryset=Appeal.objects.none(), empty_label=None)
    first_on = forms.DateField(label=gettext_lazy("From"), widget=DAY)
    last_on = forms.DateField(label=gettext_lazy("Until"), widget=DAY)
    section = forms.ModelChoiceField(
        label=gettext_lazy("Section"), queryset=SectionPage.objects.none(), empty_label=None
    )
    again = forms.BooleanField(
        label=gettext_lazy("Thank again those whom a column has thanked for these days"), required=False
    )

    def __init__(self, *args: Any, on: dt.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on
        open_lately = Appeal.objects.filter(opens_on__lte=on, closes_on__gte=on - AFTERWARDS)
        self.fields["appeal"].queryset = open_lately.order_by("-opens_on")  # type: ignore[attr-defined]
        self.fields["section"].queryset = SectionPage.objects.order_by("path")  # type: ignore[attr-defined]

    def clean_last_on(self) -> dt.date:
        last_on: dt.date = self.cleaned_data["last_on"]
        if last_on > self.on:
            raise forms.ValidationError(_("This day has not come yet."))
        return last_on


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest) -> HttpResponse:
    """This view will draft the column of the days asked for, and lead to it in the editor."""
    now = timezone.now()
    on = column_books.day_of(now)
    if request.method != "POST":
        return _shown(request, DraftForm(initial=_usual(on), on=on), on)
    form = DraftForm(request.POST, on=on)
    if form.is_valid():
        try:
            article = column_drafting.draft(**form.cleaned_data, now=now)
        except CannotDraft as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Drafted from the books: rewrite the words, and leave the figures to it."))
            return redirect("wagtailadmin_pages:edit", article.pk)
    return _shown(request, form, on, status=422)


@require_POST
def up_to_date(request: HttpRequest, number: int) -> HttpResponse:
    """This view will take into a draft what has come in since, and lead to it in the editor."""
    column = get_object_or_404(Column, pk=number)
    try:
        article = column_drafting.bring_up_to_date(column=column, now=timezone.now())
    except CannotDraft as refusal:
        messages.error(request, str(refusal))
        return redirect("newsroom_column")
    messages.success(request, _("What has come in since stands at its end."))
    return redirect("wagtailadmin_pages:edit", article.pk)


def _usual(on: dt.date) -> dict[str, Any]:
    appeal = appeals.running(on) or Appeal.objects.filter(opens_on__lte=on).order_by("-opens_on").first()
    before = Column.objects.select_related("article").order_by("-drafted_at").first()
    section = before.article.get_parent().pk if before else SectionPage.objects.order_by("path").first()
    first_on = column_drafting.first_day(appeal, on) if appeal else on
    return {"appeal": appeal, "section": section, "first_on": first_on, "last_on": on}


def _shown(request: HttpRequest, form: DraftForm, on: dt.date, status: int = 200) -> HttpResponse:
    title = _("The fund's column")
    context = {
        "header_title": title,
        "header_icon": "edit",
        "breadcrumbs_items": [{"url": reverse("wagtailadmin_home"), "label": _("Desk")}, {"url": "", "label": title}],
        "form": form,
        "columns": [_row(column) for column in _latest()],
        **_waiting(on),
    }
    return render(request, "newsroom/column/draft.html", context, status=status)


def _latest() -> list[Column]:
    return list(Column.objects.select_related("article", "appeal").order_by("-last_on", "-drafted_at")[:LATEST])


def _row(column: Column) -> dict[str, Any]:
    told = column.figures.get("day", {})
    return {"column": column, "title": column.article.title, "live": column.article.live, "sum": told.get("text", "")}


def _waiting(on: dt.date) -> dict[str, Any]:
    usual = _usual(on)
    if usual["appeal"] is None:
        return {"waiting": 0, "sum": None}
    appeal = usual["appeal"]
    thanks = column_drafting.to_thank(appeal, first_on=usual["first_on"], last_on=on)
    summed: Money = total([one.row.left for one in thanks], appeal.currency)
    return {"waiting": len(thanks), "sum": summed, "since": usual["first_on"]}


class HeldBack(Component):
    """On the first screen: columns that were due and did not agree with the books."""

    order = 60
    template_name = "newsroom/column/held_back.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        held = Column.objects.filter(parked_at__isnull=False, frozen_at=None).select_related("article")
        return {"held": list(held)}
