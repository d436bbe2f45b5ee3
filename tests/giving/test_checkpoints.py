"""A checkpoint never makes the meter say anything but what a whole count says. The control takes the lock away."""

import datetime as dt
import random
import threading

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from pennypress import laws
from pennypress.giving import appeals, checkpoints, folding, gifts, meter
from pennypress.giving.laws import LAWS
from pennypress.giving.models import Appeal, Gift, MeterCheckpoint
from pennypress.money import Money
from pennypress.payments import payouts, refunds, taking
from pennypress.payments.models import Allocation, PayoutLine, Purpose
from pennypress.payments.parts import Part
from pennypress.payments.providers import sandbox
from pennypress.people import persons
from pennypress.people.models import Person
from pennypress.settlement import paying_out
from tests import databases
from tests.builders import (
    NOW,
    TODAY,
    a_received_gift,
    a_series,
    an_active_pledge,
    an_appeal,
    an_offered_gift,
    paid,
    pounds,
)

TRUE = next(law for law in LAWS if law.name == "giving.checkpoints_are_true")


def fresh(appeal):
    return Appeal.objects.select_related("checkpoint").get(pk=appeal.pk)


def both(appeal):
    """What the meter reads from its checkpoint, and what a whole count says."""
    return checkpoints.figures(fresh(appeal)), folding.whole(appeal)


def take(appeal):
    return checkpoints.take(appeal=appeal, now=NOW)


def holds():
    return all(finding.holds for finding in laws.run([TRUE]))


def take_back(gift, amount, key, kind="refund"):
    refunds.take_back(allocation=gift.allocation, kind=kind, amount=amount, key=key, on=TODAY, reason="", now=NOW)
    gifts.weigh_again(allocation=gift.allocation)


def as_owner(statement):
    database = connection.settings_dict["NAME"]
    with psycopg.connect(databases._conninfo(settings.DATABASE_OWNER_URL, database), autocommit=True) as owner:
        owner.execute(statement)


@pytest.mark.django_db
class TestReading:
    def test_what_came_after_it_is_counted_on_top(self):
        fund = an_appeal()
        a_received_gift(email="ada@example.org")
        take(fund)
        a_received_gift(email="ada@example.org", amount=pounds(5))
        a_received_gift(amount=pounds(7))

        counted, whole = both(fund)

        assert counted == whole == folding.Figures(3_700, 3_700, 2)

    def test_what_is_taken_back_of_what_it_counted_is_taken_off_with_its_giver(self):
        fund = an_appeal()
        gift = a_received_gift(email="ada@example.org")
        a_received_gift()
        take(fund)
        take_back(gift, pounds(25), "r")

        assert both(fund)[0] == both(fund)[1] == folding.Figures(2_500, 2_500, 1)

    def test_pledges_count_on_top_as_well(self):
        fund = an_appeal()
        an_active_pledge()
        take(fund)
        an_active_pledge(email="bob@example.org", name="Bob")

        assert both(fund)[0] == both(fund)[1] == folding.Figures(2_000, 2_000, 2)

    def test_by_day_and_method_it_is_the_same_as_counted_whole(self):
        fund = an_appeal()
        gift = a_received_gift()
        a_received_gift(method="cash", received_on=dt.date(2026, 11, 3))
        take(fund)
        take_back(gift, pounds(25), "r")
        a_received_gift(method="cash", received_on=dt.date(2026, 11, 3), amount=pounds(1))

        day = dt.date(2026, 11, 3)
        assert checkpoints.days(fresh(fund)) == [folding.Day(day, "cash", 2, 2_600, 2_600)]

    def test_of_a_long_chain_of_merged_persons_one_giver_is_left(self):
        fund = an_appeal()
        for name in ("a", "b", "c"):
            a_received_gift(email=f"{name}@example.org")
        one, two, three = Person.objects.order_by("id")
        persons.merge(duplicate=three, into=two, now=NOW, by=None)
        persons.merge(duplicate=two, into=one, now=NOW, by=None)

        assert folding.whole(fund).givers == 1
        assert folding.difference(fund, since=folding.START).givers == 1


