"""The society's own facts. What a rule says is a dated row with the number it has in the registered rulebook."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pennypress.people.models import Person


class Society(models.Model):
    """The registered society that publishes the paper: one row in an install."""

    registered_name = models.CharField(max_length=200)
    registration_number = models.CharField(max_length=20)
    registrar = models.CharField(max_length=100, default="Financial Conduct Authority")
    registered_office = models.TextField()
    legal_form = models.CharField(max_length=100)
    year_end_month = models.PositiveSmallIntegerField(default=12)
    year_end_day = models.PositiveSmallIntegerField(default=31)
    currency = models.CharField(max_length=3, default="GBP")
    only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        verbose_name_plural = "societies"
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="one_society")]

    def __str__(self) -> str:
        return self.registered_name


class Rule(models.Model):
    """One figure of the rulebook from a day on. Never changed: a new rule is a new row with a later `effective_from`."""

    subject = models.CharField(max_length=60, help_text=_("What it fixes, for example holding.maximum.individual"))
    rule_number = models.CharField(max_length=20)
    text = models.TextField(help_text=_("The rule in words, as shown to members."))
    figure = models.BigIntegerField(help_text=_("The figure: minor units for money, whole units otherwise."))
    effective_from = models.DateField()
    registered_on = models.DateField(null=True, blank=True, help_text=_("Empty: not registered, and so without force."))

    class Meta:
        ordering = ["subject", "effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["subject", "effective_from"], name="one_rule_a_subject_and_day"),
            models.CheckConstraint(condition=models.Q(figure__gte=0), name="rule_figure_not_negative"),
        ]

    def __str__(self) -> str:
        return f"Rule {self.rule_number}: {self.subject} = {self.figure}"


class Office(models.TextChoices):
    CHAIR = "chair", _("Chair")
    SECRETARY = "secretary", _("Secretary")
    TREASURER = "treasurer", _("Treasurer")
    COMMITTEE = "committee", _("Committee member")


class Officer(models.Model):
    """Who held an office, half-open [from, to)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="offices")
    office = models.CharField(max_length=12, choices=Office.choices)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["from_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gt=models.F("from_on")),
                name="office_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["office"],
                condition=models.Q(to_on__isnull=True) & ~models.Q(office="committee"),
                name="one_holder_of_an_office",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.office}"
