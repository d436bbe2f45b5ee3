"""The treasurer's screens of refunds, payouts, comparisons and providers' news, through the front door of the desk."""

import pytest
from django.utils import timezone

from pennypress.gateway.models import ProviderEvent
from pennypress.payments.models import Difference, Payout, Reconciliation, Refund, RefundOrder, Threshold
from pennypress.people import roles
from pennypress.settlement import by_hand
from tests.desk import samples
from tests.desk.cast import at_the_desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def paper(settings):
    settings.PAYMENT_PROVIDERS = ["sandbox"]
    samples.a_society()
    samples.a_running_fund()


@pytest.fixture
def desk():
    return at_the_desk(roles.TREASURER)


@pytest.fixture
def second_desk():
    return at_the_desk(roles.TREASURER, "second@example.org")


def asked(desk, receipt, amount, reason="Sent twice"):
    allocation = receipt.allocations.get()
    return desk.post(f"/desk/receipts/{receipt.pk}/refund/", {f"part_{allocation.pk}": amount, "reason": reason})


def a_receipt(amount=500):
    part = samples.Part(samples.Purpose.GIFT, samples.pounds(amount))
    return samples.a_cheque(amount=part.amount, parts=[part])


def page(desk, order):
    return f"/desk/refunds/{order.public_id}/"


class TestAskingForARefund:
    def test_offers_what_is_left_and_orders_it(self, desk):
        receipt = a_receipt(50)

        shown = desk.get(f"/desk/receipts/{receipt.pk}/refund/")
        answer = asked(desk, receipt, "20")

        order = RefundOrder.objects.get()
        assert "£50.00 at most" in shown.content.decode()
        assert answer["Location"] == page(desk, order)
        assert (order.state, order.amount) == ("approved", samples.pounds(20))

    @pytest.mark.parametrize(
        ("amount", "reason", "told"),
        [
            ("51", "Sent twice", "more than is left"),
            ("20", "", "required"),
            ("", "x", "how much"),
            ("lots", "x", "amount"),
        ],
    )
    def test_what_cannot_be_is_refused_with_what_was_typed(self, desk, amount, reason, told):
        answer = asked(desk, a_receipt(50), amount, reason)

        assert answer.status_code == 422
        assert told in answer.content.decode()
        assert f'value="{amount}"' in answer.content.decode() or not amount
        assert not RefundOrder.objects.exists()


class TestALargeRefund:
    def test_is_agreed_to_by_another_treasurer_and_paid_back_by_hand(self, desk, second_desk):
        asked(desk, a_receipt(500), "500")
        order = RefundOrder.objects.get()

        own = desk.post(page(desk, order) + "approve/")
        second_desk.post(page(desk, order) + "approve/")
        today = samples.today().isoformat()
        desk.post(page(desk, order) + "paid-back/", {"on": today, "reference": "000778"})

        order.refresh_from_db()
        assert own.status_code == 422
        assert "another treasurer" in own.content.decode()
        assert (order.state, Refund.objects.get().amount) == ("done", samples.pounds(500))
        assert "given back" in desk.get(page(desk, order)).content.decode()

    def test_is_refused_with_a_reason_and_nothing_goes(self, desk, second_desk):
        asked(desk, a_receipt(500), "500")
        order = RefundOrder.objects.get()

        without = second_desk.post(page(desk, order) + "refuse/", {"reason": ""})
        second_desk.post(page(desk, order) + "refuse/", {"reason": "It was meant."})

        order.refresh_from_db()
        assert (without.status_code, order.state) == (422, "refused")
        assert not Refund.objects.exists()

    def test_paid_back_before_it_is_agreed_to_is_refused(self, desk):
        asked(desk, a_receipt(500), "500")

        answer = desk.post(
            page(desk, RefundOrder.objects.get()) + "paid-back/", {"on": samples.today().isoformat(), "reference": ""}
        )

        assert answer.status_code == 422
        assert not Refund.objects.exists()

    def test_stands_on_the_first_screen_until_somebody_agrees(self, desk):
        asked(desk, a_receipt(500), "500")

        assert "refund waits for a second person" in desk.get("/desk/").content.decode()


def test_the_threshold_is_set_from_a_day_on(desk):
    answer = desk.post("/desk/refunds/", {"amount": "25", "effective_from": samples.today().isoformat()})
    past = desk.post("/desk/refunds/", {"amount": "5", "effective_from": "2020-01-01"})

    assert (answer.status_code, past.status_code) == (302, 422)
    assert Threshold.objects.get().amount == samples.pounds(25)
    assert "Up to £25" in desk.get("/desk/refunds/").content.decode()


