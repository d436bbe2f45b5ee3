import datetime as dt

import pytest

from pennypress.giving import meter, pledges
from pennypress.giving.models import Collection, CollectionState, PledgeState
from pennypress.ledger.models import Entry
from pennypress.letters.models import Letter
from pennypress.payments import mandates
from pennypress.payments.models import Mandate, MandateState, Payment, Receipt
from pennypress.payments.providers import sandbox
from pennypress.payments.providers.protocol import ProviderUnavailable
from pennypress.payments.sandbox_tables import SandboxMandate, SandboxPayment
from pennypress.settlement import asking
from tests.builders import NOW, TODAY, an_active_pledge, an_appeal, an_offered_pledge, paid, pounds

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def appeal(db):
    return an_appeal()


def day(text):
    return dt.date.fromisoformat(text)


def collect(on):
    pledges.collect_due(on=on, now=NOW)
    for payment in Payment.objects.filter(state="pending"):
        asking.ask(provider="sandbox", provider_ref=payment.provider_ref, on=on, now=NOW)


def collected_on():
    done = Collection.objects.filter(state=CollectionState.COLLECTED)
    return [str(on) for on in done.values_list("due_on", flat=True)]


def unavailable(*_args, **_facts):
    raise ProviderUnavailable("no answer")


def test_the_first_month_is_collected_at_once_and_the_pledge_begins():
    pledge = an_active_pledge(amount=pounds(10))

    assert (pledge.state, pledge.began_on, pledge.next_on) == (PledgeState.ACTIVE, TODAY, day("2026-12-07"))
    assert pledge.mandate.state == MandateState.ACTIVE
    assert meter.read(now=NOW).raised == pounds(10)
    assert Letter.objects.get().kind == "pledge-begun"


def test_a_pledge_whose_first_card_is_declined_does_not_begin():
    offered = an_offered_pledge()

    paid(offered.pledge.collections.get().payment, card="declined")

    offered.pledge.refresh_from_db()
    assert offered.pledge.state == PledgeState.OFFERED
    assert not Receipt.objects.exists()


def test_begun_on_the_31st_it_keeps_to_the_end_of_each_month():
    on = day("2026-01-31")
    an_appeal(opens_on=on, closes_on=on)
    an_active_pledge(on=on)

    for month_end in ("2026-02-27", "2026-02-28", "2026-03-28", "2026-03-31", "2026-04-30"):
        collect(day(month_end))

    assert collected_on() == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


def test_each_due_date_is_asked_for_once_however_often_the_worker_runs():
    an_active_pledge()

    collect(day("2026-12-07"))
    collect(day("2026-12-07"))
    collect(day("2026-12-08"))

    assert collected_on() == ["2026-11-07", "2026-12-07"]
    assert SandboxPayment.objects.count() == 2


def test_months_that_were_missed_are_not_asked_for_at_once():
    pledge = an_active_pledge()

    collect(day("2027-03-20"))

    pledge.refresh_from_db()
    assert collected_on() == ["2026-11-07", "2027-03-07"]
    assert pledge.next_on == day("2027-04-07")


def test_a_provider_out_of_reach_is_asked_again_under_the_same_key(monkeypatch):
    an_active_pledge()
    monkeypatch.setattr(sandbox.Sandbox, "charge_mandate", unavailable)
    collect(day("2026-12-07"))
    monkeypatch.undo()

    collect(day("2026-12-08"))

    assert collected_on() == ["2026-11-07", "2026-12-07"]


def test_a_provider_that_charged_and_then_fell_silent_charges_once(monkeypatch):
    an_active_pledge()
    charge = sandbox.Sandbox.charge_mandate

    def charged_in_silence(self, order):
        charge(self, order)
        unavailable()

    monkeypatch.setattr(sandbox.Sandbox, "charge_mandate", charged_in_silence)
    collect(day("2026-12-07"))
    monkeypatch.undo()
    collect(day("2026-12-08"))

    assert SandboxPayment.objects.filter(state="succeeded").count() == 2
    assert Receipt.objects.count() == 2


