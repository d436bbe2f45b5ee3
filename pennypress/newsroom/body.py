"""Prints a story's body: from the editor's blocks to the HTML that readers get. No queries of its own but for pictures.

Every word is escaped or passes an allow-list on the way, whatever stands in the database, and type is set. The marks of
claims are put in by `marking`.
"""

from collections.abc import Set
from typing import Any

import nh3
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from lxml import etree, html
from wagtail.rich_text import expand_db_html

from pennypress.newsroom import renditions, typography

TAGS = {"p", "b", "strong", "i", "em", "a", "ul", "ol", "li", "br"}
ATTRIBUTES = {"a": {"href"}, "span": {"data-figure"}}
NO_SET = {"code", "pre"}


def render(blocks: Any) -> str:
    """This function will give the body's HTML without the marks of claims."""
    printed = [PRINTERS[block.block_type](block.value) for block in blocks if block.block_type in PRINTERS]
    return set_html(first_words("\n".join(part for part in printed if part)))


def _text(value: Any) -> str:
    # Figures are references until the story is prepared (`figures`); other spans are dropped, their text stays.
    has_figures = "data-figure" in value.source
    return clean(expand_db_html(value.source), more={"span"} if has_figures else frozenset())


def _crosshead(value: str) -> SafeString:
    return format_html('<h2 class="crosshead">{}</h2>', value)


def _pull_quote(value: Any) -> SafeString:
    words = str(value["text"]).strip().strip('"“”')
    speaker = format_html("<figcaption>{}</figcaption>", value["speaker"]) if value["speaker"] else ""
    return format_html('<figure class="pull-quote"><blockquote><p>“{}”</p></blockquote>{}</figure>', words, speaker)


def _picture(value: Any) -> SafeString:
    picture = value["picture"]
    if picture is None:
        return SafeString("")
    shown = renditions.wide(picture, caption=value["caption"], credit=value["credit"])
    credit = format_html('<span class="credit">{}</span>', shown["credit"]) if shown["credit"] else ""
    legend = format_html("<figcaption>{} {}</figcaption>", shown["caption"], credit)
    return format_html(
        '<figure class="story-picture"><img src="{src}" srcset="{srcset}" sizes="{sizes}" width="{width}"'
        ' height="{height}" alt="{alt}" loading="lazy" decoding="async">{legend}</figure>',
        **{**shown, "legend": legend if shown["caption"] or credit else ""},
    )


def _list(value: Any) -> SafeString:
    return format_html(
        '<ul class="story-list">{}</ul>', format_html_join("", "<li>{}</li>", ((line,) for line in value))
    )


def _fact_box(value: Any) -> SafeString:
    return format_html(
        '<aside class="fact-box"><h2>{}</h2>{}</aside>',
        value["title"],
        mark_safe(_text(value["text"])),
    )


PRINTERS = {
    "text": _text,
    "crosshead": _crosshead,
    "pull_quote": _pull_quote,
    "picture": _picture,
    "list": _list,
    "fact_box": _fact_box,
}


def clean(fragment: str, *, more: Set[str] = frozenset()) -> str:
    """This function will let through only the few tags that a story's text may have, and links to http, https or mailto."""
    return nh3.clean(
        fragment, tags=TAGS | more, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto"}, link_rel="noopener"
    )


def first_words(fragment: str) -> str:
    """This function will mark the capitals that a story opens with, as agencies write it, to be set in small capitals."""
    root = parsed(fragment)
    opening = next((child for child in root if child.tag == "p"), None)
    if opening is None or not opening.text:
        return fragment
    words = opening.text.lstrip().split(" ")
    loud = 0
    while loud < len(words) and words[loud].isupper() and sum(map(str.isalpha, words[loud])) > 1:
        loud += 1
    if not loud:
        return fragment
    span = html.Element("span", {"class": "first-words"})
    span.text, rest = " ".join(words[:loud]), words[loud:]
    span.tail = (" " if rest else "") + " ".join(rest)
    opening.text = None
    opening.insert(0, span)
    return written(root)


def set_html(fragment: str) -> str:
    """This function will set the type of every run of text, a quotation going on across bold and links as it should."""
    root = parsed(fragment)
    for block in root.iter("p", "li", "h2", "h3", "figcaption"):
        before = ""
        for holder, place in runs(block):
            text = typography.set_text(getattr(holder, place), before=before)
            setattr(holder, place, text)
            before = text or before
    return written(root)


def runs(block: Any) -> list[tuple[Any, str]]:
    """This function will list where a block's text stands, in reading order: (element, "text" or "tail")."""
    found = [(block, "text")] if block.text else []
    for child in block:
        found += runs(child) if child.tag not in NO_SET else []
        if child.tail:
            found.append((child, "tail"))
    return found


def text_of(fragment: str) -> str:
    """This function will give the words of a body as plain text, a line for each block."""
    return "\n".join(" ".join(block.itertext()) for block in parsed(fragment))


def parsed(fragment: str) -> Any:
    return html.fragment_fromstring(fragment, create_parent="div")


def written(root: Any) -> str:
    whole = etree.tostring(root, encoding="unicode", method="html")
    return whole[len("<div>") : -len("</div>")]
