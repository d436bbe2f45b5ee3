"""The fund's column at the desk: what an editor is shown, what is refused, and what they never see."""

import json

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from pennypress.newsroom import column_drafting
from pennypress.newsroom.models import ArticlePage, Column
from pennypress.people import roles
from tests.desk import cast, samples
from tests.newsroom.columns import a_column, a_gift, edit, now, publish, today
from tests.newsroom.test_publishing import empty_form

pytestmark = pytest.mark.django_db


def at(article):
    return reverse("wagtailadmin_pages:edit", args=[article.pk])


def typed(paper, appeal, **changed):
    facts = {"appeal": appeal.pk, "section": paper.section.pk, "first_on": today(), "last_on": today()}
    return {**facts, **changed}


def sent(article, *, headline="The fund today", text=None):
    """What the desk posts when a column is published with this one text in its body."""
    story = ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object()
    text = text or "".join(block.value.source for block in story.body if block.block_type == "text")
    return {
        **empty_form(),
        "title": headline,
        "slug": story.slug,
        "action-publish": "1",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "text",
        "body-0-value": json.dumps(contentstate(text)),
    }


def contentstate(text):
    converter = ContentstateConverter(features=["bold", "italic", "link", "figure"])
    return json.loads(converter.from_database_format(text))


def test_an_editor_drafts_todays_column_in_two_steps(paper, fund):
    a_gift(100)
    editor = cast.at_the_desk(roles.EDITOR)

    page = editor.get("/desk/column/").content.decode()
    answer = editor.post("/desk/column/", typed(paper, fund))

    assert "1 gift waits to be thanked for, £100" in page
    assert page.count(f'value="{today()}"') == 2
    assert answer.url == at(Column.objects.get())
    assert editor.get(answer.url).status_code == 200


def test_publishing_in_the_editor_freezes_the_figures(paper, fund):
    a_gift(100)
    article = a_column(paper, fund)

    cast.at_the_desk(roles.EDITOR).post(at(article), sent(article))
    a_gift(50)

    column = Column.objects.get()
    assert column.article.live
    assert column.frozen_at is not None
    assert (column.figures["day"]["text"], column.figures["raised"]["minor"]) == ("£100", 100_00)


def test_a_draft_of_nothing_is_refused_and_keeps_what_was_typed(paper, fund):
    answer = cast.at_the_desk(roles.EDITOR).post("/desk/column/", typed(paper, fund, again="on"))

    assert answer.status_code == 422
    assert "Nothing has come in on these days" in answer.content.decode()
    assert "checked" in answer.content.decode()
    assert not Column.objects.exists()
    assert not ArticlePage.objects.exists()


def test_a_day_that_has_not_come_is_refused(paper, fund):
    a_gift(100)

    answer = cast.at_the_desk(roles.EDITOR).post("/desk/column/", typed(paper, fund, last_on="2999-01-01"))

    assert answer.status_code == 422
    assert not Column.objects.exists()


def test_an_editor_never_sees_more_than_the_words_that_givers_chose(paper, fund):
    samples.a_cheque(thanks_as="not")
    article = a_column(paper, fund)
    editor = cast.at_the_desk(roles.EDITOR)

    pages = [editor.get(address).content.decode() for address in ("/desk/column/", at(article), "/desk/")]

    for canary in (samples.CANARY_NAME, samples.CANARY_EMAIL, samples.CANARY_PLACE):
        assert canary not in "".join(pages)


def test_the_canary_would_be_seen(paper, fund):
    """The control: a giver who wishes to be named stands on the editor's page."""
    samples.a_cheque(thanks_as="name")
    article = a_column(paper, fund)

    assert samples.CANARY_NAME in cast.at_the_desk(roles.EDITOR).get(at(article)).content.decode()


