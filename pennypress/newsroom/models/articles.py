"""A story, as reporters and editors write it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page

from pennypress.newsroom import blocks, column_editor, column_publishing, marking, preparing, showing, tags
from pennypress.newsroom.models.addressed import Addressed

# What Wagtail's schedule calls its own publishing in the log.
BY_SCHEDULE = "wagtail.publish.scheduled"


class ArticleForm(WagtailAdminPageForm):
    """Shape only: the headline's message, and words of a claim that do not stand in the story."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data is None and kwargs.get("instance") is not None:
            column_editor.refresh(kwargs["instance"], now=timezone.now())
        super().__init__(data, *args, **kwargs)
        if "title" in self.fields:
            self.fields["title"].error_messages["required"] = _("A story needs a headline.")

    def is_valid(self) -> bool:
        """Checks claims after Wagtail has read their forms, and only what is to be published: a draft may be unready."""
        valid = super().is_valid()
        # A form that nobody has sent (a preview opened anew) has nothing to be checked.
        if not self.is_bound:
            return valid
        every = [self._anchors_stand(), self._figures_agree(), valid]
        return all(every)

    def _figures_agree(self) -> bool:
        """Asks the books before a column is published; publishing itself asks them again."""
        if "body" not in self.cleaned_data or self.is_deferred_validation or self._goes_back():
            return True
        given = self.cleaned_data
        headings = [given.get(name) or "" for name in ("title", "web_headline", "kicker", "standfirst")]
        found = column_publishing.problems(self.instance, given["body"], headings, now=timezone.now())
        for problem in found:
            self.add_error(None, problem)
        return not found

    def _goes_back(self) -> bool:
        """Whether the story is sent back to its author, or taken out of its workflow: neither publishes anything."""
        is_rejected = "action-workflow-action" in self.data and self.data.get("workflow-action-name") == "reject"
        return is_rejected or "action-cancel-workflow" in self.data

    def _anchors_stand(self) -> bool:
        formset = self.formsets.get("claims")
        if formset is None or "body" not in self.cleaned_data or self.is_deferred_validation:
            return True
        text = preparing.bare_body(self.cleaned_data["body"])
        every = [self._anchor_stands(form, text) for form in formset.forms]  # Each says what is wrong with it.
        return all(every)

    def _anchor_stands(self, form: Any, text: str) -> bool:
        given = getattr(form, "cleaned_data", None) or {}
        words = given.get("anchor", "")
        if not words or given.get("DELETE") or marking.stands_in(text, words):
            return True
        form.add_error("anchor", _("These words do not stand in one paragraph of the story."))
        return False


class ArticlePage(Addressed, Page):
    web_headline = models.CharField(
        _("web headline"),
        max_length=160,
        blank=True,
        help_text=_("For search engines and sharing. Empty: the headline."),
    )
    kicker = models.CharField(_("kicker"), max_length=60, blank=True)
    standfirst = models.CharField(_("standfirst"), max_length=400, blank=True)
    dateline = models.CharField(_("dateline"), max_length=80, blank=True, help_text=_("Where it was written."))
    topics = ParentalManyToManyField("newsroom.TopicPage", blank=True, related_name="stories", verbose_name=_("topics"))
    lead_picture = models.ForeignKey(
        "newsroom.Picture",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("lead picture"),
    )
    lead_caption = models.CharField(
        _("caption"), max_length=300, blank=True, help_text=_("Empty: the caption kept with the picture.")
    )
    lead_credit = models.CharField(_("credit"), max_length=120, blank=True)
    is_opinion = models.BooleanField(_("opinion"), default=False, help_text=_("Set apart from news on every page."))
    body = StreamField(blocks.Body(), blank=True, verbose_name=_("story"))

    base_form_class = ArticleForm
    template = "newsroom/article_page.html"
    parent_page_types = ["newsroom.SectionPage"]
    subpage_types: list[str] = []
    content_panels = [
        FieldPanel("title", heading=_("Headline"), classname="title", help_text=_("The address is made from it.")),
        MultiFieldPanel(
            [FieldPanel("kicker"), FieldPanel("standfirst", widget=AdminAutoHeightTextInput)],
            heading=_("Above the story"),
        ),
        InlinePanel("contributors", heading=_("By"), label=_("contributor"), max_num=12),
        FieldRowPanel([FieldPanel("dateline"), FieldPanel("is_opinion")]),
        MultiFieldPanel(
            [FieldPanel("lead_picture"), FieldPanel("lead_caption"), FieldPanel("lead_credit")],
            heading=_("Lead picture"),
        ),
        column_editor.ColumnPanel(heading=_("The fund's figures")),
        FieldPanel("body"),
        InlinePanel(
            "claims",
            heading=_("Who says so"),
            label=_("claim"),
            help_text=_("What the story asserts, in the order in which it does, and who says so."),
        ),
        FieldPanel("topics", widget=CheckboxSelectMultiple),
    ]
    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("web_headline"), FieldPanel("search_description")], _("On the web")
        )
    ]

    class Meta:
        verbose_name = _("article")

    def clean(self) -> None:
        super().clean()
        if self.title and not self.title.strip():
            raise ValidationError({"title": _("A story needs a headline.")})

    def save(self, *args: Any, **options: Any) -> Any:
        """Saves. A column goes live by no way, the editor's and a copy's among them, without agreeing with the books; its
        figures are frozen with it. Raises: column_publishing.CannotPublish."""
        with transaction.atomic():
            if self.live and column_publishing.must_agree(self):
                column_publishing.make_ready(self, now=timezone.now())
            return super().save(*args, **options)

    def publish(self, revision: Any, user: Any = None, *args: Any, **options: Any) -> Any:
        """Publishes what agrees with the books, by whatever way it came here. Raises: column_publishing.CannotPublish.

        A column that the schedule publishes is held back with the reason instead: nobody is there to be told.
        """
        story, now = revision.as_object(), timezone.now()
        if story.go_live_at and story.go_live_at > now:
            return super().publish(revision, user, *args, **options)
        try:
            with transaction.atomic():
                column_publishing.make_ready(story, now=now)
                return super().publish(revision, user, *args, **options)
        except column_publishing.CannotPublish as reason:
            if options.get("log_action") != BY_SCHEDULE:
                raise
            return column_publishing.park(story, reason, now=now)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return {**context, **showing.article(self, is_preview=getattr(request, "is_preview", False))}

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return showing.opened(super().serve(request, *args, **kwargs), request, tags.story(self.pk))


class ArticleContributor(Orderable):
    """One name of a byline, in its place."""

    page = ParentalKey(ArticlePage, on_delete=models.CASCADE, related_name="contributors")
    contributor = models.ForeignKey(
        "newsroom.ContributorPage", on_delete=models.CASCADE, related_name="bylines", verbose_name=_("contributor")
    )

    panels = [PageChooserPanel("contributor", "newsroom.ContributorPage")]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "contributor"], name="one_byline_a_contributor")]

    def __str__(self) -> str:
        return str(self.contributor)
