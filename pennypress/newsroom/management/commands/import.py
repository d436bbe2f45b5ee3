"""`pennypress import text FILE`: a page copied as text becomes a draft."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pennypress.newsroom import importing, writing
from pennypress.newsroom.models import SectionPage


class Command(BaseCommand):
    help = "Takes a story in from elsewhere, as a draft."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
        text = kinds.add_parser("text", help="A page copied from the browser as text.")
        text.add_argument("file", metavar="FILE", type=Path)
        text.add_argument("--section", metavar="SLUG", help="The section it goes into; by default the first.")
        text.add_argument("--publish", action="store_true", help="Publish it at once instead of keeping a draft.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            copied = importing.parse(importing.decoded(_content(options["file"])))
        except importing.CannotImport as refused:
            raise CommandError(f"{options['file']}: {refused}") from refused
        article = writing.write_article(
            section=_section(options["section"]),
            headline=copied.headline,
            standfirst=copied.standfirst,
            body=[writing.Block(part.kind, part.text, lines=part.lines) for part in copied.parts],
            published_at=timezone.now() if options["publish"] else None,
        )
        self._report(article, copied)

    def _report(self, article: Any, copied: importing.Copied) -> None:
        state = "Published" if article.live else "Draft"
        self.stdout.write(f"{state}: {article.title}")
        address = article.full_url if article.live else f"/desk/pages/{article.pk}/edit/"
        self.stdout.write(f"  at {address}, {len(copied.parts)} paragraphs")
        self.stdout.write(f"Left out ({len(copied.dropped)} lines):")
        for dropped in copied.dropped:
            self.stdout.write(f"  line {dropped.line:>3}  {dropped.what:<18}  {dropped.text}")


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(importing.LARGEST + 1)
    except OSError as fault:
        raise CommandError(f"{path}: cannot be read ({fault.strerror}).") from fault


def _section(slug: str | None) -> SectionPage:
    sections = SectionPage.objects.order_by("path")
    found = sections.filter(slug=slug).first() if slug else sections.first()
    if found is None:
        known = ", ".join(sections.values_list("slug", flat=True))
        raise CommandError(f"There is no section {slug!r}. Sections: {known or 'none yet'}." if slug else NO_SECTION)
    return found


NO_SECTION = "The paper has no section yet: make one in the desk first."
