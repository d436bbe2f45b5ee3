"""The tables of money in. A receipt has allocations that sum exactly to it; everything above points down to an allocation.

Receipts, allocations and what was taken back are append-only; payments and mandates move forward, each move recorded.
"""

from pennypress.payments.models.attempts import Attempt, BreakerMove, BreakerState, HeldOffer
from pennypress.payments.models.counts import CashCount, CountedCash, Tin
from pennypress.payments.models.kinds import Method, Purpose
from pennypress.payments.models.mandates import Mandate, MandateState
from pennypress.payments.models.payments import Payment, PaymentMove, PaymentPart, PaymentState
from pennypress.payments.models.payouts import LineKind, Payout, PayoutLine, PayoutMove, PayoutState
from pennypress.payments.models.receipts import Allocation, Receipt, Refund, RefundKind
from pennypress.payments.models.reconciliations import Cause, Difference, Reconciliation
from pennypress.payments.models.refund_orders import (
    OrderState,
    RefundOrder,
    RefundOrderMove,
    RefundOrderPart,
    Threshold,
)
from pennypress.payments.models.slips import PayingInSlip, SlipItem, SlipState
from pennypress.payments.models.statements import (
    BankAccount,
    Confidence,
    CsvMapping,
    Match,
    MatchKind,
    Statement,
    StatementFile,
    StatementLine,
    StatementLineKind,
)
from pennypress.payments.sandbox_tables import (
    SandboxEvent,
    SandboxMandate,
    SandboxMovement,
    SandboxPayment,
    SandboxPayout,
)

__all__ = [
    "Allocation",
    "Attempt",
    "BankAccount",
    "BreakerMove",
    "BreakerState",
    "CashCount",
    "Cause",
    "Confidence",
    "CountedCash",
    "CsvMapping",
    "Difference",
    "HeldOffer",
    "LineKind",
    "Mandate",
    "MandateState",
    "Match",
    "MatchKind",
    "Method",
    "OrderState",
    "PayingInSlip",
    "Payment",
    "PaymentMove",
    "PaymentPart",
    "PaymentState",
    "Payout",
    "PayoutLine",
    "PayoutMove",
    "PayoutState",
    "Purpose",
    "Receipt",
    "Reconciliation",
    "Refund",
    "RefundKind",
    "RefundOrder",
    "RefundOrderMove",
    "RefundOrderPart",
    "SandboxEvent",
    "SandboxMandate",
    "SandboxMovement",
    "SandboxPayment",
    "SandboxPayout",
    "SlipItem",
    "SlipState",
    "Statement",
    "StatementFile",
    "StatementLine",
    "StatementLineKind",
    "Threshold",
    "Tin",
]
