"""What money is for, and how it comes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    """What money is for; each has its account in the books."""

    GIFT = "gift", _("Gift to the fund")
    PLEDGE = "pledge", _("Supporter's monthly pledge")
    SHARES = "shares", _("Shares")
    SUBSCRIPTION = "subscription", _("Subscription")
    OTHER = "other", _("Other income")
    UNALLOCATED = "unallocated", _("Not yet allocated")


class Method(models.TextChoices):
    CARD = "card", _("Card")
    DIRECT_DEBIT = "direct_debit", _("Direct Debit")
    STANDING_ORDER = "standing_order", _("Standing order")
    BANK_TRANSFER = "bank_transfer", _("Bank transfer")
    CHEQUE = "cheque", _("Cheque")
    CASH = "cash", _("Cash")
    COLLECTION = "collection", _("Collection")
    CARD_BY_PHONE = "card_by_phone", _("Card by telephone")
    PAYPAL = "paypal", _("PayPal")