class TestChanging:
    def test_the_amount_counts_from_the_next_collection(self):
        pledge = an_active_pledge(amount=pounds(10))

        pledges.change_amount(pledge=pledge, amount=pounds(15), now=NOW)
        collect(day("2026-12-07"))

        assert [receipt.amount for receipt in Receipt.objects.all()] == [pounds(10), pounds(15)]
        assert Letter.objects.filter(kind="pledge-changed").count() == 1

    @pytest.mark.parametrize("amount", [0, -5, 5_001])
    def test_to_what_we_cannot_take_is_refused(self, amount):
        pledge = an_active_pledge(amount=pounds(10))

        with pytest.raises(pledges.CannotGive):
            pledges.change_amount(pledge=pledge, amount=pounds(amount), now=NOW)

        pledge.refresh_from_db()
        assert pledge.amount == pounds(10)
        assert pledge.moves.count() == 1

    def test_after_the_end_is_refused(self):
        pledge = pledges.cancel(pledge=an_active_pledge(), now=NOW, on=TODAY)

        with pytest.raises(pledges.CannotChange):
            pledges.change_amount(pledge=pledge, amount=pounds(20), now=NOW)


class TestEnding:
    def test_ends_the_mandate_at_the_provider_and_is_never_collected_again(self):
        pledge = an_active_pledge()

        pledges.cancel(pledge=pledge, now=NOW, on=TODAY)
        collect(day("2027-01-07"))

        assert collected_on() == ["2026-11-07"]
        assert SandboxMandate.objects.get().state == "cancelled"
        assert Mandate.objects.get().released_at == NOW

    def test_twice_changes_nothing_and_writes_one_letter(self):
        pledge = an_active_pledge()
        pledges.cancel(pledge=pledge, now=NOW, on=TODAY)

        pledges.cancel(pledge=pledge, now=NOW, on=day("2026-12-01"))

        pledge.refresh_from_db()
        assert pledge.cancelled_on == TODAY
        assert Letter.objects.filter(kind="pledge-cancelled").count() == 1

    def test_with_the_provider_out_of_reach_is_finished_by_the_worker(self, monkeypatch):
        pledge = an_active_pledge()
        monkeypatch.setattr(sandbox.Sandbox, "cancel_mandate", unavailable)
        pledges.cancel(pledge=pledge, now=NOW, on=TODAY)
        waiting = Mandate.objects.get().released_at
        monkeypatch.undo()

        mandates.release_due(now=NOW)

        assert waiting is None
        assert SandboxMandate.objects.get().state == "cancelled"

    def test_while_a_collection_is_under_way_books_what_still_arrives(self):
        pledge = an_active_pledge()
        pledges.collect_due(on=day("2026-12-07"), now=NOW)
        under_way = Payment.objects.get(state="pending")

        pledges.cancel(pledge=pledge, now=NOW, on=day("2026-12-07"))
        asking.ask(provider="sandbox", provider_ref=under_way.provider_ref, on=day("2026-12-08"), now=NOW)

        pledge.refresh_from_db()
        assert pledge.state == PledgeState.CANCELLED
        assert (Receipt.objects.count(), Entry.objects.count()) == (2, 2)

    def test_before_the_first_month_has_come_ends_the_mandate_when_it_becomes_known(self):
        offered = an_offered_pledge()
        pledges.cancel(pledge=offered.pledge, now=NOW, on=TODAY)

        paid(offered.pledge.collections.get().payment)
        mandates.release_due(now=NOW)

        offered.pledge.refresh_from_db()
        assert offered.pledge.state == PledgeState.CANCELLED
        assert SandboxMandate.objects.get().state == "cancelled"
        assert Receipt.objects.count() == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"amount": pounds(0)},
        {"amount": pounds(5_001)},
        {"email": ""},
        {"email": "not an address"},
        {"name": "", "thanks_as": "name"},
        {"thanks_as": "loudly"},
    ],
)
def test_a_pledge_we_cannot_take_is_refused_and_nothing_written(facts):
    with pytest.raises(pledges.CannotGive):
        an_offered_pledge(**facts)

    assert (Payment.objects.count(), Collection.objects.count(), Mandate.objects.count()) == (0, 0, 0)
