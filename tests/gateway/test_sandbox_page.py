import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from pennypress.payments.providers import sandbox
from pennypress.payments.providers.protocol import MandateOrder
from pennypress.payments.sandbox_tables import SandboxEvent, SandboxMandate, SandboxPayment
from tests.builders import an_appeal, an_offered_gift

pytestmark = pytest.mark.django_db


def an_offer(**facts):
    today = timezone.localdate()
    an_appeal(opens_on=today, closes_on=today)
    return an_offered_gift(now=timezone.now(), on=today, **facts)


def deliveries():
    return ProcrastinateJob.objects.filter(task_name="payments.deliver_sandbox_event").count()


@pytest.mark.parametrize("card", [card.number for card in sandbox.CARDS if card.method == "card"])
def test_the_page_lists_every_test_card(client, card):
    answer = client.get(an_offer().url)

    assert card in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"


def test_paid_it_leads_back_to_the_paper_and_tells_of_it(client):
    offered = an_offer()

    answer = client.post(offered.url, {"card": "succeeds"})

    assert (answer.status_code, answer["Location"]) == (302, f"/give/{offered.gift.public_id}/thanks/")
    assert SandboxEvent.objects.get().kind == "payment.succeeded"
    assert deliveries() == 1


@pytest.mark.parametrize("card", ["declined", "insufficient_funds"])
def test_a_refused_card_is_told_on_the_page_and_another_may_be_tried(client, card):
    url = an_offer().url

    told = client.post(url, {"card": card}, follow=True)
    paid = client.post(url, {"card": "succeeds"})

    assert "Nothing was taken." in told.content.decode()
    assert paid.status_code == 302
    assert SandboxPayment.objects.get().state == "succeeded"


def test_the_bank_asks_and_the_reader_approves(client):
    url = an_offer().url

    asked = client.post(url, {"card": "authentication"}, follow=True)
    answer = client.post(url, {"step": "approve"})

    assert "Do you approve" in asked.content.decode()
    assert (answer.status_code, SandboxPayment.objects.get().state) == (302, "succeeded")


@pytest.mark.parametrize("step", ["refuse", "leave"])
def test_a_reader_who_turns_back_pays_nothing(client, step):
    url = an_offer().url
    client.post(url, {"card": "authentication"})

    answer = client.post(url, {"step": step})

    assert answer.status_code == 302
    assert SandboxPayment.objects.get().state == "failed"


def test_no_card_is_no_payment(client):
    answer = client.post(an_offer().url, {"card": "gold"})

    assert answer.status_code == 422
    assert SandboxPayment.objects.get().state == "open"
    assert not SandboxEvent.objects.exists()


def test_paying_twice_pays_once(client):
    url = an_offer().url
    client.post(url, {"card": "succeeds"})

    client.post(url, {"card": "succeeds"})

    assert SandboxEvent.objects.count() == 1


@pytest.mark.parametrize(("fault", "jobs"), [("", 1), ("lose", 0), ("repeat", 3), ("delay", 1), ("reorder", 2)])
def test_its_webhooks_go_wrong_as_asked(client, fault, jobs):
    client.post(an_offer().url, {"card": "succeeds", "fault": fault})

    assert deliveries() == jobs


def test_where_the_sandbox_is_not_offered_there_is_no_page(client, settings):
    url = an_offer().url
    settings.PAYMENT_PROVIDERS = []

    assert client.get(url).status_code == 404
    assert client.post(url, {"card": "succeeds"}).status_code == 404
    assert SandboxPayment.objects.get().state == "open"


def test_a_get_changes_nothing_and_a_form_without_its_token_neither(client):
    url = an_offer().url
    client.get(url + "?card=succeeds&step=approve")

    answer = Client(enforce_csrf_checks=True).post(url, {"card": "succeeds"})

    assert answer.status_code == 403
    assert SandboxPayment.objects.get().state == "open"


def test_a_debit_is_pending_until_the_bank_has_answered(client):
    offered = an_offer(method="direct_debit")

    client.post(offered.url, {"card": "debit_pays"})
    pending = SandboxPayment.objects.get().state
    sandbox.advance(now=timezone.now() + sandbox.LATER)

    assert (pending, SandboxPayment.objects.get().state) == ("pending", "succeeded")


def test_a_disputed_card_pays_and_is_disputed_later(client):
    client.post(an_offer().url, {"card": "disputed"})

    sandbox.advance(now=timezone.now() + sandbox.LATER)
    sandbox.advance(now=timezone.now() + sandbox.LATER)

    assert [event.kind for event in SandboxEvent.objects.all()] == ["payment.succeeded", "payment.disputed"]


def a_mandate_page():
    order = MandateOrder("m", "ours", "card", "GBP", "", "", "https://paper.example.org/account/")
    return sandbox.Sandbox().start_mandate(order).url


def test_leave_to_collect_is_given_on_a_page_and_leads_back(client):
    url = a_mandate_page()

    shown = client.get(url)
    answer = client.post(url, {"card": "succeeds"})

    assert "4242 4242 4242 4242" in shown.content.decode()
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert SandboxMandate.objects.get().state == "active"


@pytest.mark.parametrize(
    ("answers", "status", "state"),
    [({"step": "leave"}, 302, "cancelled"), ({"card": "gold"}, 422, "pending"), ({"card": "declined"}, 302, "pending")],
)
def test_leave_to_collect_that_is_not_given_is_none(client, answers, status, state):
    answer = client.post(a_mandate_page(), answers)

    assert (answer.status_code, SandboxMandate.objects.get().state) == (status, state)
