"""Whole journeys over HTTP, from the form to the letter, each ending with every law of the books."""

import html
import json
import re

import pytest
from django.db import connection
from django.utils import timezone

from pennypress import laws
from pennypress.config import lawbook
from pennypress.giving.models import Gift, Pledge
from pennypress.ledger import balances, chart
from pennypress.letters.models import Letter
from pennypress.payments.models import Receipt
from pennypress.payments.providers import sandbox_webhooks
from pennypress.payments.sandbox_tables import SandboxEvent
from pennypress.people.models import User
from pennypress.shares import certificates, register
from pennypress.shares.models import Application, Member
from tests import builders
from tests.reader.sending import sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_paper(settings, time_machine_at):
    time_machine_at(builders.NOW)
    settings.PAYMENT_PROVIDERS = ["sandbox"]
    builders.an_offer()
    builders.an_appeal()
    builders.a_received_gift(amount=builders.pounds(3_821), name="Many readers")


@pytest.fixture(autouse=True)
def all_laws_hold_at_the_end():
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds] == []


def _local(url):
    return "/" + url.split("://")[-1].split("/", 1)[1]


def _pay(client, url, card="succeeds"):
    """Pays on the sandbox's page and gives the page the reader is led back to."""
    return client.post(_local(url), {"card": card}, follow=True)


def _deliver(client):
    """Delivers every webhook there is, over HTTP, again and again as a provider may."""
    for event in SandboxEvent.objects.all():
        body = event.body.encode()
        signature = sandbox_webhooks.sign(body, at=timezone.now())
        headers = {sandbox_webhooks.HEADER: signature}
        told = client.post("/gateway/sandbox/events", body, content_type="application/json", headers=headers)
        assert told.status_code == 200


def _meter(client):
    answer = json.loads(client.get("/appeal.json").content)
    strip = client.get("/fragments/appeal/").content.decode()
    assert f'data-raised-minor="{answer["raised_minor"]}"' in strip
    return answer["raised_minor"], answer["needed_minor"]


def _gift(**changed):
    typed = {"tile": "25", "often": "once", "name": "Ada Reed", "email": "ada@example.org", "thanks_as": "name"}
    return {**typed, **changed}


def test_a_gift_moves_the_meter_once_its_money_is_confirmed_and_only_once(client):
    paying = sent(client, "/give/", _gift())

    pending = _pay(client, paying["Location"])
    raised_before_word = _meter(client)
    _deliver(client)
    _deliver(client)
    confirmed = client.get(pending.request["PATH_INFO"])

    assert "not yet had word" in pending.content.decode()
    assert raised_before_word == (382_100, 1_417_900)
    assert "has arrived" in confirmed.content.decode()
    assert _meter(client) == (384_600, 1_415_400)
    assert abs(balances.of(account=chart.GIFTS, on=builders.TODAY, currency="GBP").minor) == 384_600
    assert [letter.kind for letter in Letter.objects.all()] == ["gift-receipt"]


def test_a_declined_card_is_told_as_it_is_and_may_be_tried_again_with_what_was_typed(client):
    paying = sent(client, "/give/", _gift(message="Keep at it"))
    client.post(_local(paying["Location"]), {"card": "declined"})
    _deliver(client)

    told = client.get(f"/give/{Gift.objects.get(email='ada@example.org').public_id}/thanks/").content.decode()

    assert "Nothing has been taken" in told
    assert 'value="ada@example.org"' in told
    assert "Keep at it" in told
    assert _meter(client) == (382_100, 1_417_900)
    assert not Letter.objects.exists()


def test_a_supporter_begins_changes_and_ends_by_the_link_in_the_letter(client):
    typed = {"tile": "10", "name": "Ada Reed", "email": "ada@example.org", "thanks_as": "initials"}
    paying = sent(client, "/support/", typed)
    thanks = _pay(client, paying["Location"])
    _deliver(client)

    begun = client.get(thanks.request["PATH_INFO"]).content.decode()
    letter = Letter.objects.get(kind="pledge-begun")
    link = re.search(r"/support/[^/\s]+/[^/\s]+/", letter.text).group()
    client.get(link)
    unchanged = Pledge.objects.get()
    client.force_login(User.objects.get(email="ada@example.org"))
    account = client.get("/account/").content.decode()
    client.logout()
    client.post(link, {"action": "change", "amount": "12"})
    client.post(link, {"action": "cancel"})

    ended = Pledge.objects.get()
    assert "You now support the paper" in begun
    assert "£10.00" in account
    assert (unchanged.state, unchanged.amount_minor) == ("active", 1_000)
    assert (ended.state, ended.amount_minor, ended.next_on) == ("cancelled", 1_200, None)
    assert _meter(client)[0] == 383_100


def test_an_applicant_pays_is_allotted_and_finds_the_certificate_in_the_account(client):
    thanks = _apply(client)
    _deliver(client)
    waiting = client.get(thanks.request["PATH_INFO"]).content.decode()

    register.allot(application=Application.objects.get(), on=builders.TODAY, now=builders.NOW, by=None)
    client.force_login(User.objects.get(email="rosa.field@example.org"))
    account = client.get("/account/").content.decode()
    certificate = certificates.current(Member.objects.get())

    assert "Your application and your money have arrived" in waiting
    assert Receipt.objects.filter(payer_name="Rosa Field").count() == 1
    assert register.holding(member=Member.objects.get(), on=builders.TODAY) == 50
    assert f"/account/certificate/{certificate.number}.pdf" in account
    assert "This certificate is good" in client.get(f"/certificates/{certificate.code}/").content.decode()
    assert {letter.kind for letter in Letter.objects.all()} == {"share-application-received", "certificate"}


def _apply(client):
    page = client.get("/join/")
    for typed in (
        {"kind": "individual", "shares": "50"},
        {**{name: str(value) for name, value in builders.particulars().items()}, "notices_by_email": "on"},
        {"accepts_rules": "on", "has_read_risk": "on"},
        {},
    ):
        hidden = {name: _hidden(page, name) for name in ("answers", "step")}
        page = client.post("/join/", {**typed, **hidden})
    return _pay(client, page["Location"])


def _hidden(page, name):
    return html.unescape(re.search(rf'name="{name}" value="([^"]+)"', page.content.decode()).group(1))
