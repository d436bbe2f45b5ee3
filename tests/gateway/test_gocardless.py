"""GoCardless from the supporter's click to the books, through our door, over HTTP against a small stateful GoCardless."""

import pytest
from django.utils import timezone
from gocardless_pro.services import base_service

from pennypress.gateway.models import EventState, ProviderEvent
from pennypress.giving import gifts, meter, pledges
from pennypress.giving.models import MandateRequest
from pennypress.ledger.models import Line
from pennypress.letters.models import Letter
from pennypress.payments.models import MandateState, Receipt, Refund
from pennypress.payments.providers.gocardless_provider import GoCardless
from tests.builders import pounds
from tests.gateway.at_providers import again, an_open_appeal, broken_laws, chased, post, written
from tests.payments.fakes.fixtures import at_gocardless

__all__ = ["at_gocardless"]
pytestmark = pytest.mark.django_db
DOOR = "/gateway/gocardless/events"


@pytest.fixture(autouse=True)
def offered(at_gocardless, monkeypatch):
    """An open appeal, and retries of the SDK without the wait between them."""
    monkeypatch.setattr(base_service.time, "sleep", lambda _seconds: None)
    an_open_appeal()


def a_pledge():
    """A pledge by Direct Debit, and the page on which its mandate is to be signed."""
    pledge = pledges.offer(
        amount=pounds(10),
        name="Ada Reed",
        email="ada@example.org",
        place="Leeds",
        thanks_as="initials",
        now=timezone.now(),
        on=timezone.localdate(),
        method="direct_debit",
    ).pledge
    return pledge, MandateRequest.objects.get(pledge=pledge).asked_ref


def a_gift():
    return gifts.offer(
        amount=pounds(25),
        name="Ada Reed",
        email="ada@example.org",
        place="Leeds",
        thanks_as="name",
        message="",
        now=timezone.now(),
        on=timezone.localdate(),
        method="bank_transfer",
        appeal=gifts.offered_to("", on=timezone.localdate()),
    ).gift.payment


def tell(client, server):
    """Posts what GoCardless has to tell, all in one body; gives the status of the answer."""
    if not hasattr(server, "told"):
        server.told = set()
    news = [event for event in server.all("events") if event["id"] not in server.told]
    server.told |= {event["id"] for event in news}
    return post(client, DOOR, *server.signed(news))


def a_signed_pledge(client, server):
    """A pledge whose mandate was signed and whose first collection was asked for: the pledge, and the payment's name."""
    pledge, page = a_pledge()
    server.sign(page)
    tell(client, server)
    pledge.refresh_from_db()
    pledges.collect_due(on=pledge.next_on, now=timezone.now())
    return pledge, server.all("payments")[-1]["id"]


def raised():
    return meter.read(now=timezone.now()).raised


def of_account(code):
    return sum(Line.objects.filter(account__code=code).values_list("amount_minor", flat=True))


class TestAPledge:
    def test_begins_with_its_mandate_and_is_collected_once_it_was_announced(self, client, at_gocardless):
        pledge, page = a_pledge()
        at_gocardless.sign(page)

        answer = tell(client, at_gocardless)

        pledge.refresh_from_db()
        assert (answer, pledge.state, pledge.mandate.state) == (200, "active", MandateState.ACTIVE)
        assert pledge.mandate.provider_ref == at_gocardless.all("mandates")[0]["id"]
        assert pledge.next_on > timezone.localdate()
        assert (at_gocardless.all("payments"), raised()) == ([], pounds(0))

    def test_is_pending_until_the_bank_confirms_it(self, client, at_gocardless):
        pledge, payment = a_signed_pledge(client, at_gocardless)
        first = pledge.collections.get().payment
        tell(client, at_gocardless)
        before = (again(first).state, raised())
        at_gocardless.happens(payment, "confirmed")

        tell(client, at_gocardless)

        assert before == ("pending", pounds(0))
        assert (again(first).state, raised()) == ("succeeded", pounds(10))
        assert broken_laws() == []

    def test_is_collected_again_under_its_mandate(self, client, at_gocardless):
        pledge, payment = a_signed_pledge(client, at_gocardless)
        at_gocardless.happens(payment, "confirmed")
        tell(client, at_gocardless)
        pledge.refresh_from_db()

        pledges.collect_due(on=pledge.next_on, now=timezone.now())
        at_gocardless.happens(at_gocardless.all("payments")[-1]["id"], "confirmed")
        tell(client, at_gocardless)

        assert [each.payment.state for each in pledge.collections.order_by("due_on")] == ["succeeded", "succeeded"]
        assert Receipt.objects.count() == 2

    def test_whose_answer_was_lost_is_collected_once(self, client, at_gocardless):
        pledge, page = a_pledge()
        at_gocardless.sign(page)
        tell(client, at_gocardless)
        pledge.refresh_from_db()
        at_gocardless.faults = ["drop after"] * 3

        for _run in range(3):
            pledges.collect_due(on=pledge.next_on, now=timezone.now())

        assert len(at_gocardless.all("payments")) == 1
        assert pledge.collections.get().payment.state == "pending"

    @pytest.mark.parametrize(
        ("action", "words", "letter", "state"),
        [
            ("failed", "Returned late by the bank", "pledge-returned", "active"),
            ("charged_back", "Claimed back under the Direct Debit Guarantee", "pledge-claimed", "paused"),
        ],
    )
    def test_taken_back_by_the_bank_takes_the_meter_back_and_is_told(
        self, client, at_gocardless, action, words, letter, state
    ):
        pledge, payment = a_signed_pledge(client, at_gocardless)
        at_gocardless.happens(payment, "confirmed")
        tell(client, at_gocardless)
        before = raised()
        at_gocardless.happens(payment, action)

        tell(client, at_gocardless)

        assert (before, raised()) == (pounds(10), pounds(0))
        assert [(refund.kind, refund.reason) for refund in Refund.objects.all()] == [("bounced", words)]
        assert Letter.objects.filter(kind__in=["pledge-returned", "pledge-claimed"]).get().kind == letter
        assert type(pledge).objects.get(pk=pledge.pk).state == state
        assert pledge.collections.filter(again_of__isnull=False).exists() is (state == "active")
        assert broken_laws() == []

    def test_returned_unpaid_at_once_never_came(self, client, at_gocardless):
        pledge, payment = a_signed_pledge(client, at_gocardless)
        at_gocardless.happens(payment, "failed", cause="insufficient_funds")

        tell(client, at_gocardless)

        first = pledge.collections.get().payment
        assert (again(first).state, Receipt.objects.count()) == ("failed", 0)
        assert again(first).failure == "There was not enough money in the account. Nothing was taken."

    def test_whose_webhooks_are_all_lost_is_asked_about(self, client, at_gocardless):
        pledge, payment = a_signed_pledge(client, at_gocardless)
        at_gocardless.happens(payment, "confirmed")

        assert chased(pledge.collections.get().payment).state == "succeeded"

    def test_whose_mandate_the_bank_ended_is_known_here(self, client, at_gocardless):
        pledge, payment = a_signed_pledge(client, at_gocardless)
        at_gocardless.happens(payment, "confirmed")
        tell(client, at_gocardless)
        at_gocardless.cancel_mandates(at_gocardless.all("mandates")[0]["id"])

        tell(client, at_gocardless)

        pledge.refresh_from_db()
        assert (pledge.mandate.state, pledge.state) == (MandateState.CANCELLED, "lapsed")

    def test_cancelled_here_ends_the_mandate_there(self, client, at_gocardless):
        pledge, payment = a_signed_pledge(client, at_gocardless)
        at_gocardless.happens(payment, "confirmed")
        tell(client, at_gocardless)
        pledge.refresh_from_db()

        pledges.cancel(pledge=pledge, now=timezone.now(), on=timezone.localdate())

        assert at_gocardless.all("mandates")[0]["status"] == "cancelled"


