"""Today's post over HTTP: a cheque is entered whole, once, or not at all."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from pennypress import laws
from pennypress.config import lawbook
from pennypress.giving import meter
from pennypress.giving.models import Gift
from pennypress.ledger import balances, chart
from pennypress.ledger.models import Entry
from pennypress.payments.models import Receipt
from pennypress.people import roles
from pennypress.shares.models import Application, ApplicationState
from pennypress.subscriptions.models import Subscription
from tests.desk import cast, samples


@pytest.fixture
def a_paper(db):
    samples.a_society()
    samples.a_running_fund()


@pytest.fixture
def treasurer(a_paper):
    return cast.at_the_desk(roles.TREASURER)


def ann_lees_cheque(**told):
    """£100, as a cheque that divides into £60, £30 and £10, with a signed application."""
    return {
        "key": str(uuid.uuid4()),
        "method": "cheque",
        "amount": "£100",
        "received_on": samples.today().isoformat(),
        "reference": "100412",
        "payer_name": "Ann Lee",
        "payer_email": "ann@example.org",
        "place": "Leeds",
        "thanks_as": "name",
        "gift": "30",
        "subscription": "60.00",
        "shares": "£10",
        "other": "",
        "application": "",
        "kind": "individual",
        "address": "9 Mill Lane\nLeeds",
        "postcode": "ls1 4ab",
        "born_on": "1971-03-02",
        "accepts_rules": "on",
        "has_read_risk": "on",
        **told,
    }


def raised():
    return meter.read(now=timezone.now()).raised


def broken_laws():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]


def nothing_written():
    written = (Receipt, Gift, Application, Entry)
    return not any(model.objects.exists() for model in written)


def words(response):
    return [str(message) for message in response.context["messages"]]


def test_a_cheque_is_entered_with_all_its_parts(treasurer):
    before = raised()

    response = treasurer.post("/desk/post/", ann_lees_cheque(), follow=True)

    assert words(response) == [
        "£100.00 from Ann Lee entered: £60.00 subscription, £30.00 gift, £10.00 shares",
    ]
    assert raised() - before == samples.pounds(30)
    on = samples.today()
    assert balances.of(account=chart.IN_HAND, on=on, currency="GBP") == samples.pounds(100)
    assert balances.of(account=chart.SUBSCRIPTIONS, on=on, currency="GBP") == samples.pounds(-60)
    application = Application.objects.get()
    assert (application.state, application.shares) == (ApplicationState.PAID, 10)
    assert broken_laws() == []


def test_the_next_form_is_empty_and_keeps_the_day_and_the_method(treasurer):
    response = treasurer.post("/desk/post/", ann_lees_cheque(method="cash"), follow=True)

    form = response.context["form"]
    assert form["payer_name"].value() is None
    assert form["method"].value() == "cash"
    assert form["received_on"].value() == samples.today()


def test_the_same_form_sent_twice_is_entered_once(treasurer):
    form = ann_lees_cheque()
    treasurer.post("/desk/post/", form)

    treasurer.post("/desk/post/", form)

    assert Receipt.objects.count() == 1
    assert raised() == samples.pounds(30)


def test_two_equal_cheques_on_two_forms_are_two(treasurer):
    treasurer.post("/desk/post/", ann_lees_cheque(shares="", gift="40"))

    treasurer.post("/desk/post/", ann_lees_cheque(shares="", gift="40"))

    assert Receipt.objects.count() == 2


@pytest.mark.parametrize(
    ("gift", "says"),
    [
        ("20", "The parts add up to £90.00 and the receipt is £100.00: £10.00 has no purpose yet."),
        ("30.01", "The parts add up to £100.01 and the receipt is £100.00: £0.01 too much."),
    ],
)
def test_parts_that_miss_the_whole_are_refused_with_both_sums(treasurer, gift, says):
    response = treasurer.post("/desk/post/", ann_lees_cheque(gift=gift))

    page = response.content.decode()
    assert response.status_code == 422
    assert says in page
    assert 'value="Ann Lee"' in page
    assert f'value="{gift}"' in page
    assert nothing_written()


@pytest.mark.parametrize("amount", ["0", "-5", "0.001", "1e9", "NaN", "€100", "a hundred", ""])
def test_an_amount_that_cannot_be_is_refused_beside_its_field(treasurer, amount):
    response = treasurer.post("/desk/post/", ann_lees_cheque(amount=amount))

    assert response.status_code == 422
    assert response.context["form"].errors["amount"]
    assert f'value="{amount}"' in response.content.decode() or not amount
    assert nothing_written()


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"received_on": "2999-01-01"}, "received_on"),
        ({"received_on": "30 February"}, "received_on"),
        ({"payer_email": "not an address"}, "payer_email"),
        ({"method": "direct_debit"}, "method"),
        ({"accepts_rules": ""}, "accepts_rules"),
        ({"payer_name": ""}, "payer_name"),
        ({"application": "999999"}, "application"),
    ],
)
def test_anything_else_that_cannot_be_is_refused_and_nothing_is_lost(treasurer, told, field):
    response = treasurer.post("/desk/post/", ann_lees_cheque(**told))

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert 'value="100412"' in response.content.decode()
    assert nothing_written()


def test_shares_over_the_limit_are_refused_with_the_rule_named(treasurer):
    form = ann_lees_cheque(amount="20,001", gift="", subscription="", shares="20,001")

    response = treasurer.post("/desk/post/", form)

    assert response.status_code == 422
    assert "Rule 7" in response.content.decode()
    assert nothing_written()


def test_a_cheque_may_pay_an_application_that_waits_for_it(treasurer):
    waiting = samples.an_application(name="Ann Lee", shares=10)

    treasurer.post("/desk/post/", ann_lees_cheque(application=str(waiting.pk), accepts_rules="", has_read_risk=""))

    waiting.refresh_from_db()
    assert waiting.state == ApplicationState.PAID
    assert Application.objects.count() == 1
    assert broken_laws() == []


def test_money_for_a_subscription_buys_the_product_chosen(treasurer):
    product = samples.a_product()

    treasurer.post("/desk/post/", ann_lees_cheque(product=str(product.pk)))

    assert Subscription.objects.get().product == product
    assert [str(one.purpose) for one in Receipt.objects.get().allocations.all()].count("subscription") == 1


def test_a_product_without_money_for_it_is_refused_and_stays_chosen(treasurer):
    product = samples.a_product()
    typed = ann_lees_cheque(product=str(product.pk), gift="90", subscription="")

    answer = treasurer.post("/desk/post/", typed)

    assert answer.status_code == 422
    assert "Say how much of it is for the subscription." in answer.content.decode()
    assert f'value="{product.pk}" selected' in answer.content.decode()
    assert not Receipt.objects.exists()


def test_a_bounced_cheque_is_taken_back_whole(treasurer):
    receipt = samples.a_cheque()
    before = raised()

    treasurer.post(
        f"/desk/receipts/{receipt.pk}/take-back/",
        {"kind": "bounced", "on": samples.today().isoformat(), "reason": "Refer to drawer"},
    )

    assert before - raised() == samples.pounds(25)
    assert balances.of(account=chart.IN_HAND, on=samples.today(), currency="GBP") == samples.pounds(0)
    assert broken_laws() == []


def test_a_reversal_without_a_reason_is_refused(treasurer):
    receipt = samples.a_cheque()

    response = treasurer.post(f"/desk/receipts/{receipt.pk}/take-back/", {"kind": "bounced", "reason": ""})

    assert response.status_code == 422
    assert raised() == samples.pounds(25)


def test_a_cheque_taken_to_the_bank_leaves_the_hand(treasurer):
    receipt = samples.a_cheque()

    treasurer.post(f"/desk/receipts/{receipt.pk}/bank/", {"on": samples.today().isoformat()})

    assert balances.of(account=chart.BANK, on=samples.today(), currency="GBP") == samples.pounds(25)
    assert broken_laws() == []


def test_two_requests_with_one_form_at_the_same_moment_enter_it_once(committed):
    """Both are on their way when neither has been answered: the database lets one of them enter."""
    samples.a_society()
    samples.a_running_fund()
    form = ann_lees_cheque()
    client = cast.at_the_desk(roles.TREASURER)

    answers = at_once(lambda: client.post("/desk/post/", form).status_code)

    assert answers == [302, 302]
    assert Receipt.objects.count() == 1
    assert broken_laws() == []


def test_the_control_two_forms_at_the_same_moment_are_two(committed):
    samples.a_society()
    samples.a_running_fund()
    client = cast.at_the_desk(roles.TREASURER)

    answers = at_once(lambda: client.post("/desk/post/", ann_lees_cheque(shares="", gift="40")).status_code)

    assert answers == [302, 302]
    assert Receipt.objects.count() == 2


def at_once(send):
    """What two threads are answered that begin together."""
    barrier = threading.Barrier(2)

    def one(_number):
        barrier.wait(timeout=10)
        try:
            return send()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(one, range(2)))
