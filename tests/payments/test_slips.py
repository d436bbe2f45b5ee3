"""Paying-in slips and counted cash: on one slip at most, paid in once, and everything adds up, by the database."""

import datetime as dt

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from pennypress.ledger import balances, chart
from pennypress.ledger.models import Entry
from pennypress.money import Money
from pennypress.payments import cash, counting, receipts, slips
from pennypress.payments.cash import TinSheet
from pennypress.payments.models import CashCount, PayingInSlip, Purpose, SlipItem, SlipState
from pennypress.payments.parts import Part
from pennypress.settlement import by_hand, correcting
from tests.builders import NOW, TODAY, a_collection, a_count, a_receipt, by_post, pounds

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + dt.timedelta(days=1)


def draw(*chosen, coins=0):
    return slips.draw(chosen=chosen, loose_coins=Money(coins, "GBP"), on=TODAY, by=None, now=NOW)


def pay_in(slip, on=TOMORROW):
    return slips.pay_in(slip=slip, banked_on=on, by=None, now=NOW)


def balance(account, on=TOMORROW):
    return balances.of(account=account, on=on, currency="GBP")


def refused(statement, *parameters):
    with pytest.raises((DatabaseError, psycopg.Error)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class TestASlip:
    def test_adds_up_by_notes_coins_and_cheques(self):
        slip = draw(a_receipt(), a_collection(), a_receipt(method="cash"), coins=350)

        totals = slips.totals(slip)

        assert (totals.cheques, totals.cheque_count) == (pounds(25), 1)
        assert (totals.notes, totals.coins) == (Money(2500 + 2500 - 350, "GBP"), Money(235 + 350, "GBP"))
        assert totals.whole == totals.cash + totals.cheques == Money(7735, "GBP")

    def test_paid_in_banks_each_receipt_on_its_day(self):
        slip = pay_in(draw(a_receipt(), a_receipt(method="cash")))

        assert (slip.state, slip.banked_on) == (SlipState.PAID_IN, TOMORROW)
        assert (balance(chart.IN_HAND), balance(chart.BANK)) == (pounds(0), pounds(50))
        assert Entry.objects.filter(key__startswith="banked-").count() == 2
        assert not slips.waiting("GBP")

    def test_paid_in_again_changes_nothing(self):
        slip = pay_in(draw(a_receipt()))

        pay_in(slip, on=TOMORROW + dt.timedelta(days=3))

        assert Entry.objects.filter(key__startswith="banked-").count() == 1

    def test_is_numbered_on_without_a_gap(self):
        assert [draw(a_receipt()).number, draw(a_receipt()).number] == [1, 2]

    @pytest.mark.parametrize("method", ["bank_transfer", "card_by_phone"])
    def test_takes_no_money_that_is_not_in_hand(self, method):
        with pytest.raises(slips.CannotDraw):
            draw(a_receipt(method=method))

        assert not PayingInSlip.objects.exists()

    def test_takes_no_receipt_that_is_on_another(self):
        receipt = a_receipt()
        draw(receipt)

        with pytest.raises(slips.CannotDraw, match="on a slip already"):
            draw(receipt)

        assert SlipItem.objects.count() == 1

    def test_past_the_function_the_database_refuses_a_second_slip_too(self):
        receipt = a_receipt()
        draw(receipt)
        other = draw(a_receipt())

        refused(
            "INSERT INTO payments_slipitem (slip_id, receipt_id, put_at) VALUES (%s, %s, now())", other.pk, receipt.pk
        )

    def test_taken_off_an_open_slip_a_receipt_is_in_hand_again(self):
        receipt, other = a_receipt(), a_receipt()
        slip = draw(receipt, other)

        slips.take_off(slip=slip, receipt=receipt, now=NOW)

        assert list(slips.waiting("GBP")) == [receipt]
        assert slips.standing(slip) == [other]

    def test_taken_off_it_may_go_on_another(self):
        receipt = a_receipt()
        slips.take_off(slip=draw(receipt), receipt=receipt, now=NOW)

        assert slips.standing(draw(receipt)) == [receipt]

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE payments_slipitem SET removed_at = now()",
            "UPDATE payments_payinginslip SET state = 'open', banked_on = NULL, paid_in_at = NULL",
            "UPDATE payments_payinginslip SET loose_coins_minor = 1",
            "DELETE FROM payments_slipitem",
            "DELETE FROM payments_payinginslip",
            "INSERT INTO payments_slipitem (slip_id, receipt_id, put_at)"
            " SELECT s.id, r.id, now() FROM payments_payinginslip s, payments_receipt r WHERE r.banked_on IS NULL",
        ],
    )
    def test_that_is_paid_in_stays(self, statement):
        pay_in(draw(a_receipt()))
        a_receipt()

        refused(statement)

    def test_with_more_coins_than_loose_cash_is_refused(self):
        with pytest.raises(slips.CannotDraw):
            draw(a_receipt(method="cash"), coins=2501)

        assert not PayingInSlip.objects.exists()

    def test_a_receipt_taken_back_meanwhile_is_named(self):
        receipt = by_post(Part(Purpose.OTHER, pounds(25)))
        slip = draw(receipt)
        by_hand.taken_back(receipt=receipt, kind="refund", on=TODAY, reason="Sent back", now=NOW)

        with pytest.raises(slips.CannotDraw, match=str(receipt.pk)):
            pay_in(slip)

        assert balance(chart.BANK) == pounds(0)

    def test_a_correction_takes_the_place_of_what_it_corrects(self):
        receipt = by_post(Part(Purpose.OTHER, pounds(25)))
        slip = pay_in(draw(receipt))
        right = correcting.Particulars(amount=pounds(52), parts=(Part(Purpose.OTHER, pounds(52)),))

        corrected = correcting.correct(receipt=receipt, anew=right, reason="52 on the cheque", by=None, now=NOW)

        assert slips.standing(slip) == [corrected]
        assert (balance(chart.IN_HAND), balance(chart.BANK)) == (pounds(0), pounds(52))


