"""What may be fetched ahead is named; whatever does something or is somebody's own is shut out twice."""

import fnmatch
import json

import pytest

from pennypress.newsroom import ahead
from tests.access_matrix import MATRIX
from tests.builders import a_society
from tests.newsroom import builders

pytestmark = pytest.mark.django_db


def is_shut(path):
    return any(fnmatch.fnmatchcase(path, pattern.replace("\\?", "[?]")) for pattern in ahead.SHUT)


def test_a_reading_page_says_where_the_rules_are(client):
    made = builders.a_paper()
    story = builders.a_story(made.section)
    a_society()

    assert client.get(story.url)["Speculation-Rules"] == '"/speculation-rules.json"'
    assert "Speculation-Rules" not in client.get("/give/")
    assert "Speculation-Rules" not in client.get("/login/")


def test_the_rules_are_of_the_kind_that_browsers_ask_for(client):
    answer = client.get(ahead.RULES_PATH)

    assert answer["Content-Type"] == "application/speculationrules+json"
    assert json.loads(answer.content)["prefetch"][0]["where"]["and"][0] == {"selector_matches": ahead.LINKS}


@pytest.mark.parametrize("row", [row for row in MATRIX if row.post], ids=lambda row: row.route)
def test_no_address_that_takes_anything_is_fetched_ahead(row):
    assert is_shut("/" + row.route)


@pytest.mark.parametrize("path", ["/world/dockers-vote/", "/world/", "/appeal/"])
def test_what_is_read_is_not_shut_out(path):
    assert not is_shut(path)


@pytest.mark.parametrize(("offered", "says"), [(True, "addEventListener('fetch'"), (False, "unregister()")])
def test_the_worker_stays_or_leaves_as_the_paper_wishes(client, settings, offered, says):
    settings.OFFLINE = offered

    answer = client.get("/service-worker.js")

    assert answer["Content-Type"].startswith("text/javascript")
    assert says in answer.content.decode()
