"""What a story asserts, as data: the claim, who makes it and when, and how claims bear on each other."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable
from wagtail.search import index


class SourceKind(models.TextChoices):
    PERSON = "person", _("A person")
    ORGANISATION = "organisation", _("An organisation")
    DOCUMENT = "document", _("A document")


class Standing(models.TextChoices):
    """How a source may be used in print."""

    NAMED = "named", _("Named")
    ON_BACKGROUND = "on_background", _("On background: never named in print")
    OFF_RECORD = "off_record", _("Off the record: never printed at all")
    DOCUMENT = "document", _("Document")


class Source(index.Indexed, models.Model):  # type: ignore[django-manager-missing]
    """Who or what the paper relies on."""

    kind = models.CharField(_("kind"), max_length=12, choices=SourceKind.choices, default=SourceKind.PERSON)
    name = models.CharField(
        _("name"), max_length=160, help_text=_("Printed only where the standing is “named” or “document”.")
    )
    affiliation = models.CharField(
        _("affiliation"),
        max_length=200,
        blank=True,
        help_text=_(
            "Printed with the name; for a source on background it is all that is printed, so let it name nobody."
        ),
    )
    standing = models.CharField(_("standing"), max_length=14, choices=Standing.choices, default=Standing.NAMED)

    panels = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("standing")]),
        FieldPanel("name"),
        FieldPanel("affiliation"),
    ]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name"), index.SearchField("affiliation")]

    class Meta:
        ordering = ["name"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="source_has_a_name"),
            models.UniqueConstraint(fields=["name", "affiliation", "standing"], name="one_source_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.affiliation})" if self.affiliation else self.name


class Claim(Orderable, ClusterableModel):
    """One thing that a story asserts. Its order in the story is its number there."""

    page = ParentalKey("newsroom.ArticlePage", on_delete=models.CASCADE, related_name="claims")
    says = models.CharField(_("what is claimed"), max_length=400, help_text=_("One sentence, in our words."))
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="claims", verbose_name=_("who says so"))
    made_on = models.DateField(_("on the day"), null=True, blank=True)
    made_text = models.CharField(
        _("or, when"), max_length=60, blank=True, help_text=_("Where no day is known: “in January”, “last year”.")
    )
    evidence = models.CharField(
        _("what it rests on"),
        max_length=200,
        blank=True,
        help_text=_("A document, a recording, what was seen; or “none given”."),
    )
    anchor = models.CharField(
        _("words in the story"),
        max_length=300,
        blank=True,
        help_text=_("The exact words in the text that the mark stands after. Leave empty for no mark."),
    )

    panels = [
        FieldPanel("says"),
        FieldPanel("source"),
        FieldRowPanel([FieldPanel("made_on"), FieldPanel("made_text")]),
        FieldPanel("evidence"),
        FieldPanel("anchor"),
        InlinePanel("relations", heading=_("How it bears on other claims"), label=_("relation"), max_num=8),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("claim")
        verbose_name_plural = _("claims")

    def __str__(self) -> str:
        return self.says


class RelationKind(models.TextChoices):
    REPEATS = "repeats", _("Repeats")
    SUPPORTS = "supports", _("Supports")
    DENIES = "denies", _("Denies")
    ANSWERS = "answers", _("Answers")


class ClaimRelation(models.Model):
    """How a claim bears on another: one of this story, by its number, or one of another story."""

    from_claim = ParentalKey(Claim, on_delete=models.CASCADE, related_name="relations")
    kind = models.CharField(_("it"), max_length=10, choices=RelationKind.choices)
    to_number = models.PositiveSmallIntegerField(
        _("claim number, in this story"), null=True, blank=True, help_text=_("1 is the first claim of this story.")
    )
    to_claim = models.ForeignKey(
        Claim,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="borne_on_by",
        verbose_name=_("or a claim in another story"),
    )

    panels = [FieldRowPanel([FieldPanel("kind"), FieldPanel("to_number")]), FieldPanel("to_claim")]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_number__isnull=True) | models.Q(to_claim__isnull=True),
                name="relation_has_one_target",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def clean(self) -> None:
        super().clean()
        if (self.to_number is None) == (self.to_claim_id is None):
            raise ValidationError(_("Give either the number of a claim in this story or a claim in another story."))
