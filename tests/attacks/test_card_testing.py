"""Whoever tries out stolen cards reaches the provider a few times, then a wait or a letter; a reader always gets there."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from pennypress.delivery import addresses
from pennypress.giving.models import Gift, Pledge
from pennypress.letters.models import Letter
from pennypress.payments import attempts, breaker, declines, held, tasks
from pennypress.payments.models import Attempt, BreakerMove, HeldOffer, Payment, PaymentMove
from pennypress.payments.sandbox_tables import SandboxPayment
from pennypress.people import roles
from pennypress.people.models import Person
from pennypress.shares.models import Application
from tests import builders
from tests.desk import cast
from tests.reader.sending import sent
from tests.reader.test_join import Journey

pytestmark = pytest.mark.django_db
FILLED = {"tile": "25", "own": "", "often": "once", "name": "Ada Reed", "email": "ada@example.org", "thanks_as": "not"}
PLEDGED = {"tile": "10", "own": "", "name": "Ada Reed", "email": "ada@example.org", "thanks_as": "not"}


@pytest.fixture(autouse=True)
def an_appeal_runs():
    today = timezone.localdate()
    builders.an_offer()
    builders.an_appeal(opens_on=today, closes_on=today)


def given(client, address="192.0.2.1", **typed):
    return sent(client, "/give/", {**FILLED, **typed}, REMOTE_ADDR=address)


def written():
    """All that a reader's attempt could leave behind, counters apart."""
    kinds = (Gift, Pledge, Application, Payment, SandboxPayment, Person, Letter, HeldOffer)
    return [kind.objects.count() for kind in kinds]


def decided(*, declined, paid=0, ago=dt.timedelta(seconds=20)):
    """So many card payments that were declined or paid a moment ago."""
    at = timezone.now() - ago
    for state, number in (("failed", declined), ("succeeded", paid)):
        payments = Payment.objects.bulk_create(
            Payment(provider="sandbox", method="card", amount_minor=100, currency="GBP", started_at=at)
            for _each in range(number)
        )
        PaymentMove.objects.bulk_create(
            PaymentMove(payment=payment, from_state="started", to_state=state, moved_at=at) for payment in payments
        )


class TestOneAddress:
    def test_is_let_through_five_times_an_hour_and_then_told_to_wait(self, client):
        let_through = [given(client).status_code for _each in range(5)]
        before = written()

        answer = given(client)

        page = answer.content.decode()
        assert let_through == [302] * 5
        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= 3600
        assert re.search(r"Please wait \d+ minute", page)
        assert "cheque" in page
        assert 'value="Ada Reed"' in page
        assert written() == before

    def test_without_the_limit_the_provider_sees_them_all(self, client, settings):
        settings.TRIES_PER_ADDRESS = 10**6

        for _each in range(12):
            given(client)

        assert SandboxPayment.objects.count() == 12

    def test_may_try_again_in_the_next_hour(self, client, time_machine_at):
        time_machine_at(builders.NOW)
        for _each in range(6):
            given(client)
        time_machine_at(builders.NOW + dt.timedelta(hours=1))

        assert given(client).status_code == 302

    def test_holds_up_no_other(self, client):
        for _each in range(6):
            given(client)

        assert given(client, address="192.0.2.2").status_code == 302

    def test_is_counted_over_giving_supporting_and_joining(self, client):
        for _each in range(2):
            given(client, REMOTE_ADDR="127.0.0.1", address="127.0.0.1")
            sent(client, "/support/", PLEDGED)
        Journey(client).until_check().send({})
        before = written()

        support = sent(client, "/support/", PLEDGED)
        join = Journey(client).until_check().send({})

        assert (support.status_code, join.status_code) == (429, 429)
        assert "Retry-After" in join
        assert written() == before

    def test_leaves_nothing_of_itself_in_the_counters(self, client):
        given(client)

        with connection.cursor() as cursor:
            cursor.execute("SELECT to_jsonb(a)::text FROM payments_attempt a")
            kept = " ".join(row for (row,) in cursor.fetchall())
        assert "192.0.2" not in kept
        assert "example.org" not in kept
        assert "reed" not in kept.lower()
        assert re.findall(r'"key": "([^"]+)"', kept) != []

    def test_has_another_key_each_day(self):
        today, tomorrow = builders.NOW, builders.NOW + dt.timedelta(days=1)

        assert attempts._digest("address", "192.0.2.1", today) != attempts._digest("address", "192.0.2.1", tomorrow)

    def test_is_forgotten_after_two_days(self, client):
        given(client)
        later = timezone.now() + attempts.KEPT + dt.timedelta(hours=25)

        attempts.prune(now=later)

        assert not Attempt.objects.exists()


