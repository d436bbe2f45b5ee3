"""Where the desk stands in Wagtail's admin: its addresses, its menu, its first screen and its look. No rules."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, reverse_lazy
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea
from wagtail.admin.ui.components import Component

from pennypress.desk import home, urls
from pennypress.people import roles


class DeskItem(MenuItem):
    """A menu item that staff with one of its roles see."""

    def __init__(self, label: str | Promise, name: str, icon_name: str, order: int, *names: str) -> None:
        super().__init__(label, reverse_lazy(name), name=name, icon_name=icon_name, order=order)
        self.roles = names

    def is_shown(self, request: HttpRequest) -> bool:
        return roles.holds(request.user, *self.roles)


ITEMS = (
    DeskItem(_("The fund today"), "desk_fund", "calendar-check", 10, roles.TREASURER, roles.EDITOR),
    DeskItem(_("Appeals"), "desk_appeals", "calendar-alt", 15, roles.TREASURER),
    DeskItem(_("Today's post"), "desk_batch", "mail", 20, roles.TREASURER),
    DeskItem(_("Receipts"), "desk_receipts", "clipboard-list", 30, roles.TREASURER),
    DeskItem(_("Supporters"), "desk_supporters", "user", 35, roles.TREASURER),
    DeskItem(_("Refunds"), "desk_refunds", "history", 32, roles.TREASURER),
    DeskItem(_("Payouts"), "desk_payouts", "download", 34, roles.TREASURER),
    DeskItem(_("Providers’ news"), "desk_events", "comment", 36, roles.TREASURER),
    DeskItem(_("Bank"), "desk_bank", "table", 32, roles.TREASURER),
    DeskItem(_("Standing orders"), "desk_standing_orders", "rotate", 34, roles.TREASURER),
    DeskItem(_("Applications"), "desk_applications", "form", 40, roles.SECRETARY),
    DeskItem(_("Register"), "desk_register", "group", 50, roles.SECRETARY),
    DeskItem(_("People"), "desk_people", "group", 55, roles.TREASURER, roles.SECRETARY),
    DeskItem(_("Books"), "desk_books", "list-ul", 60, roles.TREASURER),
    DeskItem(_("Subscriptions"), "desk_subscriptions", "date", 62, roles.TREASURER),
    DeskItem(_("Card testing"), "desk_attacks", "lock", 65, roles.TREASURER),
    DeskItem(_("Moving in"), "desk_moving_in", "upload", 68, roles.TREASURER),
    DeskItem(_("Outbox"), "desk_outbox", "resubmit", 70, roles.TREASURER, roles.SECRETARY),
)


def _register(item: DeskItem) -> None:
    hooks.register("register_admin_menu_item", lambda: item)


for _item in ITEMS:
    _register(_item)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return urls.urlpatterns


@hooks.register("construct_main_menu")
def only_what_opens(request: HttpRequest, items: list[MenuItem]) -> None:
    """Wagtail's own items (pages, pictures, reports, help) are the editors'; nobody is shown a door that is shut."""
    if not roles.holds(request.user, roles.EDITOR):
        items[:] = [item for item in items if isinstance(item, DeskItem)]


@hooks.register("construct_search")
def no_search_of_pages(request: HttpRequest, areas: list[SearchArea]) -> None:
    if not roles.holds(request.user, roles.EDITOR):
        areas.clear()


@hooks.register("construct_homepage_panels")
def first_screen(request: HttpRequest, panels: list[Component]) -> None:
    if not roles.holds(request.user, roles.EDITOR):
        panels.clear()
    panels.append(home.NeedsYou(request))


@hooks.register("insert_global_admin_css")
def look() -> SafeString:
    return format_html_join(
        "", '<link rel="stylesheet" href="{}">', ((static(sheet),) for sheet in ("desk/desk.css", "css/charts.css"))
    )
