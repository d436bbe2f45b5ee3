"""A batch of post over HTTP: entered together or line by line, once, and nothing that was typed is lost."""

import datetime as dt
import uuid

import pytest
from django.db import connection

from pennypress import laws
from pennypress.config import lawbook
from pennypress.giving import appeals
from pennypress.giving.models import Gift
from pennypress.ledger import balances, chart
from pennypress.ledger.models import Account
from pennypress.payments.models import Receipt
from pennypress.people import roles
from pennypress.people.models import Person
from tests.desk import cast, samples


@pytest.fixture
def treasurer(db):
    samples.a_society()
    samples.a_running_fund()
    return cast.at_the_desk(roles.TREASURER)


def a_batch(*lines, **told):
    """What the form sends: each line as typed, the others empty."""
    sent = {
        "key": str(uuid.uuid4()),
        "method": "cheque",
        "received_on": samples.today().isoformat(),
        "expected": "",
        "line-TOTAL_FORMS": "10",
        "line-INITIAL_FORMS": "0",
        "line-MIN_NUM_FORMS": "0",
        "line-MAX_NUM_FORMS": "200",
    }
    for number in range(10):
        typed = lines[number] if number < len(lines) else {}
        fields = {"amount": "", "payer": "", "reference": "", "purpose": "gift", "thanks_as": "", **typed}
        sent |= {f"line-{number}-{name}": value for name, value in fields.items()}
    return {**sent, **told}


ANN = {"amount": "25", "payer": "Ann Lee", "reference": "100412", "place": "Leeds", "thanks_as": "initials"}
BOB = {"amount": "£10.50", "payer": "Bob Ray", "reference": "000077", "purpose": "subscription"}


def broken_laws():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]


def entered():
    return sorted((receipt.payer_name, receipt.amount_minor, receipt.reference) for receipt in Receipt.objects.all())


def test_a_batch_is_entered_with_its_cheque_numbers(treasurer):
    response = treasurer.post("/desk/post/batch/", a_batch(ANN, BOB, expected="35.50"), follow=True)

    assert entered() == [("Ann Lee", 2500, "100412"), ("Bob Ray", 1050, "000077")]
    assert "2 pieces of post entered: £35.50." in response.content.decode()
    assert Gift.objects.get().thanks_as == "initials"
    assert broken_laws() == []


def test_the_same_batch_sent_twice_is_entered_once(treasurer):
    batch = a_batch(ANN, BOB)
    treasurer.post("/desk/post/batch/", batch)

    response = treasurer.post("/desk/post/batch/", batch)

    assert response.status_code == 302
    assert len(entered()) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "a hundred", "payer": "Cy Dee"},
        {"amount": "", "payer": "Cy Dee"},
        {"amount": "0", "payer": "Cy Dee"},
        {"amount": "5", "payer": "Cy Dee", "purpose": "no-such"},
        {"amount": "5", "payer": "Cy Dee (no. 999999)"},
        {"amount": "5", "payer": "Cy Dee", "part": "4"},
        {"amount": "5", "payer": "Cy Dee", "part": "6"},
    ],
)
def test_one_wrong_line_and_nothing_is_entered_nor_lost(treasurer, wrong):
    response = treasurer.post("/desk/post/batch/", a_batch(ANN, wrong, BOB))

    page = response.content.decode()
    assert response.status_code == 422
    assert entered() == []
    assert 'value="Ann Lee"' in page
    assert 'value="£10.50"' in page
    assert page.count("batch-line--refused") == 1


def test_line_by_line_the_good_ones_are_entered_and_the_others_stay(treasurer):
    wrong = {"amount": "5", "payer": "Cy Dee", "part": "4"}
    first = a_batch(ANN, wrong, BOB, each="on")

    response = treasurer.post("/desk/post/batch/", first)

    page = response.content.decode()
    assert response.status_code == 422
    assert [name for name, _minor, _number in entered()] == ["Ann Lee", "Bob Ray"]
    assert 'value="Cy Dee"' in page
    assert 'value="Ann Lee"' not in page
    assert "£1.00 has no purpose yet" in page


def test_what_stays_is_put_right_and_entered_once(treasurer):
    wrong = {"amount": "5", "payer": "Cy Dee", "part": "4"}
    response = treasurer.post("/desk/post/batch/", a_batch(ANN, wrong, each="on"))
    left = {
        name: value for name, value in a_batch(ANN, {**wrong, "part": ""}).items() if not name.startswith("line-0-")
    }

    treasurer.post("/desk/post/batch/", {**left, "key": response.context["head"].data["key"]})

    assert [name for name, _minor, _number in entered()] == ["Ann Lee", "Cy Dee"]


