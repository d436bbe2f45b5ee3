"""Failures: each error a provider gives, whether asking again helps, and what the reader is told. Pure; no provider.

The same table stands in docs/develop/provider-errors.md, and a test holds the two equal. Whoever pays by card on the
provider's page is told ON_PAGE whatever the card's trouble is: somebody trying stolen cards learns nothing from us.
"""

from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Again(Enum):
    """Who may ask again, and whether it can help."""

    US = "yes, by us, under the same key"
    LATER = "yes, at the next try"
    PAYER = "only after the payer has done something"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Failure:
    again: Again
    told: str | Promise


ON_PAGE = _("The payment was declined. Nothing was taken.")
_AT_PRESENT = _("We could not reach our payment provider. Nothing has been charged; please try again in a few minutes.")
_CANNOT = _("Our payment provider does not accept this payment. Nothing has been charged.")
_DECLINED = _("The card was declined. Nothing was taken.")
_ANOTHER = _("The card was declined, and will be again. Nothing was taken; please use another card.")
_APPROVE = _("Your bank asks you to approve the payment yourself. Nothing was taken.")
_NOT_APPROVED = _("The payment was not approved. Nothing was taken.")
_EXPIRED = _("The card has expired. Nothing was taken.")
_TOO_LITTLE = _("There was not enough money in the account. Nothing was taken.")
_ENDED = _("The Direct Debit has been ended. Nothing was taken.")
_CLOSED = _("The bank says that the account is closed, or does not take Direct Debits. Nothing was taken.")
_RETURNED = _("The bank returned it unpaid. Nothing was taken.")
_LEFT = _("You went back without paying. Nothing was taken.")
_NOT_BACK = _("This payment cannot be given back any more.")

STRIPE: dict[str, Failure] = {
    # Calls that failed.
    "no_answer": Failure(Again.US, _AT_PRESENT),
    "server_error": Failure(Again.US, _AT_PRESENT),
    "rate_limit": Failure(Again.US, _AT_PRESENT),
    "lock_timeout": Failure(Again.US, _AT_PRESENT),
    "idempotency_key_in_use": Failure(Again.US, _AT_PRESENT),
    "key_refused": Failure(Again.US, _AT_PRESENT),
    "idempotency_error": Failure(Again.NO, _CANNOT),
    "amount_too_small": Failure(Again.NO, _("That is less than our payment provider takes. Nothing has been charged.")),
    "amount_too_large": Failure(Again.NO, _("That is more than our payment provider takes. Nothing has been charged.")),
    "invalid_request": Failure(Again.NO, _CANNOT),
    # Refunds that are refused.
    "charge_already_refunded": Failure(Again.NO, _("It has been given back already.")),
    "charge_disputed": Failure(Again.NO, _("It is disputed, and cannot be refunded as well.")),
    "refund_refused": Failure(Again.NO, _NOT_BACK),
    # Payments that failed.
    "authentication_required": Failure(Again.PAYER, _APPROVE),
    "payment_intent_authentication_failure": Failure(Again.PAYER, _NOT_APPROVED),
    "expired_card": Failure(Again.PAYER, _EXPIRED),
    "insufficient_funds": Failure(Again.LATER, _TOO_LITTLE),
    "processing_error": Failure(Again.LATER, _DECLINED),
    "issuer_not_available": Failure(Again.LATER, _DECLINED),
    "try_again_later": Failure(Again.LATER, _DECLINED),
    "generic_decline": Failure(Again.LATER, _DECLINED),
    "do_not_honor": Failure(Again.LATER, _DECLINED),
    "card_declined": Failure(Again.LATER, _DECLINED),
    "lost_card": Failure(Again.PAYER, _ANOTHER),
    "stolen_card": Failure(Again.PAYER, _ANOTHER),
    "pickup_card": Failure(Again.PAYER, _ANOTHER),
    "invalid_account": Failure(Again.PAYER, _ANOTHER),
    "debit_not_authorized": Failure(Again.PAYER, _ENDED),
    "payment_method_unusable": Failure(
        Again.PAYER, _("The card or account saved for this is gone. Nothing was taken.")
    ),
    "account_closed": Failure(Again.PAYER, _CLOSED),
    "no_account": Failure(Again.PAYER, _CLOSED),
    "debit_failed": Failure(Again.LATER, _RETURNED),
    "page_left": Failure(Again.PAYER, _LEFT),
}

GOCARDLESS: dict[str, Failure] = {
    # Calls that failed.
    "no_answer": Failure(Again.US, _AT_PRESENT),
    "gocardless": Failure(Again.US, _AT_PRESENT),
    "rate_limit_exceeded": Failure(Again.US, _AT_PRESENT),
    "token_refused": Failure(Again.US, _AT_PRESENT),
    "validation_failed": Failure(Again.NO, _CANNOT),
    "invalid_api_usage": Failure(Again.NO, _CANNOT),
    "invalid_state": Failure(Again.NO, _CANNOT),
    "mandate_is_inactive": Failure(Again.PAYER, _ENDED),
    # Refunds that are refused.
    "total_amount_confirmation_invalid": Failure(Again.NO, _("Another refund of it is under way. Please look again.")),
    "available_refund_amount_insufficient": Failure(
        Again.LATER, _("The provider holds too little of the paper's money for it now.")
    ),
    "refund_refused": Failure(Again.NO, _NOT_BACK),
    # Payments that failed.
    "insufficient_funds": Failure(Again.LATER, _TOO_LITTLE),
    "refer_to_payer": Failure(Again.LATER, _TOO_LITTLE),
    "bank_account_closed": Failure(Again.PAYER, _CLOSED),
    "bank_account_transferred": Failure(Again.PAYER, _CLOSED),
    "invalid_bank_details": Failure(Again.PAYER, _CLOSED),
    "direct_debit_not_enabled": Failure(Again.PAYER, _CLOSED),
    "mandate_cancelled": Failure(Again.PAYER, _ENDED),
    "authorisation_disputed": Failure(Again.PAYER, _ENDED),
    "customer_approval_denied": Failure(Again.PAYER, _NOT_APPROVED),
    "payment_cancelled": Failure(Again.PAYER, _ENDED),
    "other": Failure(Again.LATER, _RETURNED),
    "page_left": Failure(Again.PAYER, _LEFT),
}


def told(table: dict[str, Failure], code: str, *, otherwise: str) -> str:
    """This function will say in the reader's words what an error means; a code nobody knows reads as `otherwise` does."""
    return str(table.get(code, table[otherwise]).told)
