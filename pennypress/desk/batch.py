"""Today's post in a batch: one line a piece with the keyboard alone, checked against the slip, entered together."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from pennypress.desk import batch_form, entry, known, purposes, screen
from pennypress.desk.batch_form import BaseLines, HeadForm, LineForm
from pennypress.money import Money, total
from pennypress.people import roles
from pennypress.settlement import batch
from pennypress.settlement.batch import Outcome
from pennypress.society import rulebook


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def today(request: HttpRequest) -> HttpResponse:
    """This view will enter a batch of post; what is refused stays on its line, with the reason and all that was typed."""
    currency, on = rulebook.society().currency, screen.today()
    if request.method != "POST":
        method = request.GET.get("method", "")
        head = batch_form.head(
            currency=currency, today=on, method=method, received_on=screen.day_asked(request, "received_on")
        )
        return _shown(request, head, batch_form.lines(currency=currency, on=on))
    if "more" in request.POST:
        return _shown(request, *_bound(_with_more(request.POST), currency), is_checked=False)
    head, lines = _bound(request.POST, currency)
    if not (_are_right(head, lines, currency)):
        return _shown(request, head, lines, status=422)
    return _enter(request, head, lines)


def _bound(data: QueryDict, currency: str) -> tuple[HeadForm, BaseLines]:
    on = screen.today()
    return HeadForm(data, currency=currency, today=on), batch_form.lines(data, currency=currency, on=on)


def _are_right(head: HeadForm, lines: BaseLines, currency: str) -> bool:
    is_each = bool(head.data.get("each"))
    good = lines.is_valid() or (is_each and not lines.non_form_errors())
    if not head.is_valid() or not good:
        return False
    if not lines.typed():
        head.add_error(None, _("Nothing is entered yet: begin with an amount on the first line."))
        return False
    expected, added = head.cleaned_data["expected"], lines.total(currency)
    if expected and not is_each and expected != added:
        words = _(
            "The lines add up to %(lines)s and the slip says %(slip)s: %(difference)s apart. Nothing was entered."
        )
        difference = Money(abs(expected.minor - added.minor), currency)
        head.add_error(None, words % {"lines": added, "slip": expected, "difference": difference})
        return False
    return True


def _enter(request: HttpRequest, head: HeadForm, lines: BaseLines) -> HttpResponse:
    told = head.cleaned_data
    good = [(number, form) for number, form in enumerate(lines.forms) if form.has_changed() and form.is_valid()]
    outcomes = batch.enter(
        lines=[form.line(f"batch-{told['key']}-{number}") for number, form in good],
        method=told["method"],
        received_on=told["received_on"],
        all_or_none=not told["each"],
        recorded_by=screen.staff(request),
        now=timezone.now(),
    )
    entered = [outcome.receipt for outcome in outcomes if outcome.receipt is not None]
    if entered:
        words = ngettext(
            "%(number)s piece of post entered: %(sum)s.", "%(number)s pieces of post entered: %(sum)s.", len(entered)
        )
        whole = total([receipt.amount for receipt in entered], entered[0].currency)
        messages.success(request, words % {"number": len(entered), "sum": whole})
    if len(entered) == len(lines.typed()):
        kept = {"method": told["method"], "received_on": told["received_on"].isoformat()}
        return redirect(f"{reverse('desk_batch')}?{urlencode(kept)}")
    for (_number, form), outcome in zip(good, outcomes, strict=True):
        if outcome.trouble:
            form.add_error(None, outcome.trouble)
            form.twin = outcome.twin.pk if outcome.twin else None
    return _shown(request, *_left_over(request.POST, good, outcomes, head, lines), status=422)


def _left_over(
    data: QueryDict, good: list[tuple[int, LineForm]], outcomes: list[Outcome], head: HeadForm, lines: BaseLines
) -> tuple[HeadForm, BaseLines]:
    """What stays on the page: the whole form, or without the lines that were entered and under a key of its own."""
    done = {form.prefix for (_n, form), outcome in zip(good, outcomes, strict=True) if outcome.receipt is not None}
    if done:
        head.data = data.copy()
        head.data["key"] = str(uuid.uuid4())
        kept = [form for form in lines.forms if form.prefix not in done]
        lines.forms = kept  # type: ignore[misc]
    return head, lines


def _with_more(data: QueryDict) -> QueryDict:
    more = data.copy()
    told = str(data.get("line-TOTAL_FORMS", ""))
    number = int(told) if told.isascii() and told.isdigit() and len(told) < 6 else batch_form.LINES
    more["line-TOTAL_FORMS"] = str(min(number + batch_form.LINES, batch_form.MOST_LINES))
    return more


def _shown(
    request: HttpRequest, head: HeadForm, lines: BaseLines, *, status: int = 200, is_checked: bool = True
) -> HttpResponse:
    currency, on = rulebook.society().currency, screen.today()
    added = lines.total(currency) if lines.is_bound else Money(0, currency)
    context: dict[str, Any] = {
        "head": head,
        "lines": lines,
        "form": head if is_checked else None,
        "is_checked": is_checked,
        "added": added,
        "currency": currency,
        "known": [(known.option(one), one.email) for one in known.lately()],
        "shortcuts": purposes.choices(on),
        "again": batch_form.lines(currency=currency, on=on).empty_form,
    }
    return screen.show(
        request, "desk/post/batch.html", title=_("Today's post"), icon="mail", status=status, context=context
    )
