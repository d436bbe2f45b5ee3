"""What readers see of a published story: prepared once at publishing, removed when it is unpublished.

Every public surface (front page, listings, feeds, sitemaps, search results, related stories) reads these rows and no
others, through `newsroom.reading`: a draft has no row here, so there is nothing of it to leak.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func

# What search looks in: the words of a story, those of its headline above the rest, and among them the month in which
# it was published, by which the newest of very many are found without looking at all.
_WORDS = (
    "setweight(to_tsvector('english', folded_headline), 'A')"
    " || setweight(to_tsvector('english', left(folded_text, 400000)), 'D')"
    " || array_to_tsvector(ARRAY['@m' || (extract(year from published_at at time zone 'UTC') * 12"
    " + extract(month from published_at at time zone 'UTC'))::int])"
)


class PreparedArticle(models.Model):
    article = models.OneToOneField(
        "newsroom.ArticlePage", on_delete=models.CASCADE, primary_key=True, related_name="prepared"
    )
    section = models.ForeignKey("newsroom.SectionPage", on_delete=models.CASCADE, related_name="+", db_index=False)
    headline = models.CharField(max_length=255)
    kicker = models.CharField(max_length=60, blank=True)
    standfirst = models.CharField(max_length=400, blank=True)
    # Null: prepared by a release that left them with the page. Its own page reads them from there.
    web_headline = models.CharField(max_length=160, null=True)
    dateline = models.CharField(max_length=80, null=True)
    byline = models.JSONField(default=list)
    topics = models.JSONField(default=list)
    writer = models.JSONField(null=True)
    is_opinion = models.BooleanField(default=False)
    picture = models.JSONField(null=True)
    card_picture = models.JSONField(null=True)
    words = models.PositiveIntegerField(default=0)
    body_html = models.TextField(blank=True)
    folded_headline = models.TextField(blank=True)
    folded_text = models.TextField(blank=True)
    published_at = models.DateTimeField()
    updated_at = models.DateTimeField(null=True)
    prepared_at = models.DateTimeField()
    searched = models.GeneratedField(
        expression=Func(template=_WORDS, output_field=SearchVectorField()),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        indexes = [
            models.Index(fields=["-published_at", "-article"], name="prepared_by_date"),
            models.Index(fields=["section", "-published_at", "-article"], name="prepared_by_section_and_date"),
            # Each word with its year; and at once, for what waits for its place is read through with every year.
            GinIndex(
                Func(
                    "searched",
                    "published_at",
                    function="newsroom_words_by_year",
                    output_field=SearchVectorField(),
                ),
                fastupdate=False,
                name="prepared_words_by_year",
            ),
        ]

    def __str__(self) -> str:
        return self.headline


class Cutting(models.Model):
    """A prepared story, filed under one of its topics or contributors, so that the newest of each are found at once."""

    story = models.ForeignKey(PreparedArticle, on_delete=models.CASCADE, related_name="cuttings", db_index=False)
    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+", db_index=False)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["story", "page"], name="filed_once")]
        indexes = [models.Index(fields=["page", "-published_at", "-story"], name="cutting_by_date")]

    def __str__(self) -> str:
        return f"{self.story} ({self.page_id})"
