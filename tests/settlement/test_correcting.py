"""A mistake in entry is put right by reversing it whole and entering it anew; everything that hangs on it follows."""

import datetime as dt

import pytest
from django.db import connection

from pennypress import laws
from pennypress.config import lawbook
from pennypress.giving import meter
from pennypress.giving.models import Gift, GiftState
from pennypress.ledger import balances, chart, periods
from pennypress.ledger.models import Account, Entry
from pennypress.letters.models import Letter
from pennypress.money import Money
from pennypress.payments import receipts
from pennypress.payments.models import Purpose, Receipt, Refund
from pennypress.payments.parts import Part
from pennypress.payments.providers import sandbox
from pennypress.settlement import asking, by_hand, correcting
from pennypress.settlement.came import Named
from pennypress.settlement.correcting import Particulars
from pennypress.shares import applying, register
from pennypress.shares.models import ApplicationState
from pennypress.subscriptions import products
from tests.builders import (
    NOW,
    TODAY,
    a_collection,
    a_society,
    an_active_pledge,
    an_appeal,
    an_application,
    an_offered_gift,
    by_post,
    paid,
    pounds,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_paper():
    a_society()


def gift(amount, **told):
    return Part(Purpose.GIFT, pounds(amount), **told)


def correct(receipt, *parts, reason="Wrong purpose", **told):
    amount = Money(sum(part.amount.minor for part in parts), "GBP")
    anew = Particulars(amount=amount, parts=parts, **{"payer_name": "Ada Reed", **told})
    return correcting.correct(receipt=receipt, anew=anew, reason=reason, by=None, now=NOW)


def balance(account, on=TODAY):
    return balances.of(account=account, on=on, currency="GBP")


def raised():
    return meter.read(now=NOW).raised


def broken():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]


