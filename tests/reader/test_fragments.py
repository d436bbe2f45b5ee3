import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import builders
from tests.newsroom import builders as newsroom

pytestmark = pytest.mark.django_db
KEYS = {
    "name", "currency", "target_minor", "raised_minor", "needed_minor", "surplus_minor", "givers", "days_left", "state",
    "as_of",
    "slug", "series", "unit", "basis", "carried_in_minor", "target_givers", "needed_givers", "surplus_givers", "opens_on",
    "closes_on", "asks", "words",
}  # fmt: skip
DOORS = ["/fragments/doors/own/", "/fragments/doors/support/"]
PUBLIC = ["/fragments/appeal/", "/fragments/ownership/", *DOORS, "/appeal.json", "/appeal/"]


@pytest.fixture(autouse=True)
def on_the_seventh(time_machine_at):
    time_machine_at(builders.NOW)


def _every_meter(body):
    meters = re.findall(r'<div class="appeal-meter[^>]*>', body)
    return [dict(re.findall(r'data-([a-z-]+)="([^"]*)"', meter)) for meter in meters]


def _shown(body):
    return _every_meter(body)[0]


def test_the_figure_on_every_surface_is_the_same(client):
    builders.an_appeal()
    builders.a_received_gift(amount=builders.pounds(3_821))

    answer = json.loads(client.get("/appeal.json").content)
    surfaces = [_shown(client.get(path).content.decode()) for path in ("/fragments/appeal/", "/appeal/")]

    assert (answer["raised_minor"], answer["needed_minor"], answer["days_left"]) == (382_100, 1_417_900, 24)
    assert {(s["raised-minor"], s["needed-minor"], s["days-left"], s["currency"]) for s in surfaces} == {
        ("382100", "1417900", "24", "GBP")
    }


def test_a_story_shows_the_same_figures_above_it_and_in_the_door_after_it(client):
    builders.a_society()
    builders.an_appeal()
    builders.a_received_gift(amount=builders.pounds(3_821))
    story = newsroom.a_story(newsroom.a_paper().section)

    body = client.get(story.url).content.decode()

    above, after = (_every_meter(part) for part in body.split('class="doors"'))
    assert above == after == [_shown(client.get("/fragments/appeal/").content.decode())]


def test_the_answer_has_the_promised_keys(client):
    builders.an_appeal()

    assert set(json.loads(client.get("/appeal.json").content)) == KEYS


def test_with_no_appeal_the_strip_and_the_answer_say_so(client):
    answer = json.loads(client.get("/appeal.json").content)
    strip = _shown(client.get("/fragments/appeal/").content.decode())

    assert answer["state"] == strip["state"] == "none"
    assert set(answer) == KEYS


@pytest.mark.parametrize("path", PUBLIC)
def test_it_is_the_same_for_everybody_and_sets_no_cookie(client, path):
    response = client.get(path)

    assert response.status_code == 200
    assert response["Cache-Control"].startswith("public, max-age=0, s-maxage=")
    assert not response.cookies
    assert response["Surrogate-Key"]


def test_a_browser_asks_again_and_is_told_when_there_is_nothing_new(client):
    first = client.get("/fragments/appeal/")

    again = client.get("/fragments/appeal/", headers={"if-none-match": first["ETag"]})

    assert again.status_code == 304
    assert again.content == b""


def _counts(client, path):
    """What a fragment counts of all that there are: owners in the register, supporters."""
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    said = [str(query["sql"]) for query in asked.captured_queries if "COUNT(*)" in str(query["sql"])]
    return [name for name in ("shares_registerentry", "giving_pledge") if any(f'"{name}"' in sql for sql in said)]


@pytest.mark.parametrize(
    ("path", "counted"),
    [
        ("/fragments/appeal/", []),
        ("/fragments/doors/own/", ["shares_registerentry"]),
        ("/fragments/doors/support/", ["giving_pledge"]),
    ],
)
def test_what_every_gift_moves_counts_neither_owners_nor_supporters(client, path, counted):
    """Of a million of each that takes half a second, and gifts may come in a storm."""
    builders.an_appeal()
    builders.an_owner()

    assert _counts(client, path) == counted


def test_each_door_says_how_many(client, settings):
    settings.PAYMENT_PROVIDERS = ["sandbox"]
    builders.an_owner()
    builders.an_active_pledge()

    assert "<b>1</b> owner" in client.get("/fragments/doors/own/").content.decode()
    assert "<b>1</b> supporter" in client.get("/fragments/doors/support/").content.decode()
