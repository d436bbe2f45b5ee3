"""The treasurer's other screens: collections, slips, corrections, the journal, the year, exports and the close."""

import csv
import datetime as dt
import io
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from pennypress import laws
from pennypress.config import lawbook
from pennypress.desk import screen
from pennypress.ledger import balances, chart, periods
from pennypress.ledger.models import Account, Entry, PeriodClose, Voucher
from pennypress.payments import refund_orders
from pennypress.payments.models import PayingInSlip, Purpose, Receipt
from pennypress.payments.parts import Part
from pennypress.people import roles
from pennypress.shares import register
from tests.desk import cast, samples


@pytest.fixture
def treasurer(db):
    samples.a_society()
    samples.a_running_fund()
    return cast.at_the_desk(roles.TREASURER)


def day(back=0):
    return (samples.today() - dt.timedelta(days=back)).isoformat()


def balance(account):
    return balances.of(account=account, on=samples.today(), currency="GBP")


def broken_laws():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]


def a_count_sheet(**told):
    tins = {f"{name}_{number}": "" for number in range(1, 7) for name in ("tin", "collector", "in_tin")}
    return {
        "key": str(uuid.uuid4()),
        "amount": "30",
        "received_on": day(),
        "purpose": "gift",
        "place": "Trades Hall",
        "permit": "",
        "first_counter": "Beryl Ash",
        "second_counter": "Idris Vaughan",
        "face_2000": "1",
        "face_500": "2",
        **tins,
        **told,
    }


class TestACollection:
    def test_is_entered_with_its_sheet_and_drawn(self, treasurer):
        treasurer.post("/desk/post/collection/", a_count_sheet(tin_1="7", in_tin_1="30"))

        receipt = Receipt.objects.get()
        sheet = treasurer.get(f"/desk/receipts/{receipt.pk}/count-sheet.pdf")
        assert (receipt.method, receipt.amount_minor) == ("collection", 3000)
        assert b"".join(sheet).startswith(b"%PDF")
        assert broken_laws() == []

    @pytest.mark.parametrize(
        ("told", "says"),
        [
            ({"second_counter": "beryl ash"}, "Two different people count"),
            ({"amount": "31"}, "Notes and coins add up to £30.00, and the collection is £31.00."),
            ({"tin_1": "7", "in_tin_1": "29"}, "The tins add up to £29.00"),
        ],
    )
    def test_that_does_not_add_up_is_refused_and_kept_as_typed(self, treasurer, told, says):
        response = treasurer.post("/desk/post/collection/", a_count_sheet(**told))

        page = response.content.decode()
        assert response.status_code == 422
        assert says in page
        assert 'value="Trades Hall"' in page
        assert not Receipt.objects.exists()

    def test_an_empty_sheet_is_drawn(self, treasurer):
        assert treasurer.get("/desk/post/collection/sheet.pdf")["Content-Type"] == "application/pdf"


class TestASlip:
    def test_is_drawn_printed_and_paid_in(self, treasurer):
        chosen = [samples.a_cheque(), samples.a_cheque(method="cash", reference="")]

        treasurer.post("/desk/slips/", {"chosen": [one.pk for one in chosen], "coins": "3.50"})
        shown = treasurer.get("/desk/slips/1/")
        pdf = treasurer.get("/desk/slips/1/slip.pdf")
        treasurer.post("/desk/slips/1/pay-in/", {"banked_on": day(), "reference": "500123"})

        assert str(shown.context["totals"].coins) == "£3.50"
        assert pdf.content.startswith(b"%PDF")
        assert balance(chart.BANK) == samples.pounds(50)
        assert PayingInSlip.objects.get().reference == "500123"
        assert broken_laws() == []

    def test_without_anything_chosen_is_refused(self, treasurer):
        samples.a_cheque()

        response = treasurer.post("/desk/slips/", {"coins": ""})

        assert response.status_code == 422
        assert not PayingInSlip.objects.exists()

    def test_gives_back_what_is_taken_off(self, treasurer):
        receipt, other = samples.a_cheque(), samples.a_cheque()
        samples.a_slip(receipt, other)

        treasurer.post("/desk/slips/1/take-off/", {"receipt": receipt.pk})

        assert [row["receipt"] for row in treasurer.get("/desk/slips/").context["waiting"]] == [receipt]

    def test_a_receipt_on_a_slip_is_not_banked_by_itself(self, treasurer):
        receipt = samples.a_cheque()
        samples.a_slip(receipt)

        treasurer.post(f"/desk/receipts/{receipt.pk}/bank/", {"on": day()})

        assert balance(chart.BANK) == samples.pounds(0)


