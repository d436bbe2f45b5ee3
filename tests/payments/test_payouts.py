"""Payouts in the books: each line on its account, the clearing account back to nothing, and fees by allocation."""

import dataclasses

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from pennypress.ledger import balances, chart
from pennypress.ledger.models import Entry
from pennypress.money import Money
from pennypress.payments import payouts
from pennypress.payments.models import Payout, Purpose
from pennypress.payments.parts import Part
from pennypress.payments.providers import sandbox
from pennypress.settlement import asking, by_hand, paying_out
from tests.builders import NOW, TODAY, an_appeal, an_offered_gift, by_post, paid, pounds
from tests.settlement.test_orders import broken_laws

pytestmark = pytest.mark.django_db


def balance(account):
    lines = balances.Line.objects.filter(account__code=account)
    return Money(sum(line.amount_minor for line in lines), "GBP")


def a_paid_gift(card="succeeds", amount=None, **facts):
    payment = an_offered_gift(amount=amount or pounds(100), **facts).gift.payment
    return paid(payment, card=card)


def paid_out():
    (payout,) = sandbox.pay_out(now=NOW)
    return paying_out.ask(provider="sandbox", provider_ref=payout.ref, on=TODAY, now=NOW)


def again(payout):
    return paying_out.ask(provider="sandbox", provider_ref=payout.provider_ref, on=TODAY, now=NOW)


@pytest.fixture(autouse=True)
def appeal():
    return an_appeal()


def test_a_payout_empties_the_clearing_account_and_books_its_fees():
    payment = a_paid_gift()
    sandbox.Sandbox().refund(provider_ref=payment.provider_ref, amount=pounds(20), key="part")
    asking.ask(provider="sandbox", provider_ref=payment.provider_ref, on=TODAY, now=NOW)

    payout = paid_out()

    assert (payout.state, payout.amount) == ("paid", Money(10_000 - 2_000 - 160, "GBP"))
    assert (balance(chart.CARD_CLEARING), balance(chart.BANK)) == (pounds(0), payout.amount)
    assert balance(chart.PROVIDER_FEES) == Money(160, "GBP")


def test_told_twice_it_is_booked_once():
    a_paid_gift()
    payout = paid_out()

    again(payout)

    assert (Payout.objects.count(), Entry.objects.filter(key=payouts.entry_key(payout)).count()) == (1, 1)
    assert payout.moves.count() == 2


def test_what_it_is_of_and_was_never_heard_of_is_settled_first():
    payment = an_offered_gift(amount=pounds(100)).gift.payment
    sandbox.pay(ref=payment.provider_ref, card="succeeds", fault="lose")
    sandbox.Sandbox().refund(provider_ref=payment.provider_ref, amount=pounds(20), key="part")

    paid_out()

    payment.refresh_from_db()
    assert payment.state == "succeeded"
    assert balance(chart.CARD_CLEARING) == pounds(0)


def test_money_that_we_never_asked_for_is_not_yet_allocated():
    payment = an_offered_gift(amount=pounds(100)).gift.payment
    sandbox.pay(ref=payment.provider_ref, card="succeeds", fault="lose")
    sandbox.SandboxPayment.objects.update(reference="till 4", ref="sp_elsewhere")

    paid_out()

    assert balance(chart.UNALLOCATED) == pounds(-100)
    assert balance(chart.CARD_CLEARING) == pounds(0)


def test_a_disputed_payment_takes_its_fee_from_the_next_payout():
    disputed = a_paid_gift(amount=pounds(10))
    a_paid_gift(amount=pounds(100))
    sandbox.dispute(disputed.provider_ref)
    asking.ask(provider="sandbox", provider_ref=disputed.provider_ref, on=TODAY, now=NOW)

    paid_out()

    assert balance(chart.CARD_CLEARING) == pounds(0)
    assert payouts.fees_of_receipts([disputed.receipt.pk]) == {disputed.receipt.pk: Money(34 + 1_500, "GBP")}


class TestThatCameBack:
    def test_is_reversed_and_its_money_stands_at_the_provider_again(self):
        a_paid_gift()
        payout = paid_out()

        sandbox.fail_payout(ref=payout.provider_ref)
        again(payout)

        assert (balance(chart.BANK), balance(chart.PROVIDER_FEES)) == (pounds(0), pounds(0))
        assert balance(chart.CARD_CLEARING) == pounds(100)
        assert payouts.fees_of_receipts([payout.lines.get().receipt_id]) == {}

    def test_and_goes_out_again_is_booked_with_its_fees_once(self):
        a_paid_gift()
        payout = paid_out()
        sandbox.fail_payout(ref=payout.provider_ref)
        again(payout)

        second = paid_out()

        assert (balance(chart.BANK), balance(chart.CARD_CLEARING)) == (second.amount, pounds(0))
        assert balance(chart.PROVIDER_FEES) == Money(160, "GBP")

    def test_and_is_told_of_by_one_line_of_the_next_settles_what_it_was_of(self):
        a_paid_gift()
        payout = paid_out()
        sandbox.fail_payout(ref=payout.provider_ref)
        again(payout)
        told = sandbox.Sandbox().fetch_payout(payout.provider_ref)
        (line,) = told.lines
        back = dataclasses.replace(
            line, key="back", kind="other", amount=payout.amount, fee=pounds(0), payment_ref=payout.provider_ref
        )
        next_one = dataclasses.replace(told, provider_ref="so_next", state="paid", lines=(back,))

        payouts.bring_up(provider="sandbox", snapshot=next_one, now=NOW)

        assert (balance(chart.BANK), balance(chart.CARD_CLEARING)) == (payout.amount, pounds(0))
        assert balance(chart.PROVIDER_FEES) == Money(160, "GBP")


