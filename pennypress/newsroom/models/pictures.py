"""Pictures: what a paper prints under them, and nothing of where and with what they were taken."""

import os
import secrets
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from pennypress.newsroom import stripping


class Picture(AbstractImage):
    """A picture with its caption and credit. Whatever camera or place its file named is taken out before it is kept."""

    caption = models.CharField(_("caption"), max_length=300, blank=True)
    credit = models.CharField(_("credit"), max_length=120, blank=True)

    admin_form_fields = (*Image.admin_form_fields, "caption", "credit")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Cleans a new file first: a reporter's source must not be found by the place in a photograph."""
        given: Any = self.file  # type: ignore[has-type]
        if given and not given._committed:
            self.file = stripping.strip(given.file)
            self._set_image_file_metadata()
        super().save(*args, **kwargs)

    def get_upload_to(self, filename: str) -> str:
        """A name that nobody can guess and that says nothing of the original's."""
        ending = os.path.splitext(filename)[1].lower()
        return f"original_images/{secrets.token_hex(10)}{ending}"


class Rendition(AbstractRendition):
    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_a_filter"),
        ]
