"""Whoever changes what readers see purges what shows it: nothing stale stays, and nothing else goes.

Every public page is stored; after each act, what a store that listens to the database dropped is held against what
Django would answer now.
"""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import transaction
from wagtail.actions.delete_page import DeletePageAction
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageViewRestriction

from pennypress.delivery import purging
from pennypress.newsroom import context, most_read, writing
from pennypress.newsroom.models import ArticlePage, Paper, Source
from pennypress.newsroom.writing import Asserted, Bears
from tests.newsroom import builders
from tests.stored import Shelf

MOST_READ = "/fragments/most-read/"
FEEDS = ("/feeds/", "/feeds/sections/{}/", "/feeds/topics/{}/", "/feeds/contributors/{}/")
EVERYWHERE = ("/", "/search/?q=dockers", "/no-such-page/", "/privacy/", "/contributors/", "/topics/", MOST_READ)
MAPS = ("/sitemap-0.xml", "/news-sitemap.xml")


@pytest.fixture
def paper(committed):
    """Two sections, two writers and two topics, with a story and more of each; two stories whose claims bear on each other."""
    context.forget()
    paper = builders.a_paper()
    paper.other = SimpleNamespace(
        section=writing.make_section(title="Sport"),
        writer=writing.make_contributor(name="Bo Hart", role="Referee"),
        topic=writing.make_topic(title="Rugby"),
    )
    paper.privacy = writing.make_standing_page(title="Privacy", text="<p>We keep little.</p>")
    union, minister = writing.make_source(name="The union"), writing.make_source(name="The minister")
    book: dict = {}
    paper.answered = builders.a_story(
        paper.section,
        "The minister speaks",
        claims=[Asserted(key="pay", says="It does not pay.", source=minister)],
        book=book,
    )
    paper.story = builders.a_story(
        paper.section,
        contributors=[paper.writer],
        topics=[paper.topic],
        picture=builders.a_picture(),
        claims=[Asserted(key="won", says="They won.", source=union, relations=[Bears("denies", "pay")])],
        book=book,
    )
    paper.beside = builders.a_story(paper.section, "Cranes stand still", topics=[paper.topic])
    paper.match = builders.a_story(
        paper.other.section, "A draw", contributors=[paper.other.writer], topics=[paper.other.topic]
    )
    read = (paper.match, paper.story, paper.beside, paper.answered)
    most_read.count({story.pk: 90 - place for place, story in enumerate(read)}, now=builders.NOW)
    paper.claims = [f"/claims/{book[key].pk}/" for key in ("pay", "won")]
    return paper


@pytest.fixture
def shelf(paper):
    stories = [paper.answered, paper.story, paper.beside, paper.match]
    of = [(half.section, half.topic, half.writer) for half in (paper, paper.other)]
    pages = [page.local_path() for page in [*stories, *(page for half in of for page in half)]]
    feeds = [feed.format(page.slug) for half in of for feed, page in zip(FEEDS[1:], half, strict=True)]
    every = [*EVERYWHERE, *MAPS, "/feeds/", "/search/?q=draw", "/search/?q=cranes", *paper.claims, *pages, *feeds]
    return Shelf(list(dict.fromkeys(every))).begin()


def everything(shelf) -> set[str]:
    """What carries the furniture: all but the map of the site, which only lists addresses."""
    return set(shelf.addresses) - {"/sitemap-0.xml"}


def again(page):
    """A page as an editor finds it."""
    return type(page).objects.get(pk=page.pk)


def published(page):
    page.save_revision().publish()


def test_a_corrected_headline_ends_what_shows_it_and_nothing_else(paper, shelf):
    story = again(paper.match)
    story.title = "A draw, after all"
    published(story)

    shelf.hear()

    assert shelf.stale() == set()
    shows = {
        "/",
        MOST_READ,
        "/sport/a-draw/",
        "/sport/",
        "/topics/rugby/",
        "/contributors/bo-hart/",
        "/feeds/",
        "/search/?q=draw",
    }
    feeds = {"/feeds/sections/sport/", "/feeds/topics/rugby/", "/feeds/contributors/bo-hart/"}
    # Its text tells of dockers; and any search may find it now that did not before.
    assert shelf.dropped() == shows | feeds | set(MAPS) | {"/search/?q=dockers", "/search/?q=cranes"}


