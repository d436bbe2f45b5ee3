"""Finds a page from its address in one query, where Wagtail's walk down the tree takes two a step."""

from typing import Any

from django.contrib.contenttypes.models import ContentType

from pennypress.newsroom import context, reading
from pennypress.newsroom.reading import Standing, Story


def found(path: str) -> Story | Any | None:
    """This function will find a story, or the page of another kind, that everybody may read at a path of the site.

    None leaves the address to Wagtail, which knows what to ask of whoever may read more.
    """
    there = reading.at(f"{context.known()['root_path']}{path}")
    if not isinstance(there, Standing):
        return there
    model = ContentType.objects.get_for_id(there.content_type_id).model_class()
    return model._default_manager.filter(pk=there.page_id).first() if model else None
