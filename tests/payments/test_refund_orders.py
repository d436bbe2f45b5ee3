"""Orders to give money back: two persons above a sum, only the way it came, and never more than came in."""

import datetime as dt
import random

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from pennypress.giving import meter
from pennypress.letters.models import Letter
from pennypress.money import Money
from pennypress.payments import refund_orders, refunds, thresholds
from pennypress.payments.models import Purpose, Refund, RefundOrder, RefundOrderMove, RefundOrderPart
from pennypress.payments.parts import Part
from pennypress.payments.providers import sandbox
from pennypress.payments.providers.protocol import CannotRefund, ProviderUnavailable
from pennypress.people import roles
from pennypress.settlement import asking, giving_back, settle
from tests.builders import NOW, TODAY, a_receipt, a_received_gift, an_appeal, an_offered_gift, paid, pounds
from tests.desk.cast import a_member_of_staff
from tests.settlement.test_orders import broken_laws

pytestmark = pytest.mark.django_db


@pytest.fixture
def treasurer():
    return a_member_of_staff(roles.TREASURER)


@pytest.fixture
def second():
    return a_member_of_staff(roles.TREASURER, "second@example.org")


@pytest.fixture(autouse=True)
def appeal():
    return an_appeal()


def a_paid_gift(amount):
    return paid(an_offered_gift(amount=amount).gift.payment).receipt


def an_order(receipt, amount=None, *, by=None, on=TODAY):
    allocation = receipt.allocations.get()
    amount = amount or refund_orders.may_go_back(allocation)
    return refund_orders.ask(receipt=receipt, parts={allocation.pk: amount}, reason="Paid twice", by=by, on=on, now=NOW)


def ask_about(receipt):
    asking.ask(provider="sandbox", provider_ref=receipt.payment.provider_ref, on=TODAY, now=NOW)


def moves(order):
    return [move.to_state for move in order.moves.all()]


def written():
    return [model.objects.count() for model in (RefundOrder, RefundOrderPart, RefundOrderMove, Refund)]


class TestASmallRefund:
    def test_goes_back_the_way_it_came_and_the_giver_is_told(self, treasurer):
        receipt = a_paid_gift(pounds(50))
        order = an_order(receipt, pounds(20), by=treasurer)

        refund_orders.send_due(now=NOW)
        before = refunds.left(receipt.allocations.get())
        ask_about(receipt)

        order.refresh_from_db()
        assert (before, refunds.left(receipt.allocations.get())) == (pounds(50), pounds(30))
        assert (order.state, moves(order)) == ("done", ["asked", "approved", "sent", "done"])
        assert "£20.00" in Letter.objects.get(kind="refund").text
        assert meter.read(now=NOW).raised == pounds(30)
        assert broken_laws() == []

    def test_is_sent_once_however_often_the_worker_comes_by(self, treasurer):
        receipt = a_paid_gift(pounds(50))
        an_order(receipt, pounds(20), by=treasurer)

        refund_orders.send_due(now=NOW)
        RefundOrder.objects.update(acknowledged_at=None)
        refund_orders.send_due(now=NOW)

        assert len(sandbox.Sandbox().fetch(receipt.payment.provider_ref).taken_back) == 1

    def test_waits_while_its_provider_is_out_of_reach(self, treasurer, monkeypatch):
        order = an_order(a_paid_gift(pounds(50)), by=treasurer)

        def out_of_reach(self, **_facts):
            raise ProviderUnavailable("no answer")

        monkeypatch.setattr(sandbox.Sandbox, "refund", out_of_reach)
        went = refund_orders.send_due(now=NOW)
        monkeypatch.undo()

        assert (went, refund_orders.send_due(now=NOW)) == (0, 1)
        order.refresh_from_db()
        assert order.state == "sent"

    def test_that_the_provider_refuses_has_failed_and_says_why(self, treasurer, monkeypatch):
        order = an_order(a_paid_gift(pounds(50)), by=treasurer)

        def refuse(self, **_facts):
            raise CannotRefund("The card is closed.")

        monkeypatch.setattr(sandbox.Sandbox, "refund", refuse)
        refund_orders.send_due(now=NOW)

        order.refresh_from_db()
        assert (order.state, order.failure) == ("failed", "The card is closed.")
        assert refund_orders.may_go_back(order.receipt.allocations.get()) == pounds(50)

    def test_that_did_not_arrive_has_failed_after_all(self, treasurer):
        receipt = a_paid_gift(pounds(50))
        order = an_order(receipt, by=treasurer)
        refund_orders.send_due(now=NOW)
        ask_about(receipt)
        order.refresh_from_db()

        settle.taken_back(
            payment_id=receipt.payment_id,
            kind="reinstatement",
            amount=pounds(50),
            key=f"{order.refund_key}-failed",
            on=TODAY,
            reason="The refund did not arrive.",
            now=NOW,
        )

        order.refresh_from_db()
        assert (order.state, order.failure) == ("failed", "The refund did not arrive.")
        assert refunds.left(receipt.allocations.get()) == pounds(50)


