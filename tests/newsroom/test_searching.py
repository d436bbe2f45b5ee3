"""Search answers everybody, whatever is typed."""

import random

import pytest

from pennypress.newsroom import searching
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

    listing, _page = searching.stories(typed.replace("'s", ""))

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
    assert first["page_obj"].paginator.count == 22


def test_a_search_is_public_and_sets_no_cookie(client, paper):
    answer = client.get("/search/", {"q": "x"})

    assert answer["Cache-Control"].startswith("public")
    assert not answer.cookies


def test_an_address_that_is_not_there_offers_what_was_meant(client, paper):
    builders.a_story(paper.section)

    answer = client.get("/2024/05/dockers-win-claim.html")

    assert answer.status_code == 404
    assert [card.headline for card in answer.context["listing"]] == ["Dockers win their claim"]
    assert not answer.cookies


@pytest.mark.parametrize(
    "path", ["/%00/", "/a%00b/c/", "/world/%00/", "/" + "a/" * 300, "/%ff%fe/", "/claims/99999999999999999999/"]
)
def test_an_address_of_nonsense_is_not_found(client, paper, path):
    assert client.get(path).status_code == 404