class TestAGift:
    def test_by_instant_payment_stands_in_the_books_and_can_be_given_back(self, client, at_gocardless):
        payment = a_gift()
        at_gocardless.sign(payment.provider_ref)
        at_gocardless.happens(at_gocardless.all("payments")[-1]["id"], "confirmed")
        tell(client, at_gocardless)
        before = raised()
        GoCardless().refund(provider_ref=payment.provider_ref, amount=pounds(5), key="refund-1")

        tell(client, at_gocardless)

        assert (before, raised()) == (pounds(25), pounds(20))
        assert of_account("1130") == 2000
        assert broken_laws() == []

    def test_told_in_any_order_and_again_ends_in_the_same_books(self, client, at_gocardless):
        payment = a_gift()
        at_gocardless.sign(payment.provider_ref)
        at_gocardless.happens(at_gocardless.all("payments")[-1]["id"], "confirmed")
        news = at_gocardless.all("events")

        for told in (news[::-1], news, news[:1] * 3):
            post(client, DOOR, *at_gocardless.signed(told))

        assert (raised(), Receipt.objects.count()) == (pounds(25), 1)


class TestAPayout:
    def test_returns_the_clearing_account_to_nothing(self, client, at_gocardless):
        payment = a_gift()
        at_gocardless.sign(payment.provider_ref)
        paid = at_gocardless.all("payments")[-1]["id"]
        at_gocardless.happens(paid, "confirmed")
        GoCardless().refund(provider_ref=payment.provider_ref, amount=pounds(5), key="refund-1")
        refund = at_gocardless.all("refunds")[0]["id"]
        items = [
            ("payment_paid_out", "2500.0", {"payment": paid}),
            ("refund", "-500.0", {"payment": paid, "refund": refund}),
        ]
        payout = at_gocardless.pay_out(items, fee="-20.5", tax=4)

        tell(client, at_gocardless)

        assert [of_account(code) for code in ("1130", "1000")] == [0, payout["amount"]]
        assert broken_laws() == []


class TestTheDoor:
    @pytest.mark.parametrize("secret", ["guessed", "", "whsec_fake"])
    def test_is_shut_to_what_gocardless_did_not_sign(self, client, at_gocardless, secret):
        a_gift()
        body, _headers = at_gocardless.signed([])
        _body, headers = at_gocardless.signed([], secret=secret or "x")

        assert post(client, DOOR, body, headers if secret else {}) == 400
        assert written() == [0, 0, 0, 0, 0]

    def test_is_shut_to_a_body_of_ten_megabytes(self, client, at_gocardless):
        assert post(client, DOOR, b"x" * 10_000_000, {"Webhook-Signature": "00"}) == 413
        assert written() == [0, 0, 0, 0, 0]

    def test_stores_what_nobody_knows_and_leaves_it(self, client, at_gocardless):
        moon = {"id": "EV1", "resource_type": "moon", "action": "full", "links": {"moon": "M1"}, "tide": "high"}

        assert post(client, DOOR, *at_gocardless.signed([moon])) == 200
        assert ProviderEvent.objects.get().state != EventState.RECEIVED
        assert written()[1:] == [0, 0, 0, 0]

    def test_parks_what_was_deleted_there_with_the_reason(self, client, at_gocardless):
        payment = a_gift()
        at_gocardless.sign(payment.provider_ref)
        event = at_gocardless.all("events")[-1]
        del at_gocardless.things[payment.provider_ref]

        assert post(client, DOOR, *at_gocardless.signed([event])) == 200
        assert "does not know" in ProviderEvent.objects.get().reason
        assert Receipt.objects.count() == 0
