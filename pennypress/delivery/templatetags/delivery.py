"""`{% fragment "/address/" %}`: includes a part of the page that has an address of its own."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def fragment(address: str) -> SafeString:
    """This function will write the ESI include of `address`, which a cache or our own middleware composes."""
    return format_html('<esi:include src="{}"/>', address)
