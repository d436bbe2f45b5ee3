"""The sandbox's webhooks travel over HTTP, as a real provider's do: from its job, through a server, into the books."""

import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from pennypress.gateway import events
from pennypress.giving import meter
from pennypress.payments import tasks
from pennypress.payments.providers import sandbox
from pennypress.payments.sandbox_tables import SandboxEvent
from tests.builders import an_appeal, an_offered_gift, pounds


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args):
        pass


@pytest.fixture
def served(committed, settings):
    """The paper served on a port of its own, under the address that its settings name."""
    application = get_wsgi_application()

    def answering(environ, start_response):
        try:
            return application(environ, start_response)
        finally:
            connections.close_all()

    server = make_server("localhost", 0, answering, handler_class=Quiet)
    settings.SITE_URL = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield settings.SITE_URL
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_payment_is_told_of_over_http_and_settled(served):
    today = timezone.localdate()
    an_appeal(opens_on=today, closes_on=today)
    payment = an_offered_gift(now=timezone.now(), on=today).gift.payment
    sandbox.pay(ref=payment.provider_ref, card="succeeds")

    for job in ProcrastinateJob.objects.filter(task_name="payments.deliver_sandbox_event"):
        tasks.deliver_sandbox_event(**job.args)

    payment.refresh_from_db()
    assert payment.state == "succeeded"
    assert meter.read(now=timezone.now()).raised == pounds(25)
    assert SandboxEvent.objects.get().delivered_at is not None


def test_a_delivery_that_is_refused_is_not_marked_delivered_and_raises(served, settings):
    today = timezone.localdate()
    an_appeal(opens_on=today, closes_on=today)
    payment = an_offered_gift(now=timezone.now(), on=today).gift.payment
    sandbox.pay(ref=payment.provider_ref, card="succeeds")
    settings.SITE_URL += "/nowhere"

    with pytest.raises(OSError, match="404"):
        tasks.deliver_sandbox_event(event=SandboxEvent.objects.get().ref)

    assert SandboxEvent.objects.get().delivered_at is None


def test_a_payment_whose_webhook_was_lost_is_asked_about(served):
    today = timezone.localdate()
    an_appeal(opens_on=today, closes_on=today)
    payment = an_offered_gift(now=timezone.now() - events.CHASE_AFTER, on=today).gift.payment
    sandbox.pay(ref=payment.provider_ref, card="succeeds", fault="lose")

    found = events.unheard(now=timezone.now())
    events.chase(payment_id=found[0].pk, now=timezone.now())

    payment.refresh_from_db()
    assert (found, payment.state) == ([payment], "succeeded")
    assert events.unheard(now=timezone.now()) == []
