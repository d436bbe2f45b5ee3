"""What readers see of a published story: prepared once at publishing, removed when it is unpublished.

Every public surface (front page, listings, feeds, sitemaps, search results, related stories) reads these rows and no
others, through `public()`: a draft has no row here, so there is nothing of it to leak.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.db import models
from django.db.models import Q
from wagtail.models import PageViewRestriction
from wagtail.search import index
from wagtail.search.queryset import SearchableQuerySetMixin


def restricted_paths() -> list[str]:
    """This function will give the tree paths that are not for everybody. One query."""
    return list(PageViewRestriction.objects.values_list("page__path", flat=True))


class Stories(SearchableQuerySetMixin, models.QuerySet["PreparedArticle"]):
    def public(self, hidden: Iterable[str] | None = None) -> Stories:
        """Live stories for everybody, newest first, with the page row that holds their address.

        `hidden` are the restricted paths where the caller has read them already.
        """
        closed = Q()
        for path in restricted_paths() if hidden is None else hidden:
            closed |= Q(article__path__startswith=path)
        shown = self.filter(article__live=True).exclude(closed) if closed else self.filter(article__live=True)
        return shown.select_related("article").only(*CARD_FIELDS).order_by("-published_at", "-article_id")

    def in_section(self, section_id: int) -> Stories:
        return self.filter(section_id=section_id)

    def by(self, contributor_id: int) -> Stories:
        return self.filter(article__contributors__contributor_id=contributor_id)

    def about(self, topic_ids: Iterable[int]) -> Stories:
        """Stories on any of the topics: a sub-query, since DISTINCT over whole stories is the dear way."""
        through = apps.get_model("newsroom", "ArticlePage").topics.through
        return self.filter(article_id__in=through.objects.filter(topicpage_id__in=topic_ids).values("articlepage_id"))


class PreparedArticle(index.Indexed, models.Model):
    article = models.OneToOneField(
        "newsroom.ArticlePage", on_delete=models.CASCADE, primary_key=True, related_name="prepared"
    )
    section = models.ForeignKey("newsroom.SectionPage", on_delete=models.CASCADE, related_name="+")
    headline = models.CharField(max_length=255)
    kicker = models.CharField(max_length=60, blank=True)
    standfirst = models.CharField(max_length=400, blank=True)
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

    objects = Stories.as_manager()

    search_fields = [
        index.SearchField("folded_headline", boost=4),
        index.SearchField("folded_text"),
        index.FilterField("article"),
    ]

    class Meta:
        indexes = [
            models.Index(fields=["-published_at"], name="prepared_newest"),
            models.Index(fields=["section", "-published_at"], name="prepared_section_newest"),
        ]

    def __str__(self) -> str:
        return self.headline


CARD_FIELDS = (
    "article__url_path",
    "article__path",
    "section_id",
    "headline",
    "kicker",
    "standfirst",
    "byline",
    "is_opinion",
    "card_picture",
    "words",
    "published_at",
    "updated_at",
)