class TestReceipts:
    @pytest.mark.parametrize(
        ("asked", "count"),
        [
            ("q=canary", 1),
            ("q=100412", 2),
            ("q=canary@example.org", 1),
            ("amount=40", 1),
            ("amount=41", 0),
            ("method=cheque", 2),
            ("method=cash", 0),
            ("state=in_hand", 2),
            ("in_hand=1", 2),
            ("state=banked", 0),
            ("purpose=subscription", 1),
            ("appeal=november", 1),
            ("account=4900", 0),
            ("from=2999-01-01", 0),
            ("to=x&from=y&amount=z&state=w", 2),
        ],
    )
    def test_are_found(self, treasurer, asked, count):
        samples.a_cheque()
        parts = [samples.Part(samples.Purpose.SUBSCRIPTION, samples.pounds(40))]
        samples.a_cheque(amount=samples.pounds(40), parts=parts, payer_name="Bob Ray", payer_email="")

        response = treasurer.get(f"/desk/receipts/?{asked}")

        assert response.context["page"].paginator.count == count

    def test_as_a_file_run_no_formula_and_keep_every_part(self, treasurer):
        samples.a_cheque(payer_name="=HYPERLINK(1)", payer_email="")

        text = treasurer.get("/desk/receipts.csv").content.decode("utf-8-sig")

        rows = list(csv.DictReader(io.StringIO(text)))
        assert rows[0]["From"] == "'=HYPERLINK(1)"
        assert rows[0]["Amount"] == "25.00"

    def test_one_shows_what_hangs_on_it(self, treasurer):
        receipt = samples.a_cheque(payer_email="rita@example.org")
        samples.a_slip(receipt)

        page = treasurer.get(f"/desk/receipts/{receipt.pk}/").content.decode()

        assert "/desk/slips/1/" in page
        assert "Gift: November fund" in page
        assert "/desk/outbox/" in page

    def test_a_bounced_cheque_takes_the_banks_charge_along(self, treasurer):
        receipt = samples.a_cheque()
        told = {"kind": "bounced", "on": day(), "reason": "Refer to drawer", "charge": "6"}

        treasurer.post(f"/desk/receipts/{receipt.pk}/take-back/", told)

        assert balance(chart.BANK_CHARGES) == samples.pounds(6)
        assert treasurer.get("/desk/receipts/?state=returned").context["page"].paginator.count == 1
        assert broken_laws() == []


class TestACorrection:
    def correction(self, treasurer, receipt, **told):
        form = treasurer.get(f"/desk/receipts/{receipt.pk}/correct/").context["form"]
        sent = {name: form.initial.get(name) or "" for name in form.fields}
        return treasurer.post(
            f"/desk/receipts/{receipt.pk}/correct/", {**sent, "reason": "Misread", **told}, follow=True
        )

    def test_enters_the_receipt_anew(self, treasurer):
        receipt = samples.a_cheque()

        response = self.correction(treasurer, receipt, amount="52", part_1="52")

        anew = Receipt.objects.get(corrects=receipt)
        assert anew.amount == samples.pounds(52)
        assert anew.payer == receipt.payer
        assert f"Receipt {receipt.pk} is reversed and entered anew" in response.content.decode()
        assert "This was entered wrongly" in treasurer.get(f"/desk/receipts/{receipt.pk}/").content.decode()
        assert broken_laws() == []

    @pytest.mark.parametrize("told", [{"reason": ""}, {"part_1": "51", "amount": "52"}, {"amount": "x"}])
    def test_refused_keeps_what_was_typed_and_writes_nothing(self, treasurer, told):
        receipt = samples.a_cheque()

        response = self.correction(treasurer, receipt, place="Hull docks", **told)

        assert response.status_code == 422
        assert 'value="Hull docks"' in response.content.decode()
        assert Receipt.objects.count() == 1

    def test_strikes_out_what_was_entered_twice(self, treasurer):
        receipt = samples.a_cheque()

        treasurer.post(f"/desk/receipts/{receipt.pk}/strike-out/", {"reason": "Twice"})

        assert balance(chart.GIFTS) == samples.pounds(0)
        assert treasurer.get("/desk/receipts/?state=corrected").context["page"].paginator.count == 1
        assert broken_laws() == []


