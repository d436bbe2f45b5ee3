"""Stripe from the reader's click to the books and back, through our door, over HTTP against a small stateful Stripe."""

import datetime as dt
import itertools
import random
import time

import pytest
import stripe
from django.utils import timezone

from pennypress.gateway import events
from pennypress.gateway.models import EventState, ProviderEvent
from pennypress.giving import gifts, meter, pledges
from pennypress.giving.models import MandateRequest
from pennypress.ledger.models import Line
from pennypress.letters.models import Letter
from pennypress.payments import taking
from pennypress.payments.models import MandateState, Payment, Receipt, Refund
from pennypress.payments.providers import stripe_calling, stripe_translation
from pennypress.payments.providers.protocol import CannotRefund, ProviderUnavailable
from pennypress.payments.providers.stripe_provider import Stripe
from pennypress.people.models import Person
from tests.builders import an_offered_gift, pounds
from tests.gateway.at_providers import again, an_open_appeal, broken_laws, chased, post, written
from tests.payments.fakes.fixtures import at_stripe

__all__ = ["at_stripe"]
pytestmark = pytest.mark.django_db
DOOR = "/gateway/stripe/events"


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Retries of the SDK without the wait between them."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.001)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.001)


@pytest.fixture(autouse=True)
def offered(at_stripe):
    an_open_appeal()


def a_gift(**facts):
    return an_offered_gift(now=timezone.now(), on=timezone.localdate(), **facts).gift.payment


def a_pledge(**facts):
    today = timezone.localdate()
    offered = pledges.offer(
        amount=pounds(10),
        name="Ada Reed",
        email="ada@example.org",
        place="Leeds",
        thanks_as="initials",
        now=timezone.now(),
        on=today,
        **facts,
    )
    return offered.pledge


def tell(client, server, told=None):
    """Posts the events that Stripe has to tell and has not told yet, or those given; gives the statuses of the answers."""
    waiting = server.events[:] if told is None else told
    if told is None:
        server.events.clear()
    return {post(client, DOOR, *server.signed(event)) for event in waiting}


def raised():
    return meter.read(now=timezone.now()).raised


def of_account(code):
    return sum(Line.objects.filter(account__code=code).values_list("amount_minor", flat=True))


class TestAGift:
    def test_paid_stands_in_the_books_and_is_thanked_for(self, client, at_stripe):
        payment = a_gift()
        at_stripe.pay(payment.provider_ref)

        answers = tell(client, at_stripe)

        assert answers == {200}
        assert (again(payment).state, raised(), of_account("1120")) == ("succeeded", pounds(25), 2500)
        assert Letter.objects.filter(kind="gift-receipt").count() == 1
        assert set(ProviderEvent.objects.values_list("state", flat=True)) == {EventState.SETTLED}
        assert broken_laws() == []

    def test_paid_from_a_wallet_with_another_address_is_still_ours(self, client, at_stripe):
        payment = a_gift(email="ada@example.org")
        at_stripe.pay(payment.provider_ref, email="someone.else@example.com")

        tell(client, at_stripe)

        assert again(payment).payer.email == "ada@example.org"
        assert list(Person.objects.values_list("email", flat=True)) == ["ada@example.org"]

    def test_declined_then_paid_is_paid_once(self, client, at_stripe):
        payment = a_gift()
        at_stripe.pay(payment.provider_ref, card="poor")
        tell(client, at_stripe)
        declined = again(payment)
        at_stripe.pay(payment.provider_ref)

        tell(client, at_stripe)

        assert (declined.state, declined.failure) == ("failed", "The payment was declined. Nothing was taken.")
        assert (again(payment).state, Receipt.objects.count()) == ("succeeded", 1)

    @pytest.mark.parametrize(("approves", "state"), [(True, "succeeded"), (False, "failed")])
    def test_that_the_bank_asks_about_waits_for_the_answer(self, client, at_stripe, approves, state):
        payment = a_gift()
        at_stripe.pay(payment.provider_ref, card="asks")
        tell(client, at_stripe)
        before = again(payment).state
        at_stripe.authenticate(payment.provider_ref, approves=approves)

        tell(client, at_stripe)

        assert (before, again(payment).state) == ("started", state)

    @pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
    def test_told_in_any_order_and_twice_ends_in_the_same_books(self, client, at_stripe, order):
        payment = a_gift()
        at_stripe.pay(payment.provider_ref)
        Stripe().refund(provider_ref=payment.provider_ref, amount=pounds(5), key="part")
        news = [at_stripe.events[index] for index in (0, 2, -1)]

        tell(client, at_stripe, [news[index] for index in order] * 2)

        assert (raised(), Receipt.objects.count(), Refund.objects.count()) == (pounds(20), 1, 1)
        assert of_account("1120") == 2000

    def test_whose_webhooks_are_all_lost_is_asked_about(self, at_stripe):
        payment = a_gift()
        at_stripe.pay(payment.provider_ref)

        assert chased(payment).state == "succeeded"

    def test_asked_for_while_stripe_is_out_of_reach_is_the_readers_to_repeat(self, at_stripe):
        at_stripe.faults = ["drop after"] * (1 + stripe_calling.RETRIES)
        with pytest.raises(ProviderUnavailable, match="Nothing has been charged"):
            a_gift()
        payment = Payment.objects.get()

        started = taking.ask(payment=payment, return_path=f"/give/{gifts.Gift.objects.get().public_id}/thanks/")

        assert len(at_stripe.all("checkout.session")) == 1
        assert started.payment.provider_ref == at_stripe.all("checkout.session")[0]["id"]


