"""How one pays, in the words of the providers that this deployment offers."""

from typing import Any

from django import template
from django.conf import settings

from pennypress.payments import providers

register = template.Library()


@register.inclusion_tag("reader/how_paid.html")
def how_paid(method: str = "", *, repeats: bool = False) -> dict[str, Any]:
    """This tag will say what the providers offered can do, by the method that the page offers (any, where it offers all)
    or for what repeats. Each sentence stands there once."""
    known = [name for name in settings.PAYMENT_PROVIDERS if name in providers.known()]
    offered = [providers.get(name).capabilities for name in known]
    said = [sentence for each in offered for sentence in providers.in_words(each, method, repeats=repeats)]
    return {"sentences": list(dict.fromkeys(said))}
