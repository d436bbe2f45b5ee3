"""Providers of money: those this deployment offers, found by name. No other module names one."""

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from pennypress.payments.providers import words
from pennypress.payments.providers.protocol import Provider, ProviderUnavailable

__all__ = [
    "NoSuchProvider",
    "default",
    "get",
    "in_words",
    "known",
    "method_named",
    "of_choosing",
    "page_origins",
    "taking",
]


def _of_module(path: str) -> Callable[[], Provider]:
    """Makes a provider whose module, and the library behind it, is loaded when it is first asked for."""
    return lambda: import_string(f"pennypress.payments.providers.{path}")()


_KNOWN = {
    "sandbox": _of_module("sandbox.Sandbox"),
    "stripe": _of_module("stripe_provider.Stripe"),
    "gocardless": _of_module("gocardless_provider.GoCardless"),
}


in_words = words.in_words
of_choosing = words.of_choosing
method_named = words.named


class NoSuchProvider(ProviderUnavailable):
    """This deployment does not offer the provider."""


def known() -> list[str]:
    """This function will name every provider that the code brings, offered by this deployment or not."""
    return sorted(_KNOWN)


def get(name: str) -> Provider:
    """This function will give the provider of this name if the deployment offers it. Raises: NoSuchProvider."""
    if not is_offered(name):
        raise NoSuchProvider(_("This paper does not take this kind of payment. Nothing has been charged."))
    return _KNOWN[name]()


def is_offered(name: str) -> bool:
    """This function will say whether this deployment offers the provider of this name."""
    return name in settings.PAYMENT_PROVIDERS and name in _KNOWN


def default() -> Provider:
    """This function will give the first provider that the deployment offers.

    Raises: ProviderUnavailable, in words for the reader, where there is none.
    """
    if not settings.PAYMENT_PROVIDERS:
        raise ProviderUnavailable(_("This paper does not take payments online. Nothing has been charged."))
    return get(settings.PAYMENT_PROVIDERS[0])


def taking(method: str, *, repeats: bool = False) -> Provider:
    """This function will give the first provider offered that takes this method, once or for what `repeats`.

    Raises: ProviderUnavailable, in words for the reader, where there is none.
    """
    for name in settings.PAYMENT_PROVIDERS:
        provider = get(name)
        offered = provider.capabilities.mandate_methods if repeats else provider.capabilities.methods
        if method in offered:
            return provider
    if not settings.PAYMENT_PROVIDERS:
        return default()
    raise NoSuchProvider(_("This paper does not take this kind of payment. Nothing has been charged."))


def page_origins() -> list[str]:
    """This function will list the origins of the pages to which readers are sent, of all providers offered."""
    offered = [get(name) for name in settings.PAYMENT_PROVIDERS if name in _KNOWN]
    return sorted({origin for provider in offered for origin in provider.page_origins})