def test_a_new_story_ends_the_lists_that_it_joins(paper, shelf):
    before = shelf.bodies()
    builders.a_story(paper.other.section, "Dockers play", contributors=[paper.other.writer], topics=[paper.other.topic])

    shelf.hear()

    assert shelf.stale() == set()
    # Each of them could have become another, and is made anew.
    assert shelf.unchanged(before=before) == {"/search/?q=draw", "/search/?q=cranes", "/no-such-page/"}


def test_a_killed_story_goes_from_everywhere(paper, shelf):
    before = shelf.bodies()
    again(paper.story).unpublish()

    shelf.hear()

    assert shelf.stale() == set()
    # The lists of its topic and its section are other lists now, also where they are too short to show it.
    assert shelf.unchanged(before=before) <= {"/search/?q=draw", "/search/?q=cranes", "/no-such-page/"}
    assert "/sport/a-draw/" not in shelf.dropped()


def test_a_deleted_story_goes_from_everywhere(paper, shelf):
    DeletePageAction(again(paper.story), user=None).execute(skip_permission_checks=True)

    shelf.hear()

    assert shelf.stale() == set()
    assert paper.story.local_path() in shelf.dropped()
    assert "/sport/a-draw/" not in shelf.dropped()


def test_a_deleted_section_takes_its_stories_along(paper, shelf):
    DeletePageAction(again(paper.other.section), user=None).execute(skip_permission_checks=True)

    shelf.hear()

    assert shelf.stale() == set()
    assert "/sport/a-draw/" in shelf.dropped()


def test_a_moved_story_ends_both_sections(paper, shelf):
    again(paper.story).move(paper.other.section, pos="last-child")

    shelf.hear()

    assert shelf.stale() == set()
    assert {"/world/", "/sport/", paper.story.local_path()} <= shelf.dropped()
    assert not {"/privacy/", "/contributors/bo-hart/"} & shelf.dropped()


def test_a_story_with_another_address_ends_what_leads_to_it(paper, shelf):
    story = again(paper.match)
    story.slug = "no-win"
    published(story)

    shelf.hear()

    assert shelf.stale() == set()
    assert {"/world/", "/privacy/", "/search/?q=cranes"} & shelf.dropped() == set()


def test_a_section_with_another_address_ends_every_page(paper, shelf):
    section = again(paper.section)
    section.title, section.slug = "The world", "the-world"
    published(section)

    shelf.hear()

    assert shelf.stale() == set()


def test_what_a_section_says_of_itself_ends_its_own_page_alone(paper, shelf):
    section = again(paper.other.section)
    section.standfirst = "All that is played."
    published(section)

    shelf.hear()

    assert shelf.stale() == set()
    # Its lists, the story that takes those beside it from them, and what no page was found for.
    lists = {"/sport/", "/feeds/sections/sport/", "/sitemap-0.xml", "/no-such-page/"}
    assert shelf.dropped() == lists


def test_a_section_out_of_the_menu_ends_every_page_that_has_one(paper, shelf):
    section = again(paper.other.section)
    section.show_in_menus = False
    published(section)

    shelf.hear()

    assert shelf.stale() == set()
    assert "/privacy/" in shelf.dropped()


def test_sections_in_another_order_end_every_page(paper, shelf):
    again(paper.other.section).move(paper.section, pos="left")

    shelf.hear()

    assert shelf.stale() == set()


def test_a_contributor_with_another_name_ends_what_they_wrote(paper, shelf):
    writer = again(paper.other.writer)
    writer.title = "Bo Harte"
    published(writer)

    shelf.hear()

    assert shelf.stale() == set()
    assert "/world/cranes-stand-still/" not in shelf.dropped()
    assert "/privacy/" not in shelf.dropped()


def test_a_topic_with_another_name_ends_its_page_and_its_stories_and_no_card(paper, shelf):
    topic = again(paper.other.topic)
    topic.title = "Union rugby"
    published(topic)

    shelf.hear()

    assert shelf.stale() == set()
    assert {"/sport/a-draw/", "/topics/rugby/", "/topics/"} <= shelf.dropped()
    assert not {"/", "/sport/", "/feeds/"} & shelf.dropped()


def test_the_paper_with_another_name_ends_every_page(paper, shelf):
    named = Paper.load()
    named.masthead = "The Beacon"
    named.save()

    shelf.hear()

    assert shelf.stale() == set()
    assert shelf.dropped() == everything(shelf)


