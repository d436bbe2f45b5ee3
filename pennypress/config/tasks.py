"""The house's own rounds: jobs whose worker died are taken up again, and every law is checked each hour."""

import logging

from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from pennypress import laws
from pennypress.config import lawbook

logger = logging.getLogger(__name__)


@app.periodic(cron="*/5 * * * *")
@app.task(name="config.take_up_stalled", queueing_lock="config.take_up_stalled")
async def take_up_stalled(timestamp: int | None = None) -> None:
    """This function will queue again what a killed worker left undone; its lock would hold up its successors for ever.

    Where one was asked for under the same lock since, that one does it, and what was left is given up.
    """
    for job in await app.job_manager.get_stalled_jobs():
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            await app.job_manager.finish_job(job, Status.ABORTED, delete_job=True)


@app.periodic(cron="17 * * * *")
@app.task(name="config.check_laws", queueing_lock="config.check_laws")
def check_laws(timestamp: int | None = None) -> None:
    """This function will run every law and log, as errors, those that are broken."""
    for finding in laws.run(lawbook.every_law()):
        if not finding.holds:
            logger.error("A law is broken: %s. %d rows offend.", finding.law.name, finding.count)
