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
from pennypress.giving.models.closings import AppealClosing, ClosingMethod, MeterCheckpoint
from pennypress.giving.models.gifts import Gift, GiftState
from pennypress.giving.models.pledges import (
    Collection,
    CollectionState,
    Pledge,
    PledgeChange,
    PledgeMove,
    PledgeState,
)

__all__ = [
    "Appeal",
    "AppealClosing",
    "AppealExtension",
    "AppealSeries",
    "AppealTarget",
    "Basis",
    "CarryOver",
    "ClosingMethod",
    "Collection",
    "CollectionState",
    "Gift",
    "GiftState",
    "MeterCheckpoint",
    "OverTarget",
    "Pledge",
    "PledgeChange",
    "PledgeMove",
    "PledgeState",
    "Unit",
]
