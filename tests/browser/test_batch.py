"""A batch of cheques with the keyboard alone, and the same form where no script runs."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from pennypress.payments.models import Receipt
from pennypress.people import roles
from tests.desk import cast, samples

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(house, browser):
    """Opens the batch at the treasurer's desk, with or without script."""
    samples.a_society()
    samples.a_running_fund()
    key = cast.at_the_desk(roles.TREASURER).cookies[settings.SESSION_COOKIE_NAME].value

    def opened(**told):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **told)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": house}])
        page = context.new_page()
        page.goto(f"{house}/desk/post/batch/")
        return page

    return opened


def entered():
    return [
        (
            receipt.payer_name,
            receipt.reference,
            [(part.purpose, part.amount_minor) for part in receipt.allocations.all()],
        )
        for receipt in Receipt.objects.order_by("id")
    ]


def test_two_cheques_one_of_them_split_without_touching_the_mouse(desk):
    page = desk()
    keys = page.keyboard
    page.get_by_label("Total on the slip").fill("125")
    page.get_by_label("Amount, line 1", exact=True).focus()
    for typed in ("25", "Ann Lee"):
        keys.type(typed)
        keys.press("Tab")
    keys.type("100412")
    keys.press("Enter")
    for typed in ("100", "Bob Ray", "000123", "S"):
        keys.type(typed)
        keys.press("Tab")
    keys.type("60")
    keys.press("Tab")

    expect(page.locator("[data-added]")).to_have_text("£125.00")
    expect(page.locator("[data-apart]")).to_be_hidden()
    page.get_by_label("Purpose of the rest, line 2", exact=True).focus()
    keys.type("G")
    keys.press("Control+Enter")

    expect(page.get_by_text("2 pieces of post entered: £125.00.")).to_be_visible()
    assert entered() == [
        ("Ann Lee", "100412", [("gift", 2500)]),
        ("Bob Ray", "000123", [("subscription", 6000), ("gift", 4000)]),
    ]


def test_enter_on_the_last_line_opens_another(desk):
    page = desk()

    page.get_by_label("Amount, line 10").press("Enter")

    expect(page.get_by_label("Amount, line 11", exact=True)).to_be_focused()


def test_without_script_it_is_entered_all_the_same(desk):
    page = desk(java_script_enabled=False)
    page.locator("[name=line-0-amount]").fill("25")
    page.locator("[name=line-0-payer]").fill("Ann Lee")

    page.get_by_role("button", name="Enter them all").click()

    assert entered() == [("Ann Lee", "", [("gift", 2500)])]