@pytest.mark.django_db
class TestDropping:
    @pytest.fixture
    def fund(self):
        fund = an_appeal()
        a_received_gift(email="ada@example.org")
        a_received_gift(email="bob@example.org")
        take(fund)
        return fund

    def test_two_persons_merged(self, fund):
        one, two = Person.objects.order_by("id")
        persons.merge(duplicate=two, into=one, now=NOW, by=None)

        assert not MeterCheckpoint.objects.exists()
        assert both(fund)[0].givers == 1

    def test_a_gift_to_another_appeal(self, fund):
        special = an_appeal(series=a_series(), slug="special")
        Gift.objects.filter(pk=Gift.objects.first().pk).update(appeal=special)

        assert not MeterCheckpoint.objects.exists()
        assert both(fund)[0] == both(fund)[1] == folding.Figures(2_500, 2_500, 1)

    def test_a_gift_written_late_over_an_older_allocation(self, fund):
        with transaction.atomic():
            gift = a_received_gift()
        checkpoints.take(appeal=fund, now=NOW)
        Gift.objects.filter(pk=gift.pk).update(payer=Person.objects.first())

        assert not MeterCheckpoint.objects.exists()

    def test_a_gift_that_comes_drops_nothing(self, fund):
        a_received_gift()

        assert MeterCheckpoint.objects.exists()


@pytest.mark.django_db
class TestTaking:
    def test_in_steps_it_comes_to_the_same(self, monkeypatch):
        monkeypatch.setattr(checkpoints, "STEP", 3)
        monkeypatch.setattr(checkpoints, "STRIDE", 1)
        fund = an_appeal()
        early = a_received_gift(email="ada@example.org")
        take_back(early, pounds(10), "first")
        for number in range(10):
            gift = a_received_gift(email=f"{number % 4}@example.org", amount=pounds(number + 1))
            take_back(gift, pounds(number % 3 + 1), f"r{number}") if number % 2 else None

        row = take(fund)

        assert row.allocation_mark == Allocation.objects.order_by("id").last().pk
        assert both(fund)[0] == both(fund)[1]
        assert holds()

    def test_the_worker_takes_one_where_enough_has_come(self, monkeypatch):
        monkeypatch.setattr(checkpoints, "EVERY", 2)
        fund = an_appeal()
        a_received_gift()
        assert checkpoints.take_due(now=NOW) == 0
        a_received_gift()

        assert checkpoints.take_due(now=NOW) == 1
        assert checkpoints.take_due(now=NOW) == 0
        assert fresh(fund).checkpoint.gross_minor == 5_000

    def test_who_has_moved_on_is_found_by_one_question_however_many_appeals_there_are(
        self, monkeypatch, django_assert_num_queries
    ):
        monkeypatch.setattr(checkpoints, "EVERY", 2)
        an_appeal()
        special = an_appeal(series=a_series(), slug="special")
        a_received_gift()
        for _gift in range(2):
            paid(an_offered_gift(appeal="special").gift.payment)
        assert checkpoints.take_due(now=NOW) == 1
        assert MeterCheckpoint.objects.get().appeal == special

        with django_assert_num_queries(1):
            assert checkpoints.take_due(now=NOW) == 0

    def test_it_is_asked_for_once_in_so_many_sums(self, monkeypatch, django_capture_on_commit_callbacks):
        monkeypatch.setattr(checkpoints, "EVERY", 4)
        an_appeal()
        with django_capture_on_commit_callbacks() as to_do:
            for _sum in range(9):
                paid(an_offered_gift().gift.payment)

        numbers = Allocation.objects.values_list("id", flat=True)
        assert to_do.count(checkpoints._ask) == sum(number % 4 == 0 for number in numbers) >= 2

    def test_what_is_asked_for_is_a_job_of_the_worker(self):
        checkpoints._ask()

        assert ProcrastinateJob.objects.get(task_name=checkpoints.TASK).status == "todo"
        assert checkpoints.TASK in app.tasks

    @pytest.mark.parametrize("seed", range(12))
    def test_whatever_happens_it_reads_as_a_whole_count(self, seed, monkeypatch):
        chance = random.Random(seed)
        monkeypatch.setattr(checkpoints, "STEP", chance.choice([1, 4, 20_000]))
        monkeypatch.setattr(checkpoints, "STRIDE", chance.choice([1, 3, 20_000]))
        fund = an_appeal()
        for number in range(25):
            _something(chance, fund, number)

            assert both(fund)[0] == both(fund)[1]
        assert sorted(checkpoints.days(fresh(fund)), key=str) == sorted(folding.days(fund), key=str)
        assert holds()


