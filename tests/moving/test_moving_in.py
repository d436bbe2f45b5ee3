"""Moving in: a dry run that writes nothing, a total to confirm, every row once, and no letter to anybody."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command

from pennypress.config import lawbook
from pennypress.giving import known_references, meter
from pennypress.giving.models import Gift, KnownReference, Pledge, StandingOrder
from pennypress.laws import run
from pennypress.ledger import balances, chart, periods
from pennypress.ledger.models import Entry
from pennypress.letters.models import Letter
from pennypress.money import Money
from pennypress.moving import consigning
from pennypress.moving.consigning import CannotMoveIn, CannotRead
from pennypress.moving.models import Consignment, ConsignmentState, Likeness, MovedRow
from pennypress.payments.models import Mandate, Receipt
from pennypress.payments.providers import sandbox
from pennypress.payments.providers.protocol import MandateSnapshot, UnknownAtProvider
from pennypress.people.models import Person
from tests import builders
from tests.builders import NOW, TODAY
from tests.moving.files import BALANCES, GIFTS, a_workbook

pytestmark = pytest.mark.django_db
AS_AT = dt.date(2026, 10, 31)


@pytest.fixture(autouse=True)
def a_society(db):
    builders.a_society()


def sent(content, kind="gifts", *, as_at=None):
    """A file at the desk, checked."""
    content = content if isinstance(content, bytes) else content.encode()
    return consigning.take(kind=kind, filename="old.csv", content=content, as_at=as_at, on=TODAY, now=NOW, by=None)


def plan(consignment):
    return consigning.plan(consignment, on=TODAY)


def moved(consignment, *, total=None, leave_out=False):
    """The file, its total confirmed."""
    confirmed = total if total is not None else plan(consignment).total
    return consigning.carry_out(
        consignment=consignment, confirmed=confirmed, leave_out=leave_out, on=TODAY, now=NOW, by=None
    )


def money(text):
    pounds, _point, pence = text.partition(".")
    return Money(int(pounds) * 100 + int(pence or 0), "GBP")


def nothing_written():
    return not (Receipt.objects.exists() or Entry.objects.exists() or MovedRow.objects.exists())


def test_a_dry_run_says_what_becomes_of_each_row_and_writes_nothing():
    people = Person.objects.count()
    checked = plan(sent(GIFTS))

    assert [fate.state for fate in checked.fates] == ["new", "new", "new"]
    assert "gift of £1,000.50 on 05/11/2024; giver: new; no appeal" in checked.fates[0].says
    assert checked.total == money("1025.50")
    assert {(one.head, one.name): (one.count, one.amount) for one in checked.sums}[("Year", "2024")] == (
        2,
        money("1020.50"),
    )
    assert nothing_written()
    assert Person.objects.count() == people


def test_past_gifts_are_moved_in_with_their_days_and_nobody_is_written_to():
    moved(sent(GIFTS.replace("Donor;", "Donor;E-mail;").replace("Ada Reed;", "Ada Reed;ada@example.org;")
               .replace("Bea Hall;", "Bea Hall;;").replace("31;;5", "31;;;5")))  # fmt: skip

    gift = Gift.objects.get(name="Ada Reed")
    assert (gift.received_on, gift.amount, gift.thanks_as) == (dt.date(2024, 11, 5), money("1000.50"), "name")
    assert gift.payer.email == "ada@example.org"
    assert Entry.objects.get(key=f"receipt-{gift.allocation.receipt_id}").on == dt.date(2024, 11, 5)
    assert Letter.objects.count() == 0
    assert all(finding.holds for finding in run(lawbook.every_law()))


def test_past_gifts_and_opening_balances_count_the_same_money_once():
    moved(sent(GIFTS))
    moved(sent("account,debit,credit\n1000,5000,\n", "balances", as_at=AS_AT))

    def stands(account):
        return balances.of(account=account, on=TODAY, currency="GBP")

    assert stands(chart.BANK) == money("5000")
    assert stands(chart.GIFTS) == -money("1025.50")
    assert stands(chart.BROUGHT_FORWARD) == -money("3974.50")
    assert balances.trial(on=TODAY, currency="GBP").balances


def test_cheques_of_the_past_are_not_in_hand():
    moved(sent(GIFTS))

    assert not Receipt.objects.filter(method__in=["cheque", "cash", "collection"], banked_on=None).exists()


def test_a_past_gift_counts_in_the_appeal_it_names_and_in_no_other():
    appeal = builders.an_appeal(opens_on=dt.date(2024, 11, 1), closes_on=dt.date(2024, 11, 30), slug="november-2024")
    moved(sent("date,amount,method,appeal\n5/11/2024,20,cash,November-2024\n1/12/2024,30,cash,\n"))

    assert meter.of(appeal, on=TODAY, now=NOW).raised == money("20")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("5/11/2024,0,cash,Ada", "the amount is zero"),
        ("5/11/2024,-20,cash,Ada", "below zero"),
        ("5/11/2999,20,cash,Ada", "has not come yet"),
        ("31/02/2024,20,cash,Ada", "is no day"),
        ("5/11/2024,20,barter,Ada", "no way in which money comes"),
        ("5/11/2024,20,cash," + "A" * 201, "longer than 200"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_stops_everything(row, why):
    consignment = sent(f"date,amount,method,name\n4/11/2024,10,cash,Good\n{row}\n")

    (bad,) = plan(consignment).bad
    with pytest.raises(CannotMoveIn, match=r"1 rows are bad \(lines 3\)"):
        moved(consignment)

    assert bad.line == 3
    assert why in bad.says
    assert nothing_written()


def test_bad_rows_are_left_out_if_somebody_says_so():
    consignment = sent("date,amount,method\n4/11/2024,10,cash\n4/11/2024,0,cash\n")

    moved(consignment, leave_out=True)

    consignment.refresh_from_db()
    assert (Gift.objects.count(), consignment.left_out) == (1, 1)


def test_a_total_that_is_not_the_one_typed_moves_nothing():
    consignment = sent(GIFTS)

    with pytest.raises(CannotMoveIn, match=r"add up to £1,025\.50, and £1,025\.00 was confirmed"):
        moved(consignment, total=money("1025"))

    assert nothing_written()


def test_the_same_file_twice_moves_nothing_twice():
    moved(sent(GIFTS))
    again = sent(GIFTS)

    assert [fate.state for fate in plan(again).fates] == ["known", "known", "known"]
    with pytest.raises(CannotMoveIn, match="nothing in it"):
        moved(again)
    assert Gift.objects.count() == 3


def test_the_same_rows_saved_another_way_are_the_same_rows():
    moved(sent("date,amount,method,name\n5/11/2024,20,cash,Ada\n"))

    again = sent(a_workbook(["Name", "Sum", "Day", "How"], ["ADA", 20, dt.datetime(2024, 11, 5), "Cash"]))

    assert [fate.state for fate in plan(again).fates] == ["known"]


def test_two_equal_gifts_of_one_day_are_two():
    moved(sent("date,amount,method,name\n5/11/2024,20,cash,Ada\n5/11/2024,20,cash,Ada\n"))

    assert Gift.objects.count() == 2
    assert Person.objects.filter(name="Ada").count() == 1


def test_a_file_waiting_twice_is_moved_in_once():
    first, second = sent(GIFTS), sent(GIFTS)
    moved(first)

    with pytest.raises(CannotMoveIn):
        moved(second, total=money("1025.50"))

    assert Gift.objects.count() == 3


def test_a_file_that_was_moved_in_or_dropped_is_forgotten():
    done, dropped = sent(GIFTS), sent(GIFTS + "1/1/2024;;7;cash;;\n")
    moved(done)
    consigning.drop(consignment=dropped, now=NOW, by=None)

    states = Consignment.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == [ConsignmentState.MOVED_IN, ConsignmentState.DROPPED]
    assert all(bytes(one.content) == b"" for one in Consignment.objects.all())
    with pytest.raises((CannotMoveIn, CannotRead)):
        moved(dropped, total=money("7"))


def test_somebody_who_looks_like_one_who_is_known_is_proposed_for_merging():
    known = builders.a_person("Ada Reed", email="ada@example.org")
    consignment = sent("date,amount,method,name,email\n5/11/2024,20,cash,A. Reed,ada@example.org\n")
    assert "to be compared with Ada Reed (the same e-mail address)" in plan(consignment).fates[0].says
    moved(consignment)

    likeness = Likeness.objects.get()
    consigning.decide(likeness=likeness, are_one=True, now=NOW, by=None)

    newcomer = Gift.objects.get().payer
    assert newcomer.merged_into == known


def test_two_who_are_said_to_be_two_stay_two():
    builders.a_person("Ada Reed", email="ada@example.org")
    moved(sent("date,amount,method,name\n5/11/2024,20,cash,Ada Reed\n"))

    consigning.decide(likeness=Likeness.objects.get(), are_one=False, now=NOW, by=None)

    assert Gift.objects.get().payer.merged_into is None


def test_somebody_with_the_same_address_and_name_is_the_same():
    known = builders.a_person("Ada Reed", email="ada@example.org")

    moved(sent("date,amount,method,name,email\n5/11/2024,20,cash,ada reed,ADA@example.org\n"))

    assert Gift.objects.get().payer == known
    assert not Likeness.objects.exists()


def test_closed_days_take_no_past_gifts_and_no_balances():
    periods.close(through=dt.date(2025, 12, 31), by="Tom", note="", today=TODAY, now=NOW)

    gifts = plan(sent(GIFTS))
    opening = plan(sent(BALANCES, "balances", as_at=dt.date(2025, 12, 31)))

    assert all("closed" in fate.says for fate in gifts.fates)
    assert "closed" in opening.trouble[0]


class TestOpeningBalances:
    def test_they_are_one_entry_of_their_day(self):
        moved(sent(BALANCES, "balances", as_at=AS_AT))

        entry = Entry.objects.get()
        assert entry.on == AS_AT
        assert {line.account.code: line.amount for line in entry.lines.all()} == {
            "1000": money("5000"),
            "1140": money("250"),
            "3900": -money("4000"),
            "3990": -money("1250"),
        }

    def test_one_side_alone_is_balanced_by_what_is_brought_forward(self):
        moved(sent("account,debit,credit\n1000,5000,\n1140,250,\n", "balances", as_at=AS_AT))

        assert balances.of(account="3990", on=AS_AT, currency="GBP") == -money("5250")

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("1000,5000,\n3900,,4000\n", "debits add up to £5,000.00 and the credits to £4,000.00"),
            ("1000,5000,\n1000,5,\n", "Account 1000 stands in two rows"),
            ("9999,5000,\n", "there is no account 9999"),
            ("4000,,5000\n", "moved in one by one"),
            ("3000,,5000\n", "what the register says"),
            ("1000,5,5\n", "either a debit or a credit"),
            ("1000,,\n", "either a debit or a credit"),
            ("1000,-5,\n", "below zero"),
        ],
    )
    def test_what_does_not_balance_or_is_bad_books_nothing(self, text, why):
        consignment = sent("account,debit,credit\n" + text, "balances", as_at=AS_AT)
        checked = plan(consignment)

        assert why in " ".join([*checked.trouble, *(fate.says for fate in checked.bad)])
        with pytest.raises(CannotMoveIn):
            moved(consignment, leave_out=True)
        assert nothing_written()

    def test_a_day_has_opening_balances_once(self):
        moved(sent(BALANCES, "balances", as_at=AS_AT))
        other = sent("account,debit,credit\n1000,1,\n", "balances", as_at=AS_AT)

        with pytest.raises(CannotMoveIn, match="stand in the books already"):
            moved(other)

        assert Entry.objects.count() == 1

    def test_they_need_their_day(self):
        with pytest.raises(CannotMoveIn, match="which day"):
            moved(sent(BALANCES, "balances"))


HEAD = "name,email,place,amount,every,method,provider,mandate,reference,next\n"
BY_CARD = "Ada Reed,ada@example.org,Leeds,10,monthly,card,sandbox,m-1,,20/11/2026\n"
BY_ORDER = "Bea Hall,,Hull,£25,quarterly,standing order,,,LANTERN 12/b,1/12/2026\n"


class TestSupporters:
    @pytest.fixture(autouse=True)
    def mandates(self, monkeypatch):
        """What the provider says of mandates: m-1 is active, m-2 cancelled, no other is known."""

        def fetch_mandate(_self, ref):
            states = {"m-1": "active", "m-2": "cancelled"}
            if ref not in states:
                raise UnknownAtProvider(ref)
            return MandateSnapshot(ref, "", states[ref], "Visa ending in 4242")

        monkeypatch.setattr(sandbox.Sandbox, "fetch_mandate", fetch_mandate, raising=False)

    def test_a_mandate_goes_on_as_a_pledge_without_a_letter(self):
        moved(sent(HEAD + BY_CARD, "supporters"))

        pledge = Pledge.objects.get()
        assert (pledge.state, pledge.amount, pledge.next_on) == ("active", money("10"), dt.date(2026, 11, 20))
        assert (pledge.mandate.provider_ref, pledge.mandate.state) == ("m-1", "active")
        assert pledge.person.email == "ada@example.org"
        assert not Letter.objects.exists()
        assert all(finding.holds for finding in run(lawbook.every_law()))

    def test_a_yearly_pledge_stays_yearly(self):
        moved(sent(HEAD + BY_CARD.replace("monthly", "yearly"), "supporters"))

        assert Pledge.objects.get().interval_months == 12

    def test_a_standing_order_keeps_the_reference_that_was_always_used(self):
        moved(sent(HEAD + BY_ORDER, "supporters"))

        known = known_references.by_plain()
        order = StandingOrder.objects.get(pk=known[known_references.found_in("PAYMENT lantern12B HALL B", known)])
        assert (order.person.name, order.amount, order.interval) == ("Bea Hall", money("25"), 3)
        assert known_references.found_in("LANTERN 13", known) == ""

    @pytest.mark.parametrize(
        ("row", "why"),
        [
            (BY_CARD.replace("m-1", "m-2"), "not active at the provider"),
            (BY_CARD.replace("m-1", "m-9"), "does not know the mandate"),
            (BY_CARD.replace("sandbox", "nobody"), "no provider “nobody”"),
            (BY_CARD.replace("monthly", "weekly"), "no interval"),
            (BY_CARD.replace("20/11/2026", "1/11/2026"), "is past"),
            (BY_CARD.replace("ada@example.org", ""), "needs an e-mail address"),
            (BY_CARD.replace("card", "cheque"), "by card, by Direct Debit or by standing order"),
            (BY_CARD.replace(",10,", ",9999,"), "largest amount"),
            (BY_ORDER.replace("LANTERN 12/b", ""), "has the reference"),
            (BY_ORDER.replace("LANTERN 12/b", "ab"), "4 letters and figures"),
        ],
    )
    def test_a_supporter_who_cannot_go_on_is_bad(self, row, why):
        consignment = sent(HEAD + row, "supporters")

        (bad,) = plan(consignment).bad
        with pytest.raises(CannotMoveIn):
            moved(consignment)

        assert why in bad.says
        assert (Pledge.objects.count(), KnownReference.objects.count(), Mandate.objects.count()) == (0, 0, 0)

    def test_a_mandate_is_taken_over_once(self):
        moved(sent(HEAD + BY_CARD, "supporters"))

        again = plan(sent(HEAD + BY_CARD.replace(",10,", ",12,"), "supporters"))

        assert [fate.state for fate in again.fates] == ["known"]

    def test_a_mandate_in_two_rows_is_bad_in_both(self):
        both = plan(sent(HEAD + BY_CARD + BY_CARD.replace("Ada", "Ana"), "supporters"))

        assert [fate.line for fate in both.bad] == [2, 3]

    def test_a_provider_that_is_not_offered_is_not_asked(self, settings):
        settings.PAYMENT_PROVIDERS = []

        (fate,) = plan(sent(HEAD + BY_CARD, "supporters")).fates

        assert "mandate not verified" in fate.says


class TestTheCommand:
    @pytest.fixture
    def file(self, tmp_path):
        path = tmp_path / "gifts.csv"
        path.write_text(GIFTS, encoding="utf-8")
        return path

    def run(self, file, *options):
        out = io.StringIO()
        call_command("move-in", str(file), "--kind", "gifts", *options, stdout=out)
        return out.getvalue()

    def test_a_dry_run_prints_every_row_and_the_total(self, file):
        said = self.run(file, "--dry-run")

        assert "line     2  new    gift of £1,000.50" in said
        assert "New 3, known 0, bad 0. Total of the new: £1,025.50" in said
        assert nothing_written()
        assert not Consignment.objects.exists()

    def test_without_the_total_nothing_is_written(self, file):
        with pytest.raises(CommandError, match=r"--total £1,025\.50"):
            self.run(file)

        assert nothing_written()

    def test_with_the_total_it_is_moved_in(self, file):
        said = self.run(file, "--total", "1025.50")

        assert "Moved in: 3 rows, £1,025.50. Left out: 0." in said
        assert Gift.objects.count() == 3

    def test_with_another_total_it_is_not(self, file):
        with pytest.raises(CommandError, match="Nothing was moved in"):
            self.run(file, "--total", "1000")

        assert nothing_written()


def test_without_the_keys_the_same_file_would_be_moved_in_twice(monkeypatch):
    """The control: it is the rows' keys that make the second time harmless."""
    moved(sent(GIFTS))
    monkeypatch.setattr("pennypress.moving.checking.keys", lambda rows: [f"other-{n}" for n, _ in enumerate(rows)])

    moved(sent(GIFTS))

    assert Gift.objects.count() == 6
