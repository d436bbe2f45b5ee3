"""Confirming: a person books a line, once; what stands above it is right; and undoing it leaves the books as before."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction

from pennypress import laws
from pennypress.config import lawbook
from pennypress.giving import expectations, meter, standing_orders
from pennypress.giving.models import Appeal, AppealSeries, Gift, StandingOrderState
from pennypress.ledger import balances, chart
from pennypress.letters import outbox
from pennypress.letters.models import Letter
from pennypress.payments import slips
from pennypress.payments.models import Match, MatchKind, Purpose, Receipt
from pennypress.payments.parts import Part
from pennypress.payments.providers import sandbox
from pennypress.settlement import by_hand, confirming, held_back, matching, paying_out
from pennypress.shares import applying
from pennypress.shares.models import ApplicationState
from tests import builders
from tests.builders import NOW, TODAY, a_standing_order, pounds
from tests.settlement.statements import a_line, taken_in


@pytest.fixture
def account(db):
    builders.a_society()
    builders.an_appeal()
    return builders.a_bank_account()


def broken_laws():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]


def in_bank():
    return balances.of(account=chart.BANK, on=TODAY, currency="GBP")


def raised():
    return meter.read(now=NOW).raised


def confirm_all(lines, **told):
    tokens = [one.token for one in matching.propose(lines).values()]
    return confirming.proposed(lines=lines, tokens=tokens, by=builders.a_treasurer(), now=NOW, **told)


def test_a_standing_order_s_money_is_a_gift_of_its_supporter(account):
    order = a_standing_order()
    lines = taken_in(account, a_line(reference=order.reference, account="11-22-33 44556677"))

    (match,) = confirm_all(lines)

    gift = Gift.objects.get()
    order.refresh_from_db()
    assert (match.receipt.method, match.receipt.received_on) == ("standing_order", dt.date(2026, 11, 2))
    assert (gift.name, gift.thanks_as, gift.place) == ("Ada Reed", "initials", "Leeds")
    assert (order.state, order.person) == (StandingOrderState.ACTIVE, match.receipt.payer)
    assert (raised(), in_bank()) == (pounds(10), pounds(10))
    assert expectations.learned() == {"11223344556677": [order.pk]}
    assert broken_laws() == []


class TestLetters:
    def test_none_is_sent_from_a_statement_unless_the_person_says_so(self, account):
        order = a_standing_order()

        confirm_all(taken_in(account, a_line(reference=order.reference)))

        letter = Letter.objects.get()
        assert (letter.state, letter.to_email, letter.decided_at) == ("held", "ada@example.org", None)
        assert outbox.send_due(now=NOW) == 0
        assert broken_laws() == []

    def test_one_that_was_held_is_sent_once_by_whoever_says_so(self, account):
        letter = self.held(account)
        treasurer = builders.a_treasurer()

        sent = [held_back.send(letters=Letter.objects.all(), by=treasurer, now=NOW) for _again in range(2)]

        letter.refresh_from_db()
        assert (sent, letter.state, letter.decided_by) == ([1, 0], "queued", treasurer)
        assert [outbox.send_due(now=NOW) for _again in range(2)] == [1, 0]

    def test_one_that_is_never_sent_stays_so(self, account):
        letter = self.held(account)

        held_back.never(letters=Letter.objects.all(), by=builders.a_treasurer(), now=NOW)
        held_back.send(letters=Letter.objects.all(), by=builders.a_treasurer(), now=NOW)

        letter.refresh_from_db()
        assert letter.state == "never"
        assert outbox.send_due(now=NOW) == 0
        with pytest.raises(IntegrityError, match="never cannot become queued"), transaction.atomic():
            Letter.objects.filter(pk=letter.pk).update(state="queued")

    def test_the_database_refuses_one_that_nobody_decided_on(self, account):
        self.held(account)

        with pytest.raises(IntegrityError, match="letter_held_until_decided"), transaction.atomic():
            Letter.objects.update(state="never")

    def test_a_match_that_is_undone_takes_its_letter_with_it(self, account):
        letter = self.held(account)

        confirming.undo(match=Match.objects.get(), reason="Not hers", on=TODAY, by=builders.a_treasurer(), now=NOW)

        letter.refresh_from_db()
        assert letter.state == "never"

    def test_of_money_that_has_gone_back_none_is_sent(self, account):
        self.held(account)
        by_hand.taken_back(receipt=Receipt.objects.get(), kind="refund", on=TODAY, reason="Sent in error", now=NOW)

        with pytest.raises(held_back.CannotSend, match="Ada Reed"):
            held_back.send(letters=Letter.objects.all(), by=builders.a_treasurer(), now=NOW)

        assert Letter.objects.get().state == "held"

    def test_of_an_application_that_was_refused_meanwhile_none_is_sent(self, account):
        builders.an_offer()
        application = builders.an_application(shares=5)
        confirm_all(taken_in(account, a_line(amount="5.00", reference=application.reference)))
        treasurer = builders.a_treasurer()
        applying.refuse(application=application, reason="No", on=TODAY, now=NOW, by=treasurer)

        with pytest.raises(held_back.CannotSend):
            held_back.send(letters=Letter.objects.filter(state="held"), by=treasurer, now=NOW)

    def held(self, account):
        order = a_standing_order()
        confirm_all(taken_in(account, a_line(reference=order.reference)))
        return Letter.objects.get(state="held")

    def test_one_is_written_where_they_do(self, account):
        order = a_standing_order()

        confirm_all(taken_in(account, a_line(reference=order.reference)), thanks=True)

        assert Letter.objects.get().to_email == "ada@example.org"

    def test_an_application_s_letter_is_held_as_well(self, account):
        builders.an_offer()
        application = builders.an_application(shares=5)

        confirm_all(taken_in(account, a_line(amount="5.00", reference=application.reference)))

        application.refresh_from_db()
        assert application.state == ApplicationState.PAID
        assert Letter.objects.get(kind="share-application-received").state == "held"
        assert broken_laws() == []


def test_a_standing_order_counts_in_an_appeal_that_does_not_count_pledges(account):
    AppealSeries.objects.update(counts_pledges=False)
    Appeal.objects.update(counts_pledges=False)
    order = a_standing_order()
    builders.an_active_pledge(amount=pounds(7))

    confirm_all(taken_in(account, a_line(reference=order.reference)))

    assert raised() == pounds(10)


def test_importing_alone_books_nothing(account):
    order = a_standing_order()

    taken_in(account, a_line(reference=order.reference))

    assert not Receipt.objects.exists()
    assert in_bank() == pounds(0)


def test_a_line_is_divided_over_several_purposes(account):
    (line,) = taken_in(account, a_line(amount="100.00", name="ANN LEE"))
    parts = [
        Part(Purpose.SUBSCRIPTION, pounds(60)),
        Part(Purpose.GIFT, pounds(30)),
        Part(Purpose.UNALLOCATED, pounds(10)),
    ]

    match = confirming.as_money(line=line, parts=parts, reason="As she wrote", by=builders.a_treasurer(), now=NOW)

    assert match.receipt.allocations.count() == 3
    assert balances.of(account=chart.UNALLOCATED, on=TODAY, currency="GBP") == pounds(-10)
    assert broken_laws() == []


def test_parts_that_miss_the_line_are_refused_and_nothing_is_written(account):
    (line,) = taken_in(account, a_line(amount="100.00"))

    with pytest.raises(confirming.CannotConfirm, match="add up to"):
        confirming.as_money(
            line=line, parts=[Part(Purpose.GIFT, pounds(90))], reason="", by=builders.a_treasurer(), now=NOW
        )

    assert not Match.objects.exists()
    assert not Receipt.objects.exists()


def test_a_receipt_entered_by_hand_is_linked_and_not_booked_again(account):
    gift = builders.a_received_gift(method="bank_transfer", amount=pounds(10))
    order = a_standing_order()
    lines = taken_in(account, a_line(reference=order.reference, name="REED A", on=TODAY))

    (match,) = confirm_all(lines)

    assert (match.kind, match.receipt) == (MatchKind.LINKED, gift.allocation.receipt)
    assert order.receipts.get().receipt == gift.allocation.receipt
    assert (Receipt.objects.count(), in_bank(), raised()) == (1, pounds(10), pounds(10))
    assert broken_laws() == []


def test_a_returned_payment_takes_the_meter_back(account):
    order = a_standing_order()
    confirm_all(taken_in(account, a_line(reference=order.reference, name="A REED")))
    back = taken_in(account, a_line(amount="-10.00", kind="RTN", name="A REED", on=dt.date(2026, 11, 5)))

    (match,) = confirm_all(back)

    assert match.kind == MatchKind.RETURNED
    assert (raised(), in_bank()) == (pounds(0), pounds(0))
    assert broken_laws() == []


def test_a_charge_is_booked_to_its_account(account):
    confirm_all(taken_in(account, a_line(amount="-5.00", kind="CHG")))

    assert balances.of(account=chart.BANK_CHARGES, on=TODAY, currency="GBP") == pounds(5)
    assert in_bank() == pounds(-5)
    assert broken_laws() == []


class TestUndoing:
    def undone(self, match):
        return confirming.undo(match=match, reason="A mistake", on=TODAY, by=builders.a_treasurer(), now=NOW)

    def test_a_booked_line_is_taken_back_and_may_be_booked_again(self, account):
        order = a_standing_order()
        lines = taken_in(account, a_line(reference=order.reference))
        (match,) = confirm_all(lines)

        self.undone(match)

        assert (raised(), in_bank()) == (pounds(0), pounds(0))
        assert matching.waiting(account) == lines
        confirm_all(lines)
        assert (raised(), in_bank()) == (pounds(10), pounds(10))
        assert broken_laws() == []

    def test_a_return_is_taken_back_again(self, account):
        builders.a_received_gift(method="bank_transfer", received_on=dt.date(2026, 11, 1))
        (match,) = confirm_all(taken_in(account, a_line(amount="-25.00", kind="UNP", name="REED A")))

        self.undone(match)

        assert raised() == pounds(25)
        assert broken_laws() == []

    def test_an_entry_is_reversed(self, account):
        (match,) = confirm_all(taken_in(account, a_line(amount="-5.00", kind="CHG")))

        self.undone(match)

        assert in_bank() == pounds(0)
        assert broken_laws() == []

    def test_nobody_undoes_the_same_match_twice(self, account):
        (match,) = confirm_all(taken_in(account, a_line(amount="-5.00", kind="CHG")))
        self.undone(match)

        with pytest.raises(confirming.CannotConfirm, match="does not stand any more"):
            self.undone(match)

    def test_a_reason_is_needed(self, account):
        (match,) = confirm_all(taken_in(account, a_line(amount="-5.00", kind="CHG")))

        with pytest.raises(confirming.CannotConfirm, match="say why"):
            confirming.undo(match=match, reason=" ", on=TODAY, by=builders.a_treasurer(), now=NOW)

        assert in_bank() == pounds(-5)


def test_a_proposal_that_has_changed_is_not_confirmed(account):
    order = a_standing_order()
    lines = taken_in(account, a_line(reference=order.reference))
    tokens = [one.token for one in matching.propose(lines).values()]
    builders.a_receipt(
        method="standing_order", parts=[Part(Purpose.OTHER, pounds(10))], received_on=dt.date(2026, 11, 2)
    )

    with pytest.raises(confirming.CannotConfirm, match="have changed"):
        confirming.proposed(lines=lines, tokens=tokens, by=builders.a_treasurer(), now=NOW)

    assert Receipt.objects.count() == 1


def test_a_foreign_gift_is_credited_at_what_the_bank_paid(account):
    (line,) = taken_in(account, a_line(amount="42.71", name="ZOE"))
    line.sent_minor, line.sent_currency = 5000, "EUR"

    match = confirming.as_money(
        line=line, parts=[Part(Purpose.GIFT, line.amount)], reason="From abroad", by=builders.a_treasurer(), now=NOW
    )

    assert (str(match.receipt.amount), str(match.receipt.sent)) == ("£42.71", "€50.00")


class TestTheDatabase:
    def test_a_second_match_on_a_line_is_refused(self, account):
        (match,) = confirm_all(taken_in(account, a_line(amount="-5.00", kind="CHG")))

        with pytest.raises(IntegrityError, match="has a match that stands"), transaction.atomic():
            Match.objects.create(line=match.line, kind="ignored", reason="x", confidence="by_hand", matched_at=NOW)

    def test_a_match_is_never_changed(self, account):
        (match,) = confirm_all(taken_in(account, a_line(amount="-5.00", kind="CHG")))

        with pytest.raises(DatabaseError), transaction.atomic():
            Match.objects.filter(pk=match.pk).update(reason="Another")


def at_once(*calls):
    """What threads are answered that begin together."""
    barrier = threading.Barrier(len(calls))

    def one(call):
        barrier.wait(timeout=10)
        try:
            return call()
        except confirming.CannotConfirm as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return list(pool.map(one, calls))


class TestTwoTreasurersAtOnce:
    def arranged(self):
        builders.a_society()
        builders.an_appeal()
        return taken_in(builders.a_bank_account(), a_line(reference=a_standing_order().reference))

    def test_a_line_is_booked_once(self, committed):
        lines = self.arranged()
        builders.a_treasurer()

        answers = at_once(lambda: confirm_all(lines), lambda: confirm_all(lines))

        assert Receipt.objects.count() == 1
        assert Match.objects.count() == 1
        assert [isinstance(answer, list) for answer in answers].count(True) >= 1
        assert broken_laws() == []

    def test_the_control_without_the_guard_a_line_is_matched_twice(self, committed):
        lines = self.arranged()
        by = builders.a_treasurer()
        owner_says("ALTER TABLE payments_match DISABLE TRIGGER line_matched_once")

        at_once(
            *[lambda why=why: confirming.as_ignored(line=lines[0], reason=why, by=by, now=NOW) for why in ("a", "b")]
        )

        assert Match.objects.count() == 2
        assert "payments.lines_matched_once" in broken_laws()


def owner_says(statement):
    """What the tables' owner alone may do: switch a guard off."""
    address = settings.DATABASE_OWNER_URL.rsplit("/", 1)[0]
    name = connection.settings_dict["NAME"]
    with psycopg.connect(f"{address}/{name}", autocommit=True) as owner:
        owner.execute(statement)


