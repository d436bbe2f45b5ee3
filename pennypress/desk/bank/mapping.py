"""Which column of a bank's CSV is what: settled once by the treasurer, before their eyes."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from pennypress.desk import entry, screen
from pennypress.desk.bank import accounts
from pennypress.payments import bank, importing
from pennypress.payments.importing import CannotRead
from pennypress.payments.models import StatementFile
from pennypress.payments.statements import csv_mapping, decoding, reading
from pennypress.payments.statements.csv_mapping import DATE_ORDERS, DECIMALS, DELIMITERS, Layout, Row
from pennypress.people import roles

_PREVIEWED = 12
# The columns that a layout names, in the order in which they are asked for.
_COLUMNS = {
    "date": gettext_lazy("Date"),
    "amount": gettext_lazy("Amount, in and out in one column"),
    "credit": gettext_lazy("Money in"),
    "debit": gettext_lazy("Money out"),
    "balance": gettext_lazy("Balance after it"),
    "name": gettext_lazy("Name of the other side"),
    "account": gettext_lazy("Account of the other side"),
    "kind": gettext_lazy("Kind of transaction"),
    "bank_id": gettext_lazy("The bank's own number"),
    "value_date": gettext_lazy("Value date"),
}


class LayoutForm(forms.Form):
    """A layout, column by column, in words that stand over the columns of the file."""

    delimiter = forms.ChoiceField(label=gettext_lazy("Columns are parted by"), choices=list(DELIMITERS.items()))
    encoding = forms.ChoiceField(
        label=gettext_lazy("Letters are written in"), choices=[(one, one) for one in decoding.ENCODINGS]
    )
    skip = forms.IntegerField(label=gettext_lazy("Lines to pass over at the top"), min_value=0, max_value=200)
    has_header = forms.BooleanField(label=gettext_lazy("The next line is a header"), required=False)
    date_order = forms.ChoiceField(label=gettext_lazy("Dates are written"), choices=list(DATE_ORDERS.items()))
    decimal = forms.ChoiceField(label=gettext_lazy("Amounts are written with a"), choices=list(DECIMALS.items()))
    is_out_above_zero = forms.BooleanField(
        label=gettext_lazy("Money out is above zero, money in below"), required=False
    )

    def __init__(self, *args: Any, names: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        columns = [(str(index), f"{index + 1}: {name}") for index, name in enumerate(names)]
        for name, label in _COLUMNS.items():
            field = forms.TypedChoiceField(
                label=label, coerce=int, choices=[("-1", _("none")), *columns], required=False
            )
            field.empty_value = -1  # type: ignore[assignment]
            self.fields[name] = field
        self.fields["references"] = forms.TypedMultipleChoiceField(
            label=_("What the payer wrote"),
            coerce=int,
            choices=columns,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("The columns in which a reference may stand."),
        )

    def layout(self) -> Layout:
        """This function will give the layout of this valid form."""
        return csv_mapping.layout_from(self.cleaned_data)


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """This view will show a file's first rows under the layout asked for, and keep it when the treasurer says so."""
    file = get_object_or_404(StatementFile.objects.select_related("account"), pk=number)
    data = importing.bytes_of(file)
    layout = _begun(file, data)
    if request.method != "POST":
        form = LayoutForm(initial=layout.as_data(), names=_names(data, layout))
        return _shown(request, file, form, layout)
    form = LayoutForm(request.POST, names=_names(data, _told(request, layout)))
    if not form.is_valid():
        return _shown(request, file, form, layout, status=422)
    layout = form.layout()
    if "save" not in request.POST:
        return _shown(request, file, form, layout)
    try:
        reading.read(data, layout=layout, currency=file.account.currency)
    except CannotRead:  # Shown with the rows below.
        return _shown(request, file, form, layout, status=422)
    bank.settle_mapping(account=file.account, layout=layout, by=screen.staff(request), now=timezone.now())
    messages.success(request, _("The columns are settled for all files of this account."))
    return redirect("desk_bank_file", number=file.pk)


def _begun(file: StatementFile, data: bytes) -> Layout:
    saved = bank.mapping_of(file.account)
    if saved is not None:
        return saved
    try:
        return csv_mapping.guess(data)
    except CannotRead:
        return Layout()


def _told(request: HttpRequest, layout: Layout) -> Layout:
    """The layout as far as it decides how many columns there are."""
    told = {
        **layout.as_data(),
        "delimiter": request.POST.get("delimiter", ","),
        "encoding": request.POST.get("encoding"),
    }
    if told["delimiter"] not in DELIMITERS or told["encoding"] not in decoding.ENCODINGS:
        return layout
    return csv_mapping.layout_from(told)


def _names(data: bytes, layout: Layout) -> list[str]:
    """What each column is called in its header, or what stands in it first."""
    rows = _rows(data, layout)
    width = max((len(row.cells) for row in rows), default=0)
    head = rows[min(layout.skip, len(rows) - 1)] if rows else None
    return [(head.cell(index) if head else "")[:40] for index in range(width)]


def _rows(data: bytes, layout: Layout) -> list[Row]:
    try:
        return csv_mapping.rows(data, layout, most=layout.skip + 1 + _PREVIEWED)
    except CannotRead:
        return []


def _shown(
    request: HttpRequest, file: StatementFile, form: LayoutForm, layout: Layout, status: int = 200
) -> HttpResponse:
    data = importing.bytes_of(file)
    trouble, read = "", None
    try:
        (read,) = reading.read(data, layout=layout, currency=file.account.currency).statements
    except CannotRead as refusal:
        trouble = str(refusal)
    rows = _rows(data, layout)
    width = max((len(row.cells) for row in rows), default=0)
    context = {
        "file": file,
        "account": file.account,
        "form": form,
        "columns": range(1, width + 1),
        "rows": [{"position": row.position, "cells": [row.cell(index) for index in range(width)]} for row in rows],
        "lines": read.lines[:_PREVIEWED] if read else [],
        "read": read,
        "trouble": trouble,
    }
    return screen.show(
        request,
        "desk/bank/mapping.html",
        title=_("The columns of this file"),
        icon="table",
        above=[accounts.above()],
        status=status,
        context=context,
    )