def test_on_its_way_it_is_not_in_the_books():
    a_paid_gift()
    (theirs,) = sandbox.pay_out(now=NOW, at_once=False)

    payout = paying_out.ask(provider="sandbox", provider_ref=theirs.ref, on=TODAY, now=NOW)

    assert payout.state == "pending"
    assert balance(chart.CARD_CLEARING) == pounds(100)


def test_whose_lines_do_not_add_up_is_refused_and_nothing_written():
    a_paid_gift()
    (theirs,) = sandbox.pay_out(now=NOW)
    told = dataclasses.replace(sandbox.Sandbox().fetch_payout(theirs.ref), amount=pounds(5))

    with pytest.raises(payouts.CannotPayOut, match="add up"):
        payouts.bring_up(provider="sandbox", snapshot=told, now=NOW)

    assert not Payout.objects.exists()


def test_the_fee_of_a_receipt_is_divided_over_its_allocations_to_the_penny():
    payment = a_paid_gift(amount=pounds(100))
    receipt = payment.receipt
    paid_out()

    shares = payouts.fees_of([allocation.pk for allocation in receipt.allocations.all()])

    assert sum(share.minor for share in shares.values()) == 160


class TestTheDatabase:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE payments_payoutline SET fee_minor = 0",
            "DELETE FROM payments_payoutline",
            "UPDATE payments_payout SET amount_minor = 1",
            "UPDATE payments_payout SET state = 'pending'",
            "DELETE FROM payments_payout",
            "UPDATE payments_payoutmove SET to_state = 'failed'",
        ],
    )
    def test_refuses_to_change_a_payout(self, statement):
        a_paid_gift()
        paid_out()

        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    def test_refuses_a_line_added_later(self):
        a_paid_gift()
        payout = paid_out()
        line = payout.lines.get()
        line.pk, line.number, line.key = None, 2, "more"

        with pytest.raises(IntegrityError, match="has no line"), transaction.atomic():
            line.save()

    def test_refuses_a_payout_that_is_not_the_sum_of_its_lines(self):
        with pytest.raises(IntegrityError, match="lines of"), transaction.atomic():
            Payout.objects.create(
                provider="sandbox",
                provider_ref="so_x",
                amount_minor=5,
                currency="GBP",
                arrives_on=TODAY,
                line_count=0,
                recorded_at=NOW,
            )
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def a_gift_by(method):
    return by_post(Part(Purpose.GIFT, pounds(25)), method=method)


class TestCardMoneyEnteredByHand:
    """From a terminal, or by telephone: its provider tells us nothing, and pays out all the same."""

    def pay_out(self, *cards, ref="2026-11-07"):
        kept = [(card, Money(45, "GBP")) for card in cards]
        return payouts.by_hand(provider="terminal", provider_ref=ref, kept=kept, arrives_on=TODAY, now=NOW)

    def test_is_paid_out_less_what_was_kept(self):
        payout = self.pay_out(a_gift_by("card_by_phone"), a_gift_by("card"))

        assert (payout.state, payout.amount) == ("paid", Money(49_10, "GBP"))
        assert (balance(chart.CARD_CLEARING), balance(chart.BANK)) == (pounds(0), payout.amount)
        assert balance(chart.PROVIDER_FEES) == Money(90, "GBP")
        assert broken_laws() == []

    def test_is_paid_out_once(self):
        card = a_gift_by("card_by_phone")
        self.pay_out(card)

        with pytest.raises(payouts.CannotPayOut, match="not paid out yet"):
            self.pay_out(card, ref="again")

        assert Payout.objects.count() == 1

    def test_waits_until_it_is_paid_out(self):
        card, _cheque, returned = a_gift_by("card_by_phone"), a_gift_by("cheque"), a_gift_by("card")
        by_hand.taken_back(receipt=returned, kind="refund", on=TODAY, reason="Twice", now=NOW)

        assert list(payouts.waiting_by_hand("GBP")) == [card]
        self.pay_out(card)
        assert not payouts.waiting_by_hand("GBP").exists()

    def test_of_which_there_is_none_or_that_is_a_providers_or_no_card_is_not(self):
        for cards in ([], [a_paid_gift().receipt], [a_gift_by("cheque")]):
            with pytest.raises(payouts.CannotPayOut):
                self.pay_out(*cards)

        assert not Payout.objects.exists()
