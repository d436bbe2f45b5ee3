"""The tables of giving. Amounts that arrived are read from allocations; nothing here stores a total."""

from pennypress.giving.models.appeals import Appeal
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
    "Collection",
    "CollectionState",
    "Gift",
    "GiftState",
    "Pledge",
    "PledgeChange",
    "PledgeMove",
    "PledgeState",
]
