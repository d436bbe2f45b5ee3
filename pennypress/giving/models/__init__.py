"""The tables of giving. Amounts that arrived are read from allocations; nothing here stores a total."""

from pennypress.giving.models.appeals import (
    Appeal,
    AppealExtension,
    AppealSeries,
    AppealTarget,
    Basis,
    CarryOver,
    OverTarget,
    Unit,
)
from pennypress.giving.models.asking import AdvanceNotice, MandateRequest, Reminder, Step
from pennypress.giving.models.closings import AppealClosing, ClosingMethod, MeterCheckpoint
from pennypress.giving.models.collections import Attempt, AttemptState, Collection, CollectionState, Return
from pennypress.giving.models.gifts import Gift, GiftState
from pennypress.giving.models.known_references import KnownReference
from pennypress.giving.models.pledges import Interval, Pledge, PledgeChange, PledgeMove, PledgeState
from pennypress.giving.models.standing_orders import (
    PayerAccount,
    StandingOrder,
    StandingOrderMove,
    StandingOrderReceipt,
    StandingOrderState,
)
from pennypress.giving.models.statements import AnnualStatement, ReceiptRequest
from pennypress.giving.models.terms import AfterClaim, SupportTerms

__all__ = [
    "AdvanceNotice",
    "AfterClaim",
    "AnnualStatement",
    "Appeal",
    "AppealClosing",
    "AppealExtension",
    "AppealSeries",
    "AppealTarget",
    "Attempt",
    "AttemptState",
    "Basis",
    "CarryOver",
    "ClosingMethod",
    "Collection",
    "CollectionState",
    "Gift",
    "GiftState",
    "Interval",
    "KnownReference",
    "MandateRequest",
    "MeterCheckpoint",
    "OverTarget",
    "PayerAccount",
    "Pledge",
    "PledgeChange",
    "PledgeMove",
    "PledgeState",
    "ReceiptRequest",
    "Reminder",
    "Return",
    "StandingOrder",
    "StandingOrderMove",
    "StandingOrderReceipt",
    "StandingOrderState",
    "Step",
    "SupportTerms",
    "Unit",
]
