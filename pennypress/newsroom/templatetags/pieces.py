"""`{% piece "components/story.html" story=story kind="row" %}`: a part of a page, made once from what it shows and kept.

A piece reads what it is given and nothing else, so that what it looks like follows from that alone: the same card stands
on the front page, in its section and beside a hundred stories. What is given must not change, which Python checks by
asking for its hash.
"""

from typing import Any

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.utils import translation
from django.utils.safestring import SafeString

register = template.Library()

# For a process; at some 700 bytes each they take three megabytes. What is more is made again.
MOST = 4_000

_made: dict[Any, SafeString] = {}


@register.simple_tag
def piece(name: str, **shown: Any) -> SafeString:
    """This function will give a part of a page by its template and what it shows."""
    key = (name, settings.SITE_URL, translation.get_language(), *shown.items())
    made = _made.get(key)
    if made is None:
        if len(_made) >= MOST:
            _made.clear()
        made = _made[key] = get_template(name).template.render(template.Context(shown))  # type: ignore[attr-defined]
    return made


def forget() -> None:
    """This function will have every piece made again."""
    _made.clear()