def test_aged_expectations_tell_what_is_missing(account):
    late = a_standing_order(usual_day=1, first_on=dt.date(2026, 9, 1))
    a_standing_order(name="Bo Oak", usual_day=3, first_on=dt.date(2026, 11, 3))
    paid = a_standing_order(name="Cy Elm", usual_day=2)
    confirm_all(taken_in(account, *[a_line(reference=paid.reference, on=day) for day in (dt.date(2026, 10, 2), dt.date(2026, 11, 2))]))  # fmt: skip  # noqa: E501

    found = expectations.missing(on=TODAY)

    first = found[0]
    assert (first.order, first.late, first.times, str(first.amount)) == (late, 67, 3, "£30.00")
    assert [len(age.missing) for age in expectations.aged(found)] == [1, 0, 0, 1]


def test_money_without_instruction_is_found_and_so_is_money_after_the_end(account):
    order = a_standing_order()
    days = [dt.date(2026, 9, 2), dt.date(2026, 10, 2), dt.date(2026, 11, 2)]
    confirm_all(taken_in(account, *[a_line(reference=order.reference, account="11-22-33 44556677", on=day) for day in days[:2]]))  # fmt: skip  # noqa: E501
    standing_orders.end(order=order, on=dt.date(2026, 10, 20), now=NOW, by=None)
    taken_in(
        account,
        a_line(account="11-22-33 44556677", on=days[2]),
        *[a_line(account="99-99-99 11111111", name="NOBODY KNOWN", on=day, amount="7.00") for day in days[1:]],
        a_line(account="88-88-88 22222222", name="ONCE ONLY", on=days[2]),
    )

    found = expectations.uninstructed(on=TODAY)

    assert [(one.account, len(one.lines), one.ended) for one in found] == [
        ("99-99-99 11111111", 2, None),
        ("11-22-33 44556677", 3, order),
    ]


