"""Supporters at the treasurer's desk: where each pledge stands, the paper's terms for them, and statements of a year."""

import re

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from pennypress.desk import entry, screen
from pennypress.giving import statements, support_terms, supporters
from pennypress.giving.models import AfterClaim, PledgeState, SupportTerms
from pennypress.people import roles

_NAMES = {
    PledgeState.ACTIVE: gettext_lazy("Running"),
    supporters.RETRIED: gettext_lazy("Being tried again"),
    PledgeState.PAUSED: gettext_lazy("Paused"),
    PledgeState.LAPSED: gettext_lazy("Lapsed"),
    PledgeState.CANCELLED: gettext_lazy("Ended"),
}


class TermsForm(forms.Form):
    """The paper's terms; whether they make sense is the domain's to say."""

    retry_after_days = forms.RegexField(
        r"^\s*\d{1,3}(\s*[, ]\s*\d{1,3})*\s*$",
        label=gettext_lazy("Cards: try again after so many days"),
        help_text=gettext_lazy("Counted from the first failure, with commas between: 3, 7, 14."),
    )
    debit_retry_after_days = forms.IntegerField(
        label=gettext_lazy("Direct Debit: present once more after so many days")
    )
    presents_returned = forms.TypedChoiceField(
        label=gettext_lazy("A Direct Debit that was paid and returned late"),
        choices=[
            ("yes", gettext_lazy("is presented once more, after as many days")),
            ("no", gettext_lazy("is let go")),
        ],
        coerce=lambda value: value == "yes",
    )
    after_claim = forms.ChoiceField(
        label=gettext_lazy("A pledge whose payer claims a payment back from their bank"), choices=AfterClaim.choices
    )
    expiry_notice_days = forms.IntegerField(label=gettext_lazy("Ask for a new card so many days before it expires"))
    effective_from = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def days(self) -> list[int]:
        """This method will give the days of this valid form."""
        return [int(number) for number in re.findall(r"\d+", self.cleaned_data["retry_after_days"])]


@entry.open_to(roles.TREASURER)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """This view will list the pledges in one state, with how many stand in each."""
    counts = supporters.counts()
    state = request.GET.get("state", PledgeState.ACTIVE)
    state = state if state in supporters.SHOWN else PledgeState.ACTIVE
    words = request.GET.get("q", "").strip()[:100]
    page = screen.paged(request, supporters.standing(state=state, words=words))
    context = {
        "page": page,
        "pledges": page.object_list,
        "state": state,
        "words": words,
        "states": [(name, _NAMES[name], counts.get(name, 0)) for name in supporters.SHOWN],
        "terms": support_terms.standing(screen.today()),
    }
    return screen.show(request, "desk/supporters/listing.html", title=_("Supporters"), icon="user", context=context)


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest) -> HttpResponse:
    """This view will show the terms for supporters that stand and stood, and set new ones on POST."""
    if request.method != "POST":
        return _terms(request, TermsForm(initial=_standing()))
    form = TermsForm(request.POST)
    if not form.is_valid():
        return _terms(request, form, status=422)
    try:
        support_terms.set_terms(
            retry_after_days=form.days(),
            debit_retry_after_days=form.cleaned_data["debit_retry_after_days"],
            presents_returned=form.cleaned_data["presents_returned"],
            after_claim=form.cleaned_data["after_claim"],
            expiry_notice_days=form.cleaned_data["expiry_notice_days"],
            effective_from=form.cleaned_data["effective_from"],
            on=screen.today(),
            now=timezone.now(),
            by=screen.staff(request),
        )
    except support_terms.CannotSetTerms as error:
        form.add_error(None, str(error))
        return _terms(request, form, status=422)
    messages.success(request, _("The terms are set."))
    return redirect("desk_support_terms")


def _standing() -> dict[str, object]:
    stands = support_terms.standing(screen.today())
    return {
        "retry_after_days": ", ".join(str(day) for day in stands.retry_after_days),
        "debit_retry_after_days": stands.debit_retry_after_days,
        "presents_returned": "yes" if stands.presents_returned else "no",
        "after_claim": stands.after_claim,
        "expiry_notice_days": stands.expiry_notice_days,
        "effective_from": screen.today(),
    }


def _terms(request: HttpRequest, form: TermsForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "set": SupportTerms.objects.select_related("recorded_by").order_by("-effective_from", "-id"),
    }
    return screen.show(
        request,
        "desk/supporters/terms.html",
        title=_("Terms for supporters"),
        icon="cogs",
        above=[(reverse("desk_supporters"), _("Supporters"))],
        status=status,
        context=context,
    )


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def yearly(request: HttpRequest) -> HttpResponse:
    """This view will list what everybody gave in a year, to be looked over, and send the statements on POST."""
    year = _year(request)
    if request.method != "POST":
        return _yearly(request, year)
    try:
        asked = statements.ask(
            year=year,
            mark=request.POST.get("mark", ""),
            on=screen.today(),
            now=timezone.now(),
            by=screen.staff(request),
        )
    except statements.CannotSend as error:
        return _yearly(request, year, trouble=str(error), status=422)
    words = ngettext("%(number)d statement is on its way.", "%(number)d statements are on their way.", asked)
    messages.success(request, words % {"number": asked})
    return redirect(f"{reverse('desk_statements')}?year={year}")


def _year(request: HttpRequest) -> int:
    told = request.POST.get("year") or request.GET.get("year") or ""
    return int(told) if re.fullmatch(r"20\d\d", told) else screen.today().year - 1


def _yearly(request: HttpRequest, year: int, *, trouble: str = "", status: int = 200) -> HttpResponse:
    rows = statements.review(year)
    context = {
        "year": year,
        "years": range(screen.today().year, screen.today().year - 6, -1),
        "rows": rows,
        "totals": statements.total(rows),
        "waiting": sum(row.is_waiting for row in rows),
        "without_address": sum(not row.can_be_written_to for row in rows),
        "is_over": year < screen.today().year,
        "mark": statements.reviewed(rows),
        "trouble": trouble,
    }
    return screen.show(
        request,
        "desk/supporters/statements.html",
        title=_("Statements of a year"),
        icon="doc-full",
        above=[(reverse("desk_supporters"), _("Supporters"))],
        status=status,
        context=context,
    )