def test_the_editor_has_figures_as_the_books_have_them_now(paper, fund):
    a_gift(100)
    article = a_column(paper, fund)
    a_gift(25, on=today())

    page = cast.at_the_desk(roles.EDITOR).get(at(article)).content.decode()

    assert 'data-column-figure="raised" data-reads="£125"' in page
    assert "add up to £100, and the books have £125" in page
    assert "desk/figures" in page


def test_figures_pass_through_the_editor_unchanged(paper, fund):
    a_gift(100)
    article = a_column(paper, fund)

    answer = cast.at_the_desk(roles.EDITOR).post(at(article), sent(article))

    assert answer.status_code == 302
    assert ArticlePage.objects.get(pk=article.pk).live
    assert '<span data-figure="raised">' in ArticlePage.objects.get(pk=article.pk).body[0].value.source


def test_a_wrong_sum_is_refused_at_the_desk_with_both_figures(paper, fund):
    a_gift(100)
    article = a_column(paper, fund)
    a_gift(25)

    answer = cast.at_the_desk(roles.EDITOR).post(at(article), sent(article, headline="My own words"))

    page = answer.content.decode()
    assert "add up to £100, and the books have £125 for these days: £25 apart" in page
    assert "My own words" in page
    assert not ArticlePage.objects.get(pk=article.pk).live
    assert Column.objects.get().frozen_at is None


def test_a_wrong_sum_can_be_kept_as_a_draft(paper, fund):
    a_gift(100)
    article = a_column(paper, fund)
    a_gift(25)
    form = sent(article, headline="Still a draft")
    del form["action-publish"]

    answer = cast.at_the_desk(roles.EDITOR).post(at(article), form)

    assert answer.status_code == 302
    assert ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object().title == "Still a draft"


def test_a_draft_is_brought_up_to_date_from_the_list(paper, fund):
    a_gift(100)
    article = a_column(paper, fund)
    a_gift(25, "Cal Ives", place="Derby")
    editor = cast.at_the_desk(roles.EDITOR)

    answer = editor.post(f"/desk/column/{article.pk}/up-to-date/")

    assert answer.url == at(article)
    assert "Cal Ives, Derby" in editor.get(at(article)).content.decode()


def test_a_published_column_is_not_brought_up_to_date(paper, fund):
    a_gift(100)
    article = a_column(paper, fund)
    publish(article)
    a_gift(25)

    answer = cast.at_the_desk(roles.EDITOR).post(f"/desk/column/{article.pk}/up-to-date/")

    assert "is published" in str(next(iter(get_messages(answer.wsgi_request))))
    assert Column.objects.get().gifts.count() == 1


def test_publishing_many_at_once_stops_at_a_column_that_does_not_agree(paper, fund):
    a_gift(100)
    article = a_column(paper, fund)
    a_gift(25)
    editor = cast.at_the_desk(roles.EDITOR)

    answer = editor.post(f"/desk/bulk/wagtailcore/page/publish/?id={article.pk}", {"include_descendants": ""})

    assert answer.url == "/desk/column/"
    assert not ArticlePage.objects.get(pk=article.pk).live


def test_a_column_held_back_is_on_the_editors_first_screen(paper, fund):
    a_gift(100)
    article = a_column(paper, fund)
    Column.objects.filter(pk=article.pk).update(parked_at=timezone.now(), parked_reason="£100 is not £125.")

    editors = cast.at_the_desk(roles.EDITOR).get("/desk/").content.decode()
    treasurers = cast.at_the_desk(roles.TREASURER).get("/desk/").content.decode()

    assert "£100 is not £125." in editors
    assert "£100 is not £125." not in treasurers


def test_a_figure_typed_wrongly_after_publishing_is_refused_against_what_was_printed(paper, fund):
    a_gift(100)
    article = a_column(paper, fund)
    publish(article)
    a_gift(25)
    column_drafting.draft(appeal=fund, section=paper.section, first_on=today(), last_on=today(), now=now())
    edit(article, "has come in", "(£125) has come in")

    answer = cast.at_the_desk(roles.EDITOR).post(at(article), sent(article))

    assert "“£125” was typed" in answer.content.decode()
