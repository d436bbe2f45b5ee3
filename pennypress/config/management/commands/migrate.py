"""`pennypress migrate`: Django's own, run as the owner of the database, then the grants of the application's role."""

from typing import Any

import dj_database_url
from django.conf import settings
from django.core.management.commands import migrate

from pennypress.config import roles


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        roles.grant(str(dj_database_url.parse(settings.DATABASE_APP_URL)["USER"]))