class TestAPledge:
    def test_keeps_the_card_with_its_first_payment_and_is_collected_from_it(self, client, at_stripe):
        pledge = a_pledge()
        at_stripe.pay(pledge.collections.get().payment.provider_ref)
        tell(client, at_stripe)
        pledge.refresh_from_db()
        later = pledge.next_on

        pledges.collect_due(on=later, now=timezone.now())
        tell(client, at_stripe)

        assert (pledge.state, pledge.mandate.state) == ("active", MandateState.ACTIVE)
        assert pledge.mandate.provider_ref.startswith("pm_")
        assert [each.payment.state for each in pledge.collections.order_by("due_on")] == ["succeeded", "succeeded"]
        assert broken_laws() == []

    def test_by_direct_debit_begins_with_its_mandate_and_is_confirmed_days_later(self, client, at_stripe):
        pledge, intent = a_debited_pledge(client, at_stripe)
        payment = pledge.collections.get().payment
        before = again(payment).state
        at_stripe.clear(intent)

        tell(client, at_stripe)

        assert (before, again(payment).state, pledge.state) == ("pending", "succeeded", "active")
        assert broken_laws() == []

    def test_returned_late_by_the_bank_takes_the_meter_back(self, client, at_stripe):
        pledge, intent = a_debited_pledge(client, at_stripe)
        at_stripe.clear(intent)
        tell(client, at_stripe)
        before = raised()
        at_stripe.dispute(intent, reason="insufficient_funds", status="lost")

        tell(client, at_stripe)

        assert (before, raised()) == (pounds(10), pounds(0))
        assert [(refund.kind, refund.reason) for refund in Refund.objects.all()] == [
            ("bounced", "Returned late by the bank")
        ]
        assert Letter.objects.filter(kind="pledge-returned").count() == 1
        assert pledge.collections.filter(again_of__isnull=False).count() == 1

    def test_claimed_by_its_payer_is_never_presented_again_and_pauses(self, client, at_stripe):
        pledge, intent = a_debited_pledge(client, at_stripe)
        at_stripe.clear(intent)
        tell(client, at_stripe)
        at_stripe.dispute(intent, reason="debit_not_authorized", status="lost")

        tell(client, at_stripe)

        pledge.refresh_from_db()
        assert pledge.state == "paused"
        assert Letter.objects.filter(kind="pledge-claimed").count() == 1
        assert not pledge.collections.filter(again_of__isnull=False).exists()

    def test_whose_charge_was_made_and_the_answer_lost_is_charged_once(self, client, at_stripe):
        pledge = an_active_pledge(client, at_stripe)
        at_stripe.faults = ["drop after"] * (1 + stripe_calling.RETRIES)
        charges = len(at_stripe.all("charge"))

        for _run in range(3):
            pledges.collect_due(on=pledge.next_on, now=timezone.now())
        tell(client, at_stripe)

        assert len(at_stripe.all("charge")) == charges + 1
        assert {each.payment.state for each in pledge.collections.all()} == {"succeeded"}

    def test_with_a_key_of_the_try_would_be_charged_twice(self, client, at_stripe, monkeypatch):
        pledge = an_active_pledge(client, at_stripe)
        at_stripe.faults = ["drop after"] * (1 + stripe_calling.RETRIES)
        charges = len(at_stripe.all("charge"))
        real = taking.charge
        monkeypatch.setattr(taking, "charge", lambda *, key, **facts: real(key=f"{random.random()}", **facts))

        for _run in range(2):
            pledges.collect_due(on=pledge.next_on, now=timezone.now())

        assert len(at_stripe.all("charge")) == charges + 2

    def test_whose_mandate_the_bank_ended_lapses(self, client, at_stripe):
        pledge, _intent = a_debited_pledge(client, at_stripe)
        at_stripe.create_payment_method_detach(pledge.mandate.provider_ref)

        tell(client, at_stripe)

        pledge.refresh_from_db()
        assert (pledge.mandate.state, pledge.state) == (MandateState.CANCELLED, "lapsed")

    def test_cancelled_here_forgets_the_card_there(self, client, at_stripe):
        pledge = an_active_pledge(client, at_stripe)

        pledges.cancel(pledge=pledge, now=timezone.now(), on=timezone.localdate())

        pledge.mandate.refresh_from_db()
        assert at_stripe.all("payment_method")[0]["customer"] is None
        assert pledge.mandate.released_at is not None


