"""Money that had come and was taken back by its payer's bank: one plain letter, presented again or never, counted once."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from pennypress import laws
from pennypress.config import lawbook
from pennypress.giving import dunning, meter, pledges, support_terms
from pennypress.giving.models import Collection, CollectionState, MandateRequest, Pledge, PledgeState, Return
from pennypress.ledger import chart
from pennypress.ledger.models import Line
from pennypress.letters.models import Letter
from pennypress.payments.providers import sandbox, sandbox_mandates
from pennypress.settlement import asking, mandates, settle
from tests.builders import NOW, TODAY, an_active_pledge, an_appeal, an_offered_gift, an_offered_pledge, pounds

pytestmark = pytest.mark.django_db
DUE = dt.date(2026, 12, 7)
LETTERS = ["pledge-failed", "pledge-failed-again", "pledge-last-try", "pledge-lapsed", "pledge-returned",
           "pledge-claimed", "pledge-paused"]  # fmt: skip


@pytest.fixture(autouse=True)
def appeal(db):
    an_appeal(closes_on=dt.date(2026, 12, 31))


def day(number):
    return DUE + dt.timedelta(days=number)


def moment(on):
    return dt.datetime.combine(on, dt.time(12), tzinfo=dt.UTC)


def letters():
    return list(Letter.objects.filter(kind__in=LETTERS).order_by("id").values_list("kind", flat=True))


def a_debited_pledge(*, method="direct_debit", **facts):
    """A pledge whose collection of DUE has come."""
    if method == "card":
        pledge = an_active_pledge(**facts)
    else:
        pledge = an_offered_pledge(method=method, **facts).pledge
        ref = MandateRequest.objects.get(pledge=pledge).asked_ref
        sandbox_mandates.give(ref=ref, card="debit_pays", fault="lose")
        mandates.ask(provider="sandbox", provider_ref=ref, on=TODAY, now=NOW)
        pledge.refresh_from_db()
        come(pledge, on=pledge.next_on)
    come(pledge, on=DUE)
    return pledge


def come(pledge, *, on):
    """What is due of the pledge on a day is asked for, and comes."""
    pledges.collect_due(on=on, now=moment(on))
    payment = pledge.collections.get(state="asked").payment
    settle.payment_succeeded(payment_id=payment.pk, provider_ref=payment.provider_ref, on=on, now=moment(on))
    return payment


def brought(pledge, *, due_on=DUE):
    return pledge.collections.get(due_on=due_on, again_of=None).payment


def taken(pledge, *, on, is_claimed=False, key="sandbox-r1", kind="bounced", amount=None, payment=None):
    payment = payment or brought(pledge)
    return settle.taken_back(
        payment_id=payment.pk,
        kind=kind,
        amount=amount or payment.amount,
        key=key,
        on=on,
        reason="",
        now=moment(on),
        is_claimed=is_claimed,
    )


def pledge_income():
    lines = Line.objects.filter(account__code=chart.PLEDGES).values_list("amount_minor", flat=True)
    return -sum(lines)


def broken_laws():
    return [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]


class TestReturnedLate:
    def test_it_is_presented_again_with_one_letter_and_counts_once_it_comes(self):
        pledge = a_debited_pledge()
        booked = pledge_income()

        taken(pledge, on=day(2))
        again = pledge.collections.get(due_on=DUE, again_of__isnull=False)
        gone = pledge_income()
        come(pledge, on=day(5))

        again.refresh_from_db()
        assert (again.again_of.state, again.state, again.failed_on) == ("taken_back", "collected", day(2))
        assert (booked - gone, pledge_income()) == (1_000, booked)
        assert letters() == ["pledge-returned"]
        assert again.attempts.get().number == 2
        assert broken_laws() == []

    def test_nothing_is_asked_before_the_day_and_once_on_it(self):
        pledge = a_debited_pledge()
        taken(pledge, on=day(2))

        assert [len(pledges.collect_due(on=day(n), now=moment(day(n)))) for n in (2, 3, 4, 5, 5, 6)] == [
            0,
            0,
            0,
            1,
            0,
            0,
        ]

    def test_if_it_fails_then_the_pledge_lapses(self):
        pledge = a_debited_pledge()
        taken(pledge, on=day(2))
        pledges.collect_due(on=day(5), now=moment(day(5)))
        payment = pledge.collections.get(state="asked").payment

        settle.payment_failed(payment_id=payment.pk, provider_ref=payment.provider_ref, reason="x", now=moment(day(5)))

        pledge.refresh_from_db()
        assert pledge.state == PledgeState.LAPSED
        assert letters() == ["pledge-returned", "pledge-lapsed"]
        assert broken_laws() == []

    def test_if_it_comes_and_is_returned_again_the_pledge_lapses(self):
        pledge = a_debited_pledge()
        taken(pledge, on=day(2))
        second = come(pledge, on=day(5))

        taken(pledge, on=day(8), key="sandbox-r2", payment=second)

        pledge.refresh_from_db()
        assert pledge.state == PledgeState.LAPSED
        assert letters() == ["pledge-returned", "pledge-returned"]
        assert "has come to an end" in Letter.objects.filter(kind="pledge-returned").latest("id").text
        assert broken_laws() == []

    def test_the_letter_says_on_which_day_and_leads_to_another_account(self):
        pledge = a_debited_pledge()

        taken(pledge, on=day(2))

        letter = Letter.objects.get(kind="pledge-returned")
        for words in (letter.text, letter.html):
            assert "presented once more on 12 December 2026" in words
            assert "/card/" in words
        assert "£10.00" in letter.subject

    def test_where_the_papers_terms_let_it_go_it_is_not_asked_for_again(self):
        support_terms.set_terms(
            retry_after_days=[3], debit_retry_after_days=3, expiry_notice_days=30, effective_from=TODAY, on=TODAY, now=NOW,
            by=None, presents_returned=False,
        )  # fmt: skip
        pledge = a_debited_pledge()

        taken(pledge, on=day(2))

        assert not pledge.collections.filter(again_of__isnull=False).exists()
        assert Pledge.objects.get(pk=pledge.pk).state == PledgeState.ACTIVE
        assert (
            "We do not ask for it again. The next payment falls due on 7 January 2027"
            in Letter.objects.get(kind="pledge-returned").text
        )

    def test_where_the_next_period_is_due_by_then_the_older_is_let_go(self):
        pledge = a_debited_pledge()

        taken(pledge, on=day(29))

        assert not pledge.collections.filter(again_of__isnull=False).exists()
        assert letters() == ["pledge-returned"]

    @pytest.mark.parametrize("act", ["pause", "cancel"])
    def test_of_a_pledge_that_does_not_run_nothing_more_is_asked(self, act):
        pledge = a_debited_pledge()
        until = {"until": None} if act == "pause" else {}
        getattr(pledges, act)(pledge=pledge, now=moment(day(1)), on=day(1), **until)

        taken(pledge, on=day(2))

        assert not pledge.collections.filter(again_of__isnull=False).exists()
        assert "We do not ask for it again, and you owe us nothing." in Letter.objects.get(kind="pledge-returned").text

    def test_a_part_that_went_back_is_told_and_not_presented(self):
        pledge = a_debited_pledge()

        taken(pledge, on=day(2), amount=pounds(4))

        assert not pledge.collections.filter(again_of__isnull=False).exists()
        assert broken_laws() == []

    def test_if_it_comes_back_after_all_before_the_day_it_is_not_asked_for_again(self):
        pledge = a_debited_pledge()
        taken(pledge, on=day(2))

        taken(pledge, on=day(3), key="sandbox-r2", kind="reinstatement", is_claimed=None)

        assert pledges.collect_due(on=day(5), now=moment(day(5))) == []
        assert pledge.collections.get(due_on=DUE, again_of=None).state == CollectionState.COLLECTED
        assert broken_laws() == []

    def test_if_it_comes_back_while_the_second_is_under_way_that_is_not_yet_allocated(self):
        pledge = a_debited_pledge()
        taken(pledge, on=day(2))
        pledges.collect_due(on=day(5), now=moment(day(5)))
        taken(pledge, on=day(6), key="sandbox-r2", kind="reinstatement", is_claimed=None)

        payment = pledge.collections.get(state="asked").payment
        settle.payment_succeeded(
            payment_id=payment.pk, provider_ref=payment.provider_ref, on=day(7), now=moment(day(7))
        )

        assert payment.receipt.allocations.get().purpose == "unallocated"
        assert broken_laws() == []

    def test_if_it_comes_back_once_the_second_has_come_it_is_refused_and_nothing_is_written(self):
        pledge = a_debited_pledge()
        taken(pledge, on=day(2))
        come(pledge, on=day(5))
        booked = pledge_income()

        with pytest.raises(settle.CannotSettle, match="has come in another payment"), transaction.atomic():
            taken(pledge, on=day(6), key="sandbox-r2", kind="reinstatement", is_claimed=None)

        assert pledge_income() == booked
        assert broken_laws() == []


class TestClaimed:
    def test_it_is_never_presented_again_and_the_pledge_is_paused_until_its_supporter_says(self):
        pledge = a_debited_pledge()

        taken(pledge, on=day(2), is_claimed=True)

        pledge.refresh_from_db()
        asked = [pledges.collect_due(on=day(n), now=moment(day(n))) for n in (5, 9, 31, 62)]
        assert (pledge.state, pledge.resumes_on, pledge.mandate.state) == (PledgeState.PAUSED, None, "active")
        assert asked == [[], [], [], []]
        assert letters() == ["pledge-claimed"]
        assert "is paused: nothing more is taken" in Letter.objects.get(kind="pledge-claimed").text
        assert broken_laws() == []

    def test_where_the_papers_terms_say_so_the_pledge_ends(self):
        support_terms.set_terms(
            retry_after_days=[3], debit_retry_after_days=3, expiry_notice_days=30, effective_from=TODAY, on=TODAY, now=NOW,
            by=None, after_claim="end",
        )  # fmt: skip
        pledge = a_debited_pledge()

        taken(pledge, on=day(2), is_claimed=True)

        pledge.refresh_from_db()
        pledge.mandate.refresh_from_db()
        assert (pledge.state, pledge.mandate.state) == (PledgeState.LAPSED, "cancelled")
        assert "has come to an end" in Letter.objects.get(kind="pledge-claimed").text

    def test_a_disputed_card_is_a_claim_of_its_own_words(self):
        pledge = a_debited_pledge(method="card")

        taken(pledge, on=day(2), is_claimed=True, kind="dispute")

        assert "disputed with the bank of your card" in Letter.objects.get(kind="pledge-claimed").text
        assert Pledge.objects.get(pk=pledge.pk).state == PledgeState.PAUSED

    def test_a_pause_until_a_day_becomes_one_until_its_supporter_says(self):
        pledge = a_debited_pledge()
        pledges.pause(pledge=pledge, until=day(20), now=moment(day(1)), on=day(1))

        taken(pledge, on=day(2), is_claimed=True)

        assert Pledge.objects.get(pk=pledge.pk).resumes_on is None
        assert pledges.resume_due(on=day(20), now=moment(day(20))) == 0

    def test_what_we_give_back_ourselves_stops_nothing_and_writes_neither_letter(self):
        pledge = a_debited_pledge()

        taken(pledge, on=day(2), kind="refund", is_claimed=None)

        assert Pledge.objects.get(pk=pledge.pk).state == PledgeState.ACTIVE
        assert letters() == []


class TestOnce:
    def test_told_again_it_changes_nothing(self):
        pledge = a_debited_pledge()
        for number in (2, 3, 9):
            taken(pledge, on=day(number))

        assert (Return.objects.count(), pledge.collections.filter(due_on=DUE).count()) == (1, 2)
        assert letters() == ["pledge-returned"]

    def test_returned_reinstated_and_returned_anew_is_told_of_once(self):
        pledge = a_debited_pledge()
        taken(pledge, on=day(2))
        taken(pledge, on=day(3), key="sandbox-r2", kind="reinstatement", is_claimed=None)
        taken(pledge, on=day(4), key="sandbox-r3")

        assert letters() == ["pledge-returned"]
        assert broken_laws() == []

    def test_two_letters_on_a_day_there_are_not_and_the_other_goes_the_next(self):
        pledge = a_debited_pledge()
        earlier = pledge.collections.order_by("due_on").first().payment
        taken(pledge, on=day(2))
        taken(pledge, on=day(2), is_claimed=True, key="sandbox-r2", payment=earlier)
        on_the_day = letters()

        late = dunning.remind_due(on=day(3), now=moment(day(3)))

        assert (on_the_day, late, letters()) == (["pledge-returned"], 1, ["pledge-returned", "pledge-claimed"])
        assert dunning.remind_due(on=day(4), now=moment(day(4))) == 0

    def test_the_database_refuses_a_second_return_of_an_attempt(self):
        pledge = a_debited_pledge()
        taken(pledge, on=day(2))

        with pytest.raises(IntegrityError), transaction.atomic():
            Return.objects.create(attempt=Return.objects.get().attempt, on=day(3), is_claimed=False, recorded_at=NOW)

    def test_the_database_refuses_to_present_what_was_not_returned(self):
        pledge = a_debited_pledge()
        stands = pledge.collections.get(due_on=DUE)

        with pytest.raises(IntegrityError, match="presented_again_once_returned"), transaction.atomic():
            Collection.objects.create(pledge=pledge, due_on=DUE, again_of=stands)

    def test_the_database_refuses_to_present_it_twice(self):
        pledge = a_debited_pledge()
        taken(pledge, on=day(2))
        first = pledge.collections.get(due_on=DUE, again_of=None)

        with pytest.raises(IntegrityError, match="again_of"), transaction.atomic():
            Collection.objects.create(pledge=pledge, due_on=DUE, again_of=first)

    def test_the_database_refuses_a_period_that_counts_twice(self):
        pledge = a_debited_pledge()
        taken(pledge, on=day(2))
        come(pledge, on=day(5))

        with pytest.raises(IntegrityError, match="period_collected_once"), transaction.atomic():
            pledge.collections.filter(due_on=DUE, again_of=None).update(state="collected")


class TestThroughTheSandbox:
    @pytest.mark.parametrize("claimed", [False, True])
    def test_its_word_of_a_return_does_what_the_terms_say(self, claimed):
        pledge = a_debited_pledge()
        payment = brought(pledge)
        sandbox.SandboxPayment.objects.filter(ref=payment.provider_ref).update(state="succeeded")
        sandbox.send_back(payment.provider_ref, claimed=claimed)

        for _again in range(2):
            asking.ask(provider="sandbox", provider_ref=payment.provider_ref, on=day(2), now=moment(day(2)))

        assert letters() == ["pledge-claimed" if claimed else "pledge-returned"]
        assert pledge.collections.filter(again_of__isnull=False).exists() is not claimed
        assert meter.read(now=moment(day(2))).raised == pounds(10)


class TestSingleGifts:
    def returned(self, *, method, is_claimed=False):
        gift = an_offered_gift(method=method).gift
        payment = paid_later(gift.payment)
        for _again in range(2):
            taken(None, on=day(2), payment=payment, is_claimed=is_claimed)
        return Letter.objects.filter(kind="gift-returned")

    @pytest.mark.parametrize(
        ("is_claimed", "says"), [(False, "has since returned it"), (True, "under the Direct Debit")]
    )
    def test_by_direct_debit_has_one_letter(self, is_claimed, says):
        letter = self.returned(method="direct_debit", is_claimed=is_claimed).get()

        assert says in letter.text
        assert says in letter.html

    def test_by_card_has_none_for_whoever_disputes_it_may_not_have_given(self):
        assert not self.returned(method="card", is_claimed=True).exists()


def paid_later(payment):
    settle.payment_succeeded(payment_id=payment.pk, provider_ref=payment.provider_ref, on=TODAY, now=NOW)
    return payment
