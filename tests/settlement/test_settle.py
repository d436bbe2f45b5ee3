import pytest

from pennypress.giving import meter
from pennypress.giving.models import GiftState
from pennypress.ledger import balances, chart
from pennypress.ledger.models import Entry
from pennypress.letters.models import Letter
from pennypress.payments.models import Allocation, PaymentState, Purpose, Receipt, Refund
from pennypress.payments.parts import Part
from pennypress.payments.providers import sandbox
from pennypress.settlement import asking, settle
from tests.builders import NOW, TODAY, a_receipt, an_appeal, an_offered_gift, paid, pounds

pytestmark = pytest.mark.django_db


def balance(account):
    return balances.of(account=account, on=TODAY, currency="GBP")


def by_hand(*parts, amount=None, **facts):
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
    return settle.received_by_hand(amount=whole, parts=list(parts), **fields)


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

        receipt = by_hand(Part(Purpose.SUBSCRIPTION, pounds(60)), Part(Purpose.GIFT, pounds(40)))

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
            [Part(Purpose.GIFT, pounds(50)), Part(Purpose.GIFT, pounds(50))],
            [Part(Purpose.SHARES, pounds(100))],
        ],
    )
    def test_that_cannot_be_divided_so_is_refused_and_nothing_written(self, parts):
        an_appeal()

        with pytest.raises(settle.CannotSettle):
            by_hand(*parts, amount=pounds(100))

        assert (Receipt.objects.count(), Allocation.objects.count(), Entry.objects.count()) == (0, 0, 0)

    def test_returned_unpaid_leaves_the_meter_and_the_hand(self):
        an_appeal()
        receipt = by_hand(Part(Purpose.GIFT, pounds(40)))

        settle.receipt_taken_back(receipt=receipt, kind="bounced", on=TODAY, reason="Refer to drawer", now=NOW)

        assert meter.read(now=NOW).raised == pounds(0)
        assert balance(chart.IN_HAND) == pounds(0)
        with pytest.raises(settle.CannotSettle):
            settle.receipt_taken_back(receipt=receipt, kind="bounced", on=TODAY, reason="", now=NOW)
        assert Refund.objects.count() == 1

    def test_banked_and_returned_leaves_the_bank(self):
        an_appeal()
        receipt = by_hand(Part(Purpose.GIFT, pounds(40)), banked_on=TODAY)

        settle.receipt_taken_back(receipt=receipt, kind="bounced", on=TODAY, reason="", now=NOW)

        assert (balance(chart.IN_HAND), balance(chart.BANK)) == (pounds(0), pounds(0))


def test_what_is_taken_back_of_a_divided_payment_is_shared_to_the_penny():
    receipt = a_receipt(parts=[Part(Purpose.SUBSCRIPTION, pounds(60)), Part(Purpose.OTHER, pounds(40))])

    taken = settle.receipt_taken_back(receipt=receipt, kind="refund", on=TODAY, reason="", now=NOW)

    assert sum(refund.amount_minor for refund in taken) == 10_000