class TestALargeRefund:
    def test_waits_for_a_second_person_and_then_goes(self, treasurer, second):
        receipt = a_paid_gift(pounds(500))
        order = an_order(receipt, by=treasurer)
        early = refund_orders.send_due(now=NOW)

        refund_orders.approve(order=order, by=second, now=NOW)
        refund_orders.send_due(now=NOW)
        ask_about(receipt)

        order.refresh_from_db()
        assert (early, order.state, order.approved_by) == (0, "done", second)

    def test_is_not_approved_by_who_asked_nor_by_another_role(self, treasurer):
        order = an_order(a_paid_gift(pounds(500)), by=treasurer)
        secretary = a_member_of_staff(roles.SECRETARY)

        for by in (treasurer, secretary):
            with pytest.raises(refund_orders.CannotOrder):
                refund_orders.approve(order=order, by=by, now=NOW)

        order.refresh_from_db()
        assert (order.state, moves(order)) == ("asked", ["asked"])

    def test_that_is_refused_frees_what_it_held(self, treasurer, second):
        receipt = a_paid_gift(pounds(500))
        order = an_order(receipt, by=treasurer)

        refund_orders.refuse(order=order, reason="The giver meant it.", by=second, now=NOW)

        assert refund_orders.may_go_back(receipt.allocations.get()) == pounds(500)
        with pytest.raises(refund_orders.CannotOrder):
            refund_orders.approve(order=order, by=second, now=NOW)

    def test_is_large_by_what_the_paper_has_set_on_its_day(self, treasurer):
        thresholds.set_to(
            amount=pounds(10), effective_from=TODAY + dt.timedelta(days=1), by=treasurer, on=TODAY, now=NOW
        )
        receipt = a_paid_gift(pounds(50))

        today = an_order(receipt, pounds(20), by=treasurer)
        tomorrow = an_order(receipt, pounds(20), by=treasurer, on=TODAY + dt.timedelta(days=1))

        assert (today.needs_two, tomorrow.needs_two) == (False, True)

    def test_a_threshold_in_the_past_is_not_set(self, treasurer):
        with pytest.raises(thresholds.CannotSet):
            thresholds.set_to(
                amount=pounds(10), effective_from=TODAY - dt.timedelta(days=1), by=treasurer, on=TODAY, now=NOW
            )

        assert thresholds.of_one(currency="GBP", on=TODAY) == pounds(100)


