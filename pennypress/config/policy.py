"""The Content-Security-Policy of each part of the house: strict for readers, its own for the desk, and where
one pays, the addresses of the providers that are offered."""

from csp.constants import HEADER, SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from pennypress.payments import providers

DESK = "/desk/"
# Pages with a form that leads on to a provider's page. Chromium holds the way on, too, against form-action.
PAYING = ("/give/", "/support/", "/join/", "/account/")


class ContentPolicy(CSPMiddleware):
    """Sends the public site's strict policy, and for the desk the policy that Wagtail's admin needs."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith(DESK) and not report_only:
            parts.config = settings.DESK_CONTENT_SECURITY_POLICY
        elif request.path.startswith(PAYING) and not report_only:
            parts.update = {**(parts.update or {}), "form-action": [SELF, *providers.page_origins()]}
        return parts

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path.startswith(DESK):
            # A preview is a reader's page that has been through this middleware already, as one; here it stands in the
            # desk's own frame.
            del response[HEADER]
        return super().process_response(request, response)
