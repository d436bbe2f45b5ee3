"""The editors' side of Wagtail's admin: stories, the front page, sources, and no more than they use. No rules."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.snippets.models import register_snippet

from pennypress.newsroom import choosers
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


@hooks.register("construct_main_menu")
def only_what_editors_use(request: HttpRequest, items: list[MenuItem]) -> None:
    if not request.user.is_superuser:
        items[:] = [item for item in items if item.name not in NOT_FOR_EDITORS]