class TestWhatIsBookedAlready:
    """A visit to the counter and a provider's payout are in the books before the bank tells of them: linked, not booked."""

    def test_a_paying_in_slip_is_found_by_what_it_comes_to(self, account):
        cheques = [builders.a_received_gift(name=name).allocation.receipt for name in ("Ada Reed", "Bo Oak")]
        slip = slips.draw(chosen=cheques, loose_coins=pounds(0), on=TODAY, by=None, now=NOW)
        slips.pay_in(slip=slip, banked_on=TODAY, by=None, now=NOW)

        (match,) = confirm_all(taken_in(account, a_line(amount="50.00", kind="CHQ", on=TODAY)))

        assert (match.kind, match.slip, match.confidence) == (MatchKind.SLIP, slip, "certain")
        assert in_bank() == pounds(50)
        assert broken_laws() == []

    def test_a_payout_is_found_by_its_sum_and_its_provider(self, account, settings):
        settings.PAYMENT_PROVIDERS = ["sandbox"]
        builders.paid(builders.an_offered_gift().gift.payment)
        (told,) = sandbox.pay_out(now=NOW)
        payout = paying_out.ask(provider="sandbox", provider_ref=told.ref, on=TODAY, now=NOW)
        before = in_bank()
        amount = f"{payout.amount_minor // 100}.{payout.amount_minor % 100:02d}"

        (match,) = confirm_all(
            taken_in(account, a_line(amount=amount, reference="SANDBOX PAYOUT", on=payout.arrives_on))
        )

        assert (match.kind, match.payout) == (MatchKind.PAYOUT, payout)
        assert in_bank() == before
        assert broken_laws() == []

    def test_a_slip_is_proposed_for_one_line(self, account):
        slip = slips.draw(
            chosen=[builders.a_received_gift().allocation.receipt], loose_coins=pounds(0), on=TODAY, by=None, now=NOW
        )
        slips.pay_in(slip=slip, banked_on=TODAY, by=None, now=NOW)
        lines = taken_in(account, *[a_line(amount="25.00", kind="CHQ", on=TODAY, reference=one) for one in ("1", "2")])

        found = matching.propose(lines)

        assert [one.action for one in found.values()].count("slip") == 1
