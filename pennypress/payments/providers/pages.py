"""Pages of providers: the reader is sent to the provider's own origin, and nowhere else. Pure."""

from collections.abc import Collection
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from pennypress.payments.providers.protocol import ProviderRefused


def of_provider(url: str, origins: Collection[str]) -> str:
    """This function will give back the address of a page if it is at one of the provider's `origins`.

    Raises: ProviderRefused for any other, to which no reader is sent.

    >>> of_provider("https://pay.example/p/1", ["https://pay.example"])
    'https://pay.example/p/1'
    """
    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}" not in origins:
        raise ProviderRefused(
            _("The provider named a page that is not its own. Nothing has been charged."), code="strange_page"
        )
    return url
