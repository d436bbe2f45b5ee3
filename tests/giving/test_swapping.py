"""Mandates of pledges at the sandbox: Direct Debits that are announced, other cards, and ends made at the bank."""

import datetime as dt

import pytest
from django.db import transaction

from pennypress import laws
from pennypress.config import lawbook
from pennypress.giving import bank_days, expiring, pledges, swapping
from pennypress.giving.models import AdvanceNotice, MandateRequest, PledgeChange, PledgeState
from pennypress.letters.models import Letter
from pennypress.payments import mandates as ours
from pennypress.payments.models import Mandate, MandateState, Payment
from pennypress.payments.providers import sandbox, sandbox_mandates
from pennypress.payments.sandbox_tables import SandboxMandate, SandboxPayment
from pennypress.settlement import asking, mandates
from tests.builders import NOW, TODAY, a_failed_attempt, an_active_pledge, an_appeal, an_offered_pledge, pounds

pytestmark = pytest.mark.django_db
DUE = dt.date(2026, 12, 7)


@pytest.fixture(autouse=True)
def appeal(db):
    return an_appeal()


def moment(on):
    return dt.datetime.combine(on, dt.time(12), tzinfo=dt.UTC)


def given(pledge, *, card, on=TODAY):
    """Word has come that the supporter gave the mandate that was asked for last."""
    ref = MandateRequest.objects.filter(pledge=pledge).latest("id").asked_ref
    sandbox_mandates.give(ref=ref, card=card, fault="lose")
    mandates.ask(provider="sandbox", provider_ref=ref, on=on, now=moment(on))
    pledge.refresh_from_db()
    return pledge


def another_card(pledge, *, on=TODAY, method="card", card="succeeds"):
    swapping.ask(pledge=pledge, method=method, now=moment(on))
    return given(pledge, card=card, on=on)


def a_debited_pledge(*, card="debit_pays", **facts):
    return given(an_offered_pledge(method="direct_debit", **facts).pledge, card=card)


def letters():
    return list(Letter.objects.order_by("id").values_list("kind", flat=True))


def broken():
    return [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]


class TestDirectDebit:
    def test_begins_with_leave_and_takes_nothing_before_it_was_announced(self):
        pledge = a_debited_pledge(amount=pounds(10))

        notice = AdvanceNotice.objects.get()
        working_days = sandbox.Sandbox.capabilities.notice_working_days
        assert (pledge.state, pledge.began_on) == (PledgeState.ACTIVE, TODAY)
        assert pledge.next_on == notice.first_on == bank_days.after(TODAY, working_days)
        assert not Payment.objects.exists()

    def test_is_announced_with_amount_day_and_reference(self):
        pledge = a_debited_pledge(amount=pounds(10))

        letter = Letter.objects.get(kind="debit-notice")
        words = ("£10.00", str(pledge.public_id)[:8].upper(), f"{pledge.next_on:%d %B %Y}".lstrip("0"), "refund")
        assert all(word in letter.text for word in words)

    def test_is_announced_once_while_nothing_changes(self):
        pledge = a_debited_pledge()
        for month in range(3):
            on = pledge.next_on + dt.timedelta(days=31 * month)
            pledges.collect_due(on=on, now=moment(on))

        assert AdvanceNotice.objects.count() == 1

    def test_of_another_amount_is_announced_anew_and_not_taken_before(self, monkeypatch):
        asked = []
        charge = sandbox.Sandbox.charge_mandate
        monkeypatch.setattr(
            sandbox.Sandbox, "charge_mandate", lambda self, order: (asked.append(order), charge(self, order))[1]
        )
        pledge = a_debited_pledge(amount=pounds(10))
        eve = pledge.next_on - dt.timedelta(days=1)

        pledges.change(pledge=pledge, amount=pounds(25), now=moment(eve), on=eve)
        pledges.collect_due(on=pledge.next_on, now=moment(pledge.next_on))

        notice = AdvanceNotice.objects.latest("id")
        assert notice.amount == pounds(25)
        assert asked[0].collect_on == notice.first_on > pledge.next_on
        assert letters() == ["debit-notice", "debit-notice"]

    def test_that_fails_is_presented_once_more_and_then_lapses(self):
        pledge = a_debited_pledge()
        due = pledge.next_on
        a_failed_attempt(pledge, on=due)
        a_failed_attempt(pledge, on=due + dt.timedelta(days=3))

        pledge.refresh_from_db()
        assert pledge.state == PledgeState.LAPSED
        assert letters() == ["debit-notice", "pledge-last-try", "pledge-lapsed"]
        assert broken() == []

    def test_ended_at_the_bank_lapses_with_a_letter_in_our_words(self):
        pledge = a_debited_pledge()
        ref = sandbox.cancel_at_bank(pledge.mandate.provider_ref).ref

        mandates.ask(provider="sandbox", provider_ref=ref, on=DUE, now=moment(DUE))
        mandates.ask(provider="sandbox", provider_ref=ref, on=DUE, now=moment(DUE))

        pledge.refresh_from_db()
        assert (pledge.state, pledge.lapsed_on) == (PledgeState.LAPSED, DUE)
        assert letters() == ["debit-notice", "pledge-ended-at-bank"]


