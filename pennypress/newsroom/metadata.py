"""What machines read of a story: JSON-LD NewsArticle and OpenGraph. Pure."""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

_UNSAFE = {"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def for_script(data: Any) -> SafeString:
    """This function will write JSON that may stand in <script type="application/ld+json">, whatever words are in it.

    >>> for_script({"a": "</script>"})
    '{"a": "\\\\u003C/script\\\\u003E"}'
    """
    text = json.dumps(data, ensure_ascii=False)
    for char, put in _UNSAFE.items():
        text = text.replace(char, put)
    return mark_safe(text)


def json_ld(shown: dict[str, Any], paper: dict[str, Any]) -> SafeString:
    """This function will describe a story as schema.org's NewsArticle (or opinion). Source: schema.org/NewsArticle."""
    changed = shown["updated_at"] or shown["published_at"]
    data = {
        "@context": "https://schema.org",
        "@type": "OpinionNewsArticle" if shown["is_opinion"] else "NewsArticle",
        "headline": shown["web_headline"],
        "description": shown["description"],
        "datePublished": shown["published_at"].isoformat(),
        "dateModified": changed.isoformat(),
        "mainEntityOfPage": shown["canonical"],
        "articleSection": shown["section"]["title"],
        "keywords": [topic["title"] for topic in shown["topics"]],
        "wordCount": shown["words"],
        "isAccessibleForFree": True,
        "author": [
            {"@type": "Person", "name": person["name"], "url": absolute(person["url"])} for person in shown["byline"]
        ],
        "publisher": {"@type": "NewsMediaOrganization", "name": paper["masthead"], "url": settings.SITE_URL},
        **({"image": [absolute(shown["picture"]["src"])]} if shown["picture"] else {}),
    }
    return for_script(data)


def open_graph(shown: dict[str, Any], paper: dict[str, Any]) -> dict[str, str]:
    """This function will give what sharing shows of a story, by OpenGraph's own names. Source: ogp.me."""
    picture = shown["picture"]
    return {
        "type": "article",
        "title": shown["web_headline"],
        "description": shown["description"],
        "url": shown["canonical"],
        "site_name": paper["masthead"],
        "image": absolute(picture["src"]) if picture else "",
        "image_alt": picture["alt"] if picture else "",
        "published_time": shown["published_at"].isoformat(),
        "modified_time": (shown["updated_at"] or shown["published_at"]).isoformat(),
        "section": shown["section"]["title"],
    }


def absolute(address: str) -> str:
    """This function will give a local address with the paper's own host."""
    return address if "://" in address else settings.SITE_URL + address
