"""The worker's part: letters go out each minute, and at once after a transaction that wrote one."""

from django.utils import timezone
from procrastinate.contrib.django import app

from pennypress.letters import outbox


@app.periodic(cron="* * * * *")
@app.task(name=outbox.TASK, queueing_lock=outbox.TASK)
def send_due(timestamp: int | None = None) -> None:
    """This function will send what is due, a round of it. `timestamp` is the scheduler's and is not used."""
    outbox.send_due(now=timezone.now(), within=outbox.ROUND)
