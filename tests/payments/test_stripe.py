"""Stripe behind the protocol, by the real SDK over HTTP against a small stateful Stripe."""

import datetime as dt

import pytest
import stripe
from django.utils import timezone

from pennypress.money import Money
from pennypress.payments.providers import pages, stripe_calling, stripe_translation
from pennypress.payments.providers.protocol import (
    CannotRefund,
    ProviderRefused,
    ProviderUnavailable,
    UnknownAtProvider,
)
from pennypress.payments.providers.stripe_provider import Stripe
from tests.builders import pounds
from tests.payments.fakes.fixtures import at_stripe
from tests.payments.fakes.orders import a_charge, a_mandate_order, an_order

__all__ = ["at_stripe"]
AGES_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Retries of the SDK without the wait between them."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.001)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.001)


def a_kept_card(server, *, card="good", method="card"):
    begun = Stripe().start_mandate(a_mandate_order(method))
    return server.pay(begun.provider_ref, card=card)["id"]


def paid(server, **facts):
    begun = Stripe().start_payment(an_order(**facts))
    intent = server.pay(begun.provider_ref)
    return begun.provider_ref, intent["id"]


class TestAPaymentOnThePage:
    def test_is_begun_under_our_reference_everywhere(self, at_stripe):
        order = an_order(keeps=True)

        begun = Stripe().start_payment(order)

        intent = at_stripe.pay(begun.provider_ref)
        session = at_stripe.get(begun.provider_ref)
        assert begun.url.startswith("https://checkout.stripe.com/c/pay/cs_")
        assert (session["client_reference_id"], session["amount_total"]) == (order.reference, 2500)
        assert session["metadata"] == intent["metadata"] == {stripe_translation.REFERENCE: order.reference}

    def test_asked_for_twice_is_one_page(self, at_stripe):
        order = an_order()

        pages_begun = {Stripe().start_payment(order).provider_ref for _again in range(2)}

        assert len(pages_begun) == 1

    def test_asked_for_again_with_another_sum_is_refused(self, at_stripe):
        order = an_order()
        Stripe().start_payment(order)

        with pytest.raises(ProviderRefused) as refused:
            Stripe().start_payment(an_order(amount=pounds(26), key=order.key, reference=order.reference))

        assert refused.value.code == "idempotency_error"

    def test_that_nobody_touched_is_started(self, at_stripe):
        ref = Stripe().start_payment(an_order()).provider_ref

        told = Stripe().fetch(ref)

        assert (told.provider_ref, told.state, told.amount, told.method) == (ref, "started", pounds(25), "card")

    def test_that_was_paid_has_succeeded_and_keeps_no_card(self, at_stripe):
        ref, _intent = paid(at_stripe)

        told = Stripe().fetch(ref)

        assert (told.state, told.amount, told.mandate_ref, told.taken_back) == ("succeeded", pounds(25), "", ())

    def test_is_called_by_one_name_whatever_it_is_asked_for_by(self, at_stripe):
        ref, intent = paid(at_stripe)
        Stripe().refund(provider_ref=ref, amount=pounds(5), key="part")
        dispute = at_stripe.dispute(intent)["id"]
        refund = at_stripe.all("refund")[0]["id"]
        charge = at_stripe.all("charge")[0]["id"]

        names = {Stripe().fetch(each).provider_ref for each in (ref, intent, charge, refund, dispute)}

        assert names == {ref}

    @pytest.mark.parametrize("card", ["declined", "poor", "expired"])
    def test_every_refusal_of_a_card_reads_the_same(self, at_stripe, card):
        ref = Stripe().start_payment(an_order()).provider_ref
        at_stripe.pay(ref, card=card)

        told = Stripe().fetch(ref)

        assert (told.state, told.failure) == ("failed", "The payment was declined. Nothing was taken.")

    def test_refused_and_then_paid_with_another_card_has_succeeded(self, at_stripe):
        ref = Stripe().start_payment(an_order()).provider_ref
        at_stripe.pay(ref, card="declined")
        at_stripe.pay(ref)

        assert Stripe().fetch(ref).state == "succeeded"

    @pytest.mark.parametrize(("approves", "state"), [(True, "succeeded"), (False, "failed")])
    def test_waits_for_the_bank_to_be_answered(self, at_stripe, approves, state):
        ref = Stripe().start_payment(an_order()).provider_ref
        at_stripe.pay(ref, card="asks")
        before = Stripe().fetch(ref).state

        at_stripe.authenticate(ref, approves=approves)

        assert (before, Stripe().fetch(ref).state) == ("started", state)

    def test_left_until_the_page_is_gone_has_failed(self, at_stripe):
        ref = Stripe().start_payment(an_order()).provider_ref
        at_stripe.expire(ref)

        told = Stripe().fetch(ref)

        assert (told.state, told.failure) == ("failed", "You went back without paying. Nothing was taken.")

    def test_by_direct_debit_is_pending_until_the_bank_pays(self, at_stripe):
        ref, intent = paid(at_stripe, method="direct_debit", keeps=True)
        before = Stripe().fetch(ref)

        at_stripe.clear(intent)

        after = Stripe().fetch(ref)
        assert (before.state, after.state, after.method) == ("pending", "succeeded", "direct_debit")
        assert after.mandate_ref.startswith("pm_")

    def test_by_direct_debit_that_the_bank_returns_has_failed(self, at_stripe):
        ref, intent = paid(at_stripe, method="direct_debit", keeps=True)
        at_stripe.clear(intent, fails="insufficient_funds")

        told = Stripe().fetch(ref)

        assert told.state == "failed"
        assert told.failure == "There was not enough money in the account. Nothing was taken."

    def test_made_by_somebody_else_is_of_no_reference(self, at_stripe):
        ref = Stripe().start_payment(an_order(reference="order 7")).provider_ref

        assert Stripe().fetch(ref).reference == ""

    def test_on_a_page_that_is_not_stripes_is_refused(self, at_stripe, monkeypatch):
        monkeypatch.setattr(Stripe, "page_origins", ("https://pay.example",))

        with pytest.raises(ProviderRefused) as refused:
            Stripe().start_payment(an_order())

        assert refused.value.code == "strange_page"


