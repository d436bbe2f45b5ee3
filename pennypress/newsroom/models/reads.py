"""In how many seconds of an hour somebody asked for a story; of who it was nothing is known."""

from django.db import models


class HourRead(models.Model):
    """The seconds of one story in one hour, added up over the server's processes. Kept for two days.

    The story is named and not referred to: counting must never stand in the way of taking a story down.
    """

    article_id = models.PositiveIntegerField()
    hour = models.DateTimeField()
    seconds = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hour", "article_id"], name="read_once_an_hour")]

    def __str__(self) -> str:
        return f"{self.article_id}, {self.hour:%Y-%m-%d %H}: {self.seconds}"