def test_a_payout_shows_its_lines_and_its_entry(desk):
    payout = samples.a_payout()

    listed = desk.get("/desk/payouts/").content.decode()
    shown = desk.get(f"/desk/payouts/{payout.pk}/").content.decode()

    assert "−£1.50" in listed
    assert "Paid out by sandbox" in shown


class TestATerminalsPayout:
    """Cards that were entered by hand: nobody tells us of their payout but the bank's statement."""

    AT = "/desk/payouts/by-hand/"

    @pytest.fixture
    def cards(self, desk):
        return [samples.a_cheque(method="card_by_phone", amount=samples.pounds(amount)) for amount in (10, 30)]

    def told(self, cards, **changed):
        facts = {"arrived": "39.20", "arrives_on": samples.today().isoformat(), "provider_ref": "TERMINAL 0611"}
        return {"chosen": [card.pk for card in cards], **facts, **changed}

    def test_is_written_down_with_what_was_kept_shared_by_amounts(self, desk, cards):
        answer = desk.post(self.AT, self.told(cards))

        payout = Payout.objects.get()
        assert answer.url == f"/desk/payouts/{payout.pk}/"
        assert (payout.provider, payout.state, payout.amount_minor) == ("terminal", "paid", 39_20)
        assert [line.fee_minor for line in payout.lines.order_by("amount_minor")] == [20, 60]
        assert "No card money" in desk.get(self.AT).content.decode()

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"arrived": "40.01"}, "add up to £40"),
            ({"arrived": "0"}, "add up to £40"),
            ({"arrived": "lots"}, "lots"),
            ({"chosen": []}, "Please tick"),
            ({"arrives_on": "2999-01-01"}, "has not come yet"),
            ({"provider_ref": ""}, "required"),
        ],
    )
    def test_a_wrong_one_is_refused_and_what_was_typed_is_kept(self, desk, cards, changed, words):
        answer = desk.post(self.AT, self.told(cards, **changed))

        page = answer.content.decode()
        assert (answer.status_code, Payout.objects.count()) == (422, 0)
        assert words in page
        assert changed.get("arrived", "39.20") in page

    def test_a_name_that_stands_already_is_refused(self, desk, cards):
        desk.post(self.AT, self.told(cards[:1], arrived="10"))

        answer = desk.post(self.AT, self.told(cards[1:], arrived="30"))

        assert answer.status_code == 422
        assert "written down already" in answer.content.decode()
        assert Payout.objects.count() == 1

    def test_what_was_taken_back_is_not_offered(self, desk, cards):
        by_hand.taken_back(receipt=cards[0], kind="refund", on=samples.today(), reason="Twice", now=timezone.now())

        assert "£10" not in desk.get(self.AT).content.decode()


def test_a_difference_is_shown_with_its_cause(desk):
    now = samples.timezone.now()
    run = Reconciliation.objects.create(provider="sandbox", since=now, started_at=now, finished_at=now, payments=3)
    Difference.objects.create(
        reconciliation=run,
        provider_ref="sp_x",
        cause="unrepaired",
        amount_minor=500,
        currency="GBP",
        says="Another currency",
        found_at=now,
    )

    shown = desk.get("/desk/compared/").content.decode()

    assert "For you to look into" in shown
    assert "3 payments and 0 payouts compared" in shown
    assert "difference with a provider to look into" in desk.get("/desk/").content.decode()


def test_a_comparison_is_asked_for_once_and_by_post_alone(desk):
    assert desk.get("/desk/compared/now/").status_code == 405
    assert desk.post("/desk/compared/now/").status_code == 302


class TestProvidersNews:
    def test_lists_events_by_state_and_shows_their_body(self, desk):
        event = samples.an_event()

        listed = desk.get("/desk/events/?state=parked&provider=sandbox").content.decode()
        none = desk.get("/desk/events/?state=settled").content.decode()
        shown = desk.get(f"/desk/events/{event.pk}/").content.decode()

        assert "payment.succeeded" in listed
        assert "payment.succeeded" not in none
        assert "se_sample" in shown
        assert "event that could not be settled" in desk.get("/desk/").content.decode()

    def test_takes_a_parked_one_up_again_by_post_alone(self, desk):
        event = samples.an_event()

        reading = desk.get(f"/desk/events/{event.pk}/replay/")
        answer = desk.post(f"/desk/events/{event.pk}/replay/", follow=True)

        assert reading.status_code == 405
        assert "Not settled: The provider does not know it." in answer.content.decode()
        assert ProviderEvent.objects.get().moves.count() == 4