def _something(chance, fund, number):
    match chance.choice(["gift", "gift", "nobody", "pledge", "refund", "reinstate", "merge", "take", "take"]):
        case "gift":
            a_received_gift(email=f"{chance.randrange(5)}@example.org", amount=pounds(chance.randint(1, 9)))
        case "nobody":
            a_received_gift(amount=pounds(chance.randint(1, 9)), method="cash")
        case "pledge":
            an_active_pledge(email=f"p{chance.randrange(4)}@example.org", name=f"P{number}")
        case "refund":
            _take_back_something(chance, number)
        case "reinstate":
            _give_back_something(chance, number)
        case "merge":
            _merge_two(chance)
        case "take":
            take(fund)


def _take_back_something(chance, number):
    received = [gift for gift in Gift.objects.filter(allocation__isnull=False) if refunds.left(gift.allocation)]
    if received:
        gift = chance.choice(received)
        left = refunds.left(gift.allocation)
        take_back(gift, chance.choice([left, pounds(1)]), f"r{number}")


def _give_back_something(chance, number):
    returned = [gift for gift in Gift.objects.filter(allocation__isnull=False) if refunds.standing(gift.allocation)]
    if returned:
        gift = chance.choice(returned)
        take_back(gift, refunds.standing(gift.allocation), f"b{number}", kind="reinstatement")


def _merge_two(chance):
    known = list(Person.objects.filter(merged_into=None).order_by("id"))
    if len(known) > 2:
        into, duplicate = chance.sample(known, 2)
        persons.merge(duplicate=duplicate, into=into, now=NOW, by=None)


