"""Standing orders at the desk: the list, what is missing by age, money without instruction, and one order with its moves."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from pennypress import money
from pennypress.desk import entry, screen
from pennypress.desk.amounts import AmountField
from pennypress.giving import expectations, limits, standing_orders
from pennypress.giving.models import Interval, StandingOrder, StandingOrderState
from pennypress.giving.standing_orders import CannotChange, CannotGive
from pennypress.payments.models import StatementLine
from pennypress.people import roles
from pennypress.people.models import ThanksAs

_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class TermsForm(forms.Form):
    """What a supporter told their bank: how much, how often, on which day."""

    interval = forms.TypedChoiceField(
        label=gettext_lazy("How often"), choices=Interval.choices, coerce=int, initial=Interval.MONTHLY
    )
    usual_day = forms.IntegerField(label=gettext_lazy("Day of the month"), min_value=1, max_value=31)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amount"] = AmountField(label=_("Amount"), currency=currency)

    def terms(self) -> dict[str, Any]:
        """This function will give the terms in the domain's names."""
        return {name: self.cleaned_data[name] for name in ("amount", "interval", "usual_day")}


class PromiseForm(TermsForm):
    """A standing order that somebody has told us of, and how they wish to be thanked."""

    first_on = forms.DateField(label=gettext_lazy("First expected on"), widget=_DATE)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=limits.LONGEST_NAME)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=limits.LONGEST_PLACE, required=False)
    thanks_as = forms.ChoiceField(
        label=gettext_lazy("Thanked in print"), choices=ThanksAs.choices, initial=ThanksAs.NOT
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["note"]
        self.order_fields(["name", "email", "place", "thanks_as", "amount", "interval", "usual_day", "first_on"])

    def words(self) -> dict[str, Any]:
        """This function will give all of it in the domain's names."""
        return {
            **self.terms(),
            **{name: self.cleaned_data[name] for name in ("first_on", "name", "email", "place", "thanks_as")},
        }


@entry.open_to(roles.TREASURER)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """This view will list standing orders by state, or those that a name or reference finds."""
    state = request.GET.get("state", "")
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found = StandingOrder.objects.order_by("name", "id")
    if state in StandingOrderState.values:
        found = found.filter(state=state)
    if asked:
        found = found.filter(Q(name__icontains=asked) | Q(reference__icontains=asked))
    active = StandingOrder.objects.filter(state=StandingOrderState.ACTIVE)
    context = {
        "page": screen.paged(request, found),
        "state": state,
        "states": StandingOrderState.choices,
        "asked": asked,
        "active": active.count(),
        "missing": len(expectations.missing(on=screen.today())),
        "uninstructed": len(expectations.uninstructed(on=screen.today())),
    }
    return screen.show(request, "desk/bank/orders.html", title=_("Standing orders"), icon="rotate", context=context)


@entry.open_to(roles.TREASURER)
@require_safe
def missing(request: HttpRequest) -> HttpResponse:
    """This view will list expected money that has not come, by age."""
    found = expectations.missing(on=screen.today())
    ages = [{"age": age, "sums": _sums([one.amount for one in age.missing])} for age in expectations.aged(found)]
    context = {"ages": ages, "count": len(found), "sums": _sums([one.amount for one in found]), "on": screen.today()}
    return screen.show(
        request,
        "desk/bank/missing.html",
        title=_("Expected and missing"),
        icon="warning",
        above=[_above()],
        context=context,
    )


def _sums(amounts: list[money.Money]) -> list[money.Money]:
    """The sum in each currency."""
    currencies = sorted({amount.currency for amount in amounts})
    return [money.total([one for one in amounts if one.currency == currency], currency) for currency in currencies]


@entry.open_to(roles.TREASURER)
@require_safe
def uninstructed(request: HttpRequest) -> HttpResponse:
    """This view will list money that comes regularly and that nobody told us to expect."""
    context = {"found": expectations.uninstructed(on=screen.today())}
    return screen.show(
        request,
        "desk/bank/uninstructed.html",
        title=_("Money without instruction"),
        icon="help",
        above=[_above()],
        context=context,
    )


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """This view will note a standing order that somebody has told us of, and give it its reference."""
    currency = limits.currency(screen.today())
    form = PromiseForm(request.POST if request.method == "POST" else None, currency=currency, initial=_begun(request))
    if request.method == "POST" and form.is_valid():
        try:
            order = standing_orders.promise(
                on=screen.today(), now=timezone.now(), by=screen.staff(request), **form.words()
            )
        except CannotGive as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The reference is %(reference)s.") % {"reference": order.reference})
            return redirect("desk_standing_order", public_id=order.public_id)
    return screen.show(
        request,
        "desk/bank/order_form.html",
        title=_("A new standing order"),
        icon="rotate",
        above=[_above()],
        status=422 if form.is_bound else 200,
        context={"form": form},
    )


def _begun(request: HttpRequest) -> dict[str, Any]:
    """What a line of a statement, named in the address, already tells."""
    number = request.GET.get("line", "")
    line = StatementLine.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 15 else None
    if line is None:
        return {"first_on": screen.today(), "usual_day": screen.today().day}
    return {
        "name": line.payer_name.title(),
        "amount": money.plain(line.amount),
        "usual_day": line.booked_on.day,
        "first_on": line.booked_on,
    }


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """This view will show a standing order with its money and its moves, and on POST change, pause, resume or end it."""
    order = get_object_or_404(StandingOrder, public_id=public_id)
    terms = {"amount": money.plain(order.amount), "interval": order.interval, "usual_day": order.usual_day}
    form = TermsForm(request.POST if request.method == "POST" else None, currency=order.currency, initial=terms)
    if request.method == "POST" and _done(request, order, form):
        return redirect("desk_standing_order", public_id=public_id)
    return screen.show(
        request,
        "desk/bank/order.html",
        title=order.reference,
        icon="rotate",
        above=[_above()],
        status=422 if form.is_bound else 200,
        context={
            "order": order,
            "form": form,
            "moves": order.moves.select_related("moved_by").order_by("-id"),
            "receipts": order.receipts.select_related("receipt", "match__line").filter(match__undone_by=None)[::-1],
            "payers": order.payer_accounts.filter(match__undone_by=None),
            "may": _may(order),
        },
    )


def _may(order: StandingOrder) -> set[str]:
    match order.state:
        case StandingOrderState.ACTIVE:
            return {"pause", "end"}
        case StandingOrderState.PAUSED:
            return {"resume", "end"}
        case StandingOrderState.ENDED:
            return {"resume"}
    return {"end"}


def _done(request: HttpRequest, order: StandingOrder, form: TermsForm) -> bool:
    told: dict[str, Any] = {
        "order": order,
        "on": screen.today(),
        "now": timezone.now(),
        "by": screen.staff(request),
        "note": request.POST.get("note", "")[:300],
    }
    moves = {"pause": standing_orders.pause, "resume": standing_orders.resume, "end": standing_orders.end}
    does = request.POST.get("does", "")
    try:
        if does in moves:
            moves[does](**told)
        elif form.is_valid():
            standing_orders.change(**told, **form.terms())
        else:
            return False
    except (CannotChange, CannotGive) as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("%(reference)s: noted.") % {"reference": order.reference})
    return True


def _above() -> tuple[str, str]:
    return reverse("desk_standing_orders"), _("Standing orders")