class TestMoneyByHand:
    def test_a_wrong_amount_is_reversed_whole_and_entered_anew(self):
        an_appeal()
        wrong = by_post(gift(25))

        right = correct(wrong, gift(52))

        assert (right.corrects, right.method, right.received_on) == (wrong, "cheque", TODAY)
        assert (raised(), balance(chart.IN_HAND), balance(chart.GIFTS)) == (pounds(52), pounds(52), pounds(-52))
        assert [refund.kind for refund in Refund.objects.all()] == ["mistake"]
        assert Gift.objects.get(allocation__receipt=wrong).state == GiftState.TAKEN_BACK
        assert broken() == []

    def test_money_without_a_purpose_is_given_one(self):
        an_appeal()
        waiting = by_post(Part(Purpose.UNALLOCATED, pounds(40)), method="bank_transfer")

        correct(waiting, gift(30), Part(Purpose.SUBSCRIPTION, pounds(10)), reason="She rang: ten is her paper")

        assert (balance(chart.UNALLOCATED), balance(chart.SUBSCRIPTIONS)) == (pounds(0), pounds(-10))
        assert raised() == pounds(30)
        assert broken() == []

    def test_what_was_banked_stays_banked_on_its_day(self):
        tomorrow = TODAY + dt.timedelta(days=1)
        wrong = receipts.bank(receipt=by_post(gift(25)), banked_on=tomorrow, now=NOW)

        right = correct(wrong, gift(52))

        assert right.banked_on == tomorrow
        assert (balance(chart.BANK), balance(chart.IN_HAND)) == (pounds(0), pounds(52))
        assert (balance(chart.BANK, tomorrow), balance(chart.IN_HAND, tomorrow)) == (pounds(52), pounds(0))
        assert broken() == []

    def test_a_gift_moves_to_the_appeal_it_was_for(self):
        special = an_appeal(name="Roof", opens_on=dt.date(2026, 12, 1), closes_on=dt.date(2026, 12, 9))
        an_appeal()
        wrong = by_post(gift(25))

        right = correct(wrong, gift(25, appeal=special.slug))

        assert right.allocations.get().gift.appeal == special
        assert raised() == pounds(0)

    def test_no_letter_is_sent_unless_it_is_asked_for(self):
        an_appeal()
        wrong = by_post(gift(25), payer_email="ada@example.org")
        assert Letter.objects.count() == 1

        correct(wrong, gift(52), payer_email="ada@example.org")

        assert Letter.objects.count() == 1

    def test_of_a_closed_day_falls_to_the_first_open_one_and_keeps_its_own(self):
        wrong = by_post(gift(25))
        later = TODAY + dt.timedelta(days=5)
        periods.close(through=TODAY, by="Tom", note="", today=later, now=NOW)

        right = correct(wrong, gift(52))

        dates = set(Entry.objects.filter(key__in=[f"receipt-{right.pk}"]).values_list("on", "meant_on"))
        assert dates == {(TODAY + dt.timedelta(days=1), TODAY)}
        assert right.received_on == TODAY
        assert balance(chart.IN_HAND) == pounds(25)
        assert broken() == []

    def test_a_correction_is_corrected_in_turn(self):
        wrong = by_post(gift(25))
        second = correct(wrong, gift(52))

        third = correct(second, gift(5))

        assert receipts.standing(wrong) == third
        assert balance(chart.IN_HAND) == pounds(5)
        assert broken() == []

    @pytest.mark.parametrize("told", [{"reason": "  "}, {"thanks_as": "loudly"}])
    def test_what_cannot_be_entered_anew_is_not_reversed_either(self, told):
        wrong = by_post(gift(25))

        with pytest.raises(correcting.CannotSettle):
            correct(wrong, gift(52), **told)

        assert (Receipt.objects.count(), Refund.objects.count(), Entry.objects.count()) == (1, 0, 1)

    def test_what_was_corrected_or_taken_back_is_not_corrected_again(self):
        wrong = by_post(gift(25))
        correct(wrong, gift(52))
        returned = by_post(gift(10))
        by_hand.taken_back(receipt=returned, kind="bounced", on=TODAY, reason="", now=NOW)

        for receipt in (wrong, returned):
            with pytest.raises(correcting.CannotSettle):
                correct(receipt, gift(1))

    def test_a_counted_collection_keeps_its_amount_and_its_sheet(self):
        wrong = a_collection(amount=pounds(30))

        right = correct(wrong, Part(Purpose.OTHER, pounds(30)))

        assert right.cash_count.first_counter == "Beryl Ash"
        with pytest.raises(correcting.CannotSettle, match="count sheet"):
            correct(right, Part(Purpose.OTHER, pounds(31)))
        assert broken() == []

    def test_entered_twice_it_is_struck_out(self):
        an_appeal()
        twice = by_post(gift(25))

        correcting.strike_out(receipt=twice, reason="Entered twice", now=NOW)

        assert (raised(), balance(chart.IN_HAND)) == (pounds(0), pounds(0))
        assert broken() == []


class TestMoneyForShares:
    def test_an_application_stands_on_the_correction(self):
        application = an_application(shares=10)
        shares = Part(Purpose.SHARES, application.amount)
        wrong = by_post(shares, gift(5), application=application)

        right = correct(wrong, shares, Part(Purpose.SUBSCRIPTION, pounds(5)), application=application)

        application.refresh_from_db()
        assert (application.state, application.allocation.receipt) == (ApplicationState.PAID, right)
        assert broken() == []

    def test_so_it_does_when_the_shares_were_allotted(self):
        application = an_application(shares=10)
        shares = Part(Purpose.SHARES, application.amount)
        wrong = by_post(shares, application=application)
        application.refresh_from_db()
        register.allot(application=application, on=TODAY, now=NOW, by=None)

        correct(wrong, shares, application=application, payer_name="Rosa Field")

        assert broken() == []

    def test_its_money_is_not_taken_from_it(self):
        application = an_application(shares=10)
        wrong = by_post(Part(Purpose.SHARES, application.amount), application=application)

        with pytest.raises(correcting.CannotSettle, match="Ask the secretary"):
            correct(wrong, gift(10))
        with pytest.raises(correcting.CannotSettle, match="secretary"):
            correcting.strike_out(receipt=wrong, reason="No", now=NOW)

        assert not Refund.objects.exists()

    def test_the_control_other_money_does_not_take_its_place(self):
        application = an_application(shares=10)
        by_post(Part(Purpose.SHARES, application.amount), application=application)
        other = by_post(Part(Purpose.SUBSCRIPTION, application.amount))

        with pytest.raises(applying.CannotPay):
            applying.paid(application=application, allocation=other.allocations.get(), on=TODAY, now=NOW)


