"""What providers paid out, each with what it is made of; and how their books and ours compared."""

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

from pennypress import money
from pennypress.desk import entry, screen
from pennypress.desk.amounts import AmountField
from pennypress.ledger import posting
from pennypress.ledger.models import Entry
from pennypress.payments import payouts, reconciliation
from pennypress.payments.models import Difference, Payout, Receipt, Reconciliation
from pennypress.people import roles
from pennypress.settlement import tasks
from pennypress.society import rulebook


@entry.open_to(roles.TREASURER)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """This view will list the payouts, the latest first."""
    context = {"page": screen.paged(request, Payout.objects.order_by("-arrives_on", "-id"))}
    return screen.show(request, "desk/payouts/listing.html", title=_("Payouts"), icon="download", context=context)


class ByHandForm(forms.Form):
    """What came to the bank of cards that were taken at a terminal or by telephone, and of which payments."""

    chosen = forms.ModelMultipleChoiceField(queryset=Receipt.objects.none(), required=False)
    arrives_on = forms.DateField(
        label=gettext_lazy("Came to the bank on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    provider_ref = forms.CharField(label=gettext_lazy("Name on the statement"), max_length=100, strip=True)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["chosen"].queryset = payouts.waiting_by_hand(currency)  # type: ignore[attr-defined]
        self.fields["arrived"] = AmountField(
            label=_("How much came"),
            currency=currency,
            help_text=_("What is missing from the sum of the payments was kept as fees."),
        )

    def clean_arrives_on(self) -> Any:
        on = self.cleaned_data["arrives_on"]
        if on > screen.today():
            raise forms.ValidationError(_("This day has not come yet."))
        return on


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def by_hand(request: HttpRequest) -> HttpResponse:
    """This view will write down what came to the bank of cards taken at a terminal or by telephone."""
    currency = rulebook.society().currency
    form = ByHandForm(request.POST or None, currency=currency, initial={"arrives_on": screen.today()})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            payout = payouts.by_hand(
                provider=payouts.TERMINAL,
                provider_ref=told["provider_ref"],
                kept=payouts.kept_of(list(told["chosen"]), arrived=told["arrived"]),
                arrives_on=told["arrives_on"],
                now=timezone.now(),
            )
        except (payouts.CannotPayOut, posting.CannotPost) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The payout of %(amount)s is written down.") % {"amount": payout.amount})
            return redirect("desk_payout", number=payout.pk)
    return _by_hand_shown(request, form, currency, status=422 if request.method == "POST" else 200)


def _by_hand_shown(request: HttpRequest, form: ByHandForm, currency: str, status: int) -> HttpResponse:
    waiting = list(payouts.waiting_by_hand(currency))
    chosen = set(form.data.getlist("chosen")) if form.is_bound else None  # type: ignore[attr-defined]
    context = {
        "form": form,
        "waiting": [{"receipt": one, "is_chosen": chosen is None or str(one.pk) in chosen} for one in waiting],
        "sum": money.total([one.amount for one in waiting], currency),
    }
    return screen.show(
        request,
        "desk/payouts/by_hand.html",
        title=_("A card terminal’s payout"),
        icon="download",
        above=[(reverse("desk_payouts"), _("Payouts"))],
        context=context,
        status=status,
    )


@entry.open_to(roles.TREASURER)
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """This view will show one payout: each of its lines with its fee, their sums, its entries and its moves."""
    payout = get_object_or_404(Payout, pk=number)
    lines = list(payout.lines.select_related("receipt", "returned"))
    for line in lines:
        line.payout = payout
    context = {
        "payout": payout,
        "lines": lines,
        "gross": money.total([line.amount for line in lines], payout.currency),
        "fees": money.total([line.fee for line in lines], payout.currency),
        "entries": Entry.objects.filter(key__in=payouts.entry_keys(payout)).order_by("id"),
        "moves": payout.moves.all(),
    }
    return screen.show(
        request,
        "desk/payouts/one.html",
        title=_("Payout of %(amount)s") % {"amount": payout.amount},
        icon="download",
        above=[(reverse("desk_payouts"), _("Payouts"))],
        context=context,
    )


@entry.open_to(roles.TREASURER)
@require_safe
def compared(request: HttpRequest) -> HttpResponse:
    """This view will show the last comparisons with each provider, and every difference that was found."""
    found = Difference.objects.select_related("reconciliation").order_by("-id")
    page = screen.paged(request, found)
    entries = Entry.objects.in_bulk([row.entry_key for row in page.object_list if row.entry_key], field_name="key")
    context = {
        "page": page,
        "rows": [{"difference": row, "entry": entries.get(row.entry_key)} for row in page.object_list],
        "runs": Reconciliation.objects.order_by("-id")[:5],
        "unrepaired": reconciliation.unrepaired(),
    }
    return screen.show(
        request, "desk/reconciling/compared.html", title=_("Providers’ books and ours"), icon="tasks", context=context
    )


@entry.open_to(roles.TREASURER)
@require_POST
def compare(request: HttpRequest) -> HttpResponse:
    """This view will have the worker compare the providers' books with ours now."""
    tasks.ask_for_all()
    messages.success(request, _("The comparison has been asked for. What it finds is shown here, in a minute or so."))
    return redirect("desk_compared")
