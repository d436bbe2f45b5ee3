"""RSS, the sitemaps and robots.txt, read as a machine reads them."""

import datetime as dt
import json
from email.utils import parsedate_to_datetime

import pytest
from lxml import etree

from pennypress.newsroom import maps
from tests.newsroom import builders

pytestmark = pytest.mark.django_db

DC = "{http://purl.org/dc/elements/1.1/}creator"
MAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "n": "http://www.google.com/schemas/sitemap-news/0.9"}


@pytest.fixture(autouse=True)
def address(settings):
    settings.SITE_URL = "https://lantern.example"


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Cache-Control"].startswith("public")
    assert not answer.cookies
    return etree.fromstring(answer.content)


@pytest.mark.parametrize(
    "path", ["/feeds/", "/feeds/sections/world/", "/feeds/contributors/zoe-adair/", "/feeds/topics/ports/"]
)
def test_a_feed_has_full_headline_standfirst_byline_address_and_date(client, paper, path):
    headline = "A headline with <b>, & and “quotes” \x0b that is long enough for print"
    story = builders.a_story(
        paper.section, headline, standfirst="All of it.", contributors=[paper.writer], topics=[paper.topic]
    )

    item = read(client, path).find("channel/item")

    assert item.findtext("title") == "A headline with <b>, & and “quotes”  that is long enough for print"
    assert item.findtext("description") == "All of it."
    assert item.findtext(DC) == "Zoë Adair"
    assert item.findtext("link") == f"https://lantern.example{story.local_path()}"
    assert abs(parsedate_to_datetime(item.findtext("pubDate")) - story.first_published_at) < dt.timedelta(seconds=1)


def test_a_feed_goes_newest_first(client, paper):
    builders.a_story(paper.section, "Older", published_at=builders.NOW - dt.timedelta(days=2))
    builders.a_story(paper.section, "Newer", published_at=builders.NOW - dt.timedelta(days=1))

    assert [item.findtext("title") for item in read(client, "/feeds/").iter("item")] == ["Newer", "Older"]


@pytest.mark.parametrize("path", ["/feeds/sections/none/", "/feeds/contributors/world/", "/feeds/topics/x/"])
def test_a_feed_of_nothing_is_not_found(client, paper, path):
    assert client.get(path).status_code == 404


def test_the_sitemap_leads_to_every_public_page(client, paper):
    story = builders.a_story(paper.section)

    parts = [loc.text for loc in read(client, "/sitemap.xml").iterfind("s:sitemap/s:loc", MAP)]
    pages = [read(client, part.removeprefix("https://lantern.example")) for part in parts]
    found = [loc.text for page in pages for loc in page.iterfind("s:url/s:loc", MAP)]

    assert f"https://lantern.example{story.local_path()}" in found
    assert "https://lantern.example/" in found
    assert "https://lantern.example/contributors/zoe-adair/" in found
    assert len(found) == len(set(found))


def test_the_map_of_the_parts_is_known_by_its_mark_until_there_is_another_part(client, paper):
    mark = client.get("/sitemap.xml")["ETag"]

    assert client.get("/sitemap.xml", headers={"if-none-match": mark}).status_code == 304
    assert maps._parts("https://lantern.example", 3)[1] != maps._parts("https://lantern.example", 4)[1]
    assert maps._parts("https://lantern.example", 3)[1] != maps._parts("https://other.example", 3)[1]


def test_a_part_of_the_sitemap_that_is_not_there_is_empty_or_not_found(client, paper):
    assert len(read(client, "/sitemap-99.xml")) == 0
    assert client.get("/sitemap-99999999999999999999.xml").status_code == 404


def test_the_news_sitemap_lists_the_last_two_days(client, paper):
    builders.a_story(paper.section, "Old news", published_at=builders.NOW - dt.timedelta(days=3))
    builders.a_story(paper.section, "New news", published_at=builders.NOW - dt.timedelta(hours=3))

    root = read(client, "/news-sitemap.xml")

    assert [title.text for title in root.iterfind(".//n:title", MAP)] == ["New news"]
    assert root.findtext(".//n:publication/n:name", namespaces=MAP) == "The Lantern"


def test_robots_are_shown_the_maps_and_kept_from_the_desk(client, paper):
    text = client.get("/robots.txt").content.decode()

    assert "Disallow: /desk/\n" in text
    assert "Sitemap: https://lantern.example/news-sitemap.xml" in text


def test_what_machines_read_cannot_break_out_of_its_element(client, paper):
    story = builders.a_story(paper.section, '</script><script>alert("x")</script>')

    page = client.get(story.local_path()).content.decode()
    written = page.split('<script type="application/ld+json">')[1].split("</script>")[0]

    assert "<" not in written
    assert json.loads(written)["headline"].startswith("</script><script>alert(“x”)")
    assert json.loads(written)["@type"] == "NewsArticle"
    assert json.loads(written)["mainEntityOfPage"].startswith("https://lantern.example/world/")
