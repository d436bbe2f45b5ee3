"""The inbox: what an event is about decides what is asked, each move is a row, and a parked event is taken up again."""

import pytest
from django.utils import timezone

from pennypress.gateway import events, inbox
from pennypress.gateway.models import EventMove, EventState, ProviderEvent
from pennypress.ledger import balances, chart
from pennypress.payments.models import Mandate, Payout
from pennypress.payments.providers import sandbox, sandbox_webhooks
from pennypress.payments.providers.protocol import Event, ProviderRefused
from pennypress.payments.sandbox_tables import SandboxEvent
from pennypress.people import roles
from tests.builders import an_appeal, an_offered_gift, an_offered_pledge, pounds
from tests.desk.cast import a_member_of_staff

pytestmark = pytest.mark.django_db


def told(kind, now=None):
    """The last event of a kind that the sandbox tells of, taken in as its webhook."""
    now = now or timezone.now()
    body = SandboxEvent.objects.filter(kind=kind).latest("id").body.encode()
    headers = {sandbox_webhooks.HEADER: sandbox_webhooks.sign(body, at=now)}
    (event,) = events.take(provider="sandbox", body=body, headers=headers, now=now)
    event.refresh_from_db()
    return event


def a_paid_gift():
    today = timezone.localdate()
    an_appeal(opens_on=today, closes_on=today)
    payment = an_offered_gift(now=timezone.now(), on=today).gift.payment
    sandbox.pay(ref=payment.provider_ref, card="succeeds", fault="lose")
    return payment


def a_supporter():
    today = timezone.localdate()
    an_appeal(opens_on=today, closes_on=today)
    payment = an_offered_pledge(on=today).pledge.collections.get().payment
    sandbox.pay(ref=payment.provider_ref, card="expires_soon", fault="lose")
    told("payment.succeeded")
    return Mandate.objects.get()


def moves(event):
    return [(move.from_state, move.to_state) for move in event.moves.all()]


def balance(account):
    return balances.of(account=account, on=timezone.localdate(), currency="GBP")


def test_every_move_of_an_event_is_a_row():
    a_paid_gift()

    event = told("payment.succeeded")

    assert moves(event) == [("", "received"), ("received", "settled")]


def test_a_payout_brings_what_it_is_of_into_the_books_and_the_clearing_account_to_nothing():
    a_paid_gift()
    sandbox.pay_out(now=timezone.now())

    event = told("payout.paid")

    assert (event.state, Payout.objects.get().state) == (EventState.SETTLED, "paid")
    assert balance(chart.CARD_CLEARING) == pounds(0)
    assert balance(chart.BANK) + balance(chart.PROVIDER_FEES) == pounds(25)


class TestAMandate:
    def test_that_runs_out_says_its_card_and_its_last_day(self):
        mandate = a_supporter()
        sandbox.advance(now=timezone.now() + sandbox.LATER)

        told("mandate.expiring")

        mandate.refresh_from_db()
        assert (mandate.says, mandate.state) == ("Test card ending in 0069", "active")
        assert mandate.expires_on is not None

    def test_that_is_cancelled_at_the_bank_is_cancelled_here_and_needs_no_end_from_us(self):
        mandate = a_supporter()
        sandbox.cancel_at_bank(mandate.provider_ref)

        told("mandate.cancelled")

        mandate.refresh_from_db()
        assert mandate.state == "cancelled"
        assert mandate.released_at is not None

    def test_that_is_not_ours_is_settled_and_says_so(self):
        mandate = a_supporter()
        sandbox.cancel_at_bank(mandate.provider_ref)
        Mandate.objects.update(provider_ref="sm_another", state="cancelled", cancelled_at=timezone.now())

        event = told("mandate.cancelled")

        assert (event.state, event.reason) == (EventState.SETTLED, "Not a mandate of ours")


class TestAParkedEvent:
    @pytest.fixture
    def parked(self, monkeypatch):
        a_paid_gift()

        def refuse(self, provider_ref):
            raise ProviderRefused("The key is not good.")

        monkeypatch.setattr(sandbox.Sandbox, "fetch", refuse)
        event = told("payment.succeeded")
        monkeypatch.undo()
        return event

    def test_says_why_in_words_for_a_person(self, parked):
        assert (parked.state, parked.reason) == (EventState.PARKED, "The provider would not say: The key is not good.")

    def test_is_taken_up_again_and_each_move_is_kept_with_who_asked(self, parked):
        treasurer = a_member_of_staff(roles.TREASURER)

        event = events.replay(event=parked, by=treasurer, now=timezone.now())

        assert event.state == EventState.SETTLED
        assert moves(event) == [
            ("", "received"),
            ("received", "parked"),
            ("parked", "received"),
            ("received", "settled"),
        ]
        assert EventMove.objects.get(from_state="parked").moved_by == treasurer

    def test_once_settled_is_not_taken_up_again_and_nothing_written(self, parked):
        treasurer = a_member_of_staff(roles.TREASURER)
        events.replay(event=parked, by=treasurer, now=timezone.now())
        before = EventMove.objects.count()

        with pytest.raises(inbox.CannotReplay):
            events.replay(event=parked, by=treasurer, now=timezone.now())

        assert EventMove.objects.count() == before


def test_events_told_in_one_webhook_are_each_stored_and_the_rest_is_the_workers():
    now = timezone.now()
    many = [Event(f"e{number}", "moon.full", "", "") for number in range(30)]

    stored = inbox.store(provider="sandbox", body=b"{}", told=many, now=now)
    again = inbox.store(provider="sandbox", body=b"{}", told=many, now=now)

    assert len(stored) == ProviderEvent.objects.count() == len(events.waiting()) == 30
    assert again == stored