# What a visitor writes into the header, and the proxy's own entry after it: none of it makes another address.
SPOOFED = [
    "203.0.113.9",
    "203.0.113.9, 203.0.113.10",
    "127.0.0.1",
    "unknown",
    "",
    ", , ,",
    "2001:db8::1",
    "203.0.113.9:4711",
    "'; DROP TABLE payments_attempt --",
    "203.0.113.9\t",
]


class TestAnAddressBehindAProxy:
    @pytest.mark.parametrize("written_by_the_visitor", SPOOFED)
    def test_is_the_one_that_our_own_proxy_wrote(self, settings, written_by_the_visitor):
        settings.TRUSTED_HOPS = 1
        header = f"{written_by_the_visitor}, 198.51.100.7" if written_by_the_visitor else "198.51.100.7"

        request = RequestFactory().get("/give/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=header)

        assert addresses.of(request) == "198.51.100.7"

    def test_without_a_trusted_proxy_is_the_one_we_see(self):
        request = RequestFactory().get("/give/", REMOTE_ADDR="192.0.2.5", HTTP_X_FORWARDED_FOR="203.0.113.9")

        assert addresses.of(request) == "192.0.2.5"

    @pytest.mark.parametrize("header", ["", "198.51.100.7"])
    def test_with_a_chain_too_short_is_the_one_we_see(self, settings, header):
        settings.TRUSTED_HOPS = 2
        request = RequestFactory().get("/give/", REMOTE_ADDR="192.0.2.5", HTTP_X_FORWARDED_FOR=header)

        assert addresses.of(request) == "192.0.2.5"

    def test_counts_by_its_network_where_it_is_ipv6(self):
        assert addresses.network("2001:db8:1:2::1") == addresses.network("2001:db8:1:2:ffff::9")
        assert addresses.network("2001:db8:1:2::1") != addresses.network("2001:db8:1:3::1")


class TestOnePageView:
    def test_is_good_for_one_intent(self, client):
        page_view = re.search(r'name="page_view" value="([^"]+)"', client.get("/give/").content.decode()).group(1)
        given(client, page_view=page_view)
        before = written()

        others = [given(client, page_view=page_view, own=str(amount)).status_code for amount in (30, 31, 32)]

        assert others == [422] * 3
        assert written() == before

    def test_is_good_for_a_gift_or_a_pledge_and_not_for_both(self, client):
        page_view = re.search(r'name="page_view" value="([^"]+)"', client.get("/give/").content.decode()).group(1)
        given(client, page_view=page_view)

        sent(client, "/give/", {**FILLED, "often": "monthly", "page_view": page_view})

        assert (Gift.objects.count(), Pledge.objects.count()) == (1, 0)

    def test_may_be_sent_three_times(self, client):
        page_view = re.search(r'name="page_view" value="([^"]+)"', client.get("/give/").content.decode()).group(1)

        answers = [given(client, page_view=page_view).status_code for _each in range(4)]

        assert answers == [302, 302, 302, 429]
        assert SandboxPayment.objects.count() == 1

    def test_that_we_never_drew_asks_no_provider(self, client):
        assert given(client, page_view="0e0e0e0e-0000-4000-8000-000000000000").status_code == 422
        assert written()[0] == 0


class TestTheBreaker:
    def test_stays_closed_while_half_is_paid(self, client):
        decided(declined=25, paid=25)

        assert "/sandbox/pay/" in given(client)["Location"]
        assert not BreakerMove.objects.exists()

    def test_opens_on_more_than_half_declined_of_the_last_fifty(self, client):
        decided(declined=26, paid=24)
        before = written()

        answer = given(client)

        move = BreakerMove.objects.get()
        assert answer["Location"] == "/pay/by-email/"
        assert (move.state, move.declined, move.decided, move.by) == ("open", 26, 50, None)
        assert "Look for our letter" in client.get("/pay/by-email/").content.decode()
        assert written() == [*before[:6], before[6] + 1, before[7] + 1]  # The letter, and what was typed.

    def test_is_opened_by_the_worker_though_nobody_tries(self):
        decided(declined=50)

        tasks.watch_breaker(0)

        assert BreakerMove.objects.get().state == "open"

    @pytest.mark.parametrize("ago", [dt.timedelta(minutes=11)])
    def test_forgets_what_was_declined_long_ago(self, client, ago):
        decided(declined=50, ago=ago)

        assert "/sandbox/pay/" in given(client)["Location"]

    def test_takes_no_collection_for_a_trier_of_cards(self):
        decided(declined=50)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM payments_paymentmove WHERE from_state <> 'pending'")
            (counted,) = cursor.fetchone()
        payments = Payment.objects.bulk_create(
            Payment(provider="sandbox", method="card", amount_minor=1, currency="GBP", started_at=timezone.now())
            for _each in range(60)
        )
        PaymentMove.objects.bulk_create(
            PaymentMove(payment=one, from_state="pending", to_state="failed", moved_at=timezone.now())
            for one in payments
        )

        assert breaker.standing(now=timezone.now()).decided == counted == 50

    def test_closes_by_itself_after_as_long_as_it_looks_back(self, client, time_machine_at):
        time_machine_at(builders.NOW)
        decided(declined=50)
        given(client)
        time_machine_at(builders.NOW + dt.timedelta(minutes=9))
        still = breaker.watch(now=timezone.now())
        time_machine_at(builders.NOW + dt.timedelta(minutes=10, seconds=1))

        answer = given(client, address="192.0.2.9")

        assert still
        assert "/sandbox/pay/" in answer["Location"]
        assert [move.state for move in BreakerMove.objects.all()] == ["open", "closed"]

    def test_stays_open_while_those_with_letters_are_declined_too(self):
        decided(declined=50, ago=dt.timedelta(minutes=12))
        BreakerMove.objects.create(state="open", moved_at=timezone.now() - dt.timedelta(minutes=11))
        decided(declined=10)

        assert breaker.watch(now=timezone.now())

    def test_leads_a_reader_to_payment_by_way_of_the_letter(self, client):
        decided(declined=50)
        given(client)
        link = re.search(r"/pay/[0-9a-f-]{36}/", Letter.objects.get(kind="pay-link").text).group()
        shown = client.get(link)
        before = written()
        client.get(link)

        paying = client.post(link)
        again = client.post(link)

        assert "£25.00" in shown.content.decode()
        assert "Ada" not in shown.content.decode()
        assert before[:5] == [0, 0, 0, 50, 0]
        assert "/sandbox/pay/" in paying["Location"]
        assert paying["Location"] == again["Location"]
        assert (Gift.objects.get().email, SandboxPayment.objects.count()) == ("ada@example.org", 1)

    @pytest.mark.parametrize(("path", "typed"), [("/give/", {**FILLED, "often": "monthly"}), ("/support/", PLEDGED)])
    def test_leads_a_supporter_there_too(self, client, path, typed):
        decided(declined=50)
        sent(client, path, typed)
        link = re.search(r"/pay/[0-9a-f-]{36}/", Letter.objects.get(kind="pay-link").text).group()

        paying = client.post(link)

        assert "/sandbox/pay/" in paying["Location"]
        assert Pledge.objects.get().email == "ada@example.org"

    def test_leads_an_applicant_there_too(self, client):
        decided(declined=50)
        held_up = Journey(client).until_check().send({})
        nothing_yet = Application.objects.count()
        link = re.search(r"/pay/[0-9a-f-]{36}/", Letter.objects.get(kind="pay-link").text).group()

        paying = client.post(link)

        assert (held_up["Location"], nothing_yet) == ("/pay/by-email/", 0)
        assert "/sandbox/pay/" in paying["Location"]
        assert Application.objects.get().born_on == dt.date(1980, 5, 1)

    def test_asks_for_an_address_where_none_was_given(self, client):
        decided(declined=50)

        answer = given(client, email="")

        assert answer.status_code == 422
        assert 'id="id_email_error"' in answer.content.decode()
        assert written()[6:] == [0, 0]

    def test_sends_three_letters_an_hour_to_one_address_and_answers_the_same(self, client):
        decided(declined=50)

        answers = {given(client, address=f"192.0.2.{last}")["Location"] for last in range(5)}

        assert answers == {"/pay/by-email/"}
        assert Letter.objects.filter(kind="pay-link").count() == 3

    def test_lets_a_link_run_out_after_a_day(self, client):
        decided(declined=50)
        given(client)
        HeldOffer.objects.update(held_at=timezone.now() - held.KEPT)
        link = held.path(HeldOffer.objects.get())

        answer = client.post(link)
        held.prune(now=timezone.now() + dt.timedelta(seconds=1))

        assert answer.status_code == 404
        assert "run out" in answer.content.decode()
        assert not HeldOffer.objects.exists()


class TestAProvidersBudget:
    def test_sends_readers_a_letter_first_when_four_fifths_are_spent(self, client, settings):
        settings.PROVIDER_BUDGET = 5

        ways = [given(client, address=f"192.0.2.{last}")["Location"] for last in range(5)]

        assert [way.startswith("/sandbox/") for way in ways] == [True] * 4 + [False]

    def test_is_never_overdrawn(self, client, settings):
        settings.PROVIDER_BUDGET = 5
        for last in range(8):
            given(client, address=f"192.0.2.{last}", email=f"reader{last}@example.org")
        links = [held.path(offer) for offer in HeldOffer.objects.all()]

        answers = [client.post(link) for link in links]

        assert SandboxPayment.objects.count() == 5
        assert [answer.status_code for answer in answers] == [302, 429, 429, 429]
        assert "Retry-After" in answers[-1]


@pytest.mark.parametrize("reason", ["The card was declined.", "There is not enough money on the card."])
def test_whatever_the_reason_the_reader_is_told_the_same(reason):
    payment = Payment(state="failed", failure=reason)

    assert (
        declines.shown(payment) == "The payment did not go through. You can try another card, or give in another way."
    )


def test_one_payment_page_takes_three_cards_and_says_the_same_of_each(client):
    page = given(client)["Location"]
    told = set()
    for card in ("declined", "insufficient_funds", "declined", "succeeds"):
        answer = client.post(page, {"card": card}, follow=True).content.decode()
        told |= set(re.findall(r"The payment did not go through\.|declined\.|enough money", answer.split("<form")[0]))

    payment = SandboxPayment.objects.get()
    assert payment.state == "failed"
    assert payment.events.filter(kind="payment.failed").count() == 3
    assert told == {"The payment did not go through."}


class TestTheTreasurer:
    def test_opens_and_closes_it_by_hand_with_a_reason(self, client):
        desk = cast.at_the_desk(roles.TREASURER)

        opened = desk.post("/desk/attacks/", {"to": "open", "reason": "A hundred small gifts from nowhere"})
        held_up = given(client)["Location"]
        stands = breaker.watch(now=timezone.now() + dt.timedelta(hours=3))
        closed = desk.post("/desk/attacks/", {"to": "closed", "reason": "It is over"})

        assert (opened.status_code, closed.status_code) == (302, 302)
        assert held_up == "/pay/by-email/"
        assert stands
        assert "/sandbox/pay/" in given(client, address="192.0.2.8")["Location"]
        assert [(move.state, str(move.by)) for move in BreakerMove.objects.all()] == [
            ("open", "Tom Treasurer"),
            ("closed", "Tom Treasurer"),
        ]

    def test_says_why(self):
        desk = cast.at_the_desk(roles.TREASURER)

        answer = desk.post("/desk/attacks/", {"to": "open", "reason": " "})

        assert answer.status_code == 422
        assert not BreakerMove.objects.exists()

    def test_sees_it_on_the_first_screen(self):
        decided(declined=50)
        breaker.watch(now=timezone.now())

        page = cast.at_the_desk(roles.TREASURER).get("/desk/").content.decode()

        assert "readers get a letter before they pay" in page
        assert "/desk/attacks/" in page

    def test_cannot_rewrite_what_moved_it(self):
        move = BreakerMove.objects.create(state="open", moved_at=timezone.now())

        with pytest.raises(Exception, match=r"refuses|permission denied"):
            BreakerMove.objects.filter(pk=move.pk).update(reason="nothing happened")