class TestAnotherCard:
    def test_takes_the_place_of_the_old_one_which_is_ended_at_the_provider(self):
        pledge = an_active_pledge()
        old = pledge.mandate

        another_card(pledge)
        ours.release_due(now=NOW)

        old.refresh_from_db()
        assert pledge.mandate_id != old.pk
        assert (pledge.mandate.state, old.state) == (MandateState.ACTIVE, MandateState.CANCELLED)
        assert SandboxMandate.objects.get(ref=old.provider_ref).state == "cancelled"
        assert broken() == []

    def test_changes_nothing_until_it_is_given(self):
        pledge = an_active_pledge()
        old = pledge.mandate_id

        swapping.ask(pledge=pledge, method="card", now=NOW)

        pledge.refresh_from_db()
        assert pledge.mandate_id == old
        assert Mandate.objects.get(pk=old).state == MandateState.ACTIVE

    def test_told_of_twice_swaps_once(self):
        pledge = another_card(an_active_pledge())

        mandates.ask(provider="sandbox", provider_ref=pledge.mandate.provider_ref, on=TODAY, now=NOW)

        assert pledge.moves.filter(change=PledgeChange.METHOD).count() == 1
        assert letters() == ["pledge-begun", "pledge-card-changed"]

    def test_of_two_that_were_given_only_the_last_is_left(self):
        pledge = an_active_pledge()
        swapping.ask(pledge=pledge, method="card", now=NOW)
        first = MandateRequest.objects.get()
        another_card(pledge)

        sandbox_mandates.give(ref=first.asked_ref, card="succeeds", fault="lose")
        mandates.ask(provider="sandbox", provider_ref=first.asked_ref, on=TODAY, now=NOW)

        assert Mandate.objects.filter(state=MandateState.ACTIVE).count() == 1
        assert broken() == []

    def test_has_what_failed_tried_again_at_once(self):
        pledge = an_active_pledge()
        a_failed_attempt(pledge, on=DUE)
        the_next_day = DUE + dt.timedelta(days=1)

        another_card(pledge, on=the_next_day)
        asked = pledges.collect_due(on=the_next_day, now=moment(the_next_day))
        payment = asked[0].payment
        asking.ask(provider="sandbox", provider_ref=payment.provider_ref, on=the_next_day, now=moment(the_next_day))

        assert payment.mandate == pledge.mandate
        assert pledge.collections.get(due_on=DUE).state == "collected"

    def test_revives_what_had_lapsed_from_its_next_day(self):
        pledge = an_active_pledge()
        for number in (0, 3, 7, 14):
            a_failed_attempt(pledge, on=DUE + dt.timedelta(days=number))

        another_card(pledge, on=DUE + dt.timedelta(days=20))

        assert (pledge.state, str(pledge.next_on)) == (PledgeState.ACTIVE, "2027-01-07")
        assert [move.change for move in pledge.moves.all()] == ["began", "lapsed", "revived"]

    def test_given_after_the_end_is_ended_as_well_and_brings_nothing_back(self):
        pledge = an_active_pledge()
        swapping.ask(pledge=pledge, method="card", now=NOW)
        pledges.cancel(pledge=pledge, now=NOW, on=TODAY)

        given(pledge, card="succeeds")

        assert pledge.state == PledgeState.CANCELLED
        assert not Mandate.objects.filter(state=MandateState.ACTIVE).exists()
        assert broken() == []

    def test_from_a_card_to_direct_debit_is_announced(self):
        pledge = another_card(an_active_pledge(), method="direct_debit", card="debit_pays")

        assert pledge.mandate.method == "direct_debit"
        assert AdvanceNotice.objects.get().mandate == pledge.mandate


class TestAnExpiringCard:
    def expiring_on(self, day):
        pledge = another_card(an_active_pledge())
        Mandate.objects.filter(pk=pledge.mandate_id).update(expires_on=day, says="Visa ending in 4242")
        return pledge

    def test_is_asked_for_in_time_and_once_for_each_card(self):
        self.expiring_on(dt.date(2026, 12, 31))

        days = [dt.date(2026, 11, 30), dt.date(2026, 12, 1), dt.date(2026, 12, 2), dt.date(2027, 1, 2)]
        told = [expiring.ask_for_new_cards(on=on, now=moment(on)) for on in days]

        letter = Letter.objects.get(kind="card-expiring")
        assert told == [0, 1, 0, 0]
        assert "Visa ending in 4242" in letter.text
        assert "31 December 2026" in letter.text

    def test_of_an_ended_pledge_is_asked_of_nobody(self):
        pledge = self.expiring_on(dt.date(2026, 12, 31))
        pledges.cancel(pledge=pledge, now=NOW, on=TODAY)

        assert expiring.ask_for_new_cards(on=dt.date(2026, 12, 20), now=NOW) == 0

    def test_is_not_asked_for_on_a_day_with_another_letter(self):
        pledge = self.expiring_on(dt.date(2026, 12, 31))
        a_failed_attempt(pledge, on=DUE)

        assert expiring.ask_for_new_cards(on=DUE, now=moment(DUE)) == 0
        assert expiring.ask_for_new_cards(on=DUE + dt.timedelta(days=1), now=moment(DUE)) == 1


def test_a_restored_copy_asks_under_the_same_key(monkeypatch):
    """What a copy of the database would ask for is what was asked for: the provider takes it once."""
    pledge = an_active_pledge()
    asked = []
    monkeypatch.setattr(sandbox.Sandbox, "charge_mandate", lambda self, order: asked.append(order) or 1 / 0)

    for _database in ("the paper's", "a copy, restored from before the run"):
        with pytest.raises(ZeroDivisionError):
            _as_in_a_copy(pledge)

    assert len({(order.key, order.reference, order.amount) for order in asked}) == 1
    assert len(asked) == 2
    assert SandboxPayment.objects.count() == 1


def _as_in_a_copy(pledge):
    with transaction.atomic():
        pledges.collect_due(on=DUE, now=moment(DUE))
