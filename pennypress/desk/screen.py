"""What every screen of the desk has: its frame in Wagtail's admin, the paper's day, and dates read from an address."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pennypress import days
from pennypress.people.models import User

ROWS_A_PAGE = 50


def show(
    request: HttpRequest,
    template: str,
    *,
    title: str,
    icon: str,
    above: Iterable[tuple[str, str]] = (),
    status: int = 200,
    context: Mapping[str, Any],
) -> HttpResponse:
    """This function will answer with a screen. `above` lists the screens it stands under, each (address, name)."""
    crumbs = [{"url": reverse("wagtailadmin_home"), "label": _("Desk")}]
    crumbs += [{"url": address, "label": name} for address, name in above]
    crumbs.append({"url": "", "label": title})
    frame = {"header_title": title, "header_icon": icon, "breadcrumbs_items": crumbs}
    return render(request, template, {**frame, **context}, status=status)


def today() -> dt.date:
    """This function will give the paper's day now."""
    return days.day_of(timezone.now(), timezone.get_default_timezone())


def day_asked(request: HttpRequest, name: str) -> dt.date | None:
    """This function will read a day from the address (2026-11-07), or give None where none can be read."""
    try:
        return dt.date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def staff(request: HttpRequest) -> User:
    """This function will give the member of staff who asks; the door let nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def paged(request: HttpRequest, rows: Any) -> Page:
    """This function will give the page of `rows` that the address asks for; a page that is not there is the nearest."""
    return Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("p"))
