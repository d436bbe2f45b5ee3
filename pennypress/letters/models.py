"""The tables of the outbox. A letter keeps what it said; only its state moves, and a secret one is blanked once sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pennypress.people.models import Person


class Channel(models.TextChoices):
    """Statutory letters (notices of the society) are apart from the paper's service: nobody can unsubscribe from them."""

    SERVICE = "service", _("Service")
    STATUTORY = "statutory", _("Statutory")


class LetterState(models.TextChoices):
    """Held back: written, and kept until somebody says that it is sent, or that it never is."""

    HELD = "held", _("Held back")
    QUEUED = "queued", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not sent")
    NEVER = "never", _("Not to be sent")


class Letter(models.Model):
    """One letter to one address. `key` says its cause and is unique, so that queueing twice is harmless."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.SERVICE)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="letters")
    to_name = models.CharField(max_length=200, blank=True)
    to_email = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    secret = models.BooleanField(default=False, help_text=_("Its body is blanked once it is sent."))
    state = models.CharField(max_length=6, choices=LetterState.choices, default=LetterState.QUEUED)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text=_("Not tried before this moment."))
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=500, blank=True, help_text=_("What went wrong at the last attempt."))
    decided_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When somebody said what becomes of one that was held back.")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="letters_decided"
    )

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["-secret", "due_at", "id"], condition=Q(state="queued"), name="letters_in_turn"),
            models.Index(fields=["id"], condition=Q(state="held"), name="letters_held"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="held", decided_at__isnull=True)
                | Q(state="never", decided_at__isnull=False, decided_by__isnull=False)
                | Q(state__in=["queued", "sent", "failed"]),
                name="letter_held_until_decided",
            ),
            models.CheckConstraint(condition=~Q(to_email=""), name="letter_has_an_address"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="letter_sent_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.get_state_display()})"


class Enclosure(models.Model):
    """What goes with a letter: the bytes themselves, or the name of the renderer that makes them when it is sent."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="enclosures")
    filename = models.CharField(max_length=120)
    content_type = models.CharField(max_length=80, default="application/pdf")
    content = models.BinaryField(null=True)
    renderer = models.CharField(max_length=40, blank=True, help_text=_("A name known to letters.enclosing."))
    argument = models.CharField(max_length=80, blank=True, help_text=_("What the renderer is asked for."))

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(content__isnull=False, renderer="") | (Q(content__isnull=True) & ~Q(renderer="")),
                name="enclosure_is_made_one_way",
            )
        ]

    def __str__(self) -> str:
        return self.filename
