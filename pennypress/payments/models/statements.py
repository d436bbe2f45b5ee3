"""The tables of the bank: accounts, files as they came, statements, their lines, and what each line was found to be.

Files, statements, lines and matches are append-only. A match is undone by a further row, never by a change.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pennypress.ledger.models import Account, Entry
from pennypress.money import Money
from pennypress.payments.models.payouts import Payout
from pennypress.payments.models.receipts import Receipt
from pennypress.payments.models.slips import PayingInSlip


class StatementLineKind(models.TextChoices):
    """How the bank says that a line came about; the readers' `Kind` in words."""

    STANDING_ORDER = "standing_order", _("Standing order")
    TRANSFER = "transfer", _("Transfer")
    DIRECT_DEBIT = "direct_debit", _("Direct Debit")
    CHEQUE = "cheque", _("Cheque")
    CASH = "cash", _("Cash")
    CARD = "card", _("Card")
    CHARGE = "charge", _("Bank charge")
    INTEREST = "interest", _("Interest")
    RETURNED = "returned", _("Returned")
    OTHER = "other", _("Other")


class BankAccount(models.Model):
    """One of the society's accounts at a bank, and the account of the books that says the same."""

    name = models.CharField(max_length=100, unique=True)
    ledger = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="bank_account")
    currency = models.CharField(max_length=3)
    holder = models.CharField(max_length=140, blank=True, help_text=_("The name that payers enter."))
    iban = models.CharField(max_length=34, blank=True)
    sort_code = models.CharField(max_length=8, blank=True)
    number = models.CharField(max_length=34, blank=True)
    is_published = models.BooleanField(default=False, help_text=_("Readers are told to pay into this account."))
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="bank_account_currency_iso"),
            models.UniqueConstraint(
                fields=["is_published"], condition=Q(is_published=True), name="one_bank_account_published"
            ),
            models.CheckConstraint(
                condition=Q(is_published=False) | (~Q(holder="") & (~Q(number="") | ~Q(iban=""))),
                name="published_bank_account_can_be_paid_into",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CsvMapping(models.Model):
    """Which column of an account's CSV says what, as the treasurer settled it. Append-only; the latest is used."""

    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="mappings")
    layout = models.JSONField(help_text=_("The fields of statements.csv_mapping.Layout."))
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="mappings_saved"
    )

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.account} {self.saved_at:%d.%m.%Y}"


class StatementFile(models.Model):
    """A file as it came from the bank, each once. Append-only; what is booked from it, `Statement` says."""

    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="files")
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of its bytes."))
    name = models.CharField(max_length=200, blank=True)
    content = models.BinaryField(help_text=_("The bytes, packed."))
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="statement_files"
    )

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="statement_file_once")]

    def __str__(self) -> str:
        return self.name or self.digest[:12]


class Statement(models.Model):
    """One statement that was imported. Its lines may have come with an earlier one; `new_count` came with this."""

    file = models.ForeignKey(StatementFile, on_delete=models.PROTECT, related_name="statements")
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="statements")
    position = models.PositiveSmallIntegerField(help_text=_("Which of the file's statements it is, from 0."))
    format = models.CharField(max_length=10)
    from_on = models.DateField()
    to_on = models.DateField()
    currency = models.CharField(max_length=3)
    opening_minor = models.BigIntegerField(null=True, blank=True)
    closing_minor = models.BigIntegerField(null=True, blank=True)
    line_count = models.PositiveIntegerField()
    new_count = models.PositiveIntegerField()
    doubts = models.TextField(blank=True, help_text=_("What the treasurer was told and imported all the same."))
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="statements_imported"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["file", "position"], name="statement_once_in_its_file"),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="statement_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(new_count__lte=F("line_count")), name="statement_new_lines_within"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.from_on} – {self.to_on}"

    @property
    def opening(self) -> Money | None:
        return None if self.opening_minor is None else Money(self.opening_minor, self.currency)

    @property
    def closing(self) -> Money | None:
        return None if self.closing_minor is None else Money(self.closing_minor, self.currency)