class TestWhatIsRefused:
    def test_more_than_is_left_with_what_is_in_flight_and_nothing_is_written(self, treasurer):
        receipt = a_paid_gift(pounds(50))
        an_order(receipt, pounds(30), by=treasurer)
        before = written()

        with pytest.raises(refund_orders.CannotOrder, match="on their way"):
            an_order(receipt, pounds(21), by=treasurer)

        assert written() == before

    def test_any_order_while_it_is_disputed(self, treasurer):
        receipt = a_paid_gift(pounds(50))
        refunds.take_back(
            allocation=receipt.allocations.get(),
            kind="dispute",
            amount=pounds(20),
            key="d",
            on=TODAY,
            reason="",
            now=NOW,
        )
        before = written()

        with pytest.raises(refund_orders.CannotOrder, match="disputed"):
            an_order(receipt, pounds(5), by=treasurer)

        assert written() == before

    def test_sending_what_was_disputed_meanwhile(self, treasurer):
        receipt = a_paid_gift(pounds(50))
        order = an_order(receipt, pounds(5), by=treasurer)
        refunds.take_back(
            allocation=receipt.allocations.get(),
            kind="dispute",
            amount=pounds(20),
            key="d",
            on=TODAY,
            reason="",
            now=NOW,
        )

        refund_orders.send_due(now=NOW)

        order.refresh_from_db()
        assert order.state == "failed"
        assert sandbox.Sandbox().fetch(receipt.payment.provider_ref).taken_back == ()

    @pytest.mark.parametrize(
        ("parts", "reason"),
        [({}, "why"), ({0: Money(0, "GBP")}, "why"), ({0: pounds(5)}, " "), ({0: pounds(-5)}, "why")],
    )
    def test_an_order_without_a_sum_or_a_reason(self, treasurer, parts, reason):
        receipt = a_paid_gift(pounds(50))
        allocation = receipt.allocations.get()

        with pytest.raises(refund_orders.CannotOrder):
            refund_orders.ask(
                receipt=receipt,
                parts=dict.fromkeys([allocation.pk] if parts else [], parts.get(0)),
                reason=reason,
                by=treasurer,
                on=TODAY,
                now=NOW,
            )

        assert written() == [0, 0, 0, 0]

    def test_of_another_receipts_money(self, treasurer):
        receipt, other = a_paid_gift(pounds(50)), a_paid_gift(pounds(50))

        with pytest.raises(refund_orders.CannotOrder):
            refund_orders.ask(
                receipt=receipt,
                parts={other.allocations.get().pk: pounds(5)},
                reason="why",
                by=treasurer,
                on=TODAY,
                now=NOW,
            )


class TestMoneyThatCameByHand:
    def test_is_paid_back_by_hand_part_by_part(self, treasurer):
        receipt = a_receipt(parts=[Part(Purpose.SUBSCRIPTION, pounds(60)), Part(Purpose.OTHER, pounds(30))])
        subscription, other = receipt.allocations.all()
        order = refund_orders.ask(
            receipt=receipt,
            parts={subscription.pk: pounds(60), other.pk: pounds(5)},
            reason="Cancelled",
            by=treasurer,
            on=TODAY,
            now=NOW,
        )

        giving_back.paid_back(order=order, on=TODAY, reference="000123", by=treasurer, now=NOW)

        assert (refunds.left(subscription), refunds.left(other)) == (pounds(0), pounds(25))
        order.refresh_from_db()
        assert (order.state, moves(order)) == ("done", ["asked", "approved", "done"])
        assert broken_laws() == []

    def test_is_paid_back_once_and_only_when_approved(self, treasurer, second):
        gift = a_received_gift(amount=pounds(500))
        order = an_order(gift.allocation.receipt, by=treasurer)

        with pytest.raises(settle.CannotSettle):
            giving_back.paid_back(order=order, on=TODAY, reference="", by=treasurer, now=NOW)
        refund_orders.approve(order=order, by=second, now=NOW)
        giving_back.paid_back(order=order, on=TODAY, reference="", by=treasurer, now=NOW)
        with pytest.raises(settle.CannotSettle):
            giving_back.paid_back(order=order, on=TODAY, reference="", by=treasurer, now=NOW)

        assert Refund.objects.count() == 1

    def test_money_of_a_provider_is_never_paid_back_by_hand(self, treasurer):
        order = an_order(a_paid_gift(pounds(50)), by=treasurer)

        with pytest.raises(settle.CannotSettle, match="through the provider"):
            giving_back.paid_back(order=order, on=TODAY, reference="", by=treasurer, now=NOW)

        assert not Refund.objects.exists()