def a_journal(**told):
    lines = {f"{name}_{number}": "" for number in range(1, 5) for name in ("account", "debit", "credit")}
    bill = {"account_1": "5010", "debit_1": "7", "account_2": "1000", "credit_2": "7"}
    facts = {"key": str(uuid.uuid4()), "on": day(), "memo": "Charges of the bank", "reason": "Statement 11"}
    return {**lines, **bill, **facts, **told}


class TestTheJournal:
    def test_an_entry_is_made_and_reversed(self, treasurer):
        treasurer.post("/desk/books/journal/", a_journal())
        entry = Entry.objects.get()

        treasurer.post(f"/desk/books/entries/{entry.pk}/reverse/", {"on": day(), "reason": "Wrong month"})

        assert balance(chart.BANK_CHARGES) == samples.pounds(0)
        assert Voucher.objects.count() == 2
        assert "Tom Treasurer: Statement 11" in treasurer.get(f"/desk/books/entries/{entry.pk}/").content.decode()

    @pytest.mark.parametrize(
        "told",
        [
            {"credit_2": "8"},
            {"reason": ""},
            {"account_1": ""},
            {"debit_1": "7", "credit_1": "7"},
            {"account_1": "4000"},
            {"on": "2999-01-01"},
        ],
    )
    def test_what_does_not_balance_is_refused_and_kept_as_typed(self, treasurer, told):
        response = treasurer.post("/desk/books/journal/", a_journal(**told))

        assert response.status_code == 422
        assert 'value="Charges of the bank"' in response.content.decode()
        assert not Entry.objects.exists()

    def test_another_account_is_opened_and_offered_for_post(self, treasurer):
        treasurer.post("/desk/books/accounts/", {"code": "4920", "name": "Advertising", "kind": "income"})

        assert Account.objects.filter(code="4920").exists()
        assert "Other income: Advertising" in treasurer.get("/desk/post/batch/").content.decode()

    def test_an_account_that_cannot_be_is_refused(self, treasurer):
        response = treasurer.post("/desk/books/accounts/", {"code": "4000", "name": "Again", "kind": "income"})

        assert response.status_code == 422


class TestTheYear:
    def test_income_by_month_leads_to_its_lines(self, treasurer):
        samples.a_cheque()

        page = treasurer.get("/desk/books/income/").content.decode()

        first = samples.today().replace(day=1).isoformat()
        assert f"/desk/books/accounts/4000/?from={first}&amp;to={day()}" in page
        assert "<svg" in page

    def test_the_year_balances_on_the_page_and_in_the_file(self, treasurer):
        samples.a_cheque()
        treasurer.post("/desk/books/journal/", a_journal())

        page = treasurer.get("/desk/books/year/").content.decode()
        rows = list(csv.reader(io.StringIO(treasurer.get("/desk/books/year.csv").content.decode("utf-8-sig"))))

        assert "£18.00" in page
        assert "What it owns equals" in page
        assert ["Balance sheet", "asset", "1000", "Bank current account", "-7.00", "0.00"] in rows

    @pytest.mark.parametrize("file", ["ledger.csv", "ledger.journal", "xero.csv"])
    def test_the_books_are_handed_over(self, treasurer, file):
        samples.a_cheque()

        response = treasurer.get(f"/desk/books/{file}")

        assert b"25.00" in b"".join(response)


class TestACleared:
    def test_cheque_is_found_by_its_state_and_stands_on_the_page_of_its_person(self, treasurer):
        early = samples.today() - dt.timedelta(days=10)
        receipt = samples.a_cheque(received_on=early, banked_on=early, payer_name="Ada Cleared")
        other = samples.a_cheque(payer_name="Bo Waiting", payer_email="bo@example.org")

        found = treasurer.get("/desk/receipts/?state=cleared")
        hers = treasurer.get(f"/desk/people/{receipt.payer_id}/")
        his = treasurer.get(f"/desk/people/{other.payer_id}/").content.decode()

        assert [row["receipt"] for row in found.context["rows"]] == [receipt]
        assert [(row["receipt"], row["state"]) for row in hers.context["rows"]] == [(receipt, "Cleared")]
        assert "In hand" in his
        assert "Ada Cleared" not in his

    def test_page_of_a_person_has_what_came_for_their_shares(self, treasurer):
        application = samples.an_application()
        parts = [Part(Purpose.SHARES, samples.pounds(10))]
        amount = samples.pounds(10)
        receipt = samples.a_cheque(amount=amount, parts=parts, application=application, payer_email="", payer_name="N.")
        owner = register.allot(application=application, on=samples.today(), now=timezone.now(), by=None).member

        page = treasurer.get(f"/desk/people/{owner.person_id}/")

        assert receipt.payer is None
        assert [row["receipt"] for row in page.context["rows"]] == [receipt]


