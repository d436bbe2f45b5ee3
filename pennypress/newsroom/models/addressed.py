"""Where a page is read: at the paper's own address, whatever host the desk was opened on."""

from typing import Any

from django.conf import settings
from wagtail.models import PageViewRestriction


def path_of(url_path: str) -> str:
    """This function will give a page's address on the site from its place in the tree, the front page being the root.

    >>> path_of("/front/world/a-story/")
    '/world/a-story/'
    """
    return "/" + url_path.split("/", 2)[2]


class Addressed:
    """For our pages: the site's address comes from the deployment, not from a row that a restore would carry along."""

    def get_url_parts(self, request: Any = None) -> Any:
        parts = super().get_url_parts(request)  # type: ignore[misc]
        return parts and (parts[0], settings.SITE_URL, parts[2])

    def local_path(self: Any) -> str:
        """The page's address without the host, found without a query."""
        return path_of(self.url_path)

    def get_view_restrictions(self: Any, *, exclude_self: bool = False) -> Any:
        """Wagtail's own answer in one query instead of two: the ancestors' paths are the beginnings of this one."""
        ends = range(self.steplen, len(self.path) + (0 if exclude_self else 1), self.steplen)
        return PageViewRestriction.objects.filter(page__path__in=[self.path[:end] for end in ends])
