"""Stories from the desk to their readers."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction

from pennypress import laws
from pennypress.newsroom import laws as newsroom_laws
from pennypress.newsroom import writing
from pennypress.newsroom.models import ArticlePage, Cutting, PreparedArticle
from pennypress.newsroom.writing import Block
from tests.newsroom import builders

pytestmark = pytest.mark.django_db


def test_a_published_story_is_read_at_its_address(client, paper):
    story = builders.a_story(paper.section)

    answer = client.get(story.local_path())

    assert story.local_path() == "/world/dockers-win-their-claim/"
    assert answer.status_code == 200
    assert "DOCKERS" in answer.content.decode()


def test_an_address_comes_from_the_headline_and_is_never_taken_twice(paper):
    builders.a_story(paper.section)
    again = builders.a_story(paper.section)

    assert again.slug == "dockers-win-their-claim-2"


def test_the_site_address_comes_from_the_deployment(paper, settings):
    settings.SITE_URL = "https://lantern.example"

    assert builders.a_story(paper.section).full_url == "https://lantern.example/world/dockers-win-their-claim/"


def test_a_draft_is_nowhere(client, paper):
    draft = builders.a_draft(paper.section)

    assert client.get(draft.local_path()).status_code == 404
    assert not PreparedArticle.objects.exists()


def test_unpublishing_takes_a_story_away(client, paper):
    story = builders.a_story(paper.section)

    story.unpublish()

    assert client.get(story.local_path()).status_code == 404
    assert not PreparedArticle.objects.exists()


def test_a_draft_of_a_published_story_does_not_change_it(client, paper):
    story = builders.a_story(paper.section)
    story.body = [("text", "<p>canary-in-the-draft</p>")]
    story.save_revision()

    assert "canary-in-the-draft" not in client.get(story.local_path()).content.decode()


def test_a_scheduled_story_waits_for_its_time(client, paper):
    story = builders.a_draft(paper.section)
    story.go_live_at = builders.NOW + dt.timedelta(hours=1)
    story.save_revision().publish()

    assert client.get(story.local_path()).status_code == 404
    assert not PreparedArticle.objects.exists()


def test_publishing_again_much_later_says_updated(paper):
    story = builders.a_story(paper.section)
    assert story.prepared.updated_at is None

    ArticlePage.objects.get(pk=story.pk).save_revision().publish()

    assert PreparedArticle.objects.get(pk=story.pk).updated_at is not None


def test_a_story_without_a_headline_is_refused(paper):
    with pytest.raises(writing.CannotWrite, match="headline"):
        builders.a_story(paper.section, headline="  ")

    assert not ArticlePage.objects.exists()


def test_the_desk_says_that_a_story_needs_a_headline(editor, paper):
    form = {**empty_form(), "title": "", "action-publish": "1"}
    address = reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", paper.section.pk])

    answer = editor.post(address, form)

    assert answer.status_code == 200
    assert "A story needs a headline." in answer.content.decode()
    assert not ArticlePage.objects.exists()


def test_the_desk_publishes_a_story_with_a_headline_alone(editor, client, paper):
    address = reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", paper.section.pk])

    editor.post(address, {**empty_form(), "title": "Rain", "slug": "rain", "action-publish": "1"})

    assert client.get("/world/rain/").status_code == 200


def test_a_private_story_is_never_kept_by_caches(client, paper):
    story = builders.a_story(paper.section)
    PageViewRestriction.objects.create(page=story, restriction_type="password", password="open sesame")

    answer = client.get(story.local_path())

    assert "DOCKERS" not in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"


def test_a_preview_shows_the_draft_and_is_private(editor, paper):
    story = builders.a_draft(paper.section, body=[Block("text", "Words to come.")])

    answer = editor.get(reverse("wagtailadmin_pages:view_draft", args=[story.pk]))

    assert "Words to come." in answer.content.decode()
    assert "private" in answer["Cache-Control"]


def test_a_preview_may_stand_in_the_desks_own_frame_and_in_no_other(editor, paper):
    story = builders.a_draft(paper.section)

    shown = editor.get(reverse("wagtailadmin_pages:view_draft", args=[story.pk]))
    opened_anew = editor.get(reverse("wagtailadmin_pages:preview_on_edit", args=[story.pk]))
    read = editor.get("/")

    assert opened_anew.status_code == 200
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"]
    assert opened_anew["X-Frame-Options"].upper() == "SAMEORIGIN"
    assert "frame-ancestors 'none'" in read["Content-Security-Policy"]


def test_scripts_in_a_body_never_reach_a_reader(client, paper):
    story = builders.a_story(paper.section)
    hostile = '<p>Hi<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a></p>'
    story.body = [("text", hostile), ("crosshead", "<svg onload=alert(1)>")]
    story.save_revision().publish()

    page = client.get(story.local_path()).content.decode()

    assert "alert(1)</script>" not in page
    assert "onerror" not in page
    assert "javascript:" not in page
    assert "<svg" not in page


def test_renaming_a_contributor_renames_the_byline(paper):
    story = builders.a_story(paper.section, contributors=[paper.writer])
    paper.writer.title = "Zoë Adair-Brown"

    paper.writer.save_revision().publish()

    assert PreparedArticle.objects.get(pk=story.pk).byline[0]["name"] == "Zoë Adair-Brown"


def test_a_story_moved_to_another_section_stands_in_its_list(paper):
    story = builders.a_story(paper.section)
    home = writing.make_section(title="Home")

    Page.objects.get(pk=story.pk).specific.move(home, pos="last-child")

    assert PreparedArticle.objects.get(pk=story.pk).section_id == home.pk


def test_a_section_may_not_take_an_address_of_the_house(paper):
    with pytest.raises(ValidationError, match="uses this address"):
        writing.make_section(title="Give")


def empty_form():
    """What the desk's form posts for a story with nothing in it."""
    form = {"slug": "", "body-count": "0"}
    for name in ("contributors", "claims", "comments"):
        form |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
    return form


