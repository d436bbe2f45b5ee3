"""Search answers everybody, whatever is typed."""

import datetime as dt
import json
import random

import pytest
from django.db import connection

from pennypress.newsroom import reading, searching
from pennypress.newsroom.models import PreparedArticle
from tests.newsroom import builders

pytestmark = pytest.mark.django_db

SHARP = (
    "\x00", "a\x00b", "'", "\"", "''", "' OR 1=1 --", "a & | b", "!!", "a <-> b", "a:*", ":*", "(", ")",
    "(((", "a & (b", "\\", "\\'", "%", "_", "a%b", "*", "**", "--", "/*", "*/", ";",
    "; DROP TABLE newsroom_source", "<script>alert(1)</script>", "${7*7}", "{{7*7}}", "\ud7ff",
    "\ufffe", "\u202e", "\u200b", "é" * 300, "a" * 5000, "a " * 3000, "ß", "İ", "ı", "ﬁ", "😀",
    "👩\u200d👩\u200d👧", "á", "\r\n", "\t", "NaN", "-1", "0", "NOT", "AND OR NOT", "the", "the of and",
    "’", "“a”", "a|b", "a!b", "!a", "~", "^", "$$", "$1", "%s", "%(a)s", "{0}", "&amp;", "&#0;",
    "\x1b[31m", "\x7f", "\x80", "日本語", "русский", "العربية", "\u200f",
)  # fmt: skip


def hostile(count):
    """Sharp strings, and jumbles of them and of every kind of sign; the same each time."""
    chance = random.Random(1611)
    signs = "ab'\"&|!()<>:*\\%_-;\x00\x01\u0301\u202eé日😀 \n"
    jumbles = ("".join(chance.choices(signs, k=chance.randint(1, 60))) for _turn in range(count))
    return [*SHARP, *jumbles][:count]


def test_two_hundred_hostile_strings_are_answered(client, paper):
    builders.a_story(paper.section)
    strings = hostile(200)

    statuses = {typed: client.get("/search/", {"q": typed}).status_code for typed in strings}

    assert len(strings) == 200
    assert {typed: status for typed, status in statuses.items() if status != 200} == {}


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e9", "99999999999999999999", "", "١", "\x00"])
def test_any_page_number_is_answered(client, paper, page):
    builders.a_story(paper.section)

    assert client.get("/search/", {"q": "dockers", "page": page}).status_code == 200


@pytest.mark.parametrize("typed", ["senor muller", "Señor Müller", "SENOR", "señor's", "muller strike"])
def test_accents_and_case_do_not_matter(paper, typed):
    story = builders.a_story(paper.section, "Señor Müller’s strike")

    listing, _found, _page = searching.stories(typed.replace("'s", ""))

    assert [card.article_id for card in listing] == [story.pk]


def test_words_of_the_body_and_of_the_byline_are_found(paper):
    builders.a_story(paper.section, contributors=[paper.writer])

    assert len(searching.stories("accept month")[0]) == 1
    assert len(searching.stories("zoe adair")[0]) == 1


def test_all_the_words_must_be_there(paper):
    builders.a_story(paper.section)

    assert searching.stories("dockers zebra")[0] == []


@pytest.mark.parametrize("blank", ["", "   ", "'", "&|!", "\x00"])
def test_blank_finds_nothing(paper, blank):
    builders.a_story(paper.section)

    assert searching.stories(blank)[0] == []


def test_many_stories_come_in_pages(client, paper):
    for number in range(22):
        builders.a_story(paper.section, f"Dockers {number}")

    first = client.get("/search/", {"q": "dockers"}).context
    second = client.get("/search/", {"q": "dockers", "page": "2"}).context

    assert len(first["listing"]) == 20
    assert len(second["listing"]) == 2
    assert len(first["found"].article_ids) == 22
    assert not first["found"].is_more


@pytest.mark.parametrize("days", [1, 100, 400, 2_000, 9_000, 40_000])
def test_a_story_of_any_age_is_found_and_newer_ones_stand_before_it(paper, days):
    old = builders.a_story(paper.section, published_at=builders.NOW - dt.timedelta(days=days))
    older = builders.a_story(paper.section, published_at=builders.NOW - dt.timedelta(days=days * 2 + 3))
    new = builders.a_story(paper.section)

    listing, _found, _page = searching.stories("dockers")

    assert [card.article_id for card in listing] == [new.pk, old.pk, older.pk]


def test_no_more_than_the_newest_are_listed_and_it_says_so(paper):
    hours = range(1, 7)
    stories = [builders.a_story(paper.section, published_at=builders.NOW - dt.timedelta(hours=hour)) for hour in hours]

    found = searching.newest(["dockers"], most=4)

    assert found.article_ids == [story.pk for story in stories[:4]]
    assert found.is_more
    assert not searching.newest(["dockers"], most=6).is_more


# Where a month or a year ends, in the years whose months are looked through one by one and in those that are not.
MOMENTS = [
    dt.datetime.fromisoformat(f"{moment}+00:00")
    for moment in (
        "2031-03-01T00:00:00", "2031-02-28T23:59:59.999999", "2031-01-01T00:00:00", "2030-12-31T23:59:59.999999",
        "2030-12-31T23:30:00", "2030-12-01T00:00:00", "2030-11-30T23:59:59.999999", "2030-01-01T00:00:00",
        "2029-12-31T23:59:59.999999", "2029-12-31T12:00:00", "2029-01-01T00:30:00", "2029-01-01T00:00:00",
        "2028-02-29T12:00:00", "2020-06-30T12:00:00", "1999-12-31T23:59:59", "1926-01-01T00:00:00",
    )
]  # fmt: skip