class TestACollection:
    def test_is_written_down_with_its_sheet(self):
        receipt = a_collection()

        sheet = counting.as_written(receipt)

        assert sheet is not None
        assert sheet.total == receipt.amount
        assert (sheet.first_counter, sheet.second_counter) == ("Beryl Ash", "Idris Vaughan")

    def test_with_tins_has_one_sum(self):
        amount = pounds(30)
        tins = (TinSheet("7", "Ann", pounds(10)), TinSheet("9", "", pounds(20)))

        receipt = a_collection(amount=amount, count=a_count(amount, tins=tins))

        assert [tin.number for tin in receipt.cash_count.tins.all()] == ["7", "9"]

    @pytest.mark.parametrize(
        "told",
        [
            {"second_counter": ""},
            {"second_counter": "beryl  ASH"},
            {"place": " "},
            {"pieces": {2000: 1}},
            {"pieces": {3000: 1}},
            {"currency": "EUR"},
            {"tins": (TinSheet("1", "", pounds(1)),)},
            {"tins": (TinSheet("1", "", pounds(10)), TinSheet("1", "", Money(17_35, "GBP")))},
        ],
    )
    def test_that_does_not_add_up_or_has_one_counter_is_refused(self, told):
        with pytest.raises(by_hand.CannotSettle):
            a_collection(count=a_count(Money(27_35, "GBP"), **told))

        assert not CashCount.objects.exists()

    def test_without_a_sheet_is_refused(self):
        with pytest.raises(by_hand.CannotSettle, match="two counters"):
            by_post(Part(Purpose.GIFT, pounds(5)), method="collection")

    @pytest.mark.parametrize(
        "statement",
        [
            """WITH r AS (INSERT INTO payments_receipt (payer_name, method, amount_minor, currency, received_on,
                   reference, recorded_at, allocation_count, sent_currency)
                   VALUES ('', 'collection', 100, 'GBP', now(), '', now(), 1, '') RETURNING id)
               INSERT INTO payments_allocation (receipt_id, purpose, amount_minor) SELECT id, 'other', 100 FROM r""",
            "INSERT INTO payments_countedcash (count_id, face_minor, pieces) SELECT id, 5000, 1 FROM payments_cashcount",
            "INSERT INTO payments_tin (count_id, number, collector, amount_minor)"
            " SELECT id, '1', '', 1 FROM payments_cashcount",
            "UPDATE payments_cashcount SET second_counter = 'Somebody else'",
            "DELETE FROM payments_countedcash",
            "INSERT INTO payments_cashcount (receipt_id, place, permit, first_counter, second_counter)"
            " SELECT id, 'Hall', '', 'Ann', 'ANN' FROM payments_receipt WHERE method = 'cash'",
            "INSERT INTO payments_cashcount (receipt_id, place, permit, first_counter, second_counter)"
            " SELECT id, 'Hall', '', 'Ann', '' FROM payments_receipt WHERE method = 'cash'",
        ],
    )
    def test_past_the_function_the_database_refuses_too(self, statement):
        a_collection()
        a_receipt(method="cash")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

        refused(statement)


@pytest.mark.parametrize("minor", [1, 99, 2735, 123_456])
def test_the_fewest_pieces_add_up(minor):
    amount = Money(minor, "GBP")

    assert a_count(amount).total == amount
    assert all(face in cash.faces("GBP") for face in cash.fewest_pieces(amount))


def test_what_was_taken_back_whole_is_not_in_hand():
    receipt = by_post(Part(Purpose.OTHER, pounds(25)))
    by_hand.taken_back(receipt=receipt, kind="bounced", on=TODAY, reason="Refer to drawer", now=NOW)

    assert not receipts.in_hand()
