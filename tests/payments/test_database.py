"""What the database refuses, whoever asks. Deferred laws are made to speak with SET CONSTRAINTS."""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from pennypress.ledger.models import Entry
from pennypress.payments import receipts, refunds
from pennypress.payments.models import Allocation, Purpose, Receipt, Refund
from pennypress.payments.parts import CannotDivide, Part
from tests.builders import NOW, TODAY, a_receipt, pounds

pytestmark = pytest.mark.django_db
RECEIPT = """INSERT INTO payments_receipt (payer_name, method, amount_minor, currency, received_on, reference, recorded_at,
             allocation_count) VALUES ('', 'cash', 100, 'GBP', now(), '', now(), %s) RETURNING id"""
ALLOCATION = "INSERT INTO payments_allocation (receipt_id, purpose, amount_minor) VALUES (%s, 'gift', %s)"


def refused(statement, *parameters):
    with pytest.raises((DatabaseError, psycopg.Error)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def settled():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize("parts", [[], [99], [101], [50, 49], [50, 50, 1]])
def test_a_receipt_whose_allocations_do_not_sum_is_refused(parts):
    with pytest.raises((DatabaseError, psycopg.Error)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RECEIPT, [max(len(parts), 1)])
        receipt = cursor.fetchone()[0]
        cursor.executemany(ALLOCATION, [(receipt, part) for part in parts])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert not Receipt.objects.exists()


def test_an_allocation_added_to_an_old_receipt_is_refused():
    receipt = a_receipt()
    settled()

    refused(ALLOCATION, receipt.pk, 1)

    assert Allocation.objects.count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_receipt SET amount_minor = 1",
        "UPDATE payments_receipt SET received_on = now()",
        "DELETE FROM payments_receipt",
        "TRUNCATE payments_receipt CASCADE",
        "UPDATE payments_allocation SET amount_minor = 1",
        "UPDATE payments_allocation SET purpose = 'shares'",
        "DELETE FROM payments_allocation",
        "TRUNCATE payments_allocation CASCADE",
        "UPDATE payments_refund SET amount_minor = 1",
        "DELETE FROM payments_refund",
        "TRUNCATE payments_refund CASCADE",
        "ALTER TABLE payments_refund DISABLE TRIGGER ALL",
        "DROP TRIGGER refund_within_allocation ON payments_refund",
    ],
)
def test_what_is_written_stays(statement):
    allocation = a_receipt(parts=[Part(Purpose.GIFT, pounds(25))]).allocations.get()
    take_back(allocation, 5)
    settled()

    refused(statement)

    assert refunds.left(allocation) == pounds(20)


def take_back(allocation, amount, kind="refund", key=None):
    return refunds.take_back(
        allocation=allocation,
        kind=kind,
        amount=pounds(amount),
        key=key or f"{kind}-{amount}",
        on=TODAY,
        reason="",
        now=NOW,
    )


class TestTakingBack:
    def test_up_to_the_whole_is_booked(self):
        allocation = a_receipt().allocations.get()

        take_back(allocation, 10)
        take_back(allocation, 15)

        assert refunds.left(allocation) == pounds(0)
        settled()

    def test_more_than_the_whole_is_refused(self):
        allocation = a_receipt().allocations.get()
        take_back(allocation, 10)

        with pytest.raises(refunds.CannotTakeBack):
            take_back(allocation, 16)

        assert (Refund.objects.count(), Entry.objects.count()) == (1, 2)

    def test_giving_back_more_than_was_taken_is_refused(self):
        allocation = a_receipt().allocations.get()

        with pytest.raises(refunds.CannotTakeBack):
            take_back(allocation, 1, kind="reinstatement")

        assert not Refund.objects.exists()

    def test_the_same_key_twice_is_harmless_and_for_another_sum_refused(self):
        allocation = a_receipt().allocations.get()
        take_back(allocation, 10, key="one")

        take_back(allocation, 10, key="one")
        with pytest.raises(refunds.CannotTakeBack):
            take_back(allocation, 11, key="one")

        assert (Refund.objects.count(), Entry.objects.count()) == (1, 2)

    def test_past_the_function_the_database_refuses_too(self):
        allocation = a_receipt().allocations.get()

        refused(
            """INSERT INTO payments_refund (allocation_id, kind, amount_minor, "on", key, reason, recorded_at)
               VALUES (%s, 'refund', 2501, now(), 'x', '', now())""",
            allocation.pk,
        )


@pytest.mark.parametrize("minors", [[0], [-5, 2505], [2499], []])
def test_a_receipt_is_divided_exactly_or_not_written(minors):
    parts = [Part(Purpose.GIFT, pounds(1).__class__(minor, "GBP")) for minor in minors]

    with pytest.raises(CannotDivide):
        receipts.record(
            arrived=receipts.Arrived(
                method="cheque",
                amount=pounds(25),
                parts=parts,
                payer=None,
                payer_name="",
                received_on=TODAY,
                reference="",
            ),
            recorded_by=None,
            now=NOW,
        )

    assert (Receipt.objects.count(), Entry.objects.count()) == (0, 0)


def test_money_in_hand_is_banked_once():
    receipt = a_receipt()

    receipts.bank(receipt=receipt, banked_on=TODAY, now=NOW)
    with pytest.raises(receipts.CannotBank):
        receipts.bank(receipt=receipt, banked_on=TODAY, now=NOW)

    assert Entry.objects.filter(key=f"banked-{receipt.pk}").count() == 1
