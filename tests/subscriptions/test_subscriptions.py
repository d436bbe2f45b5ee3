"""What a subscription buys: days that follow on, and end with their money."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from pennypress.laws import run
from pennypress.payments.models import Purpose, Receipt
from pennypress.payments.parts import Part
from pennypress.people import persons
from pennypress.settlement import asking, by_hand, correcting, settle
from pennypress.settlement.came import Came
from pennypress.subscriptions import entitlement, laws, ordering, products, subscribing
from pennypress.subscriptions.models import Subscription, SubscriptionOrder
from pennypress.subscriptions.products import CannotOffer
from tests import builders
from tests.builders import NOW, TODAY, pounds

pytestmark = pytest.mark.django_db
A_YEAR_ON = dt.date(2027, 11, 7)


def a_product(name="The paper by post", *, price=60, months=12, includes_epaper=True):
    return products.offer(
        name=name,
        price=pounds(price),
        months=months,
        includes_epaper=includes_epaper,
        active_from=dt.date(2026, 1, 1),
    )


def money(product, *, amount=60, name="Ada Reed", email="ada@example.org", on=TODAY, **told):
    """A cheque for a subscription, and a gift of £40 beside it."""
    whole = pounds(amount + 40)
    return by_hand.received(
        came=Came(
            method="cheque",
            amount=whole,
            parts=[Part(Purpose.SUBSCRIPTION, pounds(amount)), Part(Purpose.GIFT, pounds(40))],
            payer_name=name,
            payer_email=email,
            place="Leeds",
            thanks_as="not",
            reference="",
            received_on=on,
            product=product,
            **told,
        ),
        recorded_by=None,
        now=NOW,
    )


def ada():
    return persons.by_email("ada@example.org")


def test_money_for_a_product_gives_its_days():
    money(a_product())

    bought = Subscription.objects.get()
    assert (bought.starts_on, bought.ends_on, bought.person) == (TODAY, A_YEAR_ON, ada())


@pytest.mark.parametrize(
    ("on", "answer"),
    [
        (TODAY - dt.timedelta(days=1), False),
        (TODAY, True),
        (A_YEAR_ON - dt.timedelta(days=1), True),
        (A_YEAR_ON, False),
    ],
)
def test_a_subscriber_is_entitled_on_its_days_and_no_others(on, answer):
    money(a_product())

    assert entitlement.entitled(ada(), on) is answer


def test_a_product_without_the_epaper_entitles_to_none():
    money(a_product(includes_epaper=False))

    assert not entitlement.entitled(ada(), TODAY)


def test_a_renewal_follows_on_without_a_gap_and_without_overlap():
    product = a_product()
    money(product)
    money(product, on=dt.date(2027, 10, 1))

    first, renewal = Subscription.objects.order_by("id")
    assert renewal.starts_on == first.ends_on
    assert renewal.ends_on == dt.date(2028, 11, 7)


def test_a_renewal_after_the_end_begins_on_its_day():
    product = a_product()
    money(product)
    money(product, on=dt.date(2028, 1, 31))

    assert Subscription.objects.order_by("id").last().starts_on == dt.date(2028, 1, 31)


def test_paid_twice_over_it_lasts_twice_as_long():
    money(a_product(), amount=120)

    assert Subscription.objects.get().ends_on == dt.date(2028, 11, 7)


@pytest.mark.parametrize("amount", [59, 61, 30, 90])
def test_an_amount_that_is_not_the_price_is_refused_with_nothing_written(amount):
    product = a_product()

    with pytest.raises(by_hand.CannotSettle, match=r"costs £60\.00"):
        money(product, amount=amount)

    assert not Receipt.objects.exists()
    assert not Subscription.objects.exists()


def test_a_product_that_is_withdrawn_is_not_sold_and_what_was_bought_stands():
    product = a_product()
    money(product)
    products.withdraw(product=product, on=TODAY + dt.timedelta(days=1))

    with pytest.raises(by_hand.CannotSettle, match="not offered"):
        money(product, on=TODAY + dt.timedelta(days=1))

    assert entitlement.entitled(ada(), TODAY + dt.timedelta(days=30))
    assert Receipt.objects.count() == 1


def test_a_subscription_for_somebody_else_is_theirs():
    friend = builders.a_person("Bea Hall")

    money(a_product(), subscriber=friend)

    assert entitlement.entitled(friend, TODAY)
    assert not entitlement.entitled(ada(), TODAY)


def test_a_subscriber_without_an_address_is_known_by_name():
    receipt = money(a_product(), email="", name="Cal Ives")

    assert Subscription.objects.get().person.name == "Cal Ives"
    assert receipt.payer == Subscription.objects.get().person


def test_a_subscription_of_nobody_is_refused():
    with pytest.raises(by_hand.CannotSettle, match="name of its subscriber"):
        money(a_product(), email="", name="")

    assert not Receipt.objects.exists()


def test_a_cheque_that_comes_back_ends_it():
    receipt = money(a_product())
    later = TODAY + dt.timedelta(days=9)

    by_hand.taken_back(receipt=receipt, kind="bounced", on=later, reason="Returned", now=NOW)

    assert entitlement.entitled(ada(), later - dt.timedelta(days=1))
    assert not entitlement.entitled(ada(), later)


def test_a_renewal_whose_money_goes_back_before_it_begins_never_was():
    product = a_product()
    money(product)
    renewal = money(product, on=dt.date(2027, 10, 1))

    by_hand.taken_back(receipt=renewal, kind="bounced", on=dt.date(2027, 10, 9), reason="Returned", now=NOW)

    assert not entitlement.entitled(ada(), A_YEAR_ON)
    assert entitlement.entitled(ada(), dt.date(2027, 10, 20))


def test_persons_merged_are_one_subscriber():
    friend = builders.a_person("Ada Read", email="a.read@example.org")
    money(a_product())

    persons.merge(duplicate=ada(), into=friend, now=NOW, by=None)

    assert entitlement.entitled(friend, TODAY)


def test_an_order_paid_through_a_provider_begins_when_its_money_comes():
    ordered = ordering.order(
        product=a_product(), name="Ada Reed", email="ada@example.org", return_path="/", now=NOW, on=TODAY
    )
    assert not Subscription.objects.exists()

    builders.paid(ordered.order.payment)
    asking.ask(provider="sandbox", provider_ref=ordered.order.payment.provider_ref, on=TODAY, now=NOW)

    assert entitlement.entitled(ada(), TODAY)
    assert Subscription.objects.count() == 1


def test_a_dispute_ends_it_and_its_winning_gives_the_rest_of_the_days():
    ordered = ordering.order(
        product=a_product(), name="Ada Reed", email="ada@example.org", return_path="/", now=NOW, on=TODAY
    )
    payment = builders.paid(ordered.order.payment)
    facts = {"payment_id": payment.pk, "amount": pounds(60), "reason": "", "now": NOW}
    disputed_on, won_on = TODAY + dt.timedelta(days=10), TODAY + dt.timedelta(days=40)

    settle.taken_back(kind="dispute", key="d1", on=disputed_on, **facts)
    settle.taken_back(kind="reinstatement", key="d2", on=won_on, **facts)

    assert not entitlement.entitled(ada(), TODAY + dt.timedelta(days=20))
    assert entitlement.entitled(ada(), won_on)
    assert entitlement.entitled(ada(), A_YEAR_ON + dt.timedelta(days=29))
    assert not entitlement.entitled(ada(), A_YEAR_ON + dt.timedelta(days=30))
    assert all(finding.holds for finding in run(laws.LAWS))


def test_an_order_sent_twice_is_one_order():
    product = a_product()
    facts = {"product": product, "name": "Ada Reed", "email": "ada@example.org", "return_path": "/", "now": NOW}
    first = ordering.order(on=TODAY, public_id=SubscriptionOrder().public_id, **facts)

    again = ordering.order(on=TODAY, public_id=first.order.public_id, **facts)

    assert again.order == first.order
    assert SubscriptionOrder.objects.count() == 1


def test_money_for_a_subscription_without_a_product_is_booked_all_the_same():
    money(None)

    assert Receipt.objects.count() == 1
    assert not Subscription.objects.exists()


def test_a_product_needs_money_for_a_subscription():
    with pytest.raises(by_hand.CannotSettle, match="bought by a part"):
        by_hand.received(
            came=Came(
                method="cheque",
                amount=pounds(60),
                parts=[Part(Purpose.GIFT, pounds(60))],
                payer_name="Ada Reed",
                payer_email="",
                place="",
                thanks_as="not",
                reference="",
                received_on=TODAY,
                product=a_product(),
            ),
            recorded_by=None,
            now=NOW,
        )


@pytest.mark.parametrize(
    "wrong", [{"price": 0}, {"months": 0}, {"months": 121}, {"name": " "}, {"name": "THE PAPER by post"}]
)
def test_a_product_that_cannot_be_offered_is_refused(wrong):
    a_product()

    with pytest.raises(CannotOffer):
        a_product(**{"name": "Another", **wrong})


def test_the_database_refuses_the_same_days_twice():
    product = a_product()
    money(product)
    standing = Subscription.objects.get()

    with pytest.raises(IntegrityError, match="runs on days of another"), transaction.atomic():
        Subscription.objects.create(
            allocation=money(None).allocations.get(purpose="subscription"),
            product=product,
            person=standing.person,
            starts_on=TODAY,
            ends_on=A_YEAR_ON,
            begun_at=NOW,
        )


@pytest.mark.parametrize("change", [{"price_minor": 1}, {"months": 1}, {"name": "Other"}, {"includes_epaper": False}])
def test_what_a_product_is_does_not_change(change):
    product = a_product()

    with pytest.raises(IntegrityError, match=r"kept|lets only"), transaction.atomic():
        type(product).objects.update(**change)


def test_the_laws_hold():
    product = a_product()
    money(product)
    money(product, on=dt.date(2027, 10, 1))

    assert all(finding.holds for finding in run(laws.LAWS))


def test_begin_twice_gives_what_stands():
    product = a_product()
    receipt = money(product)
    allocation = receipt.allocations.get(purpose="subscription")

    again = subscribing.begin(allocation=allocation, product=product, person=ada(), on=TODAY, now=NOW)

    assert again == Subscription.objects.get()


def test_a_receipt_entered_anew_keeps_the_days_it_bought():
    receipt = money(a_product())

    correcting.correct(
        receipt=receipt,
        anew=replace(correcting.as_entered(receipt), place="Hull"),
        reason="Wrong place",
        by=None,
        now=NOW,
    )

    running = entitlement.running(TODAY).get()
    assert (running.starts_on, running.ends_on, running.person) == (TODAY, A_YEAR_ON, ada())
