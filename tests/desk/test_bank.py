"""The bank at the desk over HTTP: a file sent, looked at, taken in; lines matched, divided, ignored, undone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from pennypress import laws
from pennypress.config import lawbook
from pennypress.giving import meter, standing_orders
from pennypress.giving.models import StandingOrder, StandingOrderState
from pennypress.letters.models import Letter
from pennypress.payments import bank
from pennypress.payments.models import BankAccount, CsvMapping, Match, MatchKind, Receipt, Statement, StatementLine
from pennypress.people import roles
from pennypress.settlement import matching
from tests.desk import cast, samples
from tests.payments.statements import written
from tests.payments.statements.written import Told


@pytest.fixture
def account(db):
    samples.a_society()
    samples.a_running_fund()
    return samples.a_bank_account()


@pytest.fixture
def treasurer(account):
    return cast.at_the_desk(roles.TREASURER)


def broken_laws():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]


def raised():
    return meter.read(now=timezone.now()).raised


def words(response):
    return [str(message) for message in response.context["messages"]]


def send(treasurer, account, data, name="statement.xml"):
    return treasurer.post(f"/desk/bank/{account.pk}/import/", {"file": SimpleUploadedFile(name, data)}, follow=True)


def lines(*minors):
    return [
        Told(samples.today(), minor, f"R{index}", "NOBODY KNOWN", "", f"B{index}") for index, minor in enumerate(minors)
    ]


def nothing_written():
    return not any(model.objects.exists() for model in (Statement, StatementLine, Match, Receipt))


class TestTakingIn:
    def test_a_file_is_shown_first_and_taken_in_when_said_so(self, treasurer, account):
        shown = send(treasurer, account, written.camt053(lines(1000, -550)))

        page = shown.content.decode()
        assert "£1,000.00" in page
        assert "£10.00" in page
        assert nothing_written()
        taken = treasurer.post(shown.request["PATH_INFO"], {}, follow=True)
        assert words(taken) == ["2 new lines taken in."]
        assert StatementLine.objects.count() == 2
        assert not Receipt.objects.exists()

    def test_the_same_file_again_says_so_and_counts_nothing_twice(self, treasurer, account):
        shown = send(treasurer, account, written.mt940(lines(1000)))
        treasurer.post(shown.request["PATH_INFO"], {})

        again = send(treasurer, account, written.mt940(lines(1000)))

        assert words(again)[-1] == "This file was imported before. Nothing is counted twice."
        assert StatementLine.objects.count() == 1

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            (written.mt940().replace(b"C10,00", b"C10,01"), "Line 12: The balances do not add up."),
            (written.camt053()[:-20], "Its XML cannot be read"),
            (b"%PDF-1.7", "This is a PDF, not a statement."),
            (b"", "The file is empty."),
        ],
    )
    def test_a_file_that_is_not_right_is_refused_with_its_line(self, treasurer, account, data, says):
        response = send(treasurer, account, data)

        assert response.status_code == 422
        assert says.lower() in response.content.decode().lower()
        assert nothing_written()

    def test_a_gap_is_told_and_needs_an_answer(self, treasurer, account):
        shown = send(treasurer, account, written.mt940(lines(1000)))
        treasurer.post(shown.request["PATH_INFO"], {})
        later = send(treasurer, account, written.mt940(lines(2000), opening=5))

        refused = treasurer.post(later.request["PATH_INFO"], {})
        taken = treasurer.post(later.request["PATH_INFO"], {"accepts_doubts": "on"}, follow=True)

        assert refused.status_code == 422
        assert "is missing between them" in refused.content.decode()
        assert words(taken)[-1] == "1 new line taken in."


class TestTheColumns:
    def form(self, **told):
        return {
            "delimiter": ",",
            "encoding": "auto",
            "skip": "0",
            "has_header": "on",
            "date_order": "dmy",
            "decimal": ".",
            "date": "0",
            "amount": "-1",
            "credit": "5",
            "debit": "4",
            "balance": "6",
            "name": "2",
            "account": "-1",
            "kind": "1",
            "bank_id": "-1",
            "value_date": "-1",
            "references": ["3"],
            **told,
        }

    def test_a_first_csv_leads_to_the_columns_with_a_guess_filled_in(self, treasurer, account):
        response = send(treasurer, account, written.csv(lines(1000, -550)), "november.csv")

        assert response.request["PATH_INFO"].endswith("/mapping/")
        assert response.context["form"]["credit"].value() == 5
        assert "NOBODY KNOWN" in response.content.decode()

    def test_showing_keeps_nothing_and_keeping_leads_back_to_the_file(self, treasurer, account):
        at = send(treasurer, account, written.csv(lines(1000, -550)), "november.csv").request["PATH_INFO"]

        shown = treasurer.post(at, {**self.form(), "show": ""})
        assert shown.status_code == 200
        assert not CsvMapping.objects.exists()
        kept = treasurer.post(at, {**self.form(), "save": ""}, follow=True)

        assert "New lines" in kept.content.decode()
        assert bank.mapping_of(account).credit == 5

    def test_columns_that_read_nothing_sensible_are_not_kept(self, treasurer, account):
        at = send(treasurer, account, written.csv(lines(1000)), "november.csv").request["PATH_INFO"]

        response = treasurer.post(at, {**self.form(date="2"), "save": ""})

        assert response.status_code == 422
        assert "is not a date" in response.content.decode()
        assert not CsvMapping.objects.exists()


class TestMatching:
    def shown(self, treasurer, account):
        return treasurer.get(f"/desk/bank/{account.pk}/match/")

    def post(self, treasurer, account, **told):
        return treasurer.post(f"/desk/bank/{account.pk}/match/", told, follow=True)

    def three_orders(self, account):
        orders = [samples.a_standing_order(name=name) for name in ("Ada Reed", "Bo Oak", "Cy Elm")]
        samples.a_statement(account, *[f"PAYER,{order.reference},10.00" for order in orders])

    def test_proposals_stand_in_groups_with_their_reason_count_and_sum(self, treasurer, account):
        self.three_orders(account)
        samples.a_statement(account, "NOBODY KNOWN,Rent,-700.00")

        page = self.shown(treasurer, account).content.decode()

        assert "Confirm all 3 that are certain: £30.00" in page
        assert "is theirs." in page
        assert "Say what it is" in page

    def test_all_that_are_certain_are_confirmed_at_once(self, treasurer, account):
        self.three_orders(account)

        response = self.post(treasurer, account, all="1", count="3", sum="3000")

        assert words(response) == ["3 lines confirmed, £30.00."]
        assert raised() == samples.pounds(30)
        assert set(Letter.objects.values_list("state", flat=True)) <= {"held"}
        assert broken_laws() == []

    def test_another_count_or_sum_than_was_shown_confirms_nothing(self, treasurer, account):
        self.three_orders(account)

        response = self.post(treasurer, account, all="1", count="2", sum="2000")

        assert response.status_code == 422
        assert not Match.objects.exists()

    def test_those_that_are_ticked_are_confirmed_and_no_others(self, treasurer, account):
        self.three_orders(account)
        tokens = [one.token for one in matching.propose(matching.waiting(account)).values()]

        self.post(treasurer, account, token=tokens[1:2], thanks="1")

        assert Match.objects.count() == 1
        assert Letter.objects.count() == 1

    @pytest.mark.parametrize("told", [{}, {"token": ["999:order:1:"]}, {"token": ["nonsense"]}])
    def test_what_was_not_shown_is_not_confirmed(self, treasurer, account, told):
        self.three_orders(account)

        response = self.post(treasurer, account, **told)

        assert response.status_code == 422
        assert not Match.objects.exists()


class TestOneLine:
    def a_line(self, account, amount="100.00", name="ANN LEE"):
        return samples.a_statement(account, f"{name},Thanks,{amount}").lines.get()

    def say(self, treasurer, line, way, **told):
        return treasurer.post(f"/desk/bank/lines/{line.pk}/{way}/", told, follow=True)

    def test_it_is_divided_over_several_purposes(self, treasurer, account):
        line = self.a_line(account)

        self.say(
            treasurer,
            line,
            "money",
            gift="30",
            subscription="60",
            unallocated="10",
            thanks_as="not",
            payer_name="Ann Lee",
        )

        assert [part.amount_minor for part in Receipt.objects.get().allocations.all()] == [3000, 6000, 1000]
        assert broken_laws() == []

    def test_its_receipt_shows_the_line_that_it_stands_on_until_that_is_undone(self, treasurer, account):
        line = self.a_line(account)
        self.say(treasurer, line, "money", gift="100", thanks_as="not", payer_name="Ann Lee")
        at = f"/desk/receipts/{Receipt.objects.get().pk}/"

        shown = treasurer.get(at).content.decode()
        self.say(treasurer, line, "undo", reason="Hers was another")

        assert f'href="/desk/bank/lines/{line.pk}/"' in shown
        assert f'href="/desk/bank/lines/{line.pk}/"' not in treasurer.get(at).content.decode()

    def test_parts_that_miss_it_are_refused_with_both_sums_and_nothing_is_lost(self, treasurer, account):
        line = self.a_line(account)

        response = self.say(treasurer, line, "money", gift="30", thanks_as="not", payer_name="Ann Lee")

        page = response.content.decode()
        assert response.status_code == 422
        assert "£70.00 has no purpose yet" in page
        assert 'value="Ann Lee"' in page
        assert not Receipt.objects.exists()

    def test_it_is_booked_to_the_order_that_a_name_finds(self, treasurer, account):
        order = samples.a_standing_order()
        line = self.a_line(account, amount="10.00")

        self.say(treasurer, line, "order", order="olga")

        assert order.receipts.count() == 1

    @pytest.mark.parametrize("told", ["nobody", "PP-22222", ""])
    def test_an_order_that_is_not_there_is_refused(self, treasurer, account, told):
        line = self.a_line(account)

        assert self.say(treasurer, line, "order", order=told).status_code == 422
        assert not Match.objects.exists()

    def test_rent_is_booked_to_an_account(self, treasurer, account):
        line = self.a_line(account, amount="-700.00", name="LANDLORD")

        self.say(treasurer, line, "account", account="5010", reason="Rent")

        assert Match.objects.get().kind == MatchKind.ACCOUNT
        assert broken_laws() == []

    def test_ignoring_needs_a_reason(self, treasurer, account):
        line = self.a_line(account)

        refused = self.say(treasurer, line, "ignore", reason=" ")
        assert refused.status_code == 422
        self.say(treasurer, line, "ignore", reason="Our own transfer")

        assert Match.objects.get().reason == "Our own transfer"

    def test_what_was_said_is_undone_with_a_reason_and_stands_in_the_history(self, treasurer, account):
        line = self.a_line(account)
        self.say(treasurer, line, "money", gift="100", thanks_as="not")

        response = self.say(treasurer, line, "undo", reason="It was for shares")

        assert raised() == samples.pounds(0)
        assert "It was for shares" in response.content.decode()
        assert matching.waiting(account) == [line]
        assert broken_laws() == []

    def test_two_people_who_say_different_things_are_told(self, treasurer, account):
        line = self.a_line(account)
        self.say(treasurer, line, "ignore", reason="Mine")

        response = self.say(treasurer, line, "money", gift="100", thanks_as="not")

        assert response.status_code == 422
        assert Match.objects.count() == 1
        assert not Receipt.objects.exists()


class TestReconciling:
    def test_the_difference_is_explained_by_its_lines(self, treasurer, account):
        order = samples.a_standing_order()
        statement = written.camt053(
            [Told(samples.today(), 1000, order.reference, "VANE O", "", "B1"), *lines(2500)], opening=0
        )
        shown = send(treasurer, account, statement)
        treasurer.post(shown.request["PATH_INFO"], {})
        samples.a_cheque(method="bank_transfer", amount=samples.pounds(40))
        tokens = [one.token for one in matching.propose(matching.waiting(account)).values()]
        treasurer.post(f"/desk/bank/{account.pk}/match/", {"token": tokens})

        response = treasurer.get(f"/desk/bank/{account.pk}/reconcile/")

        found = response.context["found"]
        assert (str(found.closing), str(found.books), str(found.rest)) == ("£35.00", "£50.00", "£0.00")
        assert (str(found.sum_statement), str(found.sum_books)) == ("£25.00", "£40.00")
        assert "explain the whole difference" in response.content.decode()

    def test_what_was_undone_explains_nothing_and_is_not_shown(self, treasurer, account):
        line = samples.a_statement(account, "ANN LEE,Thanks,100.00").lines.get()
        treasurer.post(f"/desk/bank/lines/{line.pk}/money/", {"gift": "100", "thanks_as": "not"})
        treasurer.post(f"/desk/bank/lines/{line.pk}/undo/", {"reason": "A mistake"})

        found = treasurer.get(f"/desk/bank/{account.pk}/reconcile/").context["found"]

        assert found.only_books == []
        assert found.only_statement == [line]
        assert not found.rest


class TestAccounts:
    def test_one_is_taken_up_and_changed(self, treasurer):
        form = {"name": "Savings", "ledger": "1140", "sort_code": "20-00-01", "number": "11112222"}
        treasurer.post("/desk/bank/new/", form)
        savings = BankAccount.objects.get(name="Savings")

        treasurer.post(
            f"/desk/bank/{savings.pk}/", {**form, "name": "Deposit", "holder": "The Society", "is_published": "on"}
        )

        savings.refresh_from_db()
        assert (savings.name, bank.published()) == ("Deposit", savings)

    def test_readers_are_not_told_to_pay_into_an_account_without_numbers(self, treasurer):
        response = treasurer.post("/desk/bank/new/", {"name": "Savings", "ledger": "1140", "is_published": "on"})

        assert response.status_code == 422
        assert not BankAccount.objects.filter(name="Savings").exists()


class TestStandingOrders:
    FORM = {
        "name": "Ada Reed",
        "email": "",
        "place": "Leeds",
        "thanks_as": "initials",
        "amount": "10",
        "interval": "1",
        "usual_day": "2",
        "first_on": "2026-12-02",
    }

    def test_one_is_noted_and_gets_its_reference(self, treasurer):
        response = treasurer.post("/desk/standing-orders/new/", self.FORM, follow=True)

        order = StandingOrder.objects.get()
        assert order.reference in response.content.decode()
        assert order.state == StandingOrderState.PROMISED

    @pytest.mark.parametrize("told", [{"amount": "0"}, {"usual_day": "32"}, {"name": ""}, {"interval": "2"}])
    def test_what_cannot_be_is_refused(self, treasurer, told):
        response = treasurer.post("/desk/standing-orders/new/", {**self.FORM, **told})

        assert response.status_code == 422
        assert not StandingOrder.objects.exists()

    def test_it_is_changed_ended_and_taken_up_again_each_with_its_line(self, treasurer):
        order = samples.a_standing_order()
        at = f"/desk/standing-orders/{order.public_id}/"

        treasurer.post(at, {"amount": "12.50", "interval": "3", "usual_day": "5", "does": "change"})
        treasurer.post(at, {"does": "end", "note": "Wrote to us"})
        standing_orders.resume(order=order, on=samples.today(), now=timezone.now(), by=None)

        order.refresh_from_db()
        assert (str(order.amount), order.interval, order.state) == ("£12.50", 3, StandingOrderState.ACTIVE)
        assert [move.state for move in order.moves.all()] == ["promised", "promised", "ended", "active"]

    def test_the_aged_list_tells_what_is_late(self, treasurer):
        samples.a_standing_order()

        page = treasurer.get("/desk/standing-orders/missing/").content.decode()

        assert "31–60 days late" in page
        assert "promised, nothing yet" in page