def test_the_words_of_a_standing_page_end_that_page_alone(paper, shelf):
    privacy = again(paper.privacy)
    privacy.text = "<p>We keep less.</p>"
    published(privacy)

    shelf.hear()

    assert shelf.stale() == set()
    assert shelf.dropped() == {"/privacy/", "/sitemap-0.xml", "/no-such-page/"}


def test_the_name_of_a_standing_page_ends_every_page(paper, shelf):
    privacy = again(paper.privacy)
    privacy.title = "What we keep"
    published(privacy)

    shelf.hear()

    assert shelf.stale() == set()
    assert shelf.dropped() == set(shelf.addresses)


def test_another_picture_text_ends_what_prints_the_picture(paper, shelf):
    picture = paper.story.lead_picture
    picture.caption = "The other dock"
    picture.save()

    shelf.hear()

    assert shelf.stale() == set()
    assert paper.story.local_path() in shelf.dropped()
    assert not {"/sport/", "/sport/a-draw/", "/privacy/"} & shelf.dropped()


def test_a_source_off_the_record_ends_every_story_that_tells_of_it(paper, shelf):
    source = Source.objects.get(name="The union")
    source.standing = "off_record"
    source.save()

    shelf.hear()

    assert shelf.stale() == set()
    # The minister's story and claim told of it too.
    assert {paper.answered.local_path(), *paper.claims} <= shelf.dropped()
    assert not {"/sport/a-draw/", "/privacy/"} & shelf.dropped()


def test_a_claim_about_another_storys_claim_ends_that_story(paper, shelf):
    claim = paper.answered.claims.get()
    builders.a_story(
        paper.other.section,
        "The players answer",
        claims=[
            Asserted(says="It does.", source=writing.make_source(name="A player"), relations=[Bears("answers", "pay")])
        ],
        book={"pay": claim},
    )

    shelf.hear()

    assert shelf.stale() == set()
    assert {paper.answered.local_path(), paper.claims[0]} <= shelf.dropped()


def test_page_one_laid_out_anew_ends_itself(paper, shelf):
    writing.make_front(splash=again(paper.match))

    shelf.hear()

    assert shelf.stale() == set()
    assert shelf.dropped() == {"/", "/feeds/", "/sitemap-0.xml"}


def test_what_the_schedule_publishes_ends_the_same_as_what_an_editor_does(paper, shelf):
    draft = builders.a_draft(paper.section, "Ready at six")
    draft.go_live_at = builders.NOW - dt.timedelta(minutes=1)
    draft.save_revision(approved_go_live_at=draft.go_live_at)
    call_command("publish_scheduled")

    assert shelf.hear()

    assert shelf.stale() == set()
    assert {"/", "/world/", "/feeds/"} <= shelf.dropped()


def test_a_redirect_ends_what_was_said_not_to_be_there(paper, shelf):
    Redirect.add_redirect("/no-such-page/", redirect_to=again(paper.story))

    shelf.hear()

    assert shelf.dropped() == {"/no-such-page/"}
    assert shelf.stale() == set()


def test_a_section_that_is_shut_goes_from_everywhere(paper, shelf):
    PageViewRestriction.objects.create(page=again(paper.section), restriction_type=PageViewRestriction.LOGIN)

    shelf.hear()

    assert shelf.stale() == set()


def test_what_is_rolled_back_purges_nothing(paper, shelf):
    story = again(paper.match)
    story.title = "Never so"
    with transaction.atomic():
        published(story)
        transaction.set_rollback(True)

    assert shelf.hear() == set()

    assert shelf.dropped() == set()
    assert shelf.stale() == set()


def test_nothing_is_heard_before_the_change_is_true(paper, shelf):
    with transaction.atomic():
        purging.purge("front")
        assert shelf.heard.empty()

    assert shelf.hear() == {"front"}


def test_a_change_that_purges_nothing_is_seen_by_this_test(paper, shelf, monkeypatch):
    monkeypatch.setattr(purging, "purge", lambda *tags: None)
    story = again(paper.match)
    story.title = "Never told"
    published(story)
    monkeypatch.undo()

    shelf.hear()

    assert "/sport/a-draw/" in shelf.stale()


def test_a_page_carries_few_tags(paper, shelf):
    many = max(shelf.store.pages.values(), key=lambda page: len(page.tags))

    assert len(many.tags) < 20
    assert all(page.tags for page in shelf.store.pages.values())


def test_a_draft_purges_nothing(paper, shelf):
    builders.a_draft(paper.section, "Not yet")
    ArticlePage.objects.get(pk=paper.match.pk).save_revision()

    assert shelf.hear() == set()
