"""The pages around the stories: front, sections, contributors, topics, and the standing pages of a paper."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, PageChooserPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page

from pennypress.newsroom import showing, tags
from pennypress.newsroom.models.addressed import Addressed

# Addresses of the house at the root of the site, which a section or standing page may not take.
RESERVED = frozenset(
    {
        "2fa",
        "account",
        "appeal",
        "appeals",
        "certificates",
        "claims",
        "demo",
        "desk",
        "documents",
        "feeds",
        "fragments",
        "gateway",
        "give",
        "join",
        "login",
        "logout",
        "media",
        "reauthenticate",
        "sandbox",
        "search",
        "static",
        "support",
    }
)
RICH = ["bold", "italic", "link", "h2", "h3", "ol", "ul"]


class AtTheRoot(Addressed):
    """A page directly under the front page: its address may not be one of the house's own."""

    def clean(self: Any) -> None:
        super().clean()  # type: ignore[misc]
        if self.slug in RESERVED:
            raise ValidationError({"slug": _("The paper uses this address itself. Choose another.")})


class FrontPage(Addressed, Page):
    """Page one. What an editor leaves empty fills itself with the newest stories."""

    splash = models.ForeignKey(
        "newsroom.ArticlePage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("splash"),
        help_text=_("The day's main story. Empty: the newest."),
    )

    template = "newsroom/front_page.html"
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["newsroom.SectionPage", "newsroom.DirectoryPage", "newsroom.StandardPage"]
    content_panels = [
        PageChooserPanel("splash", "newsroom.ArticlePage"),
        InlinePanel("leads", heading=_("Leads"), label=_("lead"), max_num=3),
        InlinePanel("nibs", heading=_("Nibs"), label=_("nib"), max_num=10),
    ]
    promote_panels = [FieldPanel("title"), FieldPanel("search_description")]

    class Meta:
        verbose_name = _("front page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        shown = showing.front(self, is_preview=getattr(request, "is_preview", False))
        return {**super().get_context(request, *args, **kwargs), **shown}

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return showing.opened(super().serve(request, *args, **kwargs), request, tags.FRONT)


class FrontSlot(Orderable):
    article = models.ForeignKey(
        "newsroom.ArticlePage", on_delete=models.CASCADE, related_name="+", verbose_name=_("story")
    )

    panels = [PageChooserPanel("article", "newsroom.ArticlePage")]

    class Meta(Orderable.Meta):
        abstract = True

    def __str__(self) -> str:
        return str(self.article)


class FrontLead(FrontSlot):
    page = ParentalKey(FrontPage, on_delete=models.CASCADE, related_name="leads")


class FrontNib(FrontSlot):
    page = ParentalKey(FrontPage, on_delete=models.CASCADE, related_name="nibs")


class SectionPage(AtTheRoot, Page):
    standfirst = models.CharField(_("standfirst"), max_length=300, blank=True)

    template = "newsroom/section_page.html"
    show_in_menus_default = True
    parent_page_types = ["newsroom.FrontPage"]
    subpage_types = ["newsroom.ArticlePage"]
    content_panels = [FieldPanel("title", heading=_("Name"), classname="title"), FieldPanel("standfirst")]
    promote_panels = [FieldPanel("slug"), FieldPanel("show_in_menus"), FieldPanel("search_description")]

    class Meta:
        verbose_name = _("section")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **showing.section(self, request.GET.get("page"))}

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return showing.opened(super().serve(request, *args, **kwargs), request, tags.section(self.pk), query=("page",))


class DirectoryPage(AtTheRoot, Page):
    """A list of its pages: the paper's contributors, its topics."""

    template = "newsroom/standard_page.html"
    parent_page_types = ["newsroom.FrontPage"]
    subpage_types = ["newsroom.ContributorPage", "newsroom.TopicPage"]

    class Meta:
        verbose_name = _("directory")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **showing.directory(self)}

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return showing.opened(super().serve(request, *args, **kwargs), request, tags.page(self.pk))


class ContributorPage(Addressed, Page):
    role = models.CharField(
        _("role"), max_length=80, blank=True, help_text=_("As printed: “Industrial correspondent”.")
    )
    place = models.CharField(_("place"), max_length=80, blank=True)
    bio = models.TextField(_("about"), blank=True, max_length=1000)
    portrait = models.ForeignKey(
        "newsroom.Picture",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("portrait"),
    )

    template = "newsroom/contributor_page.html"
    parent_page_types = ["newsroom.DirectoryPage"]
    subpage_types: list[str] = []
    content_panels = [
        FieldPanel("title", heading=_("Name"), classname="title"),
        FieldPanel("role"),
        FieldPanel("place"),
        FieldPanel("bio"),
        FieldPanel("portrait"),
    ]
    promote_panels = [FieldPanel("slug")]

    class Meta:
        verbose_name = _("contributor")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **showing.contributor(self, request.GET.get("page"))}

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return showing.opened(
            super().serve(request, *args, **kwargs), request, tags.contributor(self.pk), query=("page",)
        )


class TopicPage(Addressed, Page):
    standfirst = models.CharField(_("standfirst"), max_length=300, blank=True)

    template = "newsroom/topic_page.html"
    parent_page_types = ["newsroom.DirectoryPage"]
    subpage_types: list[str] = []
    content_panels = [FieldPanel("title", heading=_("Name"), classname="title"), FieldPanel("standfirst")]
    promote_panels = [FieldPanel("slug"), FieldPanel("search_description")]

    class Meta:
        verbose_name = _("topic")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **showing.topic(self, request.GET.get("page"))}

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return showing.opened(super().serve(request, *args, **kwargs), request, tags.topic(self.pk), query=("page",))


class StandardPage(AtTheRoot, Page):
    """Privacy, contact, complaints, accessibility: what every paper owes its readers."""

    standfirst = models.CharField(_("standfirst"), max_length=300, blank=True)
    text = RichTextField(_("text"), features=RICH, blank=True)

    template = "newsroom/standard_page.html"
    show_in_menus_default = True
    parent_page_types = ["newsroom.FrontPage"]
    subpage_types: list[str] = []
    content_panels = [
        FieldPanel("title", heading=_("Title"), classname="title"),
        FieldPanel("standfirst"),
        FieldPanel("text"),
    ]
    promote_panels = [
        FieldPanel("slug"),
        FieldPanel("show_in_menus", heading=_("Named at the foot of every page")),
        FieldPanel("search_description"),
    ]

    class Meta:
        verbose_name = _("standing page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **showing.standard(self)}

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return showing.opened(super().serve(request, *args, **kwargs), request, tags.page(self.pk))
