"""The editor's desk: what there is to work with, and who may not."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.urls import reverse

from pennypress.newsroom import tasks, writing
from pennypress.newsroom.models import ArticlePage, Claim
from pennypress.newsroom.writing import Asserted, Block
from pennypress.people import roles
from tests.desk import cast
from tests.newsroom import builders
from tests.newsroom.test_publishing import empty_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(paper):
    source = writing.make_source(name="A Mayor")
    return builders.a_story(paper.section, claims=[Asserted(says="All is well.", source=source)])


@pytest.mark.parametrize("page", ["front", "section", "writer", "topic"])
def test_an_editor_opens_each_page_to_edit_it(paper, page):
    editor = cast.at_the_desk(roles.EDITOR)

    answer = editor.get(reverse("wagtailadmin_pages:edit", args=[getattr(paper, page).pk]))

    assert answer.status_code == 200


def test_an_editor_edits_a_story_with_its_claims_and_chooses_others(story):
    editor = cast.at_the_desk(roles.EDITOR)

    page = editor.get(reverse("wagtailadmin_pages:edit", args=[story.pk])).content.decode()
    chooser = editor.get("/desk/claim_chooser/", {"q": "well mayor"}).content.decode()

    assert "Choose a claim of another story" in page
    assert "All is well." in chooser
    assert "Create" not in chooser
    assert "Dockers win their claim" in chooser


@pytest.mark.parametrize("address", ["/desk/stories/", "/desk/snippets/newsroom/source/", "/desk/images/"])
def test_an_editor_has_lists_of_stories_sources_and_pictures(story, address):
    assert cast.at_the_desk(roles.EDITOR).get(address).status_code == 200


def test_an_editors_menu_has_no_noise(story):
    page = cast.at_the_desk(roles.EDITOR).get("/desk/").content.decode()

    assert "Front page" in page
    assert '"Reports"' not in page
    assert '"Settings"' not in page


@pytest.mark.parametrize("role", [roles.TREASURER, roles.SECRETARY])
def test_other_staff_come_in_and_edit_no_news(story, role):
    desk = cast.at_the_desk(role)

    answer = desk.post(reverse("wagtailadmin_pages:edit", args=[story.pk]), {"title": "Changed"})

    assert desk.get("/desk/").status_code == 200
    assert answer.status_code == 403
    assert desk.get("/desk/claim_chooser/").status_code == 403
    assert ArticlePage.objects.get(pk=story.pk).title == "Dockers win their claim"


def claim_form(source, anchor):
    """What the desk posts for a story with one claim."""
    return {
        **empty_form(),
        "title": "Rain",
        "slug": "rain",
        "action-publish": "1",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "crosshead",
        "body-0-value": "It's wet",
        "claims-TOTAL_FORMS": "1",
        "claims-0-says": "It rains.",
        "claims-0-source": str(source.pk),
        "claims-0-anchor": anchor,
        "claims-0-ORDER": "1",
        "claims-0-relations-TOTAL_FORMS": "0",
        "claims-0-relations-INITIAL_FORMS": "0",
    }


def test_words_that_do_not_stand_in_the_story_are_refused_beside_their_field(paper):
    form = claim_form(writing.make_source(name="A Mayor"), "it is dry")
    address = reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", paper.section.pk])

    answer = cast.at_the_desk(roles.EDITOR).post(address, form)

    assert "These words do not stand in one paragraph" in answer.content.decode()
    assert not ArticlePage.objects.exists()


def test_a_claim_is_written_at_the_desk(paper, client):
    form = claim_form(writing.make_source(name="A Mayor"), "")
    address = reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", paper.section.pk])

    cast.at_the_desk(roles.EDITOR).post(address, form)

    assert Claim.objects.get().says == "It rains."
    assert client.get("/world/rain/").context["article"]["claims"][0].text == "It rains."


def test_the_worker_publishes_what_is_due_and_withdraws_what_is_over(client, paper):
    early = builders.NOW - dt.timedelta(minutes=1)
    due = builders.a_draft(paper.section, "Embargoed")
    due.go_live_at = builders.NOW + dt.timedelta(days=1)
    due.save_revision().publish()
    due.revisions.update(approved_go_live_at=early)
    over = builders.a_story(paper.section, "Over")
    ArticlePage.objects.filter(pk=over.pk).update(expire_at=early)
    revision = due.latest_revision
    revision.content["go_live_at"] = early.isoformat()
    revision.save()

    tasks.publish_scheduled()

    assert client.get("/world/embargoed/").status_code == 200
    assert client.get("/world/over/").status_code == 404
    assert "Embargoed" in client.get("/feeds/").content.decode()
    assert "Over<" not in client.get("/feeds/").content.decode()


def test_a_front_page_shows_what_its_editor_chose(client, paper):
    stories = {name: builders.a_story(paper.section, name, body=[Block("text", name)]) for name in "ABCDE"}
    writing.make_front(splash=stories["C"], leads=[stories["A"], stories["E"]], nibs=[stories["B"]])

    shown = client.get("/").context

    assert shown["splash"].headline == "C"
    assert [card.headline for card in shown["leads"]][:2] == ["A", "E"]
    assert shown["nibs"][0].headline == "B"


def test_a_chosen_story_that_is_withdrawn_leaves_the_front_page_to_the_newest(client, paper):
    newest = builders.a_story(paper.section, "Newest")
    chosen = builders.a_story(paper.section, "Chosen", published_at=builders.NOW - dt.timedelta(days=3))
    writing.make_front(splash=chosen)

    chosen.unpublish()

    assert client.get("/").context["splash"].article_id == newest.pk


def test_a_front_page_with_no_story_opens(client, paper):
    assert client.get("/").status_code == 200


def test_the_search_index_can_be_built_anew(paper):
    builders.a_story(paper.section)

    call_command("update_index", verbosity=0)
