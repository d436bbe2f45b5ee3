"""What every page of the paper shows: its name, its sections, who publishes it. Read once every few seconds a process.

While the database cannot be asked it is as it was last read: a page that says that the presses are stopped is still a
page of this paper, and leads to the others.
"""

import time
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from pennypress.delivery import remembered
from pennypress.newsroom.models.addressed import path_of
from pennypress.society import rulebook

# Of a paper that has never been read.
_BLANK = {"root_path": "/", "strapline": "", "accent": "", "sections": [], "every_section": {}, "footer_pages": []}
_BLANK |= {"masthead": settings.WAGTAIL_SITE_NAME, "society_name": "", "society_number": ""}


class Furniture(dict[str, Any]):
    """What was read at one time. It does not change, but for a section that is found to be missing: what is made of it
    is known by which reading it is."""

    __hash__ = object.__hash__  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        """The same reading, also where a template has it from `paper` below."""
        return isinstance(other, Furniture) and hash(other) == hash(self)


_kept: dict[str, Any] = {}
# How often it was forgotten.
_changes = [0]


def paper(request: HttpRequest) -> dict[str, Any]:
    """This function will hand `paper` to every template; nothing is read until a template asks."""
    return {"paper": SimpleLazyObject(known), "is_kept_offline": settings.OFFLINE}


def known() -> Furniture:
    """This function will give the paper's furniture, at most PAPER_SECONDS old."""
    now = time.monotonic()
    kept = dict(_kept)
    if kept and now < kept["until"]:
        found: Furniture = kept["paper"]
        return found
    begun = _changes[0]
    paper = _read_or_recalled()
    if begun == _changes[0]:  # Else it changed while it was read, and what was read may be of before.
        _kept.update(paper=paper, until=now + settings.PAPER_SECONDS)
    return paper


def forget() -> None:
    """This function will make the next page read the paper's furniture anew."""
    _changes[0] += 1
    _kept.clear()


def section(section_id: int) -> dict[str, Any]:
    """This function will give a section's title and address, reading again where it is newer than what is known."""
    found = known()["every_section"].get(section_id)
    if found is None:
        forget()
        # A section that nobody may read has no name here; that is remembered as well, or each story would ask again.
        found = known()["every_section"].setdefault(section_id, {"title": "", "url": "/", "slug": ""})
    return found


def _read_or_recalled() -> Furniture:
    try:
        read = _read()
    except remembered.UNREACHABLE:
        recalled = {**_BLANK, **(remembered.recall("paper") or {})}
        # A file has only words for keys.
        return Furniture(recalled, every_section={int(pk): entry for pk, entry in recalled["every_section"].items()})
    remembered.remember("paper", {**read, "every_section": dict(read["every_section"])})
    return read


def _read() -> Furniture:
    name, number = _society()
    sections = apps.get_model("newsroom", "SectionPage").objects.live().public().order_by("path")
    standing = apps.get_model("newsroom", "StandardPage").objects.live().public().filter(show_in_menus=True)
    furniture = apps.get_model("newsroom", "Paper").load()
    entries = {page.pk: {"title": page.title, "url": path_of(page.url_path), "slug": page.slug} for page in sections}
    front = apps.get_model("newsroom", "FrontPage").objects.first()
    return Furniture(
        {
            "root_path": front.url_path if front else "/",
            "masthead": furniture.masthead,
            "strapline": furniture.strapline,
            "accent": furniture.accent,
            "sections": [entries[page.pk] for page in sections if page.show_in_menus],
            "every_section": entries,
            "society_name": name,
            "society_number": number,
            "footer_pages": [
                {"title": page.title, "url": path_of(page.url_path)} for page in standing.order_by("path")
            ],
        }
    )


def _society() -> tuple[str, str]:
    try:
        society = rulebook.society()
    except rulebook.NoSociety:
        return "", ""
    return society.registered_name, society.registration_number
