"""What search engines and news aggregators are told: sitemap.xml, news-sitemap.xml, robots.txt."""

import datetime as dt
import functools
import hashlib
from collections.abc import Iterable
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe
from lxml import etree

from pennypress.delivery import caching
from pennypress.newsroom import context, metadata, reading, tags
from pennypress.newsroom.feeds import printable
from pennypress.newsroom.models.addressed import path_of
from pennypress.newsroom.reading import Row

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
A_PART = 1_000
LARGEST_PART = 2**31 // A_PART - 1
MOST_NEWS = 1_000
NEWS_FOR = dt.timedelta(days=2)
SECONDS = 600
XML = "application/xml; charset=utf-8"
_PART = """SELECT page.url_path, page.last_published_at FROM wagtailcore_page page
WHERE page.id >= %(first)s AND page.id < %(next)s AND page.depth >= 2 AND {open} ORDER BY page.id DESC"""


@require_safe
@caching.public(seconds=SECONDS, tags=(tags.SITEMAP,))
def sitemap(request: HttpRequest) -> HttpResponse:
    """This function will name the parts of the list of every page that everybody may read. Source: sitemaps.org.

    A part holds the pages whose numbers lie in its thousand, so that it is found by them, and one that is complete stays.
    """
    last = reading.rows("SELECT max(id) FROM wagtailcore_page", {})[0][0] or 0
    parts, mark = _parts(settings.SITE_URL, last // A_PART + 1)
    return HttpResponse(parts, content_type=XML, headers={"ETag": mark})


@functools.lru_cache(maxsize=2)
def _parts(site: str, parts: int) -> tuple[bytes, str]:
    """The list of the parts, which is another one once in a thousand pages, and its ETag: of a long one it takes longest."""
    lines = (f"<sitemap><loc>{escape(site)}/sitemap-{part}.xml</loc></sitemap>" for part in range(parts))
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{SITEMAP}">{"".join(lines)}</sitemapindex>'
    return text.encode(), f'"{hashlib.sha256(text.encode()).hexdigest()}"'


@require_safe
@caching.public(seconds=SECONDS, tags=(tags.SITEMAP,))
def sitemap_part(request: HttpRequest, part: int) -> HttpResponse:
    """This function will list the pages of one part of the map that everybody may read."""
    if part > LARGEST_PART:
        raise Http404
    facts = {"first": part * A_PART, "next": (part + 1) * A_PART}
    rows = reading.rows(_PART.format(open=reading.is_open("page")), facts)
    return _listed((metadata.absolute(path_of(url_path)), changed_at) for url_path, changed_at in rows)


def _listed(addresses: Iterable[tuple[str, dt.datetime | None]]) -> HttpResponse:
    """A thousand addresses in one go; those of pages hold letters, digits, hyphens and slashes."""
    lines = []
    for address, changed_at in addresses:
        changed = f"<lastmod>{changed_at.isoformat(timespec='seconds')}</lastmod>" if changed_at else ""
        lines.append(f"<url><loc>{escape(address)}</loc>{changed}</url>")
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{SITEMAP}">'
    return HttpResponse(f"{head}{''.join(lines)}</urlset>", content_type=XML)


@require_safe
@caching.public(seconds=SECONDS, tags=(tags.NEWS_SITEMAP, tags.FURNITURE))
def news_sitemap(request: HttpRequest) -> HttpResponse:
    """This function will list the stories of the last two days. Source: Google's news sitemap, at most 1,000."""
    since = timezone.now() - NEWS_FOR
    stories = reading.newest(MOST_NEWS, since=since)
    root = etree.Element(f"{{{SITEMAP}}}urlset", nsmap={None: SITEMAP, "news": NEWS})
    _tell(root, stories)
    return _xml(root)


def _tell(root: etree._Element, stories: Iterable[Row]) -> None:
    masthead = context.known()["masthead"]
    language = (translation.get_language() or "en").split("-")[0]
    for story in stories:
        entry = etree.SubElement(root, f"{{{SITEMAP}}}url")
        _line(entry, SITEMAP, "loc", metadata.absolute(path_of(story.url_path)))
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
    return HttpResponse(body, content_type=XML)


@require_safe
@caching.public(seconds=SECONDS)
def robots(request: HttpRequest) -> HttpResponse:
    """This function will tell robots where not to look, and where the maps are."""
    shut = ("/desk/", "/account/", "/login/", "/2fa/", "/search/", "/fragments/", "/documents/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in shut), ""]
    lines += [f"Sitemap: {settings.SITE_URL}/{name}" for name in ("sitemap.xml", "news-sitemap.xml")]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