def a_debited_pledge(client, server):
    """A pledge by Direct Debit whose first collection was asked for: the pledge, and the name of its intent."""
    pledge = a_pledge(method="direct_debit")
    server.pay(MandateRequest.objects.get(pledge=pledge).asked_ref)
    tell(client, server)
    pledge.refresh_from_db()
    pledges.collect_due(on=pledge.next_on, now=timezone.now())
    tell(client, server)
    return pledge, server.all("payment_intent")[-1]["id"]


def an_active_pledge(client, server):
    pledge = a_pledge()
    server.pay(pledge.collections.get().payment.provider_ref)
    tell(client, server)
    pledge.refresh_from_db()
    return pledge


class TestTakingBack:
    def a_paid_gift(self, client, server):
        payment = a_gift()
        intent = server.pay(payment.provider_ref)
        tell(client, server)
        return payment, intent["id"]

    @pytest.mark.parametrize(("amount", "left"), [(5, 20), (25, 0)])
    def test_a_refund_in_part_or_in_full(self, client, at_stripe, amount, left):
        payment, _intent = self.a_paid_gift(client, at_stripe)
        Stripe().refund(provider_ref=payment.provider_ref, amount=pounds(amount), key="refund-1")

        tell(client, at_stripe)

        assert (raised(), of_account("1120")) == (pounds(left), left * 100)
        assert again(payment).state == "succeeded"

    @pytest.mark.parametrize(("won", "left"), [(True, 25), (False, 0)])
    def test_a_dispute_won_or_lost(self, client, at_stripe, won, left):
        _payment, intent = self.a_paid_gift(client, at_stripe)
        dispute = at_stripe.dispute(intent)
        tell(client, at_stripe)
        during = raised()
        at_stripe.decide(dispute["id"], won=won)

        tell(client, at_stripe)

        assert (during, raised()) == (pounds(0), pounds(left))
        assert broken_laws() == []

    def test_a_refund_while_it_is_disputed_is_refused(self, client, at_stripe):
        payment, intent = self.a_paid_gift(client, at_stripe)
        at_stripe.dispute(intent)
        tell(client, at_stripe)

        with pytest.raises(CannotRefund, match="disputed"):
            Stripe().refund(provider_ref=payment.provider_ref, amount=pounds(5), key="refund-1")

        assert [refund.kind for refund in Refund.objects.all()] == ["dispute"]

    def test_a_refund_that_did_not_arrive_stands_again(self, client, at_stripe):
        payment, _intent = self.a_paid_gift(client, at_stripe)
        Stripe().refund(provider_ref=payment.provider_ref, amount=pounds(5), key="refund-1")
        tell(client, at_stripe)
        at_stripe.fail_refund(at_stripe.all("refund")[0]["id"])

        tell(client, at_stripe)

        assert raised() == pounds(25)


