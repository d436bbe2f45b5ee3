"""What a payment provider is to us: the calls we make and the answers we take. Knows no provider and no table.

Amounts are `Money`; moments are aware and in UTC; days are the paper's. Whatever a provider sends beyond this is left
where it is: a field or a kind of event that nobody here knows is never an error.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pennypress.money import Money


class ProviderUnavailable(Exception):
    """The provider could not be asked, or did not answer in time: ask again later. The text is fit for the reader."""


class KeysRefused(ProviderUnavailable):
    """The paper offers the provider and has no keys for it, or the provider refuses them: whoever runs the paper acts.

    `setting` is where the key belongs. To a reader it is a provider that is out of reach.
    """

    def __init__(self, text: str, *, setting: str, are_missing: bool = False) -> None:
        super().__init__(text)
        self.setting, self.are_missing = setting, are_missing


class ProviderRefused(Exception):
    """The provider answered, and will not do it: asking the same again would not help. The text is fit for the reader.

    `code` is the provider's own word for the reason, for the log and the treasurer.
    """

    def __init__(self, text: str, *, code: str = "") -> None:
        super().__init__(text)
        self.code = code


class CannotRefund(ValueError):
    """The provider refuses the refund; the text says why."""


class UnknownAtProvider(LookupError):
    """The provider does not know what it was asked about."""


class BadWebhook(ValueError):
    """A webhook is not the provider's: its signature is wrong, or it was signed too long ago or in the future."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do; a page offers only that, and says it in plain words (`providers.in_words`)."""

    methods: frozenset[str]
    mandates: bool
    refunds: bool
    partial_refunds: bool = False
    # Methods under which a mandate can be given, and how many working days before it a collection is announced.
    mandate_methods: frozenset[str] = frozenset()
    notice_working_days: int = 0
    # Money that is confirmed may still be taken back by the payer's bank.
    fails_late: bool = False
    # How many working days go by until a debit is confirmed, the first under a new mandate. All else is confirmed at once.
    debit_working_days: int = 0
    # The name that the payer's statement may bear instead of the paper's: "" where it never does.
    statement_name: str = ""
    payouts: bool = False


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
class MandateOrder:
    """A mandate to be given by the supporter on the provider's page, with nothing paid. `key` as for an order."""

    key: str
    reference: str
    method: str
    currency: str
    payer_name: str
    payer_email: str
    return_url: str


@dataclass(frozen=True, slots=True)
class Charge:
    """A payment to be collected under a mandate. `key` makes asking twice harmless.

    `collect_on` is the day before which nothing is to be taken, where the provider can wait; None: as soon as may be.
    """

    key: str
    reference: str
    amount: Money
    method: str
    description: str
    mandate_ref: str
    collect_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """The provider's name for the payment or mandate, and the address of its page for the reader (empty for a
    collection)."""

    provider_ref: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """One refund, dispute, reinstatement or return, under the provider's own key for it.

    `kind` is a `RefundKind`: refund, dispute, reinstatement, or bounced (returned late, or claimed under the Direct
    Debit Guarantee; `reason` says which). `is_claimed`: the payer asked their bank for it, by such a claim or a dispute.
    """

    key: str
    kind: str
    amount: Money
    reason: str
    on: dt.date | None = None
    is_claimed: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How a payment stands at the provider at this moment: the truth that a webhook only points at.

    `state` is started, pending, succeeded or failed; `reference` is ours, empty where the provider has none of us.
    """

    provider_ref: str
    reference: str
    state: str
    amount: Money
    failure: str
    mandate_ref: str
    taken_back: tuple[TakenBack, ...]
    method: str = ""
    created_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class MandateSnapshot:
    """How a mandate stands at the provider. `state` is pending, active or cancelled.

    `says` names it for its supporter ("Visa ending in 4242"); a card is good through the month of `expires_on`, which is
    that month's last day.
    """

    provider_ref: str
    reference: str
    state: str
    says: str = ""
    expires_on: dt.date | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class PayoutLine:
    """One movement in a payout: what came in or went out, before the fee, and the fee kept for it.

    `kind` is payment, refund, dispute, reinstatement, bounced, fee (the provider's own, of no payment) or other. `amount`
    is above zero for money in, below for money out; `fee` is what the provider keeps, above zero. `payment_ref` is the
    provider's name for the payment, "" where the line is of none; `key` names the line, once at the provider.
    """

    key: str
    kind: str
    amount: Money
    fee: Money
    payment_ref: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PayoutSnapshot:
    """Money that the provider sent, or sends, to the paper's bank. `state` is pending, paid or failed.

    Law: the sum of the lines' amounts less the sum of their fees is `amount`.
    """

    provider_ref: str
    state: str
    amount: Money
    arrives_on: dt.date
    lines: tuple[PayoutLine, ...]
    created_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What a verified webhook says happened, and to what. Its other contents are not trusted: we ask.

    `subject` is payment, mandate or payout, and `provider_ref` names it; "" where the event is none of our business,
    and is then stored and left.
    """

    event_id: str
    kind: str
    provider_ref: str
    subject: str = "payment"


class Provider(Protocol):
    """One provider of money. Every call has a timeout and is made outside a transaction.

    Each raises ProviderUnavailable where asking again later may help, and ProviderRefused where it would not; fetches
    raise UnknownAtProvider, and `refund` CannotRefund.
    """

    name: str
    capabilities: Capabilities
    # The origins of its pages for the reader, for the policy of pages: form-action and nothing else.
    page_origins: tuple[str, ...]

    def start_payment(self, order: Order) -> Begun: ...

    def start_mandate(self, order: MandateOrder) -> Begun: ...

    def charge_mandate(self, charge: Charge) -> Begun: ...

    def cancel_mandate(self, mandate_ref: str) -> None: ...

    def refund(self, *, provider_ref: str, amount: Money, key: str) -> None: ...

    def fetch(self, provider_ref: str) -> Snapshot: ...

    def fetch_mandate(self, provider_ref: str) -> MandateSnapshot:
        """By the mandate's own name, or by what `start_mandate` gave as `provider_ref`."""
        ...

    def fetch_payout(self, provider_ref: str) -> PayoutSnapshot: ...

    def payments_since(self, since: dt.datetime) -> Iterator[Snapshot]:
        """Every payment begun at or after `since`, of whatever state, ours or not."""
        ...

    def payouts_since(self, since: dt.datetime) -> Iterator[PayoutSnapshot]: ...

    def read_webhook(self, *, body: bytes, headers: Mapping[str, str], now: dt.datetime) -> Sequence[Event]:
        """Verifies a webhook and gives the events in it, one or many. Raises: BadWebhook."""
        ...
