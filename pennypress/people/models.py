"""Who the paper knows: persons (individuals and organisations) and the logins by which some of them come in."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PersonKind(models.TextChoices):
    INDIVIDUAL = "individual", _("A person")
    ORGANISATION = "organisation", _("An organisation")


class ThanksAs(models.TextChoices):
    """How a giver wishes to be thanked in print."""

    NAME = "name", _("By name")
    INITIALS = "initials", _("By initials")
    PLACE = "place", _("By place only")
    NOT = "not", _("Not at all")


class Person(models.Model):
    """A person or body. A row is never deleted; of two that are one, the younger points to the elder by `merged_into`."""

    kind = models.CharField(max_length=12, choices=PersonKind.choices, default=PersonKind.INDIVIDUAL)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True, help_text=_("Case-folded. Two people may share an address."))
    address = models.TextField(blank=True, help_text=_("Postal address, one line each."))
    postcode = models.CharField(max_length=16, blank=True)
    place = models.CharField(max_length=80, blank=True)
    born_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")

    class Meta:
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["email"])]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="person_has_a_name"),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")), name="person_not_merged_into_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Users(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().casefold(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().casefold())


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """A login. Readers come in with a code by e-mail; staff with a password or passkey and a second factor."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    person = models.OneToOneField(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="login")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[Users] = Users()

    class Meta:
        ordering = ["email"]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email


class DemoMark(models.Model):
    """The mark that this database was built by the demo: one row or none, written before anybody is in it."""

    marked_at = models.DateTimeField()
    only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="one_demo_mark")]

    def __str__(self) -> str:
        return f"Built by the demo, {self.marked_at:%d %B %Y}"


class PersonMerge(models.Model):
    """That two rows were found to be one person: who said so and when. Append-only."""

    duplicate = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="merge")
    into = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges")
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="merges", help_text=_("Empty: the system.")
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(duplicate=models.F("into")), name="merge_of_two_persons")
        ]

    def __str__(self) -> str:
        return f"{self.duplicate} → {self.into}"