@pytest.mark.parametrize("url", ["", "http://pay.example/p", "https://pay.example.evil.example/p", "//pay.example/p"])
def test_no_reader_is_sent_to_a_page_of_nobody_we_know(url):
    with pytest.raises(ProviderRefused):
        pages.of_provider(url, ["https://pay.example"])


@pytest.mark.parametrize(
    ("amount", "minor"),
    [
        (Money(500, "JPY"), 500),
        (Money(500, "KRW"), 500),
        (Money(500, "ISK"), 50_000),
        (Money(2_500, "EUR"), 2_500),
        (Money(12_340, "KWD"), 12_340),
    ],
)
def test_each_currency_is_counted_as_stripe_counts_it(at_stripe, amount, minor):
    ref = Stripe().start_payment(an_order(amount=amount)).provider_ref

    assert at_stripe.get(ref)["amount_total"] == minor
    assert Stripe().fetch(ref).amount == amount


def test_a_sum_that_stripe_cannot_express_is_refused(at_stripe):
    with pytest.raises(ProviderRefused):
        Stripe().start_payment(an_order(amount=Money(12_345, "KWD")))

    assert at_stripe.calls == []


class TestAMandate:
    def test_given_with_nothing_paid_is_active_and_says_its_name(self, at_stripe):
        order = a_mandate_order()
        begun = Stripe().start_mandate(order)
        before = Stripe().fetch_mandate(begun.provider_ref)
        method = at_stripe.pay(begun.provider_ref)["id"]

        told = Stripe().fetch_mandate(begun.provider_ref)

        assert (before.state, before.reference) == ("pending", order.reference)
        assert (told.state, told.provider_ref, told.reference) == ("active", method, order.reference)
        assert told.says == "Visa ending in 4242"
        assert (told.expires_on.month, told.expires_on.day) == (8, 31)

    def test_of_a_bank_account_is_found_by_each_of_its_names(self, at_stripe):
        order = a_mandate_order("direct_debit")
        method = at_stripe.pay(Stripe().start_mandate(order).provider_ref)["id"]
        setup, leave = at_stripe.all("setup_intent")[0]["id"], at_stripe.all("mandate")[0]["id"]

        found = [Stripe().fetch_mandate(name) for name in (method, setup, leave)]

        assert {(each.provider_ref, each.reference, each.state) for each in found} == {
            (method, order.reference, "active")
        }
        assert found[0].says == "Account ending in 2345"

    def test_that_its_bank_ended_is_cancelled(self, at_stripe):
        method = a_kept_card(at_stripe, method="direct_debit")
        at_stripe.all("mandate")[0]["status"] = "inactive"

        assert Stripe().fetch_mandate(method).state == "cancelled"

    def test_saved_with_a_payment_bears_no_reference_of_its_own(self, at_stripe):
        ref, _intent = paid(at_stripe, keeps=True)

        told = Stripe().fetch_mandate(ref)

        assert (told.state, told.reference) == ("active", "")
        assert told.provider_ref == Stripe().fetch(ref).mandate_ref

    def test_ended_here_is_ended_there_however_often(self, at_stripe):
        method = a_kept_card(at_stripe, method="direct_debit")

        Stripe().cancel_mandate(method)
        Stripe().cancel_mandate(method)
        Stripe().cancel_mandate("pm_nobody")

        assert Stripe().fetch_mandate(method).state == "cancelled"
        assert at_stripe.all("mandate")[0]["status"] == "inactive"

    def test_whose_page_was_left_is_cancelled(self, at_stripe):
        ref = Stripe().start_mandate(a_mandate_order()).provider_ref
        at_stripe.expire(ref)

        assert Stripe().fetch_mandate(ref).state == "cancelled"


