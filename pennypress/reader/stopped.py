"""When the house has stopped: what a reader is told while the database cannot be asked, or a page breaks as it is made.

Nothing here asks the database. The pages to give, to support and to join say that they are closed for the moment and keep
what was typed: the form comes back as it was sent, one page view as before, so that sent again it is still one intent.
"""

import logging
import sys
from collections.abc import Callable, Sequence
from typing import Any

from django.core import signing
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from pennypress import money
from pennypress.delivery import remembered
from pennypress.giving.models import Appeal, AppealSeries
from pennypress.reader.forms import GiveForm
from pennypress.reader.join_forms import CHECK, STEPS, Answers
from pennypress.reader.support_forms import PledgeForm
from pennypress.society.models import Society

logger = logging.getLogger(__name__)
RETRY_SECONDS = 60
# By what name it is remembered what the pages to give need.
GIVING = "giving"


def note(*, society: Society | None, running: Sequence[Appeal] | None = None) -> None:
    """This function will remember what the pages to give need to be shown. `running` is None where a page asks for none."""
    facts = {**(remembered.recall(GIVING) or {})}
    if running is not None:
        facts["running"] = [[each.slug, each.name, each.currency, each.series.is_principal] for each in running]
    if society is not None:
        facts["society"] = [society.registered_name, society.registered_office, society.currency]
    remembered.remember(GIVING, facts)


def server_error(request: HttpRequest) -> HttpResponse:
    """This view will answer for a request that broke, whatever broke it: django calls it while the error is handled."""
    error = sys.exc_info()[1]
    closed = _CLOSED.get(request.path_info)
    if closed is not None and request.method in ("GET", "HEAD", "POST"):
        try:
            return _retry(closed(request))
        except Exception:
            # Then what broke the page breaks this one as well, and the plain page below needs nothing.
            logger.exception("The page that says that %s is closed cannot be made.", request.path_info)
    if isinstance(error, remembered.UNREACHABLE):
        was_sent = request.method not in ("GET", "HEAD")
        return _retry(render(request, "stopped.html", {"was_sent": was_sent, "is_stopped": True}, status=503))
    return render(request, "500.html", status=500)


def _retry(response: HttpResponse) -> HttpResponse:
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _give(request: HttpRequest) -> HttpResponse:
    currency, running, society = _known()
    asked = request.POST.get("appeal") or request.GET.get("appeal")
    currency = next((appeal.currency for appeal in running if appeal.slug == asked), currency)
    if request.method == "POST":
        return _page(request, "give", GiveForm(request.POST, currency=currency, running=running), society)
    form = GiveForm(currency=currency, running=running)
    form.ask(request.GET)
    return _page(request, "give", form, society)


def _support(request: HttpRequest) -> HttpResponse:
    currency, _running, society = _known()
    typed = request.POST if request.method == "POST" else None
    return _page(request, "support", PledgeForm(typed, currency=currency), society)


def _page(request: HttpRequest, name: str, form: Any, society: Society | None) -> HttpResponse:
    context = {
        "form": form,
        "kept": _unshown(request, form),
        "sign": money.SYMBOLS.get(form.currency, form.currency),
        "society": society,
        "is_stopped": True,
    }
    return render(request, f"reader/{name}_stopped.html", context, status=503)


def _unshown(request: HttpRequest, form: Form) -> list[tuple[str, str]]:
    """What was sent and has no field here, since nobody could be asked what there is to choose."""
    named = {form.add_prefix(name) for name in form.fields} | {"csrfmiddlewaretoken"}
    return [(name, value) for name in request.POST if name not in named for value in request.POST.getlist(name)]


def _join(request: HttpRequest) -> HttpResponse:
    """No rule of the society can be looked up, and so nothing is checked: what was typed is shown, and kept in its field."""
    try:
        answers = Answers.opened(request.POST.get("answers", ""))
    except signing.BadSignature:
        answers = Answers.none_yet()
    step = int(typed) if (typed := request.POST.get("step", "")) in {"1", "2", "3", "4"} else 1
    if request.method == "POST" and step < CHECK:
        answers.take(step, request.POST)
    context = {
        "form": None if step == CHECK else answers.form(step, on=timezone.localdate(), bound=False),
        "answers": answers.sealed(),
        "step": step,
        "steps": STEPS,
        "was_sent": request.method == "POST",
        "society": _known()[2],
        "is_stopped": True,
    }
    return render(request, "reader/join_stopped.html", context, status=503)


def _known() -> tuple[str, list[Appeal], Society | None]:
    """The currency, the appeals and the society as they were last read. None of them is in the database's care."""
    facts = remembered.recall(GIVING) or {}
    running = [
        Appeal(slug=slug, name=name, currency=currency, series=AppealSeries(is_principal=is_principal))
        for slug, name, currency, is_principal in facts.get("running", [])
    ]
    told = dict(zip(("registered_name", "registered_office", "currency"), facts.get("society", ()), strict=False))
    society = Society(**told) if told else None
    principal = (appeal.currency for appeal in running if appeal.series.is_principal)
    return next(principal, society.currency if society else "GBP"), running, society


_CLOSED: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/give/": _give, "/support/": _support, "/join/": _join}
