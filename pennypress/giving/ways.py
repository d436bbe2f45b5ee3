"""Ways in which a gift or a pledge can be paid: what the providers of this deployment can do, each method by the first of
them that takes it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from pennypress.payments import providers
from pennypress.payments.models import Method
from pennypress.payments.providers.protocol import Capabilities, ProviderUnavailable

ORDER = (Method.CARD, Method.BANK_TRANSFER, Method.DIRECT_DEBIT)


@dataclass(frozen=True, slots=True)
class Way:
    """A method by which one can give, once or for what `repeats`, and the provider that takes it."""

    method: Method
    provider: str
    capabilities: Capabilities
    repeats: bool = True

    @property
    def says(self) -> list[str]:
        """What it means for whoever pays so, in short sentences of the provider's."""
        return providers.of_choosing(self.capabilities, self.method, repeats=self.repeats)

    @property
    def begins_with_a_mandate(self) -> bool:
        """Whether leave is given first, and nothing is taken before it was announced."""
        return self.repeats and self.method == Method.DIRECT_DEBIT and self.capabilities.notice_working_days > 0


@dataclass(frozen=True, slots=True)
class Choice:
    """A method as a reader may choose it: in one way, or in one way for a single gift and another for what repeats."""

    method: Method
    ways: Sequence[Way]

    def __str__(self) -> str:
        return providers.method_named(self.method)

    @property
    def says(self) -> list[tuple[str, str]]:
        """What it means, each sentence once, and of which it is true: `once`, `again`, or "" for both."""
        sentences = dict.fromkeys(sentence for way in self.ways for sentence in way.says)
        return [(sentence, _only(way for way in self.ways if sentence in way.says)) for sentence in sentences]

    @property
    def only(self) -> str:
        """`once` or `again`, where it is for the one and not for the other."""
        return _only(self.ways)


def _only(ways: Iterable[Way]) -> str:
    kinds = {"again" if way.repeats else "once" for way in ways}
    return kinds.pop() if len(kinds) == 1 else ""


def offered(*, repeats: bool = True) -> list[Way]:
    """This function will list the ways of paying a pledge here, or a single gift: for each method the first provider that
    takes it."""
    ways: dict[Method, Way] = {}
    for name in settings.PAYMENT_PROVIDERS:
        capabilities = providers.get(name).capabilities
        for method in ORDER:
            if method in _methods(capabilities, repeats) and method not in ways:
                ways[method] = Way(method, name, capabilities, repeats)
    return [ways[method] for method in ORDER if method in ways]


def choices(*, both: bool = False) -> list[Choice]:
    """This function will list what a supporter may choose from, or a giver who may give once or again (`both`)."""
    ways = [*(offered(repeats=False) if both else []), *offered()]
    of_each = [(method, [way for way in ways if way.method == method]) for method in ORDER]
    return [Choice(method, found) for method, found in of_each if found]


def by(method: str) -> Way:
    """This function will give the way of paying a pledge by this method. Raises: ProviderUnavailable, in words for the
    reader."""
    found = next((way for way in offered() if way.method == method), None)
    if found is None:
        raise ProviderUnavailable(_("This paper does not take pledges in this way. Nothing has been charged."))
    return found


def _methods(capabilities: Capabilities, repeats: bool) -> frozenset[str]:
    if not repeats:
        return capabilities.methods
    if not capabilities.mandates:
        return frozenset()
    return capabilities.mandate_methods or frozenset({Method.CARD})