class TestTheDatabase:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE payments_refundorder SET approved_by_id = asked_by_id",
            "UPDATE payments_refundorder SET state = 'approved'",
            "UPDATE payments_refundorder SET state = 'done'",
            "UPDATE payments_refundorder SET needs_two = false",
            "UPDATE payments_refundorder SET amount_minor = 1",
            "DELETE FROM payments_refundorder",
            "UPDATE payments_refundorderpart SET amount_minor = 1",
            "UPDATE payments_refundordermove SET to_state = 'done'",
        ],
    )
    def test_refuses_to_bend_an_order_that_waits_for_a_second(self, treasurer, statement):
        an_order(a_paid_gift(pounds(500)), by=treasurer)

        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    def test_refuses_a_large_order_that_says_it_needs_one(self, treasurer, monkeypatch):
        monkeypatch.setattr(thresholds, "needs_two", lambda amount, on: False)

        with pytest.raises(IntegrityError, match="refund_needs_two"), transaction.atomic():
            order = RefundOrder(
                receipt=a_paid_gift(pounds(500)),
                amount_minor=50_000,
                currency="GBP",
                part_count=1,
                reason="x",
                needs_two=False,
                asked_by=treasurer,
                asked_on=TODAY,
                asked_at=NOW,
            )
            order.save()

    def test_refuses_an_order_that_is_not_the_sum_of_its_parts(self, treasurer):
        receipt = a_paid_gift(pounds(50))

        with pytest.raises(IntegrityError, match="parts of"), transaction.atomic():
            RefundOrder.objects.create(
                receipt=receipt,
                amount_minor=500,
                currency="GBP",
                part_count=1,
                reason="x",
                needs_two=False,
                asked_by=treasurer,
                asked_on=TODAY,
                asked_at=NOW,
            )
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("seed", range(20))
def test_refunds_disputes_and_reinstatements_never_take_more_than_came_in(seed, treasurer, second):
    """P14: refund and dispute in all orders, at the desk and at the provider, told late or not at all."""
    rng = random.Random(seed)
    receipt = a_paid_gift(pounds(150))
    allocation, ref = receipt.allocations.get(), receipt.payment.provider_ref
    for _step in range(30):
        act = rng.choice(["order", "order", "approve", "send", "dispute", "win", "there", "ask"])
        amount = Money(rng.randint(1, 9_000), "GBP")
        try:
            match act:
                case "order":
                    an_order(receipt, amount, by=treasurer)
                case "approve" if waiting := RefundOrder.objects.filter(state="asked").first():
                    refund_orders.approve(order=waiting, by=second, now=NOW)
                case "send":
                    refund_orders.send_due(now=NOW)
                case "dispute":
                    sandbox.dispute(ref)
                case "win":
                    sandbox.reinstate(ref)
                case "there":
                    sandbox.Sandbox().refund(provider_ref=ref, amount=amount, key=f"there-{rng.random()}")
                case _ask:
                    ask_about(receipt)
        except (refund_orders.CannotOrder, CannotRefund):
            continue
        assert pounds(0) <= refunds.left(allocation) <= pounds(150)

    refund_orders.send_due(now=NOW)
    ask_about(receipt)

    told = sandbox.Sandbox().fetch(ref).taken_back
    net = sum(-item.amount.minor if item.kind == "reinstatement" else item.amount.minor for item in told)
    assert refunds.standing(allocation).minor == net <= 15_000
    assert not RefundOrder.objects.filter(state="sent").exists()
    assert broken_laws() == []
