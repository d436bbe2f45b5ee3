"""The caches that stand in front of this paper, as its settings name them."""

from django.conf import settings

from pennypress.delivery.drivers import Cloudflare, Driver, Fastly, Varnish


def drivers() -> list[Driver]:
    """This function will give a driver for each cache that is purged by tag. nginx has none: it holds a page for a second."""
    found: list[Driver] = [Varnish(address) for address in settings.VARNISH]
    if settings.FASTLY_SERVICE:
        found.append(Fastly(settings.FASTLY_SERVICE, settings.FASTLY_TOKEN, base=settings.FASTLY_BASE))
    if settings.CLOUDFLARE_ZONE:
        found.append(Cloudflare(settings.CLOUDFLARE_ZONE, settings.CLOUDFLARE_TOKEN, base=settings.CLOUDFLARE_BASE))
    return found
