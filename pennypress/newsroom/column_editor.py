"""The column in Wagtail's editor: its figures as parts of the text that nobody types, and a panel that lists them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from draftjs_exporter.dom import DOM
from wagtail.admin.panels import Panel
from wagtail.admin.rich_text.converters.html_to_contentstate import InlineEntityElementHandler
from wagtail.admin.rich_text.editors.draftail import features as draftail
from wagtail.rich_text import RichText
from wagtail.rich_text.feature_registry import FeatureRegistry

from pennypress.newsroom import column_books, column_publishing, figures
from pennypress.newsroom.column_books import DAY, REST, Books, correction_figure
from pennypress.newsroom.models.columns import Column

ENTITY = "FIGURE"


class FigureHandler(InlineEntityElementHandler):
    """From the kept text to the editor: a figure is one piece that cannot be edited within."""

    mutability = "IMMUTABLE"

    def get_attribute_data(self, attrs: dict[str, str]) -> dict[str, str]:
        return {"name": attrs["data-figure"]}


def figure_element(props: dict[str, Any]) -> Any:
    """This function will write a figure from the editor back into the kept text."""
    return DOM.create_element("span", {"data-figure": props["name"]}, props["children"])


def register(features: FeatureRegistry) -> None:
    """This function will teach Wagtail's editor what a figure is."""
    control = {"type": ENTITY, "label": "£", "description": _("Figure of the fund")}
    features.register_editor_plugin("draftail", "figure", draftail.EntityFeature(control, js=["desk/figures.js"]))
    features.register_converter_rule(
        "contentstate",
        "figure",
        {
            "from_database_format": {"span[data-figure]": FigureHandler(ENTITY)},
            "to_database_format": {"entity_decorators": {ENTITY: figure_element}},
        },
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A figure as the panel lists it: its name in the text, what it says, how it reads."""

    name: str
    says: str
    reads: str


def rows(books: Books) -> list[Row]:
    """This function will list a column's figures, the sums first, then each gift."""
    said = _said(books)
    general = [Row(name, said[name], figure.text) for name, figure in books.figures.items() if name in said]
    gifts = [
        Row(line.figure, line.words or _("a reader who wishes no thanks"), books.figures[line.figure].text)
        for line in books.lines
        if not line.is_grouped
    ]
    return [*general, *gifts, Row(figures.OWN, _("an amount of my own, none of the fund's"), "")]


def _said(books: Books) -> dict[str, str]:
    said = {
        DAY: _("what came in"),
        "gifts": _("number of gifts"),
        "raised": _("raised so far"),
        "target": _("the target"),
        "carried_over": _("carried over"),
        "needed": _("still needed"),
        "surplus": _("over the target"),
        "days_left": _("days left"),
        REST: _("from those who wish no thanks"),
        "rest_gifts": _("their number"),
        "taken_back": _("corrections to earlier columns"),
    }
    numbers = range(1, len(books.figures))
    return said | {correction_figure(number): _("correction %(number)s") % {"number": number} for number in numbers}


def refresh(article: Any, *, now: dt.datetime) -> None:
    """This function will bring the figures in a draft's text, in memory, to how they read now."""
    column = column_publishing.of(article)
    if column is None:
        return
    values = column_books.read(column, on=column_books.day_of(now), now=now).figures
    for place, block in enumerate(article.body):
        if block.block_type == "text":
            article.body[place] = ("text", RichText(figures.fill(block.value.source, values, keep=True)))
        elif block.block_type == "fact_box":
            block.value["text"] = RichText(figures.fill(block.value["text"].source, values, keep=True))


class ColumnPanel(Panel):
    """What the books say, beside the story that says it; only in columns."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "newsroom/column/panel.html"

        def is_shown(self) -> bool:
            return self.instance.pk is not None and Column.objects.filter(article_id=self.instance.pk).exists()

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            now = timezone.now()
            column = column_publishing.of(self.instance)
            assert column is not None
            books = column_books.read(column, on=column_books.day_of(now), now=now)
            titles = column_publishing.headings(self.instance)
            return {
                **super().get_context_data(parent_context),
                "column": column,
                "rows": rows(books),
                "problems": column_publishing.problems(self.instance, self.instance.body, titles, now=now),
            }
