"""The fund's column for tests: money that came in, drafts of it, and what an editor does to them."""

from django.utils import timezone

from pennypress import days
from pennypress.newsroom import column_drafting, column_publishing, preparing
from pennypress.newsroom.models import ArticlePage, PreparedArticle
from pennypress.payments.models import Purpose
from pennypress.payments.parts import Part
from pennypress.settlement import by_hand
from pennypress.settlement.came import Came
from tests.builders import pounds


def now():
    return timezone.now()


def today():
    return days.day_of(now(), timezone.get_default_timezone())


def a_gift(amount=25, name="Ada Reed", *, thanks_as="name", place="Leeds", method="cheque", on=None):
    """Money for the fund, received by hand."""
    return by_hand.received(
        came=Came(
            method=method,
            amount=pounds(amount),
            parts=[Part(Purpose.GIFT, pounds(amount))],
            payer_name=name,
            payer_email="",
            place=place,
            thanks_as=thanks_as,
            reference="",
            received_on=on or today(),
        ),
        recorded_by=None,
        now=now(),
    )


def a_column(paper, fund, *, first_on=None, last_on=None, **told) -> ArticlePage:
    """A draft of today's column."""
    first_on, last_on = first_on or today(), last_on or today()
    return column_drafting.draft(
        appeal=fund, section=paper.section, first_on=first_on, last_on=last_on, now=now(), **told
    )


def latest(article) -> ArticlePage:
    return ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object()


def words(article) -> str:
    """What a preview of the draft reads."""
    return preparing.prepare(latest(article)).body_html.replace("\u00a0", " ")


def publish(article) -> None:
    ArticlePage.objects.get(pk=article.pk).get_latest_revision().publish()


def printed(article) -> str:
    return PreparedArticle.objects.get(pk=article.pk).body_html


def edit(article, old, new) -> None:
    """The editor changes the text of one part."""
    story = latest(article)
    story.body = [
        (block.block_type, block.value.source.replace(old, new))
        if block.block_type == "text"
        else (block.block_type, block.value)
        for block in story.body
    ]
    story.save_revision(clean=False)


def problems(article) -> str:
    story = latest(article)
    return "\n".join(column_publishing.problems(story, story.body, column_publishing.headings(story), now=now()))
