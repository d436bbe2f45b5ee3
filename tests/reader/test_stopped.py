"""While the database cannot be asked: giving is closed for the moment, says so, and loses nothing that was typed."""

import contextlib
import html
import re

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from pennypress.delivery import remembered
from pennypress.giving.models import Gift, Pledge
from pennypress.newsroom import context
from pennypress.payments.models import Payment
from pennypress.reader import forms, stopped
from pennypress.shares.models import Application
from tests import builders
from tests.reader.test_join import PARTICULARS, RULES, SHARES, Journey

pytestmark = pytest.mark.django_db
GIFT = {
    "tile": "50", "own": "12.34", "often": "monthly", "name": "Ada Reed", "email": "ada@example.org", "place": "Port Ellery",
    "thanks_as": "place", "message": "For the <strikers>",
    "for_name": "Bo", "for_email": "bo@example.org", "for_on": "2026-12-24",
}  # fmt: skip
PLEDGE = {name: GIFT[name] for name in ("tile", "own", "name", "email", "place", "thanks_as", "for_name", "for_email")}
PLEDGE |= {"tile": "20", "often": "3"}


@pytest.fixture(autouse=True)
def a_paper_that_gives(settings):
    settings.PAYMENT_PROVIDERS = ["sandbox"]
    remembered.forget()
    context.forget()
    builders.an_offer()
    today = timezone.localdate()
    builders.an_appeal(opens_on=today, closes_on=today)


@pytest.fixture
def reader():
    """One that shows what a browser is answered, and not the error behind it."""
    return Client(raise_request_exception=False)


@contextlib.contextmanager
def a_database_stopped():
    def refuse(*_asked):
        raise OperationalError("connection refused")

    with connection.execute_wrapper(refuse):
        context.forget()
        yield
    context.forget()


def written():
    return [kind.objects.count() for kind in (Gift, Pledge, Application, Payment)]


def fields(page):
    """What a browser would send of a page's form, as it stands."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if attributes.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        found[attributes.get("name")] = attributes.get("value", "on" if attributes.get("type") == "checkbox" else "")
    for name, value in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL):
        found[name] = html.unescape(value)
    return found


@pytest.mark.parametrize("path", ["/give/", "/support/", "/join/"])
def test_a_page_to_give_says_that_it_is_closed_and_when_to_come_again(reader, path):
    reader.get("/give/")

    with a_database_stopped():
        answer = reader.get(path)

    page = answer.content.decode()
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) == stopped.RETRY_SECONDS
    assert "closed for the moment" in page
    assert answer["Cache-Control"] == "private, no-store"
    assert builders.a_society().registered_name in page
    assert "esi:include" not in page


@pytest.mark.parametrize(("path", "typed"), [("/give/", GIFT), ("/support/", PLEDGE)])
def test_what_was_typed_comes_back_and_can_be_sent_again(reader, path, typed):
    sent = {**typed, "page_view": forms.drawn()}
    before = written()
    with a_database_stopped():
        refused = reader.post(path, sent)

    again = fields(refused.content.decode())

    assert refused.status_code == 503
    assert "Retry-After" in refused
    assert written() == before
    assert {name: again.get(name) for name in sent} == sent
    assert reader.post(path, again).status_code == 302


def test_what_there_is_to_choose_is_kept_though_nobody_knows_it(reader):
    with a_database_stopped():
        refused = reader.post("/give/", {**GIFT, "appeal": "the-roof", "page_view": forms.drawn()})

    assert fields(refused.content.decode())["appeal"] == "the-roof"


def test_sent_again_it_is_still_one_intent(reader):
    sent = {**GIFT, "often": "once", "page_view": forms.drawn()}
    with a_database_stopped():
        refused = reader.post("/give/", sent)
    again = fields(refused.content.decode())

    reader.post("/give/", again)
    reader.post("/give/", again)

    assert Gift.objects.count() == 1


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_an_application_goes_on_from_the_step_that_was_sent(reader, step):
    journey = Journey(reader)
    answers = [SHARES, PARTICULARS, RULES, {}]
    for typed in answers[: step - 1]:
        journey.send(typed)

    with a_database_stopped():
        refused = journey.send(answers[step - 1])
    again = fields(refused.content.decode())
    gone_on = reader.post("/join/", again)

    assert refused.status_code == 503
    assert {name: again.get(name) for name in answers[step - 1]} == answers[step - 1]
    assert gone_on.status_code == (302 if step == 4 else 200)
    assert f'name="step" value="{step + 1}"' in gone_on.content.decode() or step == 4


def test_it_is_remembered_by_the_next_process_as_well(reader):
    reader.get("/give/")
    remembered.forget()

    with a_database_stopped():
        page = reader.get("/give/?amount=50&monthly").content.decode()

    assert fields(page)["tile"] == "50"
    assert fields(page)["often"] == "monthly"
    assert builders.a_society().registered_office.splitlines()[0] in page


def test_a_paper_that_was_never_read_can_say_it_too(reader):
    with a_database_stopped():
        remembered.forget()
        answer = reader.get("/give/")

    assert answer.status_code == 503


def test_a_page_that_breaks_keeps_what_was_typed_as_well(reader, monkeypatch):
    monkeypatch.setattr("pennypress.giving.offering.begin", lambda **_facts: 1 / 0)

    broken = reader.post("/give/", {**GIFT, "page_view": forms.drawn()})

    assert broken.status_code == 503
    assert fields(broken.content.decode())["message"] == GIFT["message"]


@pytest.mark.parametrize("path", ["/search/?q=dock", "/no-such/story/", "/appeal/", "/certificates/AAAA-BBBB-CCCC/"])
def test_another_page_says_that_the_presses_are_stopped(reader, path):
    with a_database_stopped():
        answer = reader.get(path)

    assert answer.status_code == 503
    assert "Retry-After" in answer
    assert "The presses are stopped" in answer.content.decode()


def test_what_was_sent_elsewhere_is_said_to_be_doubtful(reader):
    with a_database_stopped():
        answer = reader.post("/receipts/", {"email": "ada@example.org"})

    assert answer.status_code == 503
    assert "may not have been written down" in answer.content.decode()


def test_a_fault_of_ours_elsewhere_is_still_a_fault(reader, monkeypatch):
    monkeypatch.setattr("pennypress.newsroom.searching.stories", lambda *_asked: 1 / 0)

    answer = reader.get("/search/?q=dock")

    assert answer.status_code == 500
    assert "Retry-After" not in answer
