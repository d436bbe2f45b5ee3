"""Where the gateway's screens stand in the desk: their addresses, and the panel on the first screen. No rules."""

from django.http import HttpRequest
from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.admin.ui.components import Component

from pennypress.gateway import desk_events
from pennypress.people import roles


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("events/", desk_events.listing, name="desk_events"),
        path("events/<int:number>/", desk_events.one, name="desk_event"),
        path("events/<int:number>/replay/", desk_events.replay, name="desk_event_replay"),
    ]


# After the desk, which clears the panels of staff who are no editors.
@hooks.register("construct_homepage_panels", order=10)
def what_providers_told(request: HttpRequest, panels: list[Component]) -> None:
    if roles.holds(request.user, roles.TREASURER):
        panels.append(desk_events.NeedsYou())
