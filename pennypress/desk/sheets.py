"""Sheets of paper that the desk draws: the paying-in slip and the count sheet, as PDF, fetching nothing from anywhere."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string


def draw(template: str, context: Mapping[str, Any]) -> bytes:
    """This function will draw a sheet as a PDF. It writes nothing."""
    # Here and not above: the press brings WeasyPrint with it, and most processes never draw a sheet.
    from pennypress.shares import press

    pdf = press.lay_out(render_to_string(template, dict(context))).write_pdf()
    assert pdf is not None
    return pdf


def answer(filename: str, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """This function will answer with a sheet, to be shown and printed by the browser."""
    response = HttpResponse(draw(template, context), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    return response
