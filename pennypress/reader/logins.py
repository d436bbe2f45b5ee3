"""How readers and staff come in: by a code sent by e-mail; staff by password or passkey as well, with a second factor.

Nobody signs up: a login is made when somebody becomes an owner or a member of staff. allauth's own letters are not sent,
but for the code, which goes through the outbox like every other letter.
"""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from pennypress.delivery import addresses
from pennypress.letters import outbox

LOGIN_CODE = "account/email/login_code"


class Adapter(DefaultAccountAdapter):
    """What allauth asks of us."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """This method will say for whom attempts are counted: not for the proxy, through which everybody comes."""
        return addresses.of(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """This method will queue the letter with a login code. Nothing else that allauth would write is sent.

        An address without a login gets no letter: the answer on the page is the same, and nobody can have us write to
        a stranger.
        """
        if template_prefix != LOGIN_CODE:
            return
        outbox.queue(
            key=f"login-code-{uuid.uuid4()}",
            kind="login-code",
            to_name="",
            to_email=email,
            context={"code": context["code"]},
            now=timezone.now(),
            secret=True,
        )


def shut(request: HttpRequest, *_address: str) -> HttpResponse:
    """This view will answer for the addresses of allauth that this paper does not have."""
    raise Http404