def test_the_laws_hold_and_find_a_story_that_is_not_filed(paper):
    story = builders.a_story(paper.section, contributors=[paper.writer], topics=[paper.topic])
    assert all(finding.holds for finding in laws.run(newsroom_laws.LAWS))

    Cutting.objects.filter(story_id=story.pk, page=paper.topic).delete()

    broken = {finding.law.name for finding in laws.run(newsroom_laws.LAWS) if not finding.holds}
    assert broken == {"newsroom.stories_are_filed"}


def test_a_story_is_filed_under_what_it_names_now(client, paper):
    other = writing.make_topic(title="Wages")
    story = builders.a_story(paper.section, topics=[paper.topic])
    story.topics = [other]
    story.save_revision().publish()

    assert story.title in client.get("/topics/wages/").content.decode()
    assert story.title not in client.get("/topics/ports/").content.decode()


@pytest.mark.parametrize("left", [{}, {"web_headline": None, "dateline": None}], ids=["now", "by a former release"])
def test_its_web_headline_and_its_dateline_are_shown_whoever_prepared_it(client, paper, left):
    story = builders.a_story(paper.section, web_headline="Why the dockers won", dateline="Rotterdam")
    PreparedArticle.objects.filter(pk=story.pk).update(**left)

    shown = client.get(story.local_path()).context["article"]

    assert (shown["web_headline"], shown["dateline"]) == ("Why the dockers won", "Rotterdam")


def test_a_prepared_story_is_read_without_what_its_page_says_elsewhere(client, paper):
    story = builders.a_story(paper.section, web_headline="Why the dockers won", dateline="Rotterdam")
    ArticlePage.objects.filter(pk=story.pk).update(web_headline="Unready words", dateline="Nowhere")

    shown = client.get(story.local_path()).context["article"]

    assert (shown["web_headline"], shown["dateline"]) == ("Why the dockers won", "Rotterdam")


def test_the_body_stands_in_the_row_that_is_read_and_long_ones_are_whole(client, paper):
    story = builders.a_story(paper.section, body=[Block("text", f"Paragraph {number}.") for number in range(3_000)])
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT attstorage FROM pg_attribute
            WHERE attrelid = 'newsroom_preparedarticle'::regclass AND attname = 'body_html'"""
        )

        assert cursor.fetchone() == ("m",)
    assert "Paragraph 2999." in client.get(story.local_path()).content.decode()
