"""The door of the desk: staff only, with a second factor shown in this very session, and not left open overnight.

Every address under /desk/ passes here, Wagtail's own API, previews and choosers included.
"""

import ipaddress
import time
from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from pennypress.desk import entry
from pennypress.people import demonstration

DESK = "/desk/"
# Wagtail's own ways in only send the visitor on to the front door.
_WAYS_IN = ("/desk/login/", "/desk/password_reset/")
IDLE_SECONDS = 12 * 60 * 60
# The session notes the last visit at most this often, so that a page is not a write each time.
_NOTE_EVERY_SECONDS = 5 * 60
_SEEN = "desk_seen_at"


class Required:
    """Middleware that opens /desk/ only to staff with a second factor, each to the screens of their roles."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(DESK) and not request.path_info.startswith(_WAYS_IN):
            turned_away = _at_the_door(request)
            if turned_away is not None:
                return turned_away
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: entry.View, args: object, kwargs: object
    ) -> HttpResponseBase | None:
        if not request.path_info.startswith(DESK) or request.path_info.startswith(_WAYS_IN):
            return None
        return None if entry.may_open(request, view) else entry.refused(request)


def is_waived() -> bool:
    """This function will say whether no second factor is asked: in a demonstration, on this machine, and only there.

    All three must hold: the setting, a server that listens on loopback, a database that the demo built.
    """
    return settings.DEMO and _is_loopback(settings.BIND) and demonstration.is_marked()


def is_shown(request: HttpRequest) -> bool:
    """This function will say whether this session has shown a second factor that its user still has.

    That the user owns one is not enough: a session opened before, or by a door without the question, has shown nothing.
    """
    records = get_authentication_records(request, request.user)
    shown = {record.get("id") for record in records if record.get("method") == "mfa"}
    return Authenticator.objects.filter(user_id=request.user.pk, id__in=shown - {None}).exists()


def _at_the_door(request: HttpRequest) -> HttpResponseBase | None:
    if request.user.is_anonymous:
        return _to_the_front_door(request)
    if not request.user.is_staff:
        raise Http404
    if not is_waived() and not is_shown(request):
        return _to_the_second_factor(request)
    if _was_left_idle(request):
        logout(request)
        messages.info(request, _("You had been away from the desk for a while. Please log in again."))
        return _to_the_front_door(request)
    return None


def _to_the_front_door(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        raise PermissionDenied
    return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))


def _to_the_second_factor(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        raise PermissionDenied
    factors = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    if Authenticator.objects.filter(user_id=request.user.pk, type__in=factors).exists():
        return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")
    messages.info(
        request,
        _("The desk asks for a second factor: set up an authenticator app or a security key here, then come back."),
    )
    return redirect("mfa_index")


def _was_left_idle(request: HttpRequest) -> bool:
    now = time.time()
    began = [record["at"] for record in get_authentication_records(request, request.user)]
    last = max([*began, request.session.get(_SEEN, 0)]) or now
    if now - last > IDLE_SECONDS:
        return True
    if now - request.session.get(_SEEN, 0) > _NOTE_EVERY_SECONDS:
        request.session[_SEEN] = now
    return False


def _is_loopback(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False