def test_what_was_subscribed_to_is_had_on_the_same_days_by_the_correction():
    product = products.offer(
        name="The paper by post", price=pounds(60), months=12, includes_epaper=False, active_from=dt.date(2026, 1, 1)
    )
    wrong = by_post(Part(Purpose.SUBSCRIPTION, pounds(60), product=str(product.pk)))
    was = wrong.allocations.get().subscriptions.get()

    right = correct(wrong, *correcting.as_entered(wrong).parts, subscriber=was.person, payer_name="Ada Reade")

    anew = right.allocations.get().subscriptions.get()
    assert (anew.person, anew.starts_on, anew.ends_on) == (was.person, was.starts_on, was.ends_on)
    assert broken() == []


def test_no_product_is_bought_that_is_not_there():
    with pytest.raises(by_hand.CannotSettle, match="no such product"):
        by_post(Part(Purpose.SUBSCRIPTION, pounds(60), product="999"))

    assert not Receipt.objects.exists()


class TestMoneyThroughAProvider:
    def test_keeps_its_amount_and_stays_at_the_provider(self):
        an_appeal()
        payment = paid(an_offered_gift(amount=pounds(25)).gift.payment)

        with pytest.raises(correcting.CannotSettle, match="that stays"):
            correct(payment.receipt, gift(26))
        right = correct(payment.receipt, Part(Purpose.SUBSCRIPTION, pounds(25)), reason="It was for the paper")

        assert right.payment is None
        assert (balance(chart.CARD_CLEARING), balance(chart.SUBSCRIPTIONS)) == (pounds(25), pounds(-25))
        assert raised() == pounds(0)
        assert broken() == []

    def test_is_not_struck_out(self):
        payment = paid(an_offered_gift().gift.payment)

        with pytest.raises(correcting.CannotSettle):
            correcting.strike_out(receipt=payment.receipt, reason="No", now=NOW)

    def test_is_given_back_of_the_correction_once(self):
        payment = paid(an_offered_gift(amount=pounds(25)).gift.payment)
        right = correct(payment.receipt, Part(Purpose.SUBSCRIPTION, pounds(25)))

        sandbox.dispute(payment.provider_ref)
        for _time in range(2):
            asking.ask(provider="sandbox", provider_ref=payment.provider_ref, on=TODAY, now=NOW)

        assert Refund.objects.get(kind="dispute").allocation == right.allocations.get()
        assert balance(chart.CARD_CLEARING) == pounds(0)
        assert broken() == []

    def test_disputed_and_won_before_it_is_told_of_once(self):
        payment = paid(an_offered_gift(amount=pounds(25)).gift.payment)
        sandbox.dispute(payment.provider_ref)
        sandbox.reinstate(payment.provider_ref)
        asking.ask(provider="sandbox", provider_ref=payment.provider_ref, on=TODAY, now=NOW)
        correct(payment.receipt, gift(15), Part(Purpose.SUBSCRIPTION, pounds(10)))

        asking.ask(provider="sandbox", provider_ref=payment.provider_ref, on=TODAY, now=NOW)

        assert balance(chart.CARD_CLEARING) == pounds(25)
        assert broken() == []

    def test_a_pledges_month_stands_on_the_correction(self):
        pledge = an_active_pledge(amount=pounds(10))
        wrong = pledge.collections.get().allocation.receipt

        right = correct(wrong, Part(Purpose.PLEDGE, pounds(10)), payer_name="Ada Reade")

        collection = pledge.collections.get()
        assert (collection.state, collection.allocation.receipt) == ("collected", right)
        assert broken() == []


