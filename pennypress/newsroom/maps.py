"""What search engines and news aggregators are told: sitemap.xml, news-sitemap.xml, robots.txt."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe
from lxml import etree
from wagtail.models import Page

from pennypress.delivery import caching
from pennypress.newsroom import context, metadata, tags
from pennypress.newsroom.feeds import printable
from pennypress.newsroom.models import PreparedArticle
from pennypress.newsroom.models.addressed import path_of

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
MOST = 50_000
MOST_NEWS = 1_000
NEWS_FOR = dt.timedelta(days=2)
SECONDS = 600


@require_safe
@caching.public(seconds=SECONDS, tags=(tags.SITEMAP,))
def sitemap(request: HttpRequest) -> HttpResponse:
    """This function will list every page that everybody may read. Source: sitemaps.org, at most 50,000 addresses."""
    pages = Page.objects.live().public().filter(depth__gte=2).order_by("-last_published_at")
    rows = pages.values_list("url_path", "last_published_at")[:MOST]
    root = etree.Element(f"{{{SITEMAP}}}urlset", nsmap={None: SITEMAP})
    for url_path, changed_at in rows:
        entry = etree.SubElement(root, f"{{{SITEMAP}}}url")
        _line(entry, SITEMAP, "loc", metadata.absolute(path_of(url_path)))
        if changed_at:
            _line(entry, SITEMAP, "lastmod", changed_at.isoformat(timespec="seconds"))
    return _xml(root)


@require_safe
@caching.public(seconds=SECONDS, tags=(tags.NEWS_SITEMAP, tags.FURNITURE))
def news_sitemap(request: HttpRequest) -> HttpResponse:
    """This function will list the stories of the last two days. Source: Google's news sitemap, at most 1,000."""
    since = timezone.now() - NEWS_FOR
    stories = PreparedArticle.objects.public().filter(published_at__gte=since)[:MOST_NEWS]
    root = etree.Element(f"{{{SITEMAP}}}urlset", nsmap={None: SITEMAP, "news": NEWS})
    _tell(root, stories)
    return _xml(root)


def _tell(root: etree._Element, stories: Iterable[PreparedArticle]) -> None:
    masthead = context.known()["masthead"]
    language = (translation.get_language() or "en").split("-")[0]
    for story in stories:
        entry = etree.SubElement(root, f"{{{SITEMAP}}}url")
        _line(entry, SITEMAP, "loc", metadata.absolute(path_of(story.article.url_path)))
        news = etree.SubElement(entry, f"{{{NEWS}}}news")
        publication = etree.SubElement(news, f"{{{NEWS}}}publication")
        _line(publication, NEWS, "name", masthead)
        _line(publication, NEWS, "language", language)
        _line(news, NEWS, "publication_date", story.published_at.isoformat(timespec="seconds"))
        _line(news, NEWS, "title", story.headline)


def _line(parent: etree._Element, space: str, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{space}}}{name}").text = printable(text)


def _xml(root: etree._Element) -> HttpResponse:
    body = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return HttpResponse(body, content_type="application/xml; charset=utf-8")


@require_safe
@caching.public(seconds=SECONDS)
def robots(request: HttpRequest) -> HttpResponse:
    """This function will tell robots where not to look, and where the maps are."""
    shut = ("/desk/", "/account/", "/login/", "/2fa/", "/search/", "/fragments/", "/documents/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in shut), ""]
    lines += [f"Sitemap: {settings.SITE_URL}/{name}" for name in ("sitemap.xml", "news-sitemap.xml")]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
