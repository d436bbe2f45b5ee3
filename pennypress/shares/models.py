"""The tables of ownership. The register is a ledger of entries: a holding at any date is a fold of them, stored nowhere.

Entries, certificates and issued numbers are never changed or removed; the database refuses it, whoever asks.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pennypress.money import Money
from pennypress.payments import references
from pennypress.payments.models import Allocation, Payment
from pennypress.people.models import Person, PersonKind

# Of an application's reference.
REFERENCE_PREFIX = "SH"


class Offer(models.Model):
    """An offer of shares to the public: open from a day, to a day or until further notice."""

    name = models.CharField(max_length=120)
    opens_on = models.DateField()
    closes_on = models.DateField(null=True, blank=True, help_text=_("The last day; empty: until further notice."))
    pitch = models.TextField(blank=True)

    class Meta:
        ordering = ["-opens_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True) | Q(closes_on__gte=F("opens_on")), name="offer_closes_after_opening"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ApplicationState(models.TextChoices):
    APPLIED = "applied", _("Applied, not yet paid")
    PAID = "paid", _("Paid, waiting for the committee")
    ALLOTTED = "allotted", _("Allotted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Application(models.Model):
    """Somebody's application for shares, with the particulars that the register needs. Moves forward only."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="applications")
    kind = models.CharField(max_length=12, choices=PersonKind.choices)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True, help_text=_("Case-folded. Empty: the applicant has none."))
    notices_by_email = models.BooleanField(default=False, help_text=_("Notified for notices of the society."))
    address = models.TextField()
    postcode = models.CharField(max_length=16)
    born_on = models.DateField(null=True, blank=True)
    shares = models.PositiveIntegerField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    rules_accepted_at = models.DateTimeField()
    risk_read_at = models.DateTimeField()
    payment = models.OneToOneField(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="share_application"
    )
    allocation = models.OneToOneField(
        Allocation, null=True, blank=True, on_delete=models.PROTECT, related_name="share_application"
    )
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="share_applications"
    )
    state = models.CharField(max_length=10, choices=ApplicationState.choices, default=ApplicationState.APPLIED)
    applied_at = models.DateTimeField()
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="share_decisions"
    )
    refusal = models.TextField(blank=True, help_text=_("Why it was refused, as told to the applicant."))

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["email"]), models.Index(fields=["state", "applied_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(shares__gt=0), name="application_for_a_share"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="application_money_above_zero"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(address=""), name="application_has_particulars"),
            models.CheckConstraint(
                condition=~Q(state__in=["paid", "allotted"]) | Q(allocation__isnull=False),
                name="application_paid_by_an_allocation",
            ),
            models.CheckConstraint(
                condition=~Q(state="allotted") | Q(person__isnull=False, decided_on__isnull=False),
                name="application_allotted_to_a_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | (~Q(refusal="") & Q(decided_on__isnull=False)),
                name="application_refused_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.shares}"

    @property
    def reference(self) -> str:
        """What its applicant puts on a bank transfer, so that the money finds it: the same for ever."""
        return references.numbered(self.pk, REFERENCE_PREFIX)

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class ApplicationMove(models.Model):
    """One move of an application: to which state, when, by whom. Append-only."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="moves")
    state = models.CharField(max_length=10, choices=ApplicationState.choices)
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="application_moves"
    )
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.application_id} {self.get_state_display()}"


class NumberIssued(models.Model):
    """A number that was given out, in its series. Append-only: what was given once is never given again."""

    series = models.CharField(max_length=12, choices=[("member", _("Member")), ("certificate", _("Certificate"))])
    number = models.PositiveIntegerField()
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["series", "number"]
        verbose_name_plural = "numbers issued"
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="number_issued_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="number_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.number}"


class Member(models.Model):
    """A member of the society, from the day they were entered in the register. One person, one member, one vote."""

    number = models.PositiveIntegerField(unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="member")
    admitted_on = models.DateField()
    ceased_on = models.DateField(null=True, blank=True)
    cessation_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ceased_on__isnull=True, cessation_reason="")
                | (Q(ceased_on__gte=F("admitted_on")) & ~Q(cessation_reason="")),
                name="member_ceases_for_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.person}"


class EntryKind(models.TextChoices):
    ALLOTMENT = "allotment", _("Allotment")
    WITHDRAWAL = "withdrawal", _("Withdrawal")
    TRANSFER_IN = "transfer_in", _("Transfer in")
    TRANSFER_OUT = "transfer_out", _("Transfer out")


class RegisterEntry(models.Model):
    """One entry in the register: so many shares to a member, or from them (below zero), on a day. Append-only.

    The database keeps every member's holding at zero or above on every day.
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=EntryKind.choices)
    shares = models.IntegerField()
    amount_minor = models.BigIntegerField(help_text=_("Paid up on them, in minor units; the sign of the shares."))
    currency = models.CharField(max_length=3)
    on = models.DateField(db_index=True)
    application = models.OneToOneField(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="register_entry"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="register_entries"
    )

    class Meta:
        ordering = ["on", "id"]
        verbose_name_plural = "register entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["allotment", "transfer_in"], shares__gt=0, amount_minor__gt=0)
                | Q(kind__in=["withdrawal", "transfer_out"], shares__lt=0, amount_minor__lt=0),
                name="register_entry_sign_by_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind="allotment", application__isnull=False)
                | (~Q(kind="allotment") & Q(application__isnull=True)),
                name="allotment_answers_an_application",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.get_kind_display()} {self.shares}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class Certificate(models.Model):
    """Numbered evidence of a member's whole holding. It stands until another supersedes it."""

    number = models.PositiveIntegerField(unique=True)
    code = models.CharField(max_length=24, unique=True, help_text=_("By which anybody may ask whether it is valid."))
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="certificates")
    entry = models.OneToOneField(RegisterEntry, on_delete=models.PROTECT, related_name="certificate")
    holder = models.CharField(max_length=200, help_text=_("The member's name on the day of issue."))
    shares = models.PositiveIntegerField()
    nominal_minor = models.BigIntegerField(help_text=_("Of one share, in minor units."))
    currency = models.CharField(max_length=3)
    issued_on = models.DateField()
    superseded_by = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )
    ended_on = models.DateField(null=True, blank=True, help_text=_("The holding came to nothing: no other follows."))

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(shares__gt=0), name="certificate_of_a_share"),
            models.CheckConstraint(condition=Q(nominal_minor__gt=0), name="certificate_nominal_above_zero"),
            models.CheckConstraint(condition=~Q(superseded_by=F("id")), name="certificate_not_its_own_successor"),
            models.CheckConstraint(
                condition=Q(superseded_by__isnull=True) | Q(ended_on__isnull=True), name="certificate_ends_one_way"
            ),
        ]

    def __str__(self) -> str:
        return f"Certificate {self.number}"

    @property
    def nominal(self) -> Money:
        return Money(self.nominal_minor, self.currency)

    @property
    def is_current(self) -> bool:
        return self.superseded_by_id is None and self.ended_on is None
