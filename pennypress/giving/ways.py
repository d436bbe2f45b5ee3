"""Ways in which a pledge can be paid: what the providers of this deployment can do, in the order in which it names them."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from pennypress.payments import providers
from pennypress.payments.models import Method
from pennypress.payments.providers.protocol import Capabilities, ProviderUnavailable

ORDER = (Method.CARD, Method.DIRECT_DEBIT)


@dataclass(frozen=True, slots=True)
class Way:
    """A method by which mandates can be given, and the provider that takes them."""

    method: Method
    provider: str
    capabilities: Capabilities

    @property
    def says(self) -> str:
        """What it means for the supporter, in a sentence."""
        if self.method == Method.CARD:
            return _("Taken from your card. You may give another card at any time.")
        if number := self.capabilities.notice_working_days:
            return _(
                "Taken from your bank account. We tell you the amount and the day %(number)d working days before, and "
                "your bank gives back what was taken by mistake."
            ) % {"number": number}
        return _("Taken from your bank account. Your bank gives back what was taken by mistake.")

    @property
    def begins_with_a_mandate(self) -> bool:
        """Whether leave is given first, and nothing is taken before it was announced."""
        return self.method == Method.DIRECT_DEBIT and self.capabilities.notice_working_days > 0


def offered() -> list[Way]:
    """This function will list the ways of paying a pledge here: for each method the first provider that takes it."""
    ways: dict[Method, Way] = {}
    for name in settings.PAYMENT_PROVIDERS:
        capabilities = providers.get(name).capabilities
        for method in ORDER:
            if method in _methods(capabilities) and method not in ways:
                ways[method] = Way(method, name, capabilities)
    return [ways[method] for method in ORDER if method in ways]


def by(method: str) -> Way:
    """This function will give the way of paying by this method. Raises: ProviderUnavailable, in words for the reader."""
    found = next((way for way in offered() if way.method == method), None)
    if found is None:
        raise ProviderUnavailable(_("This paper does not take pledges in this way. Nothing has been charged."))
    return found


def _methods(capabilities: Capabilities) -> frozenset[str]:
    if not capabilities.mandates:
        return frozenset()
    return capabilities.mandate_methods or frozenset({Method.CARD})