class TestTheClose:
    def post(self, treasurer, **told):
        return treasurer.post("/desk/books/close/", {"through": day(1), "note": "", **told})

    def test_what_is_open_is_seen_to_or_said_to_be_seen(self, treasurer):
        samples.a_cheque(received_on=samples.today() - dt.timedelta(days=2))

        refused = self.post(treasurer)
        self.post(treasurer, is_seen="on")

        assert "1 receipt still in hand" in refused.content.decode()
        assert refused.status_code == 422
        assert PeriodClose.objects.get().closed_by == "Tom Treasurer"

    def test_lines_of_the_bank_that_nobody_matched_are_open_until_somebody_says_what_they_are(self, treasurer):
        line = samples.a_statement(samples.a_bank_account(), "ANN LEE,Thanks,100.00").lines.get()
        at = f"/desk/books/close/?through={day(0)}"

        before = treasurer.get(at).context["checks"]
        treasurer.post(f"/desk/bank/lines/{line.pk}/ignore/", {"reason": "Our own transfer"})
        after = treasurer.get(at).context["checks"]

        assert [row["address"] for row in before if row["check"].count] == ["/desk/bank/"]
        assert [row for row in after if row["check"].count] == []

    def test_the_eldest_month_that_is_over_and_open_is_proposed_and_a_closed_one_never(self, treasurer, monkeypatch):
        def proposed(address="/desk/books/close/"):
            return treasurer.get(address).context["form"].initial["through"]

        monkeypatch.setattr(screen, "today", lambda: dt.date(2026, 11, 25))
        at_first = proposed()
        samples.a_close(dt.date(2026, 8, 31))
        after_august = proposed()
        samples.a_close(dt.date(2026, 10, 31))
        page = treasurer.get("/desk/books/close/").content.decode()

        assert (at_first, after_august) == (dt.date(2026, 10, 31), dt.date(2026, 9, 30))
        assert proposed() is None
        assert proposed("/desk/books/close/?through=2026-10-31") is None
        assert proposed("/desk/books/close/?through=2026-11-20") == dt.date(2026, 11, 20)
        assert "Every month that is over is closed" in page
        assert 'value="2026-10-31"' not in page

    def test_a_refund_that_has_not_gone_is_open(self, treasurer):
        receipt = samples.a_cheque()
        refund_orders.ask(
            receipt=receipt,
            parts={receipt.allocations.get().pk: samples.pounds(5)},
            reason="Paid twice",
            by=None,
            on=samples.today(),
            now=timezone.now(),
        )

        page = treasurer.get(f"/desk/books/close/?through={day(0)}")

        assert ("refunds", 1, "/desk/refunds/") in [
            (row["check"].name, row["check"].count, row["address"]) for row in page.context["checks"]
        ]

    def test_after_it_post_of_those_days_is_refused_in_words(self, treasurer):
        self.post(treasurer)
        sheet = a_count_sheet(received_on=day(1))

        response = treasurer.post("/desk/post/collection/", sheet)

        assert response.status_code == 422
        assert "The books are closed to the end of" in response.content.decode()
        assert not Receipt.objects.exists()

    @pytest.mark.parametrize("back", [0, -1])
    def test_days_that_are_not_over_are_not_closed(self, treasurer, back):
        assert self.post(treasurer, through=day(back)).status_code == 422
        assert periods.closed_through() is None

    def test_a_broken_law_stops_it(self, treasurer, monkeypatch):
        monkeypatch.setattr("pennypress.desk.closing._broken", lambda: ["Every entry adds up."])

        response = self.post(treasurer, is_seen="on")

        assert response.status_code == 422
        assert not PeriodClose.objects.exists()
