"""The newsroom's tables."""

from django.db import models
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class Picture(AbstractImage):
    """A picture with what a paper prints under it."""

    caption = models.CharField(max_length=300, blank=True)
    credit = models.CharField(max_length=120, blank=True)

    admin_form_fields = (*Image.admin_form_fields, "caption", "credit")


class Rendition(AbstractRendition):
    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_a_filter"),
        ]
