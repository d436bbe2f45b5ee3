"""The staff's groups: what each role may do in Wagtail's own screens."""

from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from pennypress.people import roles

_OF_PAGES = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page")
_OF_FILES = (
    ("wagtailimages", ("add_image", "change_image", "choose_image")),
    ("wagtaildocs", ("add_document", "change_document", "choose_document")),
)


def set_up_groups() -> None:
    """This function will make the group of each role and give it its permissions; run after each migrate.

    Treasurers and secretaries come into the desk and no further: their own screens ask for the role, not a permission.
    Editors get the pages, pictures, documents and every table of the newsroom. Writes only what is missing.
    """
    access = Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin")
    for name in roles.ALL:
        Group.objects.get_or_create(name=name)[0].permissions.add(access)
    editors = Group.objects.get(name=roles.EDITOR)
    editors.permissions.add(*Permission.objects.filter(content_type__app_label__in=["newsroom", "wagtailredirects"]))
    _give_pages(editors)
    _give_files(editors)


def _give_pages(group: Group) -> None:
    root = Page.objects.get(depth=1)
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=_OF_PAGES):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)


def _give_files(group: Group) -> None:
    root = Collection.objects.get(depth=1)
    for app, codenames in _OF_FILES:
        for permission in Permission.objects.filter(codename__in=codenames, content_type__app_label=app):
            GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)