class TestAPayout:
    def test_returns_the_clearing_account_to_nothing(self, client, at_stripe):
        refunded, disputed, gift = (
            a_gift(),
            a_gift(name="Bo Hale", email="bo@example.org"),
            a_gift(email="cy@example.org"),
        )
        intents = [at_stripe.pay(each.provider_ref)["id"] for each in (refunded, disputed, gift)]
        Stripe().refund(provider_ref=refunded.provider_ref, amount=pounds(5), key="refund-1")
        at_stripe.decide(at_stripe.dispute(intents[1])["id"], won=True)
        at_stripe.take_fee(150)
        tell(client, at_stripe)
        before = of_account("1120")
        payout = at_stripe.pay_out()

        tell(client, at_stripe)

        assert (before, of_account("1120"), of_account("1000")) == (7000, 0, payout["amount"])
        assert broken_laws() == []

    def test_brings_with_it_what_was_never_told(self, client, at_stripe):
        payment = a_gift()
        at_stripe.pay(payment.provider_ref)
        Stripe().refund(provider_ref=payment.provider_ref, amount=pounds(5), key="refund-1")
        at_stripe.events.clear()
        at_stripe.pay_out()

        tell(client, at_stripe)

        assert (again(payment).state, raised(), of_account("1120")) == ("succeeded", pounds(20), 0)

    def test_that_came_back_is_settled_by_the_next(self, client, at_stripe):
        at_stripe.pay(a_gift().provider_ref)
        payout = at_stripe.pay_out()
        tell(client, at_stripe)
        payout["status"] = "failed"
        at_stripe.moved("payout_failure", payout["amount"], payout)
        at_stripe.tell("payout.failed", payout)
        tell(client, at_stripe)
        between = (of_account("1120"), of_account("1000"))
        at_stripe.pay_out()

        tell(client, at_stripe)

        assert between == (2500, 0)
        assert (of_account("1120"), of_account("1000")) == (0, payout["amount"])


