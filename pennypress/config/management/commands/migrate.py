"""`pennypress migrate`: Django's own, run as the owner of the database, then the grants of the application's role
and the groups of the staff."""

import gc
from typing import Any

import dj_database_url
from django.conf import settings
from django.core.management.commands import migrate

from pennypress.config import roles
from pennypress.desk import staff


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        # Rendering models makes much garbage: what stands already is left out of each search for it, a quarter of the time.
        gc.freeze()
        super().handle(*args, **options)
        roles.grant(str(dj_database_url.parse(settings.DATABASE_APP_URL)["USER"]))
        if not options.get("app_label"):  # Groups need every package's tables and permissions.
            staff.set_up_groups()