class TestWhoGave:
    def test_payer_credited_and_contact_may_be_three(self):
        an_appeal()
        receipt = by_post(
            gift(100),
            payer_name="Hull Dockers' Branch",
            credited=Named("The Night Shift"),
            contact=Named("Rita Marsh", "rita@example.org"),
        )

        given = receipt.allocations.get().gift
        assert (receipt.payer_name, given.name, given.email) == (
            "Hull Dockers' Branch",
            "The Night Shift",
            "rita@example.org",
        )
        assert receipt.contact.name == "Rita Marsh"
        assert Letter.objects.get().to_email == "rita@example.org"
        assert correcting.as_entered(receipt).credited.name == "The Night Shift"

    def test_what_was_entered_can_be_entered_anew_as_it_is(self):
        an_appeal()
        Account.objects.create(code="4920", name="Advertising", kind="income")
        parts = [gift(10, appeal="fund-2026-11-01"), gift(5), Part(Purpose.OTHER, pounds(3), account="4920")]
        receipt = by_post(*parts, sent=Money(21_00, "EUR"))

        particulars = correcting.as_entered(receipt)

        assert [part.amount for part in particulars.parts] == [pounds(10), pounds(5), pounds(3)]
        assert particulars.parts[2] == parts[2]
        assert particulars.sent == Money(21_00, "EUR")
        assert raised() == pounds(15)


@pytest.mark.parametrize(
    "told",
    [
        {"parts": [Part(Purpose.OTHER, pounds(5), account="1000")]},
        {"parts": [Part(Purpose.OTHER, pounds(5), account="4999")]},
        {"parts": [Part(Purpose.GIFT, pounds(5), appeal="no-such")]},
        {"parts": [Part(Purpose.GIFT, pounds(5), account="4900")]},
        {"sent": Money(500, "GBP")},
    ],
)
def test_an_account_appeal_or_foreign_sum_that_cannot_be_is_refused(told):
    an_appeal()
    parts = told.pop("parts", [gift(5)])

    with pytest.raises(by_hand.CannotSettle):
        by_post(*parts, **told)

    assert not Receipt.objects.exists()


def test_the_bank_charges_for_a_returned_cheque():
    receipt = receipts.bank(receipt=by_post(gift(25)), banked_on=TODAY, now=NOW)

    by_hand.bounced(receipt=receipt, on=TODAY, reason="Refer to drawer", charge=pounds(6), by="Tom", now=NOW)

    assert (balance(chart.BANK), balance(chart.BANK_CHARGES)) == (pounds(-6), pounds(6))
    assert broken() == []


def test_post_of_a_closed_day_is_refused_in_words():
    periods.close(through=TODAY, by="Tom", note="", today=TODAY + dt.timedelta(days=1), now=NOW)

    with pytest.raises(by_hand.CannotSettle, match="closed to the end of 7 November 2026"):
        by_post(gift(5))

    assert not Receipt.objects.exists()


def test_money_from_a_provider_of_a_closed_day_is_never_refused():
    an_appeal()
    gift_by_card = an_offered_gift(amount=pounds(25)).gift
    periods.close(through=TODAY, by="Tom", note="", today=TODAY + dt.timedelta(days=1), now=NOW)

    payment = paid(gift_by_card.payment)

    entry = Entry.objects.get(key=f"payment-{payment.public_id}")
    assert (entry.on, entry.meant_on) == (TODAY + dt.timedelta(days=1), TODAY)
    assert payment.receipt.received_on == TODAY
    assert broken() == []