class TestWhatIsNotStripes:
    """Each attack carries a true event of a gift that was paid: only the door stands between it and the books."""

    @pytest.fixture
    def event(self, at_stripe):
        at_stripe.pay(a_gift().provider_ref)
        return at_stripe.events[0]

    @pytest.mark.parametrize(
        ("secret", "ago"),
        [("whsec_wrong", 0), (None, 301), (None, -302), (None, 10 * 86_400), (None, -10 * 86_400)],
        ids=["wrong secret", "too old", "in the future", "old", "far in the future"],
    )
    def test_by_its_signature_is_refused(self, client, at_stripe, event, secret, ago):
        body, headers = at_stripe.signed(event, secret=secret, at=time.time() - ago)

        assert post(client, DOOR, body, headers) == 400
        assert written() == [0, 0, 0, 0, 0]

    @pytest.mark.parametrize(
        "change",
        [
            lambda header: "",
            lambda header: header.replace("v1=", "v0="),
            lambda header: header.replace("t=", "s="),
            lambda header: header.partition(",")[0],
            lambda header: header + ",t=1",
            lambda header: header.replace("t=", "t=-"),
            lambda header: header.partition(",")[0] + ",v1=é",
            lambda header: "t=99999999999999999999,v1=00",
        ],
    )
    def test_by_what_was_done_to_its_signature_is_refused(self, client, at_stripe, event, change):
        body, headers = at_stripe.signed(event)

        assert post(client, DOOR, body, {"Stripe-Signature": change(headers["Stripe-Signature"])}) == 400
        assert written() == [0, 0, 0, 0, 0]

    @pytest.mark.parametrize(
        "change",
        [{"livemode": True}, {"account": "acct_other"}, {"id": None}, {"id": ""}, {"type": 7}, {"id": "e" * 101}],
        ids=str,
    )
    def test_by_what_it_says_of_itself_is_refused(self, client, at_stripe, event, change):
        assert post(client, DOOR, *at_stripe.signed({**event, **change})) == 400
        assert written() == [0, 0, 0, 0, 0]

    def test_of_test_mode_at_a_paper_with_a_live_key_is_refused(self, client, at_stripe, event, settings):
        settings.STRIPE_SECRET_KEY = "sk_live_real"

        assert post(client, DOOR, *at_stripe.signed(event)) == 400
        assert written() == [0, 0, 0, 0, 0]

    @pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[]", b"7", b"{}", b"null"])
    def test_signed_but_no_event_is_refused(self, client, at_stripe, body):
        stamp = int(time.time())
        text = body.decode("latin-1")
        header = stripe.WebhookSignature.generate_signature_header(text, at_stripe.secret, stamp)

        assert post(client, DOOR, body, {"Stripe-Signature": header}) == 400
        assert written() == [0, 0, 0, 0, 0]

    def test_changed_on_the_way_is_refused(self, client, at_stripe, event):
        body, headers = at_stripe.signed(event)

        assert post(client, DOOR, body + b" ", headers) == 400
        assert written() == [0, 0, 0, 0, 0]

    def test_of_ten_megabytes_is_refused_unread(self, client, at_stripe):
        assert post(client, DOOR, b"x" * 10_000_000, {"Stripe-Signature": "t=1,v1=00"}) == 413
        assert written() == [0, 0, 0, 0, 0]

    def test_with_no_secret_set_is_refused(self, client, at_stripe, event, settings):
        settings.STRIPE_WEBHOOK_SECRETS = []

        assert post(client, DOOR, *at_stripe.signed(event)) == 400
        assert written() == [0, 0, 0, 0, 0]


@pytest.mark.parametrize("ago", [298, 0, -298])
def test_a_clock_a_little_off_is_forgiven(client, at_stripe, ago):
    at_stripe.pay(a_gift().provider_ref)

    assert post(client, DOOR, *at_stripe.signed(at_stripe.events[0], at=time.time() - ago)) == 200


@pytest.mark.parametrize("secrets", [["whsec_new", "whsec_fake"], ["whsec_fake", "whsec_new"]])
def test_while_a_secret_is_changed_either_is_good(client, at_stripe, settings, secrets):
    settings.STRIPE_WEBHOOK_SECRETS = secrets
    payment = a_gift()
    at_stripe.pay(payment.provider_ref)

    assert tell(client, at_stripe) == {200}
    assert again(payment).state == "succeeded"