@pytest.mark.parametrize(("slip", "apart"), [("35", "£0.50"), ("135.50", "£100.00")])
def test_lines_that_miss_the_slip_are_refused_with_both_sums(treasurer, slip, apart):
    response = treasurer.post("/desk/post/batch/", a_batch(ANN, BOB, expected=slip))

    page = response.content.decode()
    assert response.status_code == 422
    assert "The lines add up to £35.50" in page
    assert f"{apart} apart" in page
    assert entered() == []


def test_a_cheque_is_split_three_ways(treasurer):
    Account.objects.create(code="4920", name="Books", kind="income")
    three = {
        "amount": "100",
        "payer": "Ann Lee",
        "purpose": "subscription",
        "part": "60",
        "purpose_2": "gift",
        "part_2": "30",
        "purpose_3": "other:4920",
    }

    treasurer.post("/desk/post/batch/", a_batch(three))

    allocations = Receipt.objects.get().allocations.all()
    parts = [(part.purpose, part.amount_minor, part.account and part.account.code) for part in allocations]
    assert parts == [("subscription", 6000, None), ("gift", 3000, None), ("other", 1000, "4920")]
    assert broken_laws() == []


def test_two_appeals_in_one_cheque(treasurer):
    on = samples.today()
    special = appeals.open_appeal(
        name="October fund",
        slug="october",
        opens_on=on - dt.timedelta(days=30),
        closes_on=on - dt.timedelta(days=7),
        target=samples.pounds(10),
        pitch="",
        now=samples.timezone.now(),
    )
    line = {"amount": "50", "payer": "Ann Lee", "part": "20", "purpose_2": f"gift:{special.slug}"}

    treasurer.post("/desk/post/batch/", a_batch(line))

    assert {gift.appeal.slug: gift.amount_minor for gift in Gift.objects.all()} == {"november": 2000, "october": 3000}


def test_a_twin_is_asked_about_and_entered_when_it_is_another(treasurer):
    treasurer.post("/desk/post/batch/", a_batch(ANN))

    asked = treasurer.post("/desk/post/batch/", a_batch({**ANN, "payer": "ann lee"}))
    treasurer.post("/desk/post/batch/", a_batch({**ANN, "payer": "ann lee", "is_another": "on"}))

    assert asked.status_code == 422
    assert "looks the same" in asked.content.decode()
    assert len(entered()) == 2


def test_a_known_giver_is_found_and_thanked_as_before(treasurer):
    samples.a_cheque(payer_name="Ann Lee", payer_email="ann@example.org", place="Leeds", thanks_as="name")
    known = Person.objects.get(email="ann@example.org")
    page = treasurer.get("/desk/post/batch/").content.decode()

    treasurer.post("/desk/post/batch/", a_batch({"amount": "5", "payer": f"Ann Lee (no. {known.pk})"}))

    assert f"Ann Lee (no. {known.pk})" in page
    gift = Gift.objects.order_by("-id").first()
    assert (gift.payer, gift.name, gift.thanks_as) == (known, "Ann Lee", "name")


@pytest.mark.parametrize("words", ["lee", "ANN@example.org", "leeds ann"])
def test_somebody_is_found_by_name_place_or_address(treasurer, words):
    Person.objects.create(name="Ann Lee", email="ann@example.org", place="Leeds", recorded_at=samples.timezone.now())

    page = treasurer.get("/desk/people/known/", {"q": words}).content.decode()
    answer = treasurer.get("/desk/people/known/", {"q": words, "as": "json"}).json()

    assert "Ann Lee, Leeds (no. " in page
    assert answer["known"][0]["value"].startswith("Ann Lee, Leeds (no. ")


def test_more_lines_keep_what_was_typed_and_enter_nothing(treasurer):
    response = treasurer.post("/desk/post/batch/", a_batch(ANN, more="1"))

    page = response.content.decode()
    assert response.status_code == 200
    assert 'name="line-19-amount"' in page
    assert 'value="Ann Lee"' in page
    assert entered() == []


def test_an_empty_batch_says_where_to_begin(treasurer):
    response = treasurer.post("/desk/post/batch/", a_batch())

    assert response.status_code == 422
    assert "begin with an amount" in response.content.decode()


def test_money_waits_for_a_purpose_and_is_given_one(treasurer):
    treasurer.post("/desk/post/batch/", a_batch({**ANN, "purpose": "unallocated"}))
    receipt = Receipt.objects.get()
    listed = treasurer.get("/desk/receipts/unallocated/").content.decode()

    form = treasurer.get(f"/desk/receipts/{receipt.pk}/correct/").context["form"]
    sent = {name: form.initial.get(name) or "" for name in form.fields}
    treasurer.post(f"/desk/receipts/{receipt.pk}/correct/", {**sent, "purpose_1": "gift", "reason": "She rang"})

    assert "£25.00" in listed
    assert balances.of(account=chart.UNALLOCATED, on=samples.today(), currency="GBP") == samples.pounds(0)
    assert Receipt.objects.get(corrects=receipt).allocations.get().purpose == "gift"
    assert broken_laws() == []
