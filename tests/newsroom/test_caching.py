"""Every public page is the same for everybody: no cookie, stored by anyone, and made with few queries."""

import pytest

from pennypress.newsroom import context, writing
from pennypress.newsroom.writing import Asserted, Bears, Block
from tests.newsroom import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def full_paper(paper):
    """A paper with every kind of page, and a story with everything in it."""
    minister = writing.make_source(name="The Minister", affiliation="Ministry of Ports")
    union = writing.make_source(name="Dockers’ Union", kind="organisation")
    book = {}
    builders.a_story(
        paper.section,
        "An earlier story",
        topics=[paper.topic],
        claims=[Asserted(key="first", says="The port loses money.", source=minister)],
        book=book,
    )
    paper.story = builders.a_story(
        paper.section,
        "The full story",
        contributors=[paper.writer],
        topics=[paper.topic],
        picture=builders.a_picture(),
        body=[
            Block("text", 'DOCKERS said: "We won" - at last.'),
            Block("crosshead", "What next"),
            Block("pull_quote", "We won", speaker="A docker"),
            Block("list", lines=["One", "Two"]),
            Block("fact_box", title="The port", lines=["- Opened 1901"]),
            Block("picture", picture=builders.a_picture()),
        ],
        claims=[
            Asserted(says="They won.", source=union, at='said: "We won"', key="won"),
            Asserted(says="It pays.", source=union, relations=[Bears("denies", "first"), Bears("supports", "won")]),
        ],
        book=book,
    )
    paper.claim = book["won"]
    paper.standing = writing.make_standing_page(title="Privacy", text="<p>We keep little.</p>")
    return paper


def addresses(paper):
    return {
        "front": "/",
        "section": paper.section.local_path(),
        "story": paper.story.local_path(),
        "contributor": paper.writer.local_path(),
        "topic": paper.topic.local_path(),
        "standing": paper.standing.local_path(),
        "directory": "/contributors/",
        "claim": f"/claims/{paper.claim.pk}/",
    }


@pytest.mark.parametrize(
    "kind", ["front", "section", "story", "contributor", "topic", "standing", "directory", "claim"]
)
def test_a_public_page_sets_no_cookie_and_may_be_stored(client, full_paper, kind):
    answer = client.get(addresses(full_paper)[kind])

    assert answer.status_code == 200
    assert not answer.cookies
    assert answer["Cache-Control"] == "public, max-age=0, s-maxage=60"
    assert answer.get("Vary", "Accept-Encoding") == "Accept-Encoding"
    assert answer["Surrogate-Key"]


@pytest.mark.parametrize(
    ("kind", "most"),
    [("front", 8), ("section", 9), ("story", 5), ("contributor", 11), ("topic", 11), ("standing", 6), ("claim", 6)],
)
def test_a_page_takes_few_queries(client, full_paper, kind, most, settings, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr("pennypress.delivery.fragments.compose", lambda body, request: body)
    settings.PAPER_SECONDS = 60
    context.forget()
    client.get(addresses(full_paper)[kind])

    with django_assert_max_num_queries(most):
        client.get(addresses(full_paper)[kind])