def test_whether_somebody_gave_before_is_seen_by_their_own_gifts_and_not_by_all_of_the_appeal(db):
    fund = an_appeal()
    facts = {
        "appeal": fund.pk,
        "allocation": 2**31,
        "persons": [a_received_gift(email="ada@example.org").payer_id],
        "pledges": [],
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {folding._GAVE_BEFORE}", facts)
        plan = " ".join(line for (line,) in cursor.fetchall())

    assert "gift_of_appeal" not in plan
    assert "Index Cond: (payer_id = person.id)" in plan


def test_an_appeal_of_another_series_keeps_its_own(db):
    fund = an_appeal()
    special = an_appeal(series=a_series(), slug="special")
    a_received_gift()
    take(fund)
    take(special)

    assert meter.of(special, on=TODAY, now=NOW).raised == pounds(0)
    assert meter.of(fund, on=TODAY, now=NOW).raised == pounds(25)
    assert appeals.running(TODAY) == fund


class TestRacing:
    """Two connections: one has drawn a low number and not committed when the other, with a higher one, has."""

    def _overtaken(self, fund):
        """A gift whose number is below a committed one's commits only after a checkpoint was tried; what is read then."""
        drawn, tried = threading.Event(), threading.Event()

        def slow():
            with transaction.atomic():
                a_received_gift(amount=pounds(1))
                drawn.set()
                tried.wait(10)
            connections.close_all()

        thread = threading.Thread(target=slow)
        thread.start()
        drawn.wait(10)
        a_received_gift(amount=pounds(2))
        try:
            took = bool(take(fund))
        except checkpoints.Busy:
            took = False
        tried.set()
        thread.join()
        return took, *both(fund)

    def test_a_lower_number_that_has_not_committed_holds_the_mark_back(self, committed):
        fund = an_appeal()

        took, counted, whole = self._overtaken(fund)

        assert took is False
        assert counted == whole == folding.Figures(300, 300, 2)
        assert take(fund).gross_minor == 300
        assert holds()

    def test_without_the_lock_the_meter_loses_it(self, committed):
        """The control."""
        fund = an_appeal()
        for table in ("payments_allocation", "payments_refund", "giving_gift"):
            as_owner(f"DROP TRIGGER meter_is_written_{table} ON {table}")

        took, counted, whole = self._overtaken(fund)

        assert took is True
        assert counted.gross_minor == 200
        assert whole.gross_minor == 300
        assert not holds()

    def test_givers_who_wait_behind_the_mark_go_on_in_a_moment(self, committed):
        """Who writes while the worker stands in line for the lock is held up by its patience at most."""
        fund = an_appeal()
        with transaction.atomic():
            a_received_gift()
            outcome = []
            worker = threading.Thread(target=_try_to_take, args=(fund, outcome))
            worker.start()
            worker.join(5)

        assert outcome == ["busy"]


def _try_to_take(fund, outcome):
    try:
        take(fund)
        outcome.append("took")
    except checkpoints.Busy:
        outcome.append("busy")
    finally:
        connections.close_all()


def test_without_the_guard_that_drops_it_is_wrong_and_the_law_says_so(committed):
    """The control."""
    fund = an_appeal()
    a_received_gift()
    take(fund)
    as_owner("DROP TRIGGER checkpoint_drops_with_gift ON giving_gift")

    Gift.objects.update(appeal=None)

    assert both(fund)[0] != both(fund)[1]
    assert not holds()


@pytest.mark.django_db
class TestFeesOfPayouts:
    """The real ones: what a provider kept of a payment is taken off where the series counts after fees."""

    @pytest.fixture(autouse=True)
    def provider(self, settings):
        settings.PAYMENT_PROVIDERS = ["sandbox"]

    def paid_out(self):
        (payout,) = sandbox.pay_out(now=NOW)
        return paying_out.ask(provider="sandbox", provider_ref=payout.ref, on=TODAY, now=NOW)

    def test_they_are_taken_off_above_a_checkpoint_and_in_a_whole_count(self):
        fund = an_appeal(series=a_series(basis="net"))
        gift = an_offered_gift(amount=pounds(100)).gift
        paid(gift.payment)
        take(fund)
        self.paid_out()
        gift.refresh_from_db()
        fee = payouts.fees_of([gift.allocation_id])[gift.allocation_id]

        assert fee.minor > 0
        assert both(fund)[0] == both(fund)[1]
        assert meter.read(now=NOW).raised == pounds(100) - fee
        take(fund)
        assert both(fund)[0] == both(fund)[1]
        assert holds()

    def test_a_payout_that_comes_back_drops_the_checkpoint(self):
        fund = an_appeal(series=a_series(basis="net"))
        paid(an_offered_gift(amount=pounds(100)).gift.payment)
        payout = self.paid_out()
        take(fund)
        payout.state = "failed"
        payout.save(update_fields=["state"])

        assert not MeterCheckpoint.objects.exists()
        assert both(fund)[0] == both(fund)[1]
        assert meter.read(now=NOW).raised == pounds(100)

    def test_it_stands_above_lines_that_charge_nothing_so_that_they_are_not_asked_about_at_each_reading(self):
        fund = an_appeal()
        paid(an_offered_gift(amount=pounds(100)).gift.payment)
        payout = self.paid_out()
        payout.state = "failed"
        payout.save(update_fields=["state"])

        row = take(fund)

        assert row.fee_mark == PayoutLine.objects.order_by("id").last().pk
        marks = folding.Marks(row.allocation_mark, row.refund_mark, row.fee_mark)
        assert not any(folding._Moved(*folding._rows(folding._MOVED, fund, marks, folding.END)[0]))

    @pytest.mark.parametrize("minors", [(60_00, 30_00, 10_00), (33_33, 33_33, 33_34), (1_00, 1_00, 98_01)])
    def test_of_a_receipt_of_several_parts_each_bears_its_share_to_the_penny(self, minors):
        payment = taking.prepare(
            provider="sandbox",
            method="card",
            parts=[
                Part(purpose, Money(minor, "GBP"))
                for purpose, minor in zip(
                    (Purpose.OTHER, Purpose.SUBSCRIPTION, Purpose.UNALLOCATED), minors, strict=True
                )
            ],
            payer_name="Ada",
            payer_email="",
            now=NOW,
        )
        taking.ask(payment=payment, return_path="/")
        paid(payment)
        self.paid_out()
        allocations = list(Allocation.objects.order_by("id").values_list("id", flat=True))
        with connection.cursor() as cursor:
            cursor.execute("SELECT allocation_id, amount_minor FROM giving_fee")
            seen = dict(cursor.fetchall())

        assert seen == {pk: fee.minor for pk, fee in payouts.fees_of(allocations).items()}
