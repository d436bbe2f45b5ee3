"""Subscriptions at the desk: a product is offered and withdrawn, and a day says who has what."""

import pytest

from pennypress.payments.models import Purpose
from pennypress.payments.parts import Part
from pennypress.people import roles
from pennypress.subscriptions import products
from pennypress.subscriptions.models import Product
from tests.desk import cast, samples

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_paper():
    samples.a_society()
    samples.a_running_fund()


def typed(**changed):
    facts = {"name": "E-paper", "price": "£60", "months": "12", "active_from": "2026-01-01", "includes_epaper": "on"}
    return {**facts, **changed}


def test_a_product_is_offered_and_withdrawn():
    desk = cast.at_the_desk(roles.TREASURER)

    desk.post("/desk/subscriptions/", typed())
    offered = products.offered(samples.today()).get()
    desk.post(f"/desk/subscriptions/{offered.pk}/withdraw/")

    assert offered.price == samples.pounds(60)
    assert not products.offered(samples.today()).exists()


@pytest.mark.parametrize("wrong", [{"price": "0"}, {"price": "sixty"}, {"months": "0"}, {"name": " "}])
def test_a_product_that_cannot_be_is_refused_and_what_was_typed_is_kept(wrong):
    answer = cast.at_the_desk(roles.TREASURER).post("/desk/subscriptions/", typed(**wrong))

    assert answer.status_code == 422
    assert 'value="2026-01-01"' in answer.content.decode()
    assert not Product.objects.exists()


def test_a_day_says_who_has_what():
    product = products.offer(
        name="E-paper", price=samples.pounds(60), months=12, includes_epaper=True, active_from=samples.today()
    )
    samples.a_cheque(
        amount=samples.pounds(60),
        parts=[Part(Purpose.SUBSCRIPTION, samples.pounds(60))],
        payer_name="Nora Quill",
        product=product,
    )
    desk = cast.at_the_desk(roles.TREASURER)

    today = desk.get("/desk/subscriptions/")
    before = desk.get("/desk/subscriptions/?on=2020-01-01")

    assert "Nora Quill" in today.content.decode()
    assert today.context["readers"] == 1
    assert "Nora Quill" not in before.content.decode()
