import pytest

from pennypress.newsroom import indexing
from pennypress.newsroom.models import ArticlePage
from tests.newsroom import builders

pytestmark = pytest.mark.django_db


def _found():
    return [story.title for story in ArticlePage.objects.all().search("lighthouse")]


def test_stories_written_at_once_are_found_by_the_desk_when_all_are_written(paper):
    with indexing.held_back():
        builders.a_story(paper.section, headline="The lighthouse keeper leaves")
        meanwhile = _found()

    assert meanwhile == []
    assert _found() == ["The lighthouse keeper leaves"]


def test_stories_are_indexed_as_they_are_written_again_afterwards(paper):
    with indexing.held_back():
        pass

    builders.a_story(paper.section, headline="A lighthouse is painted")

    assert _found() == ["A lighthouse is painted"]
