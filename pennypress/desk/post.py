"""Today's post: one receipt at a time, entered whole or not at all."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from pennypress import days
from pennypress.desk import entry, fund, known, post_form, screen
from pennypress.desk.post_form import PostForm
from pennypress.money import total
from pennypress.payments.models import Method, Purpose, Receipt
from pennypress.people import roles
from pennypress.settlement import by_hand
from pennypress.settlement.came import Came
from pennypress.society import rulebook

_SHORT: dict[str, str | Promise] = {
    Purpose.GIFT: gettext_lazy("gift"),
    Purpose.SUBSCRIPTION: gettext_lazy("subscription"),
    Purpose.SHARES: gettext_lazy("shares"),
    Purpose.OTHER: gettext_lazy("other"),
    Purpose.UNALLOCATED: gettext_lazy("waiting for a purpose"),
}


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def today(request: HttpRequest) -> HttpResponse:
    """This view will enter one piece of post, say what was entered, and give the next empty form."""
    currency, on = rulebook.society().currency, screen.today()
    if request.method != "POST":
        form = post_form.empty(
            currency=currency,
            today=on,
            method=request.GET.get("method", ""),
            received_on=screen.day_asked(request, "received_on"),
        )
        return _shown(request, form)
    form = PostForm(request.POST, currency=currency, today=on)
    receipt = _enter(request, form) if form.is_valid() else None
    if receipt is None:
        return _shown(request, form, status=422)
    messages.success(request, what_was_entered(receipt))
    kept = {"method": receipt.method, "received_on": receipt.received_on.isoformat()}
    return redirect(f"{reverse('desk_post')}?{urlencode(kept)}")


def what_was_entered(receipt: Receipt) -> str:
    """This function will say what a receipt came to: "£100.00 from Ann Lee entered: £60.00 subscription, …"."""
    parts = sorted(receipt.allocations.all(), key=lambda part: -part.amount_minor)
    listed = ", ".join(f"{part.amount} {_SHORT.get(part.purpose, part.purpose)}" for part in parts)
    whom = receipt.payer_name or _("a giver without a name")
    return _("%(amount)s from %(whom)s entered: %(parts)s") % {
        "amount": receipt.amount,
        "whom": whom,
        "parts": listed,
    }


def _enter(request: HttpRequest, form: PostForm) -> Receipt | None:
    typed = form.cleaned_data
    try:
        return by_hand.received(
            came=Came(
                key=f"post-{typed['key']}",
                method=typed["method"],
                amount=typed["amount"],
                parts=form.parts(),
                payer_name=typed["payer_name"].name,
                payer_email=typed["payer_email"],
                person=typed["payer_name"].person,
                sent=typed["sent"],
                credited=form.credited(),
                contact=form.contact(),
                place=typed["place"],
                thanks_as=typed["thanks_as"],
                reference=typed["reference"],
                received_on=typed["received_on"],
                application=typed["application"],
                particulars=form.particulars(),
            ),
            recorded_by=screen.staff(request),
            now=timezone.now(),
        )
    except by_hand.CannotSettle as refusal:
        form.add_error(None, str(refusal))
        return None


def _shown(request: HttpRequest, form: PostForm, status: int = 200) -> HttpResponse:
    on = screen.today()
    entered = list(_entered_today())
    currency = rulebook.society().currency
    shares_typed = form.is_bound and bool(form.data.get("shares", "").strip())
    context: dict[str, Any] = {
        "form": form,
        "on": on,
        "entered": entered,
        "count": len(entered),
        "sum": total([receipt.amount for receipt in entered], currency),
        "totals": _by_method(entered, currency),
        "open_particulars": shares_typed,
        "known": [(known.option(one), one.email) for one in known.lately()],
    }
    return screen.show(
        request, "desk/post/today.html", title=_("Today's post"), icon="mail", status=status, context=context
    )


def _entered_today() -> QuerySet[Receipt]:
    since = days.start_of(screen.today(), timezone.get_default_timezone())
    return Receipt.objects.filter(recorded_at__gte=since, payment=None, recorded_by__isnull=False).order_by("-id")


def _by_method(entered: list[Receipt], currency: str) -> list[fund.ByMethod]:
    rows = []
    for method in Method:
        amounts = [receipt.amount for receipt in entered if receipt.method == method]
        if amounts:
            rows.append(fund.ByMethod(method, str(method.label), len(amounts), total(amounts, currency)))
    return rows
