"""The state of a receipt, read from where its money is and what was taken back of it. Stored nowhere."""

import datetime as dt

from django.conf import settings
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from pennypress.payments import accounts
from pennypress.payments.models import Match, MatchKind, Method, Receipt, Refund, RefundKind, SlipItem

_IN_HAND = [method for method in Method.values if accounts.is_in_hand(method)]


class ReceiptState(TextChoices):
    """Where a receipt stands. A cheque that was paid in is `banked`, and `cleared` once the bank is seen to have the money,
    or after the paper's set days; it may be returned all the same. Other money came to the bank by itself."""

    IN_HAND = "in_hand", _("In hand")
    BANKED = "banked", _("Paid in")
    CLEARED = "cleared", _("Cleared")
    ARRIVED = "arrived", _("At the bank")
    PROVIDER = "provider", _("At the provider")
    RETURNED = "returned", _("Returned unpaid")
    CORRECTED = "corrected", _("Corrected or struck out")
    PARTLY = "partly", _("Partly taken back")
    TAKEN_BACK = "taken_back", _("Taken back")


def with_state(found: QuerySet[Receipt], *, on: dt.date) -> QuerySet[Receipt]:
    """This function will give receipts with their `state` on the paper's day `on` and what stands `taken_minor` back."""
    refunds = Refund.objects.filter(allocation__receipt=OuterRef("pk")).order_by()
    taken = refunds.values("allocation__receipt").annotate(total=Sum("amount_minor")).values("total")
    found = found.annotate(taken_minor=Coalesce(Subquery(taken), 0))
    gone = Q(taken_minor__gte=F("amount_minor"))
    state = Case(
        When(Exists(refunds.filter(kind=RefundKind.MISTAKE)), then=Value(ReceiptState.CORRECTED)),
        When(
            Q(Exists(refunds.filter(kind=RefundKind.BOUNCED))) & gone,
            then=Value(ReceiptState.RETURNED),
        ),
        When(gone, then=Value(ReceiptState.TAKEN_BACK)),
        When(taken_minor__gt=0, then=Value(ReceiptState.PARTLY)),
        When(method__in=_IN_HAND, banked_on=None, then=Value(ReceiptState.IN_HAND)),
        When(_cleared(on), then=Value(ReceiptState.CLEARED)),
        When(method__in=_IN_HAND, then=Value(ReceiptState.BANKED)),
        When(method__in=[Method.STANDING_ORDER, Method.BANK_TRANSFER], then=Value(ReceiptState.ARRIVED)),
        default=Value(ReceiptState.PROVIDER),
        output_field=CharField(),
    )
    return found.annotate(state=state)


def _cleared(on: dt.date) -> Q:
    """Of cheques that were paid in: by a line of the statement for it or its slip, or by the days that have gone."""
    standing = Match.objects.filter(undoes=None, undone_by=None)
    on_its_own = standing.filter(receipt=OuterRef("pk"), kind__in=[MatchKind.BOOKED, MatchKind.LINKED])
    seen_slips = standing.filter(kind=MatchKind.SLIP).values("slip")
    with_its_slip = SlipItem.objects.filter(receipt=OuterRef("pk"), removed_at=None, slip__in=seen_slips)
    paid_in_by = on - dt.timedelta(days=settings.CHEQUE_DAYS)
    seen = Q(Exists(on_its_own)) | Q(Exists(with_its_slip)) | Q(banked_on__lte=paid_in_by)
    return Q(method=Method.CHEQUE, banked_on__isnull=False) & seen


def label(state: str) -> str:
    """This function will name a state for the page."""
    return str(ReceiptState(state).label)
