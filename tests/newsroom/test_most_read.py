"""What is read most: counted in seconds by the hour, listed over a day, and never in the way of anything else."""

import datetime as dt

import pytest

from pennypress.newsroom import most_read
from pennypress.newsroom.models import HourRead
from tests.newsroom import builders

NOW = dt.datetime(2026, 11, 26, 12, 30, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def stories(paper):
    return [builders.a_story(paper.section, f"Story {number}") for number in range(7)]


def read(*seconds, now=NOW) -> None:
    """Counts pairs of a story and its seconds."""
    most_read.count({story.pk: number for story, number in seconds}, now=now)


def listed(now=NOW) -> list[str]:
    return [row.headline for row in most_read.stories(now=now)]


def test_the_most_seconds_of_a_day_stand_first(stories):
    read(*zip(stories, (10, 70, 30, 40, 20, 60, 50), strict=True))
    assert listed() == ["Story 1", "Story 5", "Story 6", "Story 3", "Story 2"]


def test_hours_and_processes_add_up(stories):
    first, second, third = stories[:3]
    read((first, 50), (second, 30), (third, 20), now=NOW - HOUR)
    read((second, 30))
    read((second, 1), (third, 45))

    assert listed() == ["Story 2", "Story 1", "Story 0"]
    assert HourRead.objects.count() == 5
    assert HourRead.objects.get(article_id=second.pk, hour=NOW.replace(minute=0)).seconds == 31


def test_what_was_read_a_day_ago_counts_no_longer_and_is_forgotten_after_two(stories):
    read((stories[0], 900), now=NOW - 26 * HOUR)
    for story in stories[1:4]:
        read((story, 10))
    assert "Story 0" not in listed()
    assert HourRead.objects.filter(article_id=stories[0].pk).exists()

    read((stories[1], 1), now=NOW + 30 * HOUR)
    assert not HourRead.objects.filter(article_id=stories[0].pk).exists()


def test_fewer_than_three_are_no_list(stories):
    read((stories[0], 10), (stories[1], 20))
    assert listed() == []


def test_a_story_that_is_taken_down_leaves_the_list_and_taking_it_down_asks_nothing(stories):
    read(*((story, 10) for story in stories[:4]))
    stories[0].refresh_from_db()
    stories[0].unpublish()
    stories[1].refresh_from_db()
    stories[1].delete()

    assert listed() == []
    read((stories[0], 5), (stories[4], 1))
    assert set(listed()) == {"Story 2", "Story 3", "Story 4"}


def test_page_one_shows_the_list_and_each_of_its_stories_ends_it(client, stories):
    read(*((story, 10 + number) for number, story in enumerate(stories)), now=dt.datetime.now(dt.UTC))
    fragment = client.get("/fragments/most-read/")
    assert set(fragment["Surrogate-Key"].split()) == {"furniture", *(f"article-{story.pk}" for story in stories[2:])}
    assert fragment["Cache-Control"] == "public, max-age=0, s-maxage=60"

    shown = client.get("/").content.decode()
    assert fragment.content.decode().strip() in shown
    assert shown.count('<li><a href="/world/story-') == 5


def test_page_one_has_no_heading_over_nothing(client, paper):
    assert "most-read" not in client.get("/").content.decode()


def test_a_story_is_counted_under_its_own_name_and_a_list_under_none(client, paper):
    story = builders.a_story(paper.section)
    story.refresh_from_db()

    assert client.get(story.local_path())["Store-Count"] == str(story.pk)
    for other in ("/", "/world/", "/search/?q=dockers"):
        assert "Store-Count" not in client.get(other)
