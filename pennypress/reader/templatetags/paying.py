"""How one pays, in the words of the providers that this deployment offers."""

from typing import Any

from django import template
from django.conf import settings

from pennypress.payments import providers

register = template.Library()


@register.inclusion_tag("reader/how_paid.html")
def how_paid() -> dict[str, Any]:
    """This tag will say what the providers offered can do: methods, notice, what can go back. Each sentence once."""
    known = [name for name in settings.PAYMENT_PROVIDERS if name in providers.known()]
    said = [sentence for name in known for sentence in providers.in_words(providers.get(name).capabilities)]
    return {"sentences": list(dict.fromkeys(said))}
