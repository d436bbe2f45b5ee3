"""What a payment provider is to us: the calls we make and the answers we take. Knows no provider and no table."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pennypress.money import Money


class ProviderUnavailable(Exception):
    """The provider could not be asked, or did not answer in time; the text is fit for the reader."""


class CannotRefund(ValueError):
    """The provider refuses the refund; the text says why."""


class UnknownAtProvider(LookupError):
    """The provider does not know the payment it was asked about."""


class BadWebhook(ValueError):
    """A webhook is not the provider's: its signature is wrong, or it was signed too long ago or in the future."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do; a page offers only that."""

    methods: frozenset[str]
    mandates: bool
    refunds: bool


@dataclass(frozen=True, slots=True)
class Order:
    """A payment to be made by the reader on the provider's page. `key` makes asking twice harmless."""

    key: str
    reference: str
    amount: Money
    method: str
    description: str
    payer_name: str
    payer_email: str
    return_url: str
    save_mandate: bool


@dataclass(frozen=True, slots=True)
class Charge:
    """A payment to be collected under a mandate. `key` makes asking twice harmless."""

    key: str
    reference: str
    amount: Money
    method: str
    description: str
    mandate_ref: str


@dataclass(frozen=True, slots=True)
class Begun:
    """The provider's name for the payment, and the address of its page for the reader (empty for a collection)."""

    provider_ref: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """One refund, dispute, reinstatement or return, under the provider's own key for it."""

    key: str
    kind: str
    amount: Money
    reason: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How a payment stands at the provider at this moment: the truth that a webhook only points at."""

    provider_ref: str
    reference: str
    state: str
    amount: Money
    failure: str
    mandate_ref: str
    taken_back: tuple[TakenBack, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """What a verified webhook says happened, and to which payment. Its other contents are not trusted."""

    event_id: str
    kind: str
    provider_ref: str


class Provider(Protocol):
    """One provider of money. Every call has a timeout and is made outside a transaction."""

    name: str
    capabilities: Capabilities

    def start_payment(self, order: Order) -> Begun: ...

    def charge_mandate(self, charge: Charge) -> Begun: ...

    def cancel_mandate(self, mandate_ref: str) -> None: ...

    def refund(self, *, provider_ref: str, amount: Money, key: str) -> None: ...

    def fetch(self, provider_ref: str) -> Snapshot: ...

    def verify_webhook(self, *, body: bytes, headers: Mapping[str, str], now: dt.datetime) -> Event: ...