class TestACollection:
    def test_by_card_succeeds_under_its_own_name(self, at_stripe):
        charge = a_charge(a_kept_card(at_stripe))

        begun = Stripe().charge_mandate(charge)

        told = Stripe().fetch(begun.provider_ref)
        assert begun.provider_ref.startswith("pi_")
        assert (told.provider_ref, told.reference) == (begun.provider_ref, charge.reference)
        assert (told.state, told.amount, told.mandate_ref) == ("succeeded", pounds(10), "")

    def test_by_direct_debit_is_pending_first(self, at_stripe):
        method = a_kept_card(at_stripe, method="direct_debit")

        begun = Stripe().charge_mandate(a_charge(method, method="direct_debit"))

        assert Stripe().fetch(begun.provider_ref).state == "pending"

    @pytest.mark.parametrize(("ahead", "waits"), [(0, False), (2, False), (3, True), (15, True)])
    def test_by_direct_debit_waits_for_its_day(self, at_stripe, ahead, waits):
        on = timezone.localdate() + dt.timedelta(days=ahead)
        method = a_kept_card(at_stripe, method="direct_debit")

        begun = Stripe().charge_mandate(a_charge(method, method="direct_debit", collect_on=on))

        options = at_stripe.get(begun.provider_ref).get("payment_method_options") or {}
        assert options.get("bacs_debit", {}).get("target_date") == (on.isoformat() if waits else None)

    def test_by_direct_debit_too_far_ahead_is_asked_for_again(self, at_stripe):
        on = timezone.localdate() + dt.timedelta(days=16)

        with pytest.raises(ProviderUnavailable):
            Stripe().charge_mandate(a_charge(a_kept_card(at_stripe, method="direct_debit"), collect_on=on))

        assert at_stripe.all("payment_intent") == []

    @pytest.mark.parametrize(
        ("card", "told"),
        [
            ("poor", "There was not enough money in the account. Nothing was taken."),
            ("expired", "The card has expired. Nothing was taken."),
            ("declined", "The card was declined. Nothing was taken."),
            ("asks", "Your bank asks you to approve the payment yourself. Nothing was taken."),
        ],
    )
    def test_that_is_declined_is_begun_and_says_why_to_its_supporter(self, at_stripe, card, told):
        begun = Stripe().charge_mandate(a_charge(a_kept_card(at_stripe, card=card)))

        snapshot = Stripe().fetch(begun.provider_ref)

        assert (snapshot.state, snapshot.failure) == ("failed", told)

    def test_under_a_card_that_was_forgotten_is_refused(self, at_stripe):
        method = a_kept_card(at_stripe)
        Stripe().cancel_mandate(method)

        with pytest.raises(ProviderRefused):
            Stripe().charge_mandate(a_charge(method))

        assert at_stripe.all("payment_intent") == []

    @pytest.mark.parametrize("fault", ["drop after", "500 after"])
    def test_whose_answer_was_lost_is_one_charge_when_asked_again(self, at_stripe, fault):
        charge = a_charge(a_kept_card(at_stripe))
        at_stripe.faults = [fault] * (1 + stripe_calling.RETRIES)

        with pytest.raises(ProviderUnavailable):
            Stripe().charge_mandate(charge)
        Stripe().charge_mandate(charge)

        assert len(at_stripe.all("charge")) == 1

    def test_whose_answer_came_too_late_is_one_charge_when_asked_again(self, at_stripe, monkeypatch):
        monkeypatch.setattr(stripe_calling, "TIMEOUT", (0.5, 0.5))
        charge = a_charge(a_kept_card(at_stripe))
        at_stripe.faults = ["hang after"]

        Stripe().charge_mandate(charge)

        assert len(at_stripe.all("charge")) == 1

    def test_with_a_random_key_would_be_charged_twice(self, at_stripe):
        method = a_kept_card(at_stripe)
        at_stripe.faults = ["drop after"] * (1 + stripe_calling.RETRIES)

        with pytest.raises(ProviderUnavailable):
            Stripe().charge_mandate(a_charge(method))
        Stripe().charge_mandate(a_charge(method))

        assert len(at_stripe.all("charge")) == 2

    def test_asked_for_again_after_stripe_forgot_the_key_is_one_charge(self, at_stripe):
        charge = a_charge(a_kept_card(at_stripe))
        first = Stripe().charge_mandate(charge)
        at_stripe.forget_keys()

        again = Stripe().charge_mandate(charge)

        assert again == first
        assert len(at_stripe.all("charge")) == 1

    @pytest.mark.parametrize("fault", [429, 500])
    def test_is_asked_for_again_while_stripe_is_in_trouble(self, at_stripe, fault):
        charge = a_charge(a_kept_card(at_stripe))
        at_stripe.faults = [fault] * (1 + stripe_calling.RETRIES)

        with pytest.raises(ProviderUnavailable):
            Stripe().charge_mandate(charge)

        assert at_stripe.all("charge") == []


