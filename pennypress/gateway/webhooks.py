"""The providers' door: `POST /gateway/<provider>/events`. Nobody is let in but by the provider's signature."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from pennypress.gateway import events
from pennypress.payments.providers import NoSuchProvider
from pennypress.payments.providers.protocol import BadWebhook

LARGEST_BODY = 1_000_000


@csrf_exempt
@require_POST
def receive(request: HttpRequest, provider: str) -> HttpResponse:
    """This view will take one webhook: 200 once it is stored, 400 or 413 with nothing written where it is not theirs."""
    body = request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        return HttpResponse("too large", status=413, content_type="text/plain")
    try:
        events.take(provider=provider, body=body, headers=request.headers, now=timezone.now())
    except NoSuchProvider:
        return HttpResponseNotFound("no such provider", content_type="text/plain")
    except BadWebhook:
        return HttpResponse("not signed by the provider", status=400, content_type="text/plain")
    return HttpResponse("stored", content_type="text/plain")
