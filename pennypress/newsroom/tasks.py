"""The worker's part: stories go out, and come down, at the time their editor set."""

from django.core.management import call_command
from procrastinate.contrib.django import app

TASK = "newsroom.publish_scheduled"


@app.periodic(cron="* * * * *")
@app.task(name=TASK, queueing_lock=TASK)
def publish_scheduled(timestamp: int | None = None) -> None:
    """This function will publish and withdraw what is due. `timestamp` is the scheduler's and is not used."""
    call_command("publish_scheduled")