class TestTakingBack:
    def test_a_refund_in_parts_and_then_whole(self, at_stripe):
        ref, _intent = paid(at_stripe)

        Stripe().refund(provider_ref=ref, amount=pounds(5), key="first")
        Stripe().refund(provider_ref=ref, amount=pounds(20), key="rest")

        told = Stripe().fetch(ref)
        assert [(item.kind, item.amount) for item in told.taken_back] == [("refund", pounds(5)), ("refund", pounds(20))]

    def test_a_refund_asked_for_again_is_one_refund(self, at_stripe):
        ref, _intent = paid(at_stripe)
        Stripe().refund(provider_ref=ref, amount=pounds(5), key="first")
        at_stripe.forget_keys()

        Stripe().refund(provider_ref=ref, amount=pounds(5), key="first")

        assert len(at_stripe.all("refund")) == 1

    def test_many_refunds_are_all_found(self, at_stripe):
        ref, _intent = paid(at_stripe)
        for number in range(5):
            Stripe().refund(provider_ref=ref, amount=pounds(1), key=f"part-{number}")

        assert len({item.key for item in Stripe().fetch(ref).taken_back}) == 5

    def test_more_than_came_in_is_refused(self, at_stripe):
        ref, _intent = paid(at_stripe)

        with pytest.raises(CannotRefund):
            Stripe().refund(provider_ref=ref, amount=pounds(26), key="much")

        assert Stripe().fetch(ref).taken_back == ()

    def test_a_refund_while_disputed_is_refused(self, at_stripe):
        ref, intent = paid(at_stripe)
        at_stripe.dispute(intent)

        with pytest.raises(CannotRefund, match="disputed"):
            Stripe().refund(provider_ref=ref, amount=pounds(5), key="part")

        assert at_stripe.all("refund") == []

    def test_a_refund_of_what_was_never_paid_is_refused(self, at_stripe):
        ref = Stripe().start_payment(an_order()).provider_ref

        with pytest.raises(CannotRefund):
            Stripe().refund(provider_ref=ref, amount=pounds(5), key="part")

    def test_a_refund_that_did_not_arrive_comes_back(self, at_stripe):
        ref, _intent = paid(at_stripe)
        Stripe().refund(provider_ref=ref, amount=pounds(5), key="part")
        at_stripe.fail_refund(at_stripe.all("refund")[0]["id"])

        kinds = [item.kind for item in Stripe().fetch(ref).taken_back]

        assert kinds == ["refund", "reinstatement"]

    @pytest.mark.parametrize(("won", "kinds"), [(True, ["dispute", "reinstatement"]), (False, ["dispute"])])
    def test_a_dispute_takes_the_money_until_it_is_won(self, at_stripe, won, kinds):
        ref, intent = paid(at_stripe)
        dispute = at_stripe.dispute(intent)
        at_stripe.decide(dispute["id"], won=won)

        told = Stripe().fetch(ref)

        assert [item.kind for item in told.taken_back] == kinds
        assert {item.amount for item in told.taken_back} == {pounds(25)}
        assert len({item.key for item in told.taken_back}) == len(kinds)

    def test_an_inquiry_takes_nothing(self, at_stripe):
        ref, intent = paid(at_stripe)
        at_stripe.dispute(intent, status="warning_needs_response")

        assert Stripe().fetch(ref).taken_back == ()

    @pytest.mark.parametrize(
        ("reason", "words"),
        [
            ("insufficient_funds", "Returned late by the bank"),
            ("debit_not_authorized", "Claimed back under the Direct Debit Guarantee"),
        ],
    )
    def test_a_debit_that_is_returned_late_has_bounced(self, at_stripe, reason, words):
        ref, intent = paid(at_stripe, method="direct_debit", keeps=True)
        at_stripe.clear(intent)
        at_stripe.dispute(intent, reason=reason, status="lost")

        told = Stripe().fetch(ref)

        assert told.state == "succeeded"
        assert [(item.kind, item.reason) for item in told.taken_back] == [("bounced", words)]