class TestWhatWeCannotSettle:
    def test_an_unknown_kind_is_stored_and_left(self, client, at_stripe):
        event = at_stripe.add("event", type="moon.full", data={"object": {"object": "moon", "id": "moon_1"}})

        assert post(client, DOOR, *at_stripe.signed(event)) == 200
        assert written() == [1, 0, 0, 0, *written()[4:]]
        assert ProviderEvent.objects.get().state != EventState.RECEIVED

    def test_what_was_deleted_at_stripe_is_parked_with_the_reason(self, client, at_stripe):
        payment = a_gift()
        intent = at_stripe.pay(payment.provider_ref)
        event = at_stripe.events[0]
        at_stripe.delete(payment.provider_ref)
        at_stripe.delete(intent["id"])

        answer = post(client, DOOR, *at_stripe.signed(event))

        parked = ProviderEvent.objects.get()
        assert (answer, parked.state) == (200, EventState.PARKED)
        assert "does not know" in parked.reason
        assert written()[1:4] == [0, 0, 0]

    def test_money_taken_in_the_dashboard_is_parked(self, client, at_stripe):
        foreign = at_stripe.create_checkout_session(
            mode="payment",
            line_items=[{"price_data": {"unit_amount": "900", "currency": "gbp"}}],
            payment_method_types=["card"],
            client_reference_id="order 7",
            metadata={stripe_translation.REFERENCE: "0" * 8 + "-0000-4000-8000-" + "0" * 12},
        )
        at_stripe.pay(foreign["id"])

        assert tell(client, at_stripe) == {200}
        assert set(ProviderEvent.objects.values_list("reason", flat=True)) == {"We never asked for this payment."}

    def test_what_it_says_happened_is_not_believed(self, client, at_stripe):
        payment = a_gift()
        intent = at_stripe.pay(payment.provider_ref, card="declined")
        lie = {**intent, "status": "succeeded", "amount_received": 99_900}
        event = at_stripe.add("event", type="payment_intent.succeeded", data={"object": lie})

        post(client, DOOR, *at_stripe.signed(event))

        assert (again(payment).state, Receipt.objects.count()) == ("failed", 0)

    def test_another_sum_than_was_asked_for_is_parked(self, client, at_stripe):
        payment = a_gift()
        intent = at_stripe.pay(payment.provider_ref)
        intent["amount_received"] = 2400

        tell(client, at_stripe)

        assert "£24.00" in ProviderEvent.objects.first().reason
        assert Receipt.objects.count() == 0

    def test_while_stripe_is_out_of_reach_it_waits_and_is_settled_later(self, client, at_stripe, settings):
        payment = a_gift()
        at_stripe.pay(payment.provider_ref)
        settings.STRIPE_API_BASE = "http://127.0.0.1:9"
        answer = post(client, DOOR, *at_stripe.signed(at_stripe.events[0]))
        waiting = ProviderEvent.objects.get()
        settings.STRIPE_API_BASE = at_stripe.base

        settled = events.settle(event_id=waiting.pk, now=timezone.now())

        assert (answer, waiting.state) == (200, EventState.RECEIVED)
        assert (settled.state, again(payment).state) == (EventState.SETTLED, "succeeded")


def test_offered_by_the_form_and_paid_on_the_page(client, at_stripe):
    """The reader's own way: form, Stripe's page, thank-you page."""
    answer = client.post("/give/", form_of(client), follow=False)
    session = at_stripe.all("checkout.session")[0]
    at_stripe.pay(session["id"])
    tell(client, at_stripe)

    thanks = client.get(session["success_url"].removeprefix("http://localhost:8000"))

    assert (answer.status_code, answer["Location"]) == (302, session["url"])
    assert (thanks.status_code, gifts.Gift.objects.get().state) == (200, "received")


def form_of(client):
    form = client.get("/give/").context["form"]
    hidden = {field.name: field.value() for field in form.hidden_fields()}
    return {**hidden, "amount": "25", "tile": "25", "own": "", "often": "once", "name": "Ada Reed", "thanks_as": "name"}


def test_collections_long_after_the_clock_moved_on_keep_their_day(client, at_stripe):
    pledge = an_active_pledge(client, at_stripe)

    pledges.collect_due(on=pledge.next_on + dt.timedelta(days=40), now=timezone.now())
    tell(client, at_stripe)

    assert pledge.collections.count() == 2
