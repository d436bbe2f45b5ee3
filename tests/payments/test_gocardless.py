"""GoCardless behind the protocol, by the real SDK over HTTP against a small stateful GoCardless."""

import datetime as dt

import pytest
from gocardless_pro.services import base_service

from pennypress.money import Money
from pennypress.payments.providers import gocardless_calling
from pennypress.payments.providers.gocardless_provider import GoCardless
from pennypress.payments.providers.protocol import (
    BadWebhook,
    CannotRefund,
    ProviderRefused,
    ProviderUnavailable,
    UnknownAtProvider,
)
from tests.builders import NOW, pounds
from tests.payments.fakes.fixtures import at_gocardless
from tests.payments.fakes.orders import a_charge, a_mandate_order, an_order

__all__ = ["at_gocardless"]
AGES_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
# The SDK tries so often by itself, under the same key.
TRIES = 3


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Retries of the SDK without the wait between them."""
    monkeypatch.setattr(base_service.time, "sleep", lambda _seconds: None)


def a_debit(server):
    """A debit of £25 that the bank has not confirmed yet; gives its name."""
    charge = a_charge(a_mandate(server), amount=pounds(25), method="direct_debit")
    return GoCardless().charge_mandate(charge).provider_ref


def a_mandate(server):
    order = a_mandate_order("direct_debit")
    ref = GoCardless().start_mandate(order).provider_ref
    server.sign(ref)
    return server.get(ref)["links"]["mandate_request_mandate"]


def an_instant_gift(server, **facts):
    ref = GoCardless().start_payment(an_order(method="bank_transfer", **facts)).provider_ref
    server.sign(ref)
    return ref, server.all("payments")[-1]["id"]


class TestAnInstantGift:
    def test_is_approved_on_a_page_that_leads_to_the_givers_bank(self, at_gocardless):
        order = an_order(method="bank_transfer")

        begun = GoCardless().start_payment(order)

        told = GoCardless().fetch(begun.provider_ref)
        assert begun.url.startswith("https://pay-sandbox.gocardless.com/billing/")
        assert (told.provider_ref, told.reference) == (begun.provider_ref, order.reference)
        assert (told.state, told.amount, told.method) == ("started", pounds(25), "bank_transfer")

    def test_asked_for_twice_is_one_order(self, at_gocardless):
        order = an_order(method="bank_transfer")

        begun = {GoCardless().start_payment(order).provider_ref for _again in range(2)}

        assert len(begun) == len(at_gocardless.all("billing_requests")) == 1

    def test_asked_for_again_once_approved_leads_back_to_the_paper(self, at_gocardless):
        order = an_order(method="bank_transfer")
        at_gocardless.sign(GoCardless().start_payment(order).provider_ref)

        assert GoCardless().start_payment(order).url == order.return_url

    def test_is_called_by_one_name_whatever_it_is_asked_for_by(self, at_gocardless):
        ref, payment = an_instant_gift(at_gocardless)
        at_gocardless.happens(payment, "confirmed")

        told = [GoCardless().fetch(name) for name in (payment, ref, payment)]

        assert {each.provider_ref for each in told} == {ref}
        assert {(each.state, each.method, each.mandate_ref) for each in told} == {("succeeded", "bank_transfer", "")}

    def test_left_unapproved_has_failed(self, at_gocardless):
        ref = GoCardless().start_payment(an_order(method="bank_transfer")).provider_ref
        at_gocardless.leave(ref)

        told = GoCardless().fetch(ref)

        assert (told.state, told.failure) == ("failed", "You went back without paying. Nothing was taken.")

    @pytest.mark.parametrize("facts", [{"method": "direct_debit"}, {"method": "direct_debit", "keeps": True}], ids=str)
    def test_is_not_a_debit(self, at_gocardless, facts):
        with pytest.raises(ProviderRefused, match="mandate"):
            GoCardless().start_payment(an_order(**facts))

        assert at_gocardless.calls == []

    def test_in_yen_is_refused(self, at_gocardless):
        with pytest.raises(ProviderRefused, match="JPY"):
            GoCardless().start_payment(an_order(amount=Money(500, "JPY"), method="bank_transfer"))

        assert at_gocardless.calls == []

    def test_on_a_page_that_is_not_gocardless_is_refused(self, at_gocardless, settings):
        settings.GOCARDLESS_ENVIRONMENT = "live"

        with pytest.raises(ProviderRefused) as refused:
            GoCardless().start_payment(an_order(method="bank_transfer"))

        assert refused.value.code == "strange_page"


class TestHowAPaymentFares:
    def test_confirmed_by_the_bank_it_has_succeeded(self, at_gocardless):
        ref = payment = a_debit(at_gocardless)
        at_gocardless.happens(payment, "submitted")
        before = GoCardless().fetch(ref).state

        at_gocardless.happens(payment, "confirmed")

        assert (before, GoCardless().fetch(ref).state) == ("pending", "succeeded")

    def test_returned_by_the_bank_it_has_failed_and_says_why(self, at_gocardless):
        ref = payment = a_debit(at_gocardless)
        at_gocardless.happens(payment, "failed", cause="insufficient_funds")

        told = GoCardless().fetch(ref)

        assert (told.state, told.taken_back) == ("failed", ())
        assert told.failure == "There was not enough money in the account. Nothing was taken."

    @pytest.mark.parametrize(
        ("action", "words"),
        [
            ("failed", "Returned late by the bank"),
            ("charged_back", "Claimed back under the Direct Debit Guarantee"),
        ],
    )
    def test_taken_back_after_it_was_confirmed_it_has_bounced(self, at_gocardless, action, words):
        ref = payment = a_debit(at_gocardless)
        for happens in ("confirmed", "paid_out", action):
            at_gocardless.happens(payment, happens)

        told = GoCardless().fetch(ref)

        assert told.state == "succeeded"
        assert [(item.kind, item.amount, item.reason) for item in told.taken_back] == [("bounced", pounds(25), words)]

    def test_a_claim_that_was_refused_gives_it_back(self, at_gocardless):
        ref = payment = a_debit(at_gocardless)
        for happens in ("confirmed", "charged_back", "chargeback_cancelled"):
            at_gocardless.happens(payment, happens)

        told = GoCardless().fetch(ref)

        assert [item.kind for item in told.taken_back] == ["bounced", "reinstatement"]
        assert len({item.key for item in told.taken_back}) == 2

    def test_what_happened_last_is_told_first_and_sorted_here(self, at_gocardless):
        ref = payment = a_debit(at_gocardless)
        for happens in ("submitted", "confirmed", "paid_out"):
            at_gocardless.happens(payment, happens)

        assert GoCardless().fetch(ref).taken_back == ()


class TestARefund:
    def test_in_parts_and_then_whole(self, at_gocardless):
        ref = payment = a_debit(at_gocardless)
        at_gocardless.happens(payment, "confirmed")

        GoCardless().refund(provider_ref=ref, amount=pounds(5), key="first")
        GoCardless().refund(provider_ref=ref, amount=pounds(20), key="rest")

        told = GoCardless().fetch(at_gocardless.all("refunds")[0]["id"])
        assert told.provider_ref == ref
        assert [(item.kind, item.amount) for item in told.taken_back] == [("refund", pounds(5)), ("refund", pounds(20))]

    def test_asked_for_again_is_one_refund(self, at_gocardless):
        ref = payment = a_debit(at_gocardless)
        at_gocardless.happens(payment, "confirmed")
        GoCardless().refund(provider_ref=ref, amount=pounds(5), key="first")
        at_gocardless.forget_keys()

        GoCardless().refund(provider_ref=ref, amount=pounds(5), key="first")

        assert len(at_gocardless.all("refunds")) == 1

    @pytest.mark.parametrize("status", ["pending_submission", "charged_back"])
    def test_of_what_is_not_here_is_refused(self, at_gocardless, status):
        ref = payment = a_debit(at_gocardless)
        at_gocardless.happens(payment, status)

        with pytest.raises(CannotRefund):
            GoCardless().refund(provider_ref=ref, amount=pounds(5), key="part")

        assert at_gocardless.all("refunds") == []

    def test_of_more_than_came_in_is_refused(self, at_gocardless):
        ref = payment = a_debit(at_gocardless)
        at_gocardless.happens(payment, "confirmed")

        with pytest.raises(CannotRefund):
            GoCardless().refund(provider_ref=ref, amount=pounds(26), key="much")

    def test_that_did_not_arrive_comes_back(self, at_gocardless):
        ref = payment = a_debit(at_gocardless)
        at_gocardless.happens(payment, "confirmed")
        GoCardless().refund(provider_ref=ref, amount=pounds(5), key="part")
        at_gocardless.all("refunds")[0]["status"] = "failed"

        assert [item.kind for item in GoCardless().fetch(ref).taken_back] == ["refund", "reinstatement"]

    def test_of_an_order_nobody_approved_is_refused(self, at_gocardless):
        ref = GoCardless().start_payment(an_order(method="bank_transfer")).provider_ref

        with pytest.raises(CannotRefund):
            GoCardless().refund(provider_ref=ref, amount=pounds(5), key="part")


class TestAMandate:
    def test_given_with_nothing_paid_is_active_and_says_its_name(self, at_gocardless):
        order = a_mandate_order("direct_debit")
        ref = GoCardless().start_mandate(order).provider_ref
        before = GoCardless().fetch_mandate(ref)
        at_gocardless.sign(ref)

        told = GoCardless().fetch_mandate(ref)

        assert (before.state, before.reference) == ("pending", order.reference)
        assert (told.state, told.reference, told.says) == (
            "active",
            order.reference,
            "Barclays Bank Plc account ending in 11",
        )
        assert GoCardless().fetch_mandate(told.provider_ref) == told

    def test_is_no_payment(self, at_gocardless):
        ref = GoCardless().start_mandate(a_mandate_order("direct_debit")).provider_ref

        with pytest.raises(UnknownAtProvider):
            GoCardless().fetch(ref)

    def test_whose_page_was_left_is_cancelled(self, at_gocardless):
        ref = GoCardless().start_mandate(a_mandate_order("direct_debit")).provider_ref
        at_gocardless.leave(ref)

        assert GoCardless().fetch_mandate(ref).state == "cancelled"

    def test_ended_here_is_ended_there_however_often(self, at_gocardless):
        mandate = a_mandate(at_gocardless)

        GoCardless().cancel_mandate(mandate)
        GoCardless().cancel_mandate(mandate)
        GoCardless().cancel_mandate("MDNOBODY")

        assert GoCardless().fetch_mandate(mandate).state == "cancelled"


class TestACollection:
    def test_falls_on_the_day_asked_for(self, at_gocardless):
        on = at_gocardless.next_possible + dt.timedelta(days=3)
        charge = a_charge(a_mandate(at_gocardless), method="direct_debit", collect_on=on)

        begun = GoCardless().charge_mandate(charge)

        told = GoCardless().fetch(begun.provider_ref)
        assert at_gocardless.get(begun.provider_ref)["charge_date"] == on.isoformat()
        assert (told.provider_ref, told.reference, told.state) == (begun.provider_ref, charge.reference, "pending")
        assert told.mandate_ref == ""

    def test_asked_for_too_soon_falls_on_the_first_day_that_the_notice_allows(self, at_gocardless):
        charge = a_charge(a_mandate(at_gocardless), method="direct_debit", collect_on=dt.date.today())

        begun = GoCardless().charge_mandate(charge)

        assert at_gocardless.get(begun.provider_ref)["charge_date"] == at_gocardless.next_possible.isoformat()

    @pytest.mark.parametrize("fault", ["drop after", "500 after"])
    def test_whose_answer_was_lost_is_one_when_asked_again(self, at_gocardless, fault):
        charge = a_charge(a_mandate(at_gocardless), method="direct_debit")
        at_gocardless.faults = [fault] * TRIES

        with pytest.raises(ProviderUnavailable):
            GoCardless().charge_mandate(charge)
        at_gocardless.faults = []
        GoCardless().charge_mandate(charge)

        assert len(at_gocardless.all("payments")) == 1

    def test_whose_answer_came_too_late_is_one(self, at_gocardless, monkeypatch):
        monkeypatch.setattr(gocardless_calling, "TIMEOUT", (0.5, 0.5))
        charge = a_charge(a_mandate(at_gocardless), method="direct_debit")
        at_gocardless.faults = ["hang after"]

        GoCardless().charge_mandate(charge)

        assert len(at_gocardless.all("payments")) == 1

    def test_with_a_random_key_would_be_collected_twice(self, at_gocardless):
        mandate = a_mandate(at_gocardless)
        at_gocardless.faults = ["drop after"] * TRIES

        with pytest.raises(ProviderUnavailable):
            GoCardless().charge_mandate(a_charge(mandate, method="direct_debit"))
        GoCardless().charge_mandate(a_charge(mandate, method="direct_debit"))

        assert len(at_gocardless.all("payments")) == 2

    def test_asked_for_again_after_gocardless_forgot_the_key_is_one(self, at_gocardless):
        charge = a_charge(a_mandate(at_gocardless), method="direct_debit")
        first = GoCardless().charge_mandate(charge)
        at_gocardless.forget_keys()

        assert GoCardless().charge_mandate(charge) == first
        assert len(at_gocardless.all("payments")) == 1

    def test_under_a_mandate_that_has_ended_is_refused(self, at_gocardless):
        mandate = a_mandate(at_gocardless)
        GoCardless().cancel_mandate(mandate)

        with pytest.raises(ProviderRefused) as refused:
            GoCardless().charge_mandate(a_charge(mandate, method="direct_debit"))

        assert refused.value.code == "mandate_is_inactive"
        assert at_gocardless.all("payments") == []

    def test_under_a_mandate_that_ends_before_the_bank_knows_is_cancelled(self, at_gocardless):
        mandate = a_mandate(at_gocardless)
        begun = GoCardless().charge_mandate(a_charge(mandate, method="direct_debit"))
        GoCardless().cancel_mandate(mandate)

        told = GoCardless().fetch(begun.provider_ref)

        assert (told.state, told.failure) == ("failed", "The Direct Debit has been ended. Nothing was taken.")

    @pytest.mark.parametrize("fault", [429, 500])
    def test_is_asked_for_again_while_gocardless_is_in_trouble(self, at_gocardless, fault):
        charge = a_charge(a_mandate(at_gocardless), method="direct_debit")
        at_gocardless.faults = [fault]

        with pytest.raises(ProviderUnavailable):
            GoCardless().charge_mandate(charge)

        assert at_gocardless.all("payments") == []


class TestAPayout:
    def test_is_the_sum_of_its_lines_less_their_fees(self, at_gocardless):
        ref = payment = a_debit(at_gocardless)
        gift, gift_payment = an_instant_gift(at_gocardless, amount=pounds(40))
        for each in (payment, gift_payment):
            at_gocardless.happens(each, "confirmed")
        at_gocardless.happens(payment, "failed")
        at_gocardless.happens(payment, "confirmed")
        GoCardless().refund(provider_ref=ref, amount=pounds(5), key="part")
        refund = at_gocardless.all("refunds")[0]["id"]
        items = [
            ("payment_paid_out", "2500.0", {"payment": payment}),
            ("payment_paid_out", "4000.0", {"payment": gift_payment}),
            ("payment_failed", "-2500.0", {"payment": payment}),
            ("refund", "-500.0", {"payment": payment, "refund": refund}),
        ]
        payout = at_gocardless.pay_out(items, fee="-20.5", tax=8)

        told = GoCardless().fetch_payout(payout["id"])

        lines = {(line.kind, line.payment_ref, line.amount.minor) for line in told.lines if line.kind != "fee"}
        assert lines == {
            ("payment", ref, 2500),
            ("payment", gift, 4000),
            ("bounced", ref, -2500),
            ("refund", ref, -500),
        }
        assert sum(line.amount.minor - line.fee.minor for line in told.lines) == told.amount.minor == payout["amount"]
        assert len({line.key for line in told.lines}) == len(told.lines)
        assert told.state == "paid"

    def test_names_what_was_taken_back_as_the_payment_does(self, at_gocardless):
        ref = payment = a_debit(at_gocardless)
        at_gocardless.happens(payment, "confirmed")
        GoCardless().refund(provider_ref=ref, amount=pounds(5), key="part")
        at_gocardless.happens(payment, "charged_back")
        refund = at_gocardless.all("refunds")[0]["id"]
        payout = at_gocardless.pay_out(
            [
                ("payment_paid_out", "2500.0", {"payment": payment}),
                ("refund", "-500.0", {"payment": payment, "refund": refund}),
                ("payment_charged_back", "-2500.0", {"payment": payment}),
            ]
        )

        told = GoCardless().fetch_payout(payout["id"])

        back = {line.key for line in told.lines if line.kind not in ("payment", "fee")}
        assert back == {item.key for item in GoCardless().fetch(ref).taken_back}

    def test_that_does_not_add_up_is_asked_for_again(self, at_gocardless):
        payment = a_debit(at_gocardless)
        payout = at_gocardless.pay_out([("payment_paid_out", "2500.0", {"payment": payment})])
        payout["amount"] -= 1000

        with pytest.raises(ProviderUnavailable):
            GoCardless().fetch_payout(payout["id"])


class TestSince:
    def test_every_payment_is_told_once_ours_or_not(self, at_gocardless):
        started = GoCardless().start_payment(an_order(method="bank_transfer")).provider_ref
        ref, _payment = an_instant_gift(at_gocardless)
        collected = GoCardless().charge_mandate(a_charge(a_mandate(at_gocardless), method="direct_debit"))
        facts = {"status": "submitted", "amount": 900, "scheme": "bacs"}
        other = at_gocardless.add("payments", currency="GBP", **facts)
        at_gocardless.add("payments", currency="HUF", **facts)

        told = list(GoCardless().payments_since(AGES_AGO))

        names = sorted(each.provider_ref for each in told)
        assert names == sorted([started, ref, collected.provider_ref, other["id"]])

    def test_every_payout_is_told(self, at_gocardless):
        for _day in range(3):
            at_gocardless.pay_out([])

        assert len(list(GoCardless().payouts_since(AGES_AGO))) == 3
        assert list(GoCardless().payouts_since(dt.datetime.now(dt.UTC) + dt.timedelta(days=1))) == []


class TestAWebhook:
    def test_of_many_events_names_what_each_is_about(self, at_gocardless):
        gift, payment = an_instant_gift(at_gocardless)
        mandate = a_mandate(at_gocardless)
        signed = at_gocardless.all("billing_requests")[-1]["id"]
        left = [GoCardless().start_mandate(a_mandate_order("direct_debit")).provider_ref]
        left += [GoCardless().start_payment(an_order(method="bank_transfer")).provider_ref]
        for page in left:
            at_gocardless.leave(page)
        payout = at_gocardless.pay_out([])
        moon = {"id": "EV1", "resource_type": "moon", "action": "full", "links": {"moon": "M1"}, "tide": "high"}
        body, headers = at_gocardless.signed([*at_gocardless.all("events"), moon])

        events = GoCardless().read_webhook(body=body, headers=headers, now=NOW)

        assert {(event.kind, event.subject, event.provider_ref) for event in events} == {
            ("billing_requests.fulfilled", "payment", gift),
            ("billing_requests.fulfilled", "mandate", signed),
            ("billing_requests.cancelled", "mandate", left[0]),
            ("billing_requests.cancelled", "payment", left[1]),
            ("mandates.created", "mandate", mandate),
            ("payments.created", "payment", payment),
            ("payouts.paid", "payout", payout["id"]),
            ("moon.full", "", ""),
        }
        assert len({event.event_id for event in events}) == len(events)

    def test_with_250_events_is_read_whole(self, at_gocardless):
        events = [
            {"id": f"EV{number}", "resource_type": "payments", "action": "confirmed", "links": {"payment": "PM1"}}
            for number in range(250)
        ]
        body, headers = at_gocardless.signed(events)

        assert len(GoCardless().read_webhook(body=body, headers=headers, now=NOW)) == 250

    def test_signed_with_either_secret_while_one_is_changed_is_read(self, at_gocardless, settings):
        settings.GOCARDLESS_WEBHOOK_SECRETS = ["new", at_gocardless.secret]
        body, headers = at_gocardless.signed([])

        assert GoCardless().read_webhook(body=body, headers=headers, now=NOW) == []

    @pytest.mark.parametrize("signature", ["", "00", "é", "sha256=00"])
    def test_not_signed_by_gocardless_is_refused(self, at_gocardless, signature):
        body, _headers = at_gocardless.signed([])

        with pytest.raises(BadWebhook):
            GoCardless().read_webhook(body=body, headers={"Webhook-Signature": signature}, now=NOW)

    def test_with_no_secret_set_is_refused(self, at_gocardless, settings):
        body, headers = at_gocardless.signed([], secret="")
        settings.GOCARDLESS_WEBHOOK_SECRETS = []

        with pytest.raises(BadWebhook):
            GoCardless().read_webhook(body=body, headers=headers, now=NOW)

    @pytest.mark.parametrize("events", [[{}], [7], [{"id": 7, "resource_type": "x", "action": "y"}], {"a": 1}, 7])
    def test_signed_but_no_event_is_refused(self, at_gocardless, events):
        body, headers = at_gocardless.signed(events)

        with pytest.raises(BadWebhook):
            GoCardless().read_webhook(body=body, headers=headers, now=NOW)


class TestAsking:
    @pytest.mark.parametrize("ref", ["BRQNOBODY", "PMNOBODY", "RFNOBODY", "nonsense"])
    def test_for_what_gocardless_does_not_know_says_so(self, at_gocardless, ref):
        with pytest.raises(UnknownAtProvider):
            GoCardless().fetch(ref)

    def test_with_a_token_that_gocardless_refuses_can_be_repeated_later(self, at_gocardless, settings):
        settings.GOCARDLESS_ACCESS_TOKEN = "sandbox_wrong"

        with pytest.raises(ProviderUnavailable):
            GoCardless().fetch("PMNOBODY")

    def test_without_a_token_asks_nobody(self, at_gocardless, settings):
        settings.GOCARDLESS_ACCESS_TOKEN = ""

        with pytest.raises(ProviderUnavailable):
            GoCardless().fetch("PMNOBODY")

        assert at_gocardless.calls == []

    def test_where_nobody_listens_can_be_repeated_later(self, at_gocardless):
        at_gocardless.close()

        with pytest.raises(ProviderUnavailable):
            GoCardless().fetch("PMNOBODY")
