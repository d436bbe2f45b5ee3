"""Who may open which screen of the desk: denied unless a screen names its roles.

Our own screens say so with `open_to`. Wagtail's screens (pages, pictures, snippets, reports, choosers) are the editors',
but for the few that every member of staff needs. Users, groups and sites stay with superusers by Wagtail's own rules.
"""

import functools
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from pennypress.desk import screen
from pennypress.people import roles
from pennypress.society import rulebook

# Wagtail's screens that show no news and no money: the first screen (its panels go by role), one's own name, the way out.
_EVERYBODYS = frozenset(
    {
        "wagtailadmin_home",
        "wagtailadmin_account",
        "wagtailadmin_logout",
        "wagtailadmin_dismissibles",
        "wagtailadmin_sprite",
        "wagtailadmin_javascript_catalog",
    }
)

View = Callable[..., HttpResponseBase]


def open_to(*names: str) -> Callable[[View], View]:
    """This function will mark a desk view as open to staff with one of the roles `names`, and to nobody else."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not roles.holds(request.user, *names):
                return refused(request)
            try:
                return view(request, *args, **kwargs)
            except rulebook.NoSociety:
                return _shut(request, "desk/unfounded.html", title=_("No society yet"), status=503)

        guarded.desk_roles = frozenset(names)  # type: ignore[attr-defined]
        return guarded

    return decorate


def may_open(request: HttpRequest, view: View) -> bool:
    """This function will say whether the member of staff may open the view that answers their request."""
    names = getattr(view, "desk_roles", None)
    if names is not None:
        return roles.holds(request.user, *names)
    match = request.resolver_match
    if match is not None and match.view_name in _EVERYBODYS:
        return True
    return roles.holds(request.user, roles.EDITOR)


def refused(request: HttpRequest) -> HttpResponse:
    """This function will answer that the screen belongs to another desk."""
    return _shut(request, "desk/refused.html", title=_("Not your desk"), status=403)


def _shut(request: HttpRequest, template: str, *, title: str, status: int) -> HttpResponse:
    return screen.show(request, template, title=title, icon="lock", status=status, context={})
