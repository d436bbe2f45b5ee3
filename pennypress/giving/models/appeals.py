"""The tables of appeals: their series, their days, their targets from a day on, their extensions. No sum stands here."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pennypress.money import Money


class CarryOver(models.TextChoices):
    """What an appeal hands on to the next of its series."""

    NONE = "none", _("Nothing: each appeal starts afresh")
    SHORTFALL = "shortfall", _("A shortfall is added to the next")
    SURPLUS = "surplus", _("A surplus is taken off the next")
    BOTH = "both", _("A shortfall is added, a surplus taken off")


class OverTarget(models.TextChoices):
    COUNT = "count", _("Keep asking and counting")
    STOP = "stop", _("Stop asking; count what comes all the same")


class Basis(models.TextChoices):
    GROSS = "gross", _("What was given")
    NET = "net", _("What is left of it after the providers’ fees")


class Unit(models.TextChoices):
    MONEY = "money", _("Money")
    GIVERS = "givers", _("Number of givers")


class AppealSeries(models.Model):
    """Appeals that follow each other under one name and one set of rules, such as the monthly fund.

    One series is the principal one, by the database: its meter stands on every page. What is counted and in which unit
    is fixed with the series, so that a closed appeal never reads differently afterwards.
    """

    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=100, unique=True)
    is_principal = models.BooleanField(default=False, help_text=_("Its meter stands on every page."))
    currency = models.CharField(max_length=3)
    basis = models.CharField(max_length=5, choices=Basis.choices, default=Basis.GROSS)
    unit = models.CharField(max_length=6, choices=Unit.choices, default=Unit.MONEY)
    carry_over = models.CharField(max_length=9, choices=CarryOver.choices, default=CarryOver.NONE)
    over_target = models.CharField(max_length=5, choices=OverTarget.choices, default=OverTarget.COUNT)
    counts_pledges = models.BooleanField(
        default=True,
        help_text=_(
            "What we collect of supporters’ pledges by card and Direct Debit counts towards its appeals. Standing orders "
            "are gifts, and always count."
        ),
    )
    words_before = models.CharField(max_length=300, blank=True)
    words_running = models.CharField(max_length=300, blank=True)
    words_met = models.CharField(max_length=300, blank=True)
    words_closed = models.CharField(max_length=300, blank=True)
    begun_at = models.DateTimeField()

    class Meta:
        ordering = ["-is_principal", "name"]
        verbose_name_plural = "appeal series"
        constraints = [
            models.UniqueConstraint(
                fields=["is_principal"], condition=Q(is_principal=True), name="one_principal_series"
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="series_currency_iso"),
            models.CheckConstraint(
                condition=~Q(unit="givers") | Q(carry_over="none", basis="gross"),
                name="series_of_givers_carries_no_money",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Appeal(models.Model):
    """One appeal of a series, from `opens_on` to `closes_on`, both counted. Its series has no two on one day, by the
    database. `closes_on` moves with an extension only, and its targets stand in `AppealTarget`."""

    series = models.ForeignKey(AppealSeries, on_delete=models.PROTECT, related_name="appeals")
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=100, unique=True)
    opens_on = models.DateField()
    closes_on = models.DateField()
    currency = models.CharField(max_length=3)
    pitch = models.TextField(blank=True)
    counts_pledges = models.BooleanField(
        default=True,
        help_text=_(
            "What we collect of supporters’ pledges by card and Direct Debit counts towards it. Standing orders are gifts, "
            "and always count."
        ),
    )
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["opens_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="appeal_closes_after_opening"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="appeal_currency_iso"),
        ]

    def __str__(self) -> str:
        return self.name


class AppealTarget(models.Model):
    """What an appeal asks for from the start of a day on, and why it was changed. Append-only; of one day the last holds.

    In money or in givers, as the series counts.
    """

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="targets")
    from_on = models.DateField()
    amount_minor = models.BigIntegerField(null=True, blank=True)
    givers = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="targets_set"
    )
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["from_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, givers__isnull=True) | Q(amount_minor__isnull=True, givers__gt=0),
                name="target_above_zero_in_one_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"from {self.from_on}"

    @property
    def amount(self) -> Money | None:
        """The target in money, or None where the series counts givers."""
        return None if self.amount_minor is None else Money(self.amount_minor, self.appeal.currency)

    @property
    def figure(self) -> int:
        """The target in the unit of its series: minor units of money, or givers."""
        return self.amount_minor or self.givers or 0


class AppealExtension(models.Model):
    """Why an appeal goes on longer than was announced, from which last day to which. Append-only."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="extensions")
    from_on = models.DateField()
    to_on = models.DateField()
    reason = models.CharField(max_length=300)
    extended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="extensions_made"
    )
    extended_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gt=F("from_on")), name="extension_is_later"),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_its_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.from_on} → {self.to_on}"
