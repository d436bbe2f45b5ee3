"""Every public page is the same for everybody: no cookie, stored by anyone, and made with few queries."""

import pytest

from pennypress.newsroom import context, writing
from pennypress.newsroom.templatetags import pieces
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


# Four for a story and eight for a page of many are the paper's promise; what takes fewer is kept at what it takes.
QUERIES = [("front", 5), ("section", 3), ("story", 4), ("contributor", 4), ("topic", 3), ("standing", 2), ("claim", 6)]


@pytest.mark.parametrize("stories", [2, 40])
def test_a_page_takes_few_queries_however_many_stories_there_are(
    client, full_paper, stories, settings, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr("pennypress.delivery.fragments.compose", lambda body, request: body)
    settings.PAPER_SECONDS = 600
    for number in range(stories - 2):
        byline = {"contributors": [full_paper.writer], "topics": [full_paper.topic]}
        builders.a_story(full_paper.section, f"Story {number}", **byline)
    context.forget()
    for kind, most in QUERIES:
        address = addresses(full_paper)[kind]
        client.get(address)
        with django_assert_max_num_queries(most, info=kind):
            client.get(address)


def test_a_story_whose_pieces_nobody_has_seen_takes_no_more(
    client, full_paper, settings, django_assert_max_num_queries
):
    settings.PAPER_SECONDS = 600
    context.forget()
    asked = {"headers": {"Surrogate-Capability": 'pennypress="ESI/1.0"'}}
    client.get("/", **asked)
    pieces.forget()

    with django_assert_max_num_queries(4):
        answer = client.get(full_paper.story.local_path(), **asked)

    assert b"<esi:include" in answer.content


def test_a_piece_is_made_anew_when_what_it_shows_has_changed(client, full_paper):
    assert "The full story" in client.get("/world/an-earlier-story/").content.decode()
    story = full_paper.story
    story.title = "The full story, told again"
    story.save_revision().publish()

    assert "told again" in client.get("/world/an-earlier-story/").content.decode()


def test_pieces_are_bounded(monkeypatch):
    monkeypatch.setattr(pieces, "MOST", 10)
    for number in range(50):
        pieces.piece("components/pages.html", query=str(number))

    assert len(pieces._made) <= 10
