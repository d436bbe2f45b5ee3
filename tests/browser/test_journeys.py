"""What readers do, in a real browser: on a desk and on a phone, with JavaScript and without."""

import json
import re
import uuid

import pytest
from django.utils import timezone

from pennypress import laws
from pennypress.config import lawbook
from pennypress.giving.models import Gift, Pledge
from pennypress.ledger import balances, chart
from pennypress.letters.models import Letter
from pennypress.shares.models import Application

pytestmark = pytest.mark.browser


def _an_address():
    return f"{uuid.uuid4().hex[:12]}@example.org"


def _all_laws_hold():
    return [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds] == []


def _booked_as_gifts():
    return abs(balances.of(account=chart.GIFTS, on=timezone.localdate(), currency="GBP").minor)


def _answered(visit):
    answer = json.loads(visit.page.request.get(visit.paper.url + "/appeal.json").text())
    return answer["raised_minor"], answer["needed_minor"]


def _page_says(visit, words):
    assert words in visit.page.locator("main").inner_text()


def test_a_gift_moves_the_meter_on_every_surface_and_a_replay_moves_nothing(reader, post_arrives):
    reader.open("/give/")
    raised, needed = reader.meter()
    booked = _booked_as_gifts()
    reader.choose("£25")
    reader.fill("Your e-mail address", _an_address())
    reader.press("Go on to payment")
    reader.pay()

    _page_says(reader, "not yet had word")
    assert reader.meter() == (raised, needed)
    post_arrives()
    post_arrives(again=True)
    reader.page.get_by_role("link", name="Look again").click()

    _page_says(reader, "has arrived")
    assert reader.meter() == _answered(reader) == (raised + 2_500, needed - 2_500)
    assert _booked_as_gifts() == booked + 2_500
    reader.open("/")
    assert reader.meter() == (raised + 2_500, needed - 2_500)
    assert _all_laws_hold()


def test_an_amount_we_cannot_take_is_said_beside_the_field_and_nothing_is_lost(reader):
    before = Gift.objects.count()
    address = _an_address()
    reader.open("/give/")
    reader.fill("Or another amount", "€25")
    reader.fill("Your e-mail address", address)

    # A refused form is answered 422, which the console notes as a failed load of the page itself.
    reader.press("Go on to payment")

    assert "in pounds" in reader.page.locator("#id_own_error").inner_text()
    assert reader.page.get_by_label("Your e-mail address").input_value() == address
    assert Gift.objects.count() == before
    reader.troubles[:] = [said for said in reader.troubles if "422" not in said]


def test_a_declined_card_is_told_and_another_try_is_offered_with_what_was_typed(visitor, post_arrives):
    address = _an_address()
    visitor.open("/give/?amount=10")
    visitor.fill("Your e-mail address", address)
    visitor.press("Go on to payment")
    visitor.pay("0000 0002")
    post_arrives()

    visitor.open(f"/give/{Gift.objects.get(email=address).public_id}/thanks/")

    _page_says(visitor, "Nothing has been taken")
    assert visitor.page.get_by_label("Your e-mail address").input_value() == address


def test_a_supporter_begins_changes_and_ends(reader, post_arrives):
    address = _an_address()
    reader.open("/support/")
    reader.choose("£5")
    reader.fill("Your e-mail address", address)
    reader.press("Go on to payment")
    reader.pay()
    post_arrives()
    letter = Letter.objects.get(kind="pledge-begun", to_email=address)

    reader.open(re.search(r"/support/[^/\s]+/[^/\s]+/", letter.text).group())
    reader.fill("Amount", "7.50")
    reader.press("Change it")
    _page_says(reader, "£7.50")
    reader.press("End my support")

    _page_says(reader, "It has ended")
    assert Pledge.objects.get(email=address).state == "cancelled"
    assert _all_laws_hold()


def test_a_reader_applies_for_shares(reader, post_arrives):
    address = _an_address()
    reader.open("/join/")
    _page_says(reader, "One member, one vote")
    reader.fill("How many shares?", "50")
    reader.press("Continue")
    reader.fill("Full name", "Nell Ashby")
    reader.fill("Postal address", "2 Mill Lane\nPort Ellery")
    reader.fill("Postcode", "PE1 3CD")
    reader.fill("Date of birth", "1975-03-09")
    reader.fill("E-mail address", address)
    reader.press("Continue")
    _page_says(reader, "You could lose all of this money")
    reader.page.get_by_label("I have read the rules").check()
    reader.page.get_by_label("I have read what I risk").check()
    reader.press("Continue")
    _page_says(reader, "£50.00")
    reader.press("Apply and pay")
    reader.pay()
    post_arrives()

    reader.page.reload()

    _page_says(reader, "Your application and your money have arrived")
    assert Application.objects.get(email=address).state == "paid"
    assert _all_laws_hold()


def test_an_owner_comes_in_with_a_code_and_sees_what_they_own(reader):
    address = reader.paper.owner.person.email
    reader.open("/account/")
    reader.page.get_by_label("Your e-mail address").fill(address)
    reader.press("Send me a code")
    code = re.search(r"^\s{4}(\S+)$", Letter.objects.filter(kind="login-code").first().text, re.M).group(1)
    reader.page.get_by_label("Code").fill(code)
    reader.press("Log in")

    _page_says(reader, "1,250")
    reader.page.get_by_role("link", name="Log out").click()
    reader.press("Log out")
    assert "Log in" in reader.open("/account/").text()


def test_typing_ones_own_amount_lets_go_of_the_suggested_one(visitor):
    visitor.open("/give/")

    visitor.fill("Or another amount", "40")
    let_go = visitor.page.locator('input[name="tile"]:checked').count()
    visitor.choose("£10")

    assert let_go == 0
    assert visitor.page.get_by_label("Or another amount").input_value() == ""


def test_the_keyboard_alone_gives(visitor):
    visitor.open("/give/")
    visitor.page.get_by_label("Your e-mail address").focus()
    visitor.page.keyboard.type(_an_address())

    visitor.page.keyboard.press("Enter")

    visitor.page.wait_for_url("**/sandbox/pay/**")