def stories_at(section, moments, headline="Dockers win their claim"):
    """Stories of these moments, in this order, whatever order they were written in."""
    written = {
        moment: builders.a_story(section, headline).pk for moment in random.Random(8).sample(moments, len(moments))
    }
    for moment, pk in written.items():
        PreparedArticle.objects.filter(pk=pk).update(published_at=moment)
    return [written[moment] for moment in moments]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_the_newest_are_found_in_their_order_wherever_a_month_or_a_year_ends(paper, zone):
    newest_first = stories_at(paper.section, MOMENTS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [zone])

    found = {most: searching.newest(["dockers"], most=most) for most in range(1, len(MOMENTS) + 2)}

    assert {most: one.article_ids for most, one in found.items()} == {most: newest_first[:most] for most in found}
    assert {most for most, one in found.items() if one.is_more} == set(range(1, len(MOMENTS)))


def test_stories_of_one_moment_are_found_once_each(paper):
    stories = [builders.a_story(paper.section, published_at=builders.NOW - dt.timedelta(days=3)) for _each in range(4)]

    assert searching.newest(["dockers"]).article_ids == sorted((story.pk for story in stories), reverse=True)


def test_any_of_the_words_is_enough_for_a_guess(paper):
    pilots = builders.a_story(paper.section, "Pilots rest", published_at=builders.NOW - dt.timedelta(days=900))
    dockers = builders.a_story(paper.section, "Ports are busy")

    assert searching.newest(["pilots", "busy"], any_of_them=True).article_ids == [dockers.pk, pilots.pk]
    assert searching.newest(["pilots", "busy"]).article_ids == []


def test_a_story_that_is_printed_under_another_date_is_found_there_and_no_longer_where_it_was(paper):
    moved = builders.a_story(paper.section)
    other = builders.a_story(paper.section, published_at=builders.NOW - dt.timedelta(days=2_000))
    PreparedArticle.objects.filter(pk=moved.pk).update(published_at=builders.NOW - dt.timedelta(days=4_000))

    assert searching.newest(["dockers"]).article_ids == [other.pk, moved.pk]


def looked_through(words, most, monkeypatch):
    """How many pieces of the paper's time the index was asked for, and what of the index was read."""
    told = []

    def explained(statement, facts):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", facts)
            told.append(cursor.fetchone()[0])
        return []

    monkeypatch.setattr(reading, "rows", explained)
    searching.newest(words, most=most)
    (plan,) = told
    return next(
        node["Actual Loops"]
        for node in nodes((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"])
        if node.get("Index Name") == "prepared_words_by_year"
    )


def nodes(plan):
    yield plan
    for under in plan.get("Plans", []):
        yield from nodes(under)


def test_older_years_are_not_looked_into_once_enough_is_found(paper, monkeypatch):
    stories_at(paper.section, MOMENTS)
    pieces = len({(moment.year, moment.month if moment.year > 2029 else 0) for moment in MOMENTS})

    assert looked_through(["dockers"], 2, monkeypatch) <= 4
    assert looked_through(["nowhere"], 2, monkeypatch) == pieces


def test_words_do_not_wait_for_their_place_in_the_index():
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'prepared_words_by_year'")

        assert cursor.fetchone() == (["fastupdate=off"],)


@pytest.mark.parametrize("typed", ["the", "the of and", "@y2026", "y2026", "m24311"])
def test_what_search_does_not_keep_finds_nothing_and_not_everything(paper, typed):
    builders.a_story(paper.section)

    assert searching.stories(typed)[0] == []


def test_the_best_of_the_newest_is_meant_by_an_address_that_is_not_there(paper):
    best = builders.a_story(paper.section, "Harbour pilots win", published_at=builders.NOW - dt.timedelta(days=3))
    builders.a_story(paper.section, "Harbour news")

    assert searching.meant("/old/harbour-pilots-of-yore.html")[0].article_id == best.pk


def test_a_search_is_public_and_sets_no_cookie(client, paper):
    answer = client.get("/search/", {"q": "x"})

    assert answer["Cache-Control"].startswith("public")
    assert not answer.cookies


def test_an_address_that_is_not_there_offers_what_was_meant(client, paper):
    builders.a_story(paper.section)

    answer = client.get("/2024/05/dockers-win-claim.html")

    assert answer.status_code == 404
    assert [card.headline for card in answer.context["listing"]] == ["Dockers win their claim"]
    assert "Dockers win their claim</a>" in answer.content.decode()
    assert not answer.cookies


def test_the_section_in_an_address_says_nothing_of_the_story_that_was_meant(client, paper):
    builders.a_story(paper.section, "World record")
    meant = builders.a_story(paper.section, "Harbour pilots win", published_at=builders.NOW - dt.timedelta(days=3))

    assert [card.article_id for card in searching.meant("/world/harbour-toll/")] == [meant.pk]


@pytest.mark.parametrize(
    "path", ["/%00/", "/a%00b/c/", "/world/%00/", "/" + "a/" * 300, "/%ff%fe/", "/claims/99999999999999999999/"]
)
def test_an_address_of_nonsense_is_not_found(client, paper, path):
    assert client.get(path).status_code == 404
