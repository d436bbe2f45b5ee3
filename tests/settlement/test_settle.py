import datetime as dt

import pytest

from pennypress.giving import meter
from pennypress.giving.models import GiftState
from pennypress.ledger import balances, chart
from pennypress.ledger.models import Entry
from pennypress.letters.models import Letter
from pennypress.money import Money
from pennypress.payments.models import Allocation, PaymentState, Purpose, Receipt, Refund
from pennypress.payments.parts import Part
from pennypress.payments.providers import sandbox
from pennypress.settlement import asking, by_hand, settle
from pennypress.settlement.came import Came
from pennypress.shares import applying
from pennypress.shares.models import Application
from tests.builders import (
    NOW,
    TODAY,
    a_receipt,
    an_appeal,
    an_application,
    an_offer,
    an_offered_gift,
    paid,
    pounds,
)

pytestmark = pytest.mark.django_db


def balance(account):
    return balances.of(account=account, on=TODAY, currency="GBP")


def by_post(*parts, amount=None, **facts):
    whole = amount or pounds(sum(part.amount.minor for part in parts) // 100)
    fields = {
        "method": "cheque",
        "payer_name": "Ada Reed",
        "payer_email": "",
        "place": "Leeds",
        "thanks_as": "name",
        "reference": "000123",
        "received_on": TODAY,
        "recorded_by": None,
        "now": NOW,
        **facts,
    }
    told = {name: fields.pop(name) for name in ("recorded_by", "now")}
    return by_hand.received(came=Came(amount=whole, parts=list(parts), **fields), **told)


class TestAGiftByCard:
    def test_is_received_booked_counted_and_thanked(self):
        an_appeal()
        gift = an_offered_gift(amount=pounds(25)).gift

        payment = paid(gift.payment)

        gift.refresh_from_db()
        assert (payment.state, gift.state, gift.received_on) == (PaymentState.SUCCEEDED, GiftState.RECEIVED, TODAY)
        assert (balance(chart.CARD_CLEARING), balance(chart.GIFTS)) == (pounds(25), pounds(-25))
        assert meter.read(now=NOW).raised == pounds(25)
        assert Letter.objects.get().kind == "gift-receipt"

    def test_settled_twice_moves_nothing_more(self):
        an_appeal()
        payment = paid(an_offered_gift().gift.payment)

        asking.ask(provider="sandbox", provider_ref=payment.provider_ref, on=TODAY, now=NOW)

        assert (Receipt.objects.count(), Entry.objects.count(), Letter.objects.count()) == (1, 1, 1)

    def test_is_not_raised_before_it_is_paid(self):
        an_appeal()
        an_offered_gift()

        assert meter.read(now=NOW).raised == pounds(0)
        assert not Receipt.objects.exists()

    def test_declined_leaves_the_reason_and_books_nothing(self):
        an_appeal()

        payment = paid(an_offered_gift().gift.payment, card="declined")

        assert (payment.state, payment.failure) == (
            PaymentState.FAILED,
            "The card was declined. Nothing was taken.",
        )
        assert (Receipt.objects.count(), Entry.objects.count(), Letter.objects.count()) == (0, 0, 0)

    def test_paid_with_another_card_after_a_decline_is_received(self):
        an_appeal()
        payment = paid(an_offered_gift().gift.payment, card="declined")

        payment = paid(payment)

        assert (payment.state, payment.failure) == (PaymentState.SUCCEEDED, "")
        assert [move.to_state for move in payment.moves.all()] == ["failed", "succeeded"]

    def test_disputed_and_won_ends_where_it_began(self):
        an_appeal()
        payment = paid(an_offered_gift().gift.payment)

        sandbox.dispute(payment.provider_ref)
        asking.ask(provider="sandbox", provider_ref=payment.provider_ref, on=TODAY, now=NOW)
        disputed = meter.read(now=NOW).raised
        sandbox.reinstate(payment.provider_ref)
        asking.ask(provider="sandbox", provider_ref=payment.provider_ref, on=TODAY, now=NOW)

        assert (disputed, meter.read(now=NOW).raised) == (pounds(0), pounds(25))
        assert balance(chart.CARD_CLEARING) == pounds(25)
        assert payment.gift.state == GiftState.RECEIVED

    def test_of_another_amount_than_asked_for_is_not_settled(self):
        payment = an_offered_gift_without_appeal()
        sandbox.SandboxPayment.objects.update(amount_minor=1)

        with pytest.raises(asking.CannotSettle):
            paid(payment)

        assert not Receipt.objects.exists()


def an_offered_gift_without_appeal():
    an_appeal()
    return an_offered_gift().gift.payment


class TestACheque:
    def test_is_divided_exactly_between_its_purposes(self):
        an_appeal()

        receipt = by_post(Part(Purpose.SUBSCRIPTION, pounds(60)), Part(Purpose.GIFT, pounds(40)))

        assert receipt.amount == pounds(100)
        assert (balance(chart.IN_HAND), balance(chart.SUBSCRIPTIONS)) == (pounds(100), pounds(-60))
        assert meter.read(now=NOW).raised == pounds(40)

    @pytest.mark.parametrize(
        "parts",
        [
            [],
            [Part(Purpose.GIFT, pounds(99))],
            [Part(Purpose.GIFT, pounds(101))],
            [Part(Purpose.GIFT, pounds(150)), Part(Purpose.OTHER, pounds(-50))],
            [Part(Purpose.SHARES, pounds(100))],
        ],
    )
    def test_that_cannot_be_divided_so_is_refused_and_nothing_written(self, parts):
        an_appeal()

        with pytest.raises(settle.CannotSettle):
            by_post(*parts, amount=pounds(100))

        assert (Receipt.objects.count(), Allocation.objects.count(), Entry.objects.count()) == (0, 0, 0)

    def test_returned_unpaid_leaves_the_meter_and_the_hand(self):
        an_appeal()
        receipt = by_post(Part(Purpose.GIFT, pounds(40)))

        by_hand.taken_back(receipt=receipt, kind="bounced", on=TODAY, reason="Refer to drawer", now=NOW)

        assert meter.read(now=NOW).raised == pounds(0)
        assert balance(chart.IN_HAND) == pounds(0)
        with pytest.raises(settle.CannotSettle):
            by_hand.taken_back(receipt=receipt, kind="bounced", on=TODAY, reason="", now=NOW)
        assert Refund.objects.count() == 1

    def test_banked_and_returned_leaves_the_bank(self):
        an_appeal()
        receipt = by_post(Part(Purpose.GIFT, pounds(40)), banked_on=TODAY)

        by_hand.taken_back(receipt=receipt, kind="bounced", on=TODAY, reason="", now=NOW)

        assert (balance(chart.IN_HAND), balance(chart.BANK)) == (pounds(0), pounds(0))


def test_what_is_taken_back_of_a_divided_payment_is_shared_to_the_penny():
    receipt = a_receipt(parts=[Part(Purpose.SUBSCRIPTION, pounds(60)), Part(Purpose.OTHER, pounds(40))])

    taken = by_hand.taken_back(receipt=receipt, kind="refund", on=TODAY, reason="", now=NOW)

    assert sum(refund.amount_minor for refund in taken) == 10_000


PARTICULARS = {
    "kind": "individual",
    "address": "3 Rope Walk, Hull",
    "postcode": "HU1 2AB",
    "born_on": dt.date(1970, 5, 1),
    "notices_by_email": False,
    "accepts_rules": True,
    "has_read_risk": True,
}


class TestMoneyForShares:
    def test_on_a_cheque_with_a_new_application_is_held_for_the_applicant(self):
        an_appeal()
        an_offer()

        receipt = by_post(
            Part(Purpose.SUBSCRIPTION, pounds(60)),
            Part(Purpose.GIFT, pounds(30)),
            Part(Purpose.SHARES, pounds(10)),
            particulars=PARTICULARS,
        )

        application = Application.objects.get()
        assert (application.state, application.shares) == ("paid", 10)
        assert application.allocation.receipt == receipt
        assert balance(chart.SHARE_APPLICATIONS) == pounds(-10)
        assert meter.read(now=NOW).raised == pounds(30)

    @pytest.mark.parametrize(
        "facts",
        [
            {"particulars": None},
            {"particulars": {**PARTICULARS, "has_read_risk": False}},
            {"particulars": {**PARTICULARS, "address": ""}},
        ],
    )
    def test_without_what_the_register_needs_is_refused_and_nothing_written(self, facts):
        an_offer()

        with pytest.raises(settle.CannotSettle):
            by_post(Part(Purpose.SHARES, pounds(10)), **facts)

        assert (Receipt.objects.count(), Entry.objects.count(), Application.objects.count()) == (0, 0, 0)

    def test_of_half_a_share_is_refused_and_nothing_written(self):
        an_offer()

        with pytest.raises(settle.CannotSettle, match="whole"):
            by_post(
                Part(Purpose.SHARES, pounds(10) + Money(50, "GBP")), amount=Money(1050, "GBP"), particulars=PARTICULARS
            )

        assert (Receipt.objects.count(), Application.objects.count()) == (0, 0)

    def test_by_card_is_held_until_allotted(self):
        an_offer()
        application = an_application()
        applying.pay(application=application, now=NOW)
        application.refresh_from_db()

        paid(application.payment)

        application.refresh_from_db()
        assert application.state == "paid"
        assert balance(chart.SHARE_APPLICATIONS) == -application.amount


def test_a_form_sent_twice_is_entered_once():
    an_appeal()

    receipt = by_post(Part(Purpose.GIFT, pounds(25)), key="post-1")
    again = by_post(Part(Purpose.GIFT, pounds(25)), key="post-1")

    assert again == receipt
    with pytest.raises(settle.CannotSettle):
        by_post(Part(Purpose.GIFT, pounds(26)), key="post-1")
    assert (Receipt.objects.count(), Entry.objects.count()) == (1, 1)
