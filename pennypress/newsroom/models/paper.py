"""The paper's own settings: its name and how it looks, the same on every page."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


class Accent(models.TextChoices):
    """The one colour of the paper's own; the values are names that the style sheet knows."""

    RED = "red", _("Printer's red")
    BLUE = "blue", _("Ink blue")
    GREEN = "green", _("Bottle green")
    PLUM = "plum", _("Plum")


@register_setting(icon="doc-full", order=100)
class Paper(BaseGenericSetting):
    masthead = models.CharField(_("masthead"), max_length=60, default="Pennypress")
    strapline = models.CharField(_("strapline"), max_length=120, blank=True)
    accent = models.CharField(_("accent"), max_length=8, choices=Accent.choices, default=Accent.RED)

    panels = [FieldPanel("masthead"), FieldPanel("strapline"), FieldPanel("accent")]

    class Meta:
        verbose_name = _("the paper")

    def __str__(self) -> str:
        return self.masthead