class TestAPayout:
    def test_is_the_sum_of_its_lines_less_their_fees(self, at_stripe):
        ref, _intent = paid(at_stripe)
        disputed, disputed_intent = paid(at_stripe, amount=pounds(40))
        debit, debit_intent = paid(at_stripe, amount=pounds(10), method="direct_debit", keeps=True)
        at_stripe.clear(debit_intent)
        collected = Stripe().charge_mandate(a_charge(a_kept_card(at_stripe))).provider_ref
        Stripe().refund(provider_ref=ref, amount=pounds(5), key="part")
        dispute = at_stripe.dispute(disputed_intent)
        at_stripe.decide(dispute["id"], won=True)
        at_stripe.dispute(debit_intent, reason="insufficient_funds", status="lost")
        at_stripe.take_fee(150)
        payout = at_stripe.pay_out()

        told = Stripe().fetch_payout(payout["id"])

        kinds = {(line.kind, line.payment_ref, line.amount.minor) for line in told.lines}
        assert kinds == {
            ("payment", ref, 2500),
            ("payment", disputed, 4000),
            ("payment", debit, 1000),
            ("payment", collected, 1000),
            ("refund", ref, -500),
            ("dispute", disputed, -4000),
            ("reinstatement", disputed, 4000),
            ("bounced", debit, -1000),
            ("fee", "", -150),
        }
        assert sum(line.amount.minor - line.fee.minor for line in told.lines) == told.amount.minor == payout["amount"]
        assert told.state == "paid"

    def test_names_what_was_taken_back_as_the_payment_does(self, at_stripe):
        ref, intent = paid(at_stripe)
        Stripe().refund(provider_ref=ref, amount=pounds(5), key="part")
        at_stripe.fail_refund(at_stripe.all("refund")[0]["id"])
        at_stripe.decide(at_stripe.dispute(intent)["id"], won=True)

        told = Stripe().fetch_payout(at_stripe.pay_out()["id"])

        back = {line.key for line in told.lines if line.kind != "payment"}
        assert back == {item.key for item in Stripe().fetch(ref).taken_back}

    def test_of_a_debit_that_never_came_names_no_payment(self, at_stripe):
        ref, intent = paid(at_stripe, method="direct_debit", keeps=True)
        charge = at_stripe.all("charge")[0]
        at_stripe.moved("payment", 2500, charge)
        at_stripe.clear(intent, fails="insufficient_funds")
        at_stripe.moved("payment_failure_refund", -2500, charge)
        paid(at_stripe)

        told = Stripe().fetch_payout(at_stripe.pay_out()["id"])

        assert sorted(line.kind for line in told.lines) == ["other", "other", "payment"]
        assert ref not in {line.payment_ref for line in told.lines}

    def test_after_one_that_failed_names_the_one_that_came_back(self, at_stripe):
        paid(at_stripe)
        failed = at_stripe.pay_out()
        failed["status"] = "failed"
        at_stripe.moved("payout_failure", failed["amount"], failed)

        told = Stripe().fetch_payout(at_stripe.pay_out()["id"])

        assert [(line.kind, line.payment_ref) for line in told.lines] == [("other", failed["id"])]

    def test_by_hand_is_one_line(self, at_stripe):
        paid(at_stripe)
        payout = at_stripe.pay_out()
        payout["automatic"] = False

        told = Stripe().fetch_payout(payout["id"])

        assert [(line.kind, line.amount) for line in told.lines] == [("other", told.amount)]

    def test_that_does_not_add_up_yet_is_asked_for_again(self, at_stripe):
        paid(at_stripe)
        payout = at_stripe.pay_out()
        payout["amount"] += 1

        with pytest.raises(ProviderUnavailable):
            Stripe().fetch_payout(payout["id"])

    def test_that_failed_says_so(self, at_stripe):
        paid(at_stripe)
        payout = at_stripe.pay_out()
        payout["status"] = "failed"
        back = at_stripe.moved("payout_failure", payout["amount"], payout)
        back["payout"] = payout["id"]

        assert Stripe().fetch_payout(payout["id"]).state == "failed"


