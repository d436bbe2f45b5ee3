"""Nothing that is not for everybody is anywhere: drafts, schedules, private and withdrawn stories, sources in confidence."""

import datetime as dt

import pytest
from wagtail.models import PageViewRestriction

from pennypress.newsroom import writing
from pennypress.newsroom.models import Source
from pennypress.newsroom.writing import Asserted, Bears
from tests.newsroom import builders

pytestmark = pytest.mark.django_db

CANARY = "xylocanary"
SURFACES = (
    "/",
    "/world/",
    "/topics/ports/",
    "/contributors/zoe-adair/",
    "/topics/",
    "/contributors/",
    "/feeds/",
    "/feeds/sections/world/",
    "/feeds/contributors/zoe-adair/",
    "/feeds/topics/ports/",
    "/sitemap.xml",
    "/sitemap-0.xml",
    "/news-sitemap.xml",
    "/search/?q=xylocanary",
    "/search/?q=xylocanary-story",
    "/search/?q=harbour",
    "/xylocanary/",
    "/world/xylocanary-stor/",
    "/world/the-open-story/",
)


def everything_readers_get(client, *more):
    """Every public surface's answer, one after the other, without the words that were asked for themselves."""
    pages = [client.get(address).content.decode().lower() for address in (*SURFACES, *more)]
    return "\n".join(pages).replace("q=xylocanary", "").replace("“xylocanary”", "")


def hidden_words(text):
    """The lines that tell of the hidden story; a field that repeats the address asked for tells nothing."""
    lines = [line for line in text.splitlines() if 'value="' not in line]
    return [line for line in lines if f"{CANARY} harbour" in line or f"{CANARY}-harbour" in line]


@pytest.fixture
def seeded(paper):
    """An open story, and a claim in it that others bear on."""
    book = {}
    source = writing.make_source(name="A Mayor")
    builders.a_story(
        paper.section,
        "The open story",
        topics=[paper.topic],
        contributors=[paper.writer],
        claims=[Asserted(key="open", says="All is well.", source=source)],
        book=book,
    )
    paper.claim, paper.source = book["open"], source
    return paper


def the_hidden_story(paper, **given):
    says = f"{CANARY} harbour claim"
    claim = Asserted(says=says, source=paper.source, relations=[Bears("denies", paper.claim)])
    return builders.a_story(
        paper.section,
        f"{CANARY} harbour",
        standfirst=f"{CANARY} harbour standfirst",
        topics=[paper.topic],
        contributors=[paper.writer],
        claims=[claim],
        **given,
    )


def surfaces_of(client, paper, story):
    claims = [f"/claims/{paper.claim.pk}/", *(f"/claims/{claim.pk}/" for claim in story.claims.all())]
    return hidden_words(everything_readers_get(client, story.local_path(), *claims))


def test_the_search_for_canaries_finds_an_open_story_everywhere(client, seeded):
    story = the_hidden_story(seeded)

    assert len(surfaces_of(client, seeded, story)) >= 15


def test_a_draft_leaks_nowhere(client, seeded):
    story = the_hidden_story(seeded, published_at=None)

    assert surfaces_of(client, seeded, story) == []


def test_a_scheduled_story_leaks_nowhere(client, seeded):
    story = the_hidden_story(seeded, published_at=None)
    story.go_live_at = builders.NOW + dt.timedelta(days=1)
    story.save_revision().publish()

    assert surfaces_of(client, seeded, story) == []


def test_a_withdrawn_story_leaks_nowhere(client, seeded):
    story = the_hidden_story(seeded)
    story.unpublish()

    assert surfaces_of(client, seeded, story) == []


@pytest.mark.parametrize("kind", ["login", "password", "groups"])
def test_a_private_story_leaks_nowhere(client, seeded, kind):
    story = the_hidden_story(seeded)
    PageViewRestriction.objects.create(page=story, restriction_type=kind, password="x")

    assert surfaces_of(client, seeded, story) == []


def test_a_story_in_a_private_section_leaks_nowhere(client, seeded):
    shut = writing.make_section(title="Shut")
    seeded.section = shut
    story = the_hidden_story(seeded)
    PageViewRestriction.objects.create(page=shut, restriction_type="login")

    assert surfaces_of(client, seeded, story) == []


def test_without_the_check_a_private_story_would_be_found(client, seeded, monkeypatch):
    story = the_hidden_story(seeded)
    PageViewRestriction.objects.create(page=story, restriction_type="login")
    monkeypatch.setattr("pennypress.newsroom.reading.OPEN", "{page}.live")

    assert surfaces_of(client, seeded, story)


def test_a_source_in_confidence_is_never_named(client, seeded):
    insider = writing.make_source(name="Deep Throat", affiliation="an official", standing="on_background")
    story = builders.a_story(seeded.section, "Whispers", claims=[Asserted(says="It was known.", source=insider)])

    pages = everything_readers_get(client, story.local_path(), f"/claims/{story.claims.get().pk}/", "/search/?q=throat")

    assert "deep throat" not in pages
    assert "an official" in pages


def test_what_is_off_the_record_is_never_printed(client, seeded):
    whisper = writing.make_source(name="Nobody", standing="off_record")
    claim = Asserted(says="Unprintable words.", source=whisper, at="DOCKERS voted")
    story = builders.a_story(seeded.section, "Silence", claims=[claim])

    page = client.get(story.local_path()).content.decode()

    assert "Unprintable" not in page
    assert "claim-mark" not in page
    assert client.get(f"/claims/{story.claims.get().pk}/").status_code == 404


def test_a_source_that_goes_off_the_record_leaves_the_printed_story(client, seeded):
    claim = Asserted(says="Printed words.", source=seeded.source, at="DOCKERS voted")
    story = builders.a_story(seeded.section, "Regret", claims=[claim])
    assert "claim-mark" in client.get(story.local_path()).content.decode()

    source = Source.objects.get(pk=seeded.source.pk)
    source.standing = "off_record"
    source.save()

    page = client.get(story.local_path()).content.decode()
    assert "claim-mark" not in page
    assert "Printed words" not in page