class StatementLine(models.Model):
    """One line of an account, once, whichever statements tell of it. Append-only.

    Law, kept by the database: the bank's own id stands once in an account; where the bank gives none, lines alike in day,
    amount and reference are numbered, and each number stands once.
    """

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField(help_text=_("The line of the file on which it begins."))
    booked_on = models.DateField()
    value_on = models.DateField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    sent_minor = models.BigIntegerField(null=True, blank=True)
    sent_currency = models.CharField(max_length=3, blank=True)
    reference = models.CharField(max_length=500, blank=True)
    payer_name = models.CharField(max_length=200, blank=True)
    payer_account = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=14, choices=StatementLineKind.choices, default=StatementLineKind.OTHER)
    bank_id = models.CharField(max_length=100, blank=True)
    occurrence = models.PositiveSmallIntegerField(default=1)
    raw = models.TextField(blank=True)

    class Meta:
        ordering = ["booked_on", "id"]
        indexes = [
            models.Index(fields=["account", "booked_on"]),
            models.Index(fields=["payer_account"], condition=~Q(payer_account=""), name="line_by_payer_account"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="statement_line_not_nothing"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="statement_line_currency_iso"),
            models.CheckConstraint(
                condition=Q(sent_minor__isnull=True, sent_currency="")
                | Q(sent_minor__gt=0, sent_currency__regex=r"^[A-Z]{3}$"),
                name="statement_line_sent_with_its_currency",
            ),
            models.UniqueConstraint(
                fields=["account", "bank_id"], condition=~Q(bank_id=""), name="statement_line_once_by_bank_id"
            ),
            models.UniqueConstraint(
                fields=["account", "booked_on", "amount_minor", "reference", "occurrence"],
                condition=Q(bank_id=""),
                name="statement_line_once_by_content",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on} {self.amount}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def sent(self) -> Money | None:
        """The amount in the payer's own currency, where the bank tells it."""
        return None if self.sent_minor is None else Money(self.sent_minor, self.sent_currency)


class MatchKind(models.TextChoices):
    BOOKED = "booked", _("Booked as a receipt")
    LINKED = "linked", _("Linked to a receipt")
    RETURNED = "returned", _("A receipt returned")
    PAYOUT = "payout", _("A provider's payout")
    SLIP = "slip", _("A paying-in slip")
    ACCOUNT = "account", _("Booked to an account")
    IGNORED = "ignored", _("Ignored")
    UNDONE = "undone", _("Undone")


class Confidence(models.TextChoices):
    CERTAIN = "certain", _("Certain")
    LIKELY = "likely", _("Likely")
    UNSURE = "unsure", _("Unsure")
    BY_HAND = "by_hand", _("By hand")


class Match(models.Model):
    """What one line was found to be: by whom, when, why, and how sure the proposal was. Append-only.

    Law, kept by the database: a line has at most one match that stands; one is undone by a row that names it.
    """

    line = models.ForeignKey(StatementLine, on_delete=models.PROTECT, related_name="matches")
    kind = models.CharField(max_length=10, choices=MatchKind.choices)
    receipt = models.ForeignKey(Receipt, null=True, blank=True, on_delete=models.PROTECT, related_name="matches")
    payout = models.ForeignKey(Payout, null=True, blank=True, on_delete=models.PROTECT, related_name="matches")
    slip = models.ForeignKey(PayingInSlip, null=True, blank=True, on_delete=models.PROTECT, related_name="matches")
    entry = models.OneToOneField(Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="match")
    reason = models.CharField(max_length=300)
    confidence = models.CharField(max_length=8, choices=Confidence.choices)
    matched_at = models.DateTimeField()
    matched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="matches"
    )
    undoes = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by")

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "matches"
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="match_has_a_reason"),
            models.CheckConstraint(
                condition=Q(kind="undone", undoes__isnull=False) | (~Q(kind="undone") & Q(undoes__isnull=True)),
                name="match_undoes_another",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["booked", "linked", "returned"],
                    receipt__isnull=False,
                    payout__isnull=True,
                    slip__isnull=True,
                    entry__isnull=True,
                )
                | Q(kind="payout", receipt__isnull=True, payout__isnull=False, slip__isnull=True, entry__isnull=True)
                | Q(kind="slip", receipt__isnull=True, payout__isnull=True, slip__isnull=False, entry__isnull=True)
                | Q(kind="account", receipt__isnull=True, payout__isnull=True, slip__isnull=True, entry__isnull=False)
                | Q(
                    kind__in=["ignored", "undone"],
                    receipt__isnull=True,
                    payout__isnull=True,
                    slip__isnull=True,
                    entry__isnull=True,
                ),
                name="match_has_what_its_kind_says",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reason}"
