"""The sandbox as a provider: its truth, its clock and its balance, before the paper has heard of any of it."""

import datetime as dt

import pytest
from django.utils import timezone

from pennypress.money import Money
from pennypress.payments.providers import sandbox, sandbox_balance, sandbox_cards, sandbox_mandates
from pennypress.payments.providers.protocol import CannotRefund, Charge, MandateOrder, Order, UnknownAtProvider
from pennypress.payments.sandbox_tables import SandboxEvent
from tests.builders import pounds

pytestmark = pytest.mark.django_db
provider = sandbox.Sandbox()


def a_payment(card="succeeds", *, amount=None, method=None, save_mandate=False, key="one"):
    method = method or next(known.method for known in sandbox.CARDS if known.name == card)
    order = Order(key, f"ours-{key}", amount or pounds(25), method, "", "", "", "/back/", save_mandate)
    ref = provider.start_payment(order).provider_ref
    sandbox.pay(ref=ref, card=card)
    return ref


def after(days):
    for day in range(1, days + 1):
        sandbox.advance(now=timezone.now() + sandbox.LATER * day)


def taken(ref):
    return [(item.kind, item.reason) for item in provider.fetch(ref).taken_back]


@pytest.mark.parametrize(
    ("card", "kinds"),
    [
        ("disputed", ["dispute"]),
        ("disputed_won", ["dispute", "reinstatement"]),
        ("disputed_lost", ["dispute"]),
        ("debit_returned", ["bounced"]),
        ("debit_claimed", ["bounced"]),
        ("debit_pays", []),
    ],
)
def test_each_card_meets_its_fate(card, kinds):
    ref = a_payment(card)

    after(3)

    assert provider.fetch(ref).state == "succeeded"
    assert [kind for kind, _reason in taken(ref)] == kinds


def test_a_claim_says_under_what_it_was_claimed():
    ref = a_payment("debit_claimed")

    after(2)

    assert taken(ref) == [("bounced", "claimed under the Direct Debit Guarantee")]


def test_a_lost_dispute_is_told_of_and_takes_nothing_more():
    ref = a_payment("disputed_lost")

    after(3)

    assert "payment.dispute_lost" in SandboxEvent.objects.values_list("kind", flat=True)
    assert len(taken(ref)) == 1


class TestAMandate:
    def test_given_on_its_page_says_its_card_and_when_that_expires(self):
        order = MandateOrder("m", "ours", "card", "GBP", "", "", "/back/")
        ref = provider.start_mandate(order).provider_ref

        sandbox_mandates.give(ref=ref, card="expires_soon")

        held = provider.fetch_mandate(ref)
        today = timezone.localdate()
        assert (held.state, held.says, held.reference) == ("active", "Test card ending in 0069", "ours")
        assert (held.expires_on.year, held.expires_on.month) == (today.year, today.month)

    def test_asked_for_twice_is_one(self):
        order = MandateOrder("m", "ours", "card", "GBP", "", "", "/back/")

        assert provider.start_mandate(order) == provider.start_mandate(order)

    def test_with_a_declined_card_is_not_given_and_another_may_be_tried(self):
        ref = provider.start_mandate(MandateOrder("m", "ours", "card", "GBP", "", "", "/back/")).provider_ref

        sandbox_mandates.give(ref=ref, card="declined")

        assert provider.fetch_mandate(ref).failure == "The card was declined. Nothing was taken."
        assert sandbox_mandates.give(ref=ref, card="succeeds").state == "active"

    def test_cancelled_at_the_bank_collects_nothing_more(self):
        mandate_ref = provider.fetch(a_payment(save_mandate=True)).mandate_ref
        sandbox.cancel_at_bank(mandate_ref)

        begun = provider.charge_mandate(Charge("two", "ours", pounds(5), "card", "", mandate_ref))

        assert provider.fetch(begun.provider_ref).state == "failed"
        assert SandboxEvent.objects.filter(kind="mandate.cancelled").count() == 1

    def test_of_a_debit_is_collected_after_its_notice_and_not_before_its_day(self):
        ref = a_payment("debit_pays", save_mandate=True)
        after(1)
        mandate_ref = provider.fetch(ref).mandate_ref
        in_a_week = timezone.now().date() + dt.timedelta(days=7)
        soon = provider.charge_mandate(Charge("soon", "s", pounds(5), "direct_debit", "", mandate_ref))
        late = provider.charge_mandate(Charge("late", "l", pounds(5), "direct_debit", "", mandate_ref, in_a_week))

        after(sandbox_cards.NOTICE_WORKING_DAYS - 1)
        before = provider.fetch(soon.provider_ref).state
        after(4)
        within = (provider.fetch(soon.provider_ref).state, provider.fetch(late.provider_ref).state)
        after(6)

        assert (before, within) == ("pending", ("succeeded", "pending"))
        assert provider.fetch(late.provider_ref).state == "succeeded"

    def test_whose_card_fails_later_pays_the_first_time_alone(self):
        mandate_ref = provider.fetch(a_payment("declined_later", save_mandate=True)).mandate_ref

        begun = provider.charge_mandate(Charge("two", "ours", pounds(5), "card", "", mandate_ref))

        assert provider.fetch(begun.provider_ref).state == "failed"


class TestAPayout:
    def test_is_its_lines_less_their_fees(self):
        ref = a_payment(amount=pounds(100))
        provider.refund(provider_ref=ref, amount=pounds(20), key="part")

        (payout,) = sandbox.pay_out(now=timezone.now())

        told = provider.fetch_payout(payout.ref)
        assert (told.state, told.amount) == ("paid", Money(10_000 - 160 - 2_000, "GBP"))
        assert [(line.kind, line.amount.minor, line.fee.minor) for line in told.lines] == [
            ("payment", 10_000, 160),
            ("refund", -2_000, 0),
        ]
        assert sandbox_balance.held("GBP") == pounds(0)

    def test_waits_while_the_balance_is_below_nothing(self):
        ref = a_payment(amount=pounds(5))
        sandbox.dispute(ref)

        assert sandbox.pay_out(now=timezone.now()) == []

    def test_by_itself_comes_when_the_money_was_held_long_enough(self):
        a_payment()

        after(1)
        early = list(provider.payouts_since(dt.datetime(2020, 1, 1, tzinfo=dt.UTC)))
        after(4)

        (payout,) = provider.payouts_since(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        assert (early, payout.state) == ([], "paid")

    def test_that_comes_back_is_in_the_next_one(self):
        a_payment()
        (failed,) = sandbox.pay_out(now=timezone.now())

        sandbox.fail_payout(ref=failed.ref)
        (again,) = sandbox.pay_out(now=timezone.now())

        assert provider.fetch_payout(failed.ref).state == "failed"
        assert provider.fetch_payout(again.ref).lines == provider.fetch_payout(failed.ref).lines

    def test_that_nobody_knows_is_unknown(self):
        with pytest.raises(UnknownAtProvider):
            provider.fetch_payout("so_none")


def test_a_refund_while_disputed_is_refused_and_nothing_moves():
    ref = a_payment()
    sandbox.dispute(ref)

    with pytest.raises(CannotRefund):
        provider.refund(provider_ref=ref, amount=pounds(1), key="r")

    assert len(taken(ref)) == 1


def test_all_payments_since_a_moment_are_told_of():
    began = timezone.now()
    refs = [a_payment(key="one"), a_payment("declined", key="two")]

    assert [told.provider_ref for told in provider.payments_since(began)] == refs
    assert list(provider.payments_since(timezone.now())) == []
