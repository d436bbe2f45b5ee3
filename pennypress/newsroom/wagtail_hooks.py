"""The editors' side of Wagtail's admin: stories, the front page, sources, and no more than they use. No rules."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.models import Page
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet

from pennypress.newsroom import choosers, column_desk, column_editor, column_publishing
from pennypress.newsroom.models import ArticlePage, FrontPage
from pennypress.people import roles

# What an editor of a paper never needs; superusers keep all of it.
NOT_FOR_EDITORS = frozenset({"reports", "settings", "help", "documents", "snippets"})

register_snippet(choosers.Sources)


class Stories(PageListingViewSet):
    model = ArticlePage
    icon = "doc-full"
    menu_label = _("Stories")
    menu_order = 100
    add_to_admin_menu = True


@hooks.register("register_admin_viewset")
def stories() -> ViewSet:
    return Stories("stories")


@hooks.register("register_admin_viewset")
def claim_chooser() -> ViewSet:
    return choosers.ClaimChooser("claim_chooser")


class FrontPageItem(MenuItem):
    """The way to page one's slots, for those who may lay it out."""

    def is_shown(self, request: HttpRequest) -> bool:
        return roles.holds(request.user, roles.EDITOR)

    def render_component(self, request: HttpRequest) -> object:
        front = FrontPage.objects.only("pk").first()
        self.url = reverse("wagtailadmin_pages:edit", args=[front.pk]) if front else reverse("wagtailadmin_home")
        return super().render_component(request)


@hooks.register("register_admin_menu_item")
def front_page_item() -> MenuItem:
    return FrontPageItem(_("Front page"), "", name="front-page", icon_name="home", order=90)


class ColumnItem(MenuItem):
    """The way to the fund's column, for those who write it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return roles.holds(request.user, roles.EDITOR)


@hooks.register("register_admin_menu_item")
def column_item() -> MenuItem:
    return ColumnItem(
        _("The fund's column"), reverse_lazy("newsroom_column"), name="column", icon_name="edit", order=95
    )


@hooks.register("register_admin_urls")
def column_urls() -> list[URLPattern]:
    return [
        path("column/", column_desk.draft, name="newsroom_column"),
        path("column/<int:number>/up-to-date/", column_desk.up_to_date, name="newsroom_column_up_to_date"),
    ]


@hooks.register("register_rich_text_features")
def figures(features: FeatureRegistry) -> None:
    column_editor.register(features)


@hooks.register("construct_homepage_panels")
def held_back(request: HttpRequest, panels: list[Component]) -> None:
    if roles.holds(request.user, roles.EDITOR):
        panels.append(column_desk.HeldBack())


@hooks.register("before_bulk_action")
def nothing_wrong_in_bulk(
    request: HttpRequest, action_type: str, objects: list[object], action: object
) -> HttpResponse | None:
    """Of stories published many at once, none goes out while one of them does not agree with the books."""
    if action_type != "publish" or request.method != "POST":
        return None
    stories = [page.specific for page in objects if isinstance(page, Page)]
    found = [problem for story in stories if isinstance(story, ArticlePage) for problem in _problems(story)]
    for problem in found:
        messages.error(request, problem)
    return redirect("newsroom_column") if found else None


def _problems(story: ArticlePage) -> list[str]:
    latest = story.get_latest_revision_as_object()
    headings = column_publishing.headings(latest)
    return column_publishing.problems(latest, latest.body, headings, now=timezone.now())


@hooks.register("construct_main_menu")
def only_what_editors_use(request: HttpRequest, items: list[MenuItem]) -> None:
    if not request.user.is_superuser:
        items[:] = [item for item in items if item.name not in NOT_FOR_EDITORS]