class TestSince:
    def test_every_payment_is_told_once_ours_or_not(self, at_stripe):
        started = Stripe().start_payment(an_order()).provider_ref
        ref, _intent = paid(at_stripe)
        collected = Stripe().charge_mandate(a_charge(a_kept_card(at_stripe))).provider_ref
        other = at_stripe.add("payment_intent", status="requires_confirmation", amount=900, currency="gbp", metadata={})
        at_stripe.add("payment_intent", status="requires_confirmation", amount=900, currency="huf", metadata={})

        told = list(Stripe().payments_since(AGES_AGO))

        names = [each.provider_ref for each in told]
        assert sorted(names) == sorted([started, ref, collected, other["id"]])
        assert next(each for each in told if each.provider_ref == other["id"]).reference == ""

    def test_what_is_older_is_left_out(self, at_stripe):
        paid(at_stripe)

        tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)

        assert list(Stripe().payments_since(tomorrow)) == []
        assert list(Stripe().payouts_since(tomorrow)) == []

    def test_every_payout_is_told(self, at_stripe):
        for _day in range(3):
            paid(at_stripe)
            at_stripe.pay_out()

        assert len(list(Stripe().payouts_since(AGES_AGO))) == 3


class TestAsking:
    @pytest.mark.parametrize("ref", ["cs_test_nobody", "pi_nobody", "ch_nobody", "re_nobody", "dp_nobody", "nonsense"])
    def test_for_what_stripe_does_not_know_says_so(self, at_stripe, ref):
        with pytest.raises(UnknownAtProvider):
            Stripe().fetch(ref)

    @pytest.mark.parametrize("ref", ["cs_test_nobody", "seti_nobody", "pm_nobody", "mandate_nobody", "nonsense"])
    def test_for_a_mandate_that_stripe_does_not_know_says_so(self, at_stripe, ref):
        with pytest.raises(UnknownAtProvider):
            Stripe().fetch_mandate(ref)

    def test_with_a_key_that_stripe_refuses_can_be_repeated_later(self, at_stripe, settings):
        settings.STRIPE_SECRET_KEY = "sk_test_wrong"

        with pytest.raises(ProviderUnavailable):
            Stripe().fetch("cs_test_nobody")

    def test_without_a_key_asks_nobody(self, at_stripe, settings):
        settings.STRIPE_SECRET_KEY = ""

        with pytest.raises(ProviderUnavailable):
            Stripe().start_payment(an_order())

        assert at_stripe.calls == []

    def test_where_nobody_listens_can_be_repeated_later(self, at_stripe):
        at_stripe.close()

        with pytest.raises(ProviderUnavailable):
            Stripe().fetch("cs_test_nobody")
