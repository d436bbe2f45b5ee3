"""A collection that failed: tried again on the paper's days, one plain letter for each step, and then the pledge lapses."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from pennypress.giving import dunning, pledges, support_terms
from pennypress.giving.models import Attempt, Collection, Pledge, PledgeState, Reminder
from pennypress.letters.models import Letter
from pennypress.payments.models import Receipt
from pennypress.settlement import asking, settle
from tests.builders import NOW, TODAY, a_failed_attempt, an_active_pledge, an_appeal, an_offered_gift, pounds

pytestmark = pytest.mark.django_db
DUE = dt.date(2026, 12, 7)


@pytest.fixture(autouse=True)
def appeal(db):
    return an_appeal()


def day(number):
    return DUE + dt.timedelta(days=number)


def moment(on):
    return dt.datetime.combine(on, dt.time(12), tzinfo=dt.UTC)


def letters():
    kinds = Letter.objects.exclude(kind="pledge-begun").order_by("id")
    return list(kinds.values_list("kind", flat=True))


def test_it_is_tried_again_on_the_papers_days_with_one_letter_each_and_then_lapses():
    pledge = an_active_pledge()

    for number in (0, 3, 7, 14):
        a_failed_attempt(pledge, on=day(number))

    pledge.refresh_from_db()
    assert (pledge.state, pledge.lapsed_on, pledge.next_on) == (PledgeState.LAPSED, day(14), None)
    assert letters() == ["pledge-failed", "pledge-failed-again", "pledge-last-try", "pledge-lapsed"]
    assert pledge.mandate.state == "cancelled"


def test_nothing_is_asked_between_the_days_and_nothing_after_the_last():
    pledge = an_active_pledge()
    a_failed_attempt(pledge, on=DUE)

    asked = [len(pledges.collect_due(on=day(number), now=moment(day(number)))) for number in (0, 1, 2, 3, 3, 4)]

    assert asked == [0, 0, 0, 1, 0, 0]


def test_a_retry_that_succeeds_ends_the_dunning():
    pledge = an_active_pledge()
    a_failed_attempt(pledge, on=DUE)

    pledges.collect_due(on=day(3), now=moment(day(3)))
    payment = pledge.collections.get(due_on=DUE).payment
    asking.ask(provider="sandbox", provider_ref=payment.provider_ref, on=day(3), now=moment(day(3)))

    collection = pledge.collections.get(due_on=DUE)
    assert (collection.state, collection.retry_on, collection.attempts.count()) == ("collected", None, 2)
    assert Receipt.objects.count() == 2


def test_no_letter_repeats_what_the_provider_said():
    pledge = an_active_pledge()

    for number in (0, 3, 7, 14):
        a_failed_attempt(pledge, on=day(number))

    assert not Letter.objects.filter(text__contains="do_not_honor_59").exists()


def test_each_letter_has_the_way_to_another_card():
    pledge = an_active_pledge()

    for number in (0, 3, 7, 14):
        a_failed_attempt(pledge, on=day(number))

    told = Letter.objects.filter(kind__in=["pledge-failed", "pledge-failed-again", "pledge-last-try", "pledge-lapsed"])
    assert all("/card/" in letter.text and "/card/" in letter.html for letter in told)


def test_two_failures_on_a_day_make_one_letter_and_the_other_goes_the_next_day():
    pledge = an_active_pledge()
    a_failed_attempt(pledge, on=DUE)
    Collection.objects.filter(due_on=DUE).update(retry_on=day(1))
    pledges.collect_due(on=day(1), now=moment(day(1)))
    payment = pledge.collections.get(due_on=DUE).payment

    # Word of the second comes late on the first day, by the provider's clock.
    settle.payment_failed(payment_id=payment.pk, provider_ref=payment.provider_ref, reason="", now=moment(DUE))
    on_the_day = letters()
    dunning.remind_due(on=day(1), now=moment(day(1)))

    assert on_the_day == ["pledge-failed"]
    assert letters() == ["pledge-failed", "pledge-failed-again"]
    assert dunning.remind_due(on=day(2), now=moment(day(2))) == 0


def test_the_database_refuses_a_second_letter_on_a_day():
    pledge = an_active_pledge()
    a_failed_attempt(pledge, on=DUE)
    attempt = pledge.collections.get(due_on=TODAY).attempts.get()

    with pytest.raises(IntegrityError, match="reminder_once_a_day"), transaction.atomic():
        Reminder.objects.create(pledge=pledge, step="again", on=DUE, attempt=attempt)


def test_the_database_refuses_a_second_attempt_under_way():
    pledge = an_active_pledge()
    pledges.collect_due(on=DUE, now=NOW)
    collection = pledge.collections.get(due_on=DUE)
    another = an_offered_gift().gift.payment

    with pytest.raises(IntegrityError, match="attempt_one_under_way"), transaction.atomic():
        Attempt.objects.create(collection=collection, number=2, payment=another)


def test_a_first_payment_that_is_declined_is_not_dunned():
    offered = pledges.offer(
        amount=pounds(10), name="Ada Reed", email="ada@example.org", place="", thanks_as="not", now=NOW, on=TODAY
    )
    payment = offered.pledge.collections.get().payment

    settle.payment_failed(payment_id=payment.pk, provider_ref=payment.provider_ref, reason="", now=NOW)

    assert letters() == []
    assert Pledge.objects.get().state == PledgeState.OFFERED


def test_what_is_pledged_for_less_meanwhile_is_tried_for_less():
    pledge = an_active_pledge(amount=pounds(10))
    a_failed_attempt(pledge, on=DUE)

    pledges.change_amount(pledge=pledge, amount=pounds(4), now=moment(DUE))
    asked = pledges.collect_due(on=day(3), now=moment(day(3)))

    assert asked[0].payment.amount == pounds(4)


class TestMoneyThatComesTwice:
    def both_succeed(self):
        pledge = an_active_pledge()
        first = a_failed_attempt(pledge, on=DUE)
        pledges.collect_due(on=day(3), now=moment(day(3)))
        second = pledge.collections.get(due_on=DUE).payment
        for payment in (first, second):
            settle.payment_succeeded(
                payment_id=payment.pk, provider_ref=payment.provider_ref, on=day(3), now=moment(day(3))
            )
        return first, second

    def test_is_booked_as_not_yet_allocated_and_not_lost(self):
        first, second = self.both_succeed()

        purposes = [payment.receipt.allocations.get().purpose for payment in (first, second)]
        assert purposes == ["pledge", "unallocated"]
        assert Attempt.objects.get(payment=first).state == "collected"
        assert Attempt.objects.get(payment=second).state == "surplus"

    def test_stands_once_however_often_it_is_told(self):
        _first, second = self.both_succeed()

        settle.payment_succeeded(payment_id=second.pk, provider_ref=second.provider_ref, on=day(4), now=moment(day(4)))

        assert Receipt.objects.count() == 3


class TestTerms:
    def set_terms(self, **told):
        usual = {
            "retry_after_days": [2, 5],
            "debit_retry_after_days": 4,
            "expiry_notice_days": 21,
            "effective_from": TODAY,
        }
        return support_terms.set_terms(**{**usual, **told}, on=TODAY, now=NOW, by=None)

    def test_of_the_paper_are_followed_from_their_day_on(self):
        self.set_terms(effective_from=DUE)
        pledge = an_active_pledge()

        for number in (0, 2, 5):
            a_failed_attempt(pledge, on=day(number))

        pledge.refresh_from_db()
        assert pledge.state == PledgeState.LAPSED
        assert support_terms.standing(TODAY).retry_after_days == (3, 7, 14)

    @pytest.mark.parametrize(
        "told",
        [
            {"retry_after_days": []},
            {"retry_after_days": [3, 3]},
            {"retry_after_days": [7, 3]},
            {"retry_after_days": [0, 3]},
            {"retry_after_days": [3, 28]},
            {"retry_after_days": [1, 2, 3, 4, 5, 6, 7]},
            {"debit_retry_after_days": 0},
            {"debit_retry_after_days": 28},
            {"expiry_notice_days": 6},
            {"expiry_notice_days": 91},
            {"effective_from": TODAY - dt.timedelta(days=1)},
        ],
    )
    def test_that_make_no_sense_are_refused(self, told):
        with pytest.raises(support_terms.CannotSetTerms):
            self.set_terms(**told)

        assert support_terms.standing(TODAY) == support_terms.Terms()
