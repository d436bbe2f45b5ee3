"""What providers told us, as a treasurer reads it: by provider and state, each with its body, and a parked one taken up
again. These screens stand in the desk, whose guard reads `desk_roles`."""

import json
from collections.abc import Mapping

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.ui.components import Component

from pennypress.gateway import events, inbox, silence
from pennypress.gateway.models import EventState, ProviderEvent
from pennypress.people import roles
from pennypress.people.models import User

ROWS_A_PAGE = 50


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """This view will list the events, the latest first, by provider and state; and tell of providers that are silent."""
    found = ProviderEvent.objects.defer("body").order_by("-id")
    state, provider = request.GET.get("state", ""), request.GET.get("provider", "")
    names = list(ProviderEvent.objects.order_by("provider").values_list("provider", flat=True).distinct())
    if state in EventState.values:
        found = found.filter(state=state)
    if provider in names:
        found = found.filter(provider=provider)
    context = {
        "page": Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("p")),
        "state": state,
        "provider": provider,
        "states": EventState.choices,
        "providers": names,
        "silences": silence.found(now=timezone.now()),
    }
    return _screen(request, "gateway/desk/events.html", _("Providers’ news"), context)


@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """This view will show one event: what it is about, each of its moves, and its body as it came."""
    event = get_object_or_404(ProviderEvent, pk=number)
    context = {
        "event": event,
        "body": _readable(bytes(event.body)),
        "moves": event.moves.select_related("moved_by"),
        "may_replay": event.state == EventState.PARKED,
    }
    return _screen(request, "gateway/desk/event.html", event.kind, context, under=True)


@require_POST
def replay(request: HttpRequest, number: int) -> HttpResponse:
    """This view will take a parked event up again and settle it now."""
    event = get_object_or_404(ProviderEvent, pk=number)
    assert isinstance(request.user, User)
    try:
        event = events.replay(event=event, by=request.user, now=timezone.now())
    except inbox.CannotReplay as refusal:
        messages.error(request, str(refusal))
    else:
        if event.state == EventState.SETTLED:
            messages.success(request, _("Settled."))
        else:
            messages.warning(request, _("Not settled: %(reason)s") % {"reason": event.reason})
    return redirect("desk_event", number=number)


for _view in (listing, one, replay):
    _view.desk_roles = frozenset({roles.TREASURER})  # type: ignore[union-attr, attr-defined]


def _readable(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body.decode(errors="replace")


def _screen(
    request: HttpRequest, template: str, title: str, context: Mapping[str, object], *, under: bool = False
) -> HttpResponse:
    crumbs = [{"url": reverse("wagtailadmin_home"), "label": _("Desk")}]
    if under:
        crumbs.append({"url": reverse("desk_events"), "label": _("Providers’ news")})
    crumbs.append({"url": "", "label": title})
    frame = {"header_title": title, "header_icon": "mail", "breadcrumbs_items": crumbs}
    return render(request, template, {**frame, **context})


class NeedsYou(Component):
    """The first screen's panel for the treasurer: what providers told us that nobody could settle, and who is silent."""

    order = 60
    template_name = "desk/home/needs_you.html"

    def get_context_data(self, parent_context: object = None) -> dict[str, object]:
        parked = ProviderEvent.objects.filter(state=EventState.PARKED).count()
        address = reverse("desk_events")
        words = ngettext("event that could not be settled", "events that could not be settled", parked)
        needs = [
            {"figure": str(parked), "words": words, "address": f"{address}?state=parked", "urgent": parked > 0},
        ]
        for silent in silence.found(now=timezone.now()):
            told = _("heard nothing of %(provider)s for longer than usual") % {"provider": silent.provider}
            since = date_format(timezone.localtime(silent.since), "j M")
            needs.append({"figure": since, "words": told, "address": address, "urgent": True})
        return {"groups": [(_("Providers"), needs)]}
