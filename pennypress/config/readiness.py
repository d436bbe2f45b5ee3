"""What must be so before the server opens: a free port, a migrated database, collected static files, and the keys
of the providers that are offered."""

import hashlib
import pkgutil
import resource
import socket
from collections.abc import Callable
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from pennypress.config import offering

COLLECTED = "collected"
OTHER_FILES = 300


class NotReady(RuntimeError):
    """The server cannot open yet; the text says in one line why, and what to do."""


def require_free_port() -> None:
    """This function will refuse when something listens on our port already. Raises: NotReady."""
    family = socket.AF_INET6 if ":" in settings.BIND else socket.AF_INET
    with socket.socket(family) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((settings.BIND, settings.PORT))
        except OSError as trouble:
            where = f"{settings.BIND}:{settings.PORT}"
            raise NotReady(f"Cannot listen on {where}: {trouble.strerror}. Try another: PORT=8001") from trouble


def require_keys() -> None:
    """This function will refuse while a provider is offered that could not be asked. Raises: NotReady."""
    if troubles := offering.troubles():
        raise NotReady("\n".join(troubles))


def connections_at_once() -> int:
    """This function will say how many connections one process may keep open, raising our limit of open files for them.

    A few hundred files are left for everything else.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = settings.CONNECTIONS + OTHER_FILES
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(min(settings.CONNECTIONS, most - OTHER_FILES), 1)


def pending_migrations() -> int:
    """This function will say how many migrations of the code the database lacks.

    They are loaded only where one is missing by its name: whoever waits for the first page waits for this.
    """
    if _migrations_on_disk() <= MigrationRecorder(connection).applied_migrations().keys():
        return 0
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _migrations_on_disk() -> set[tuple[str, str]]:
    """The migrations of all packages by label and name, found as Django finds them and not loaded."""
    names = set()
    for app in apps.get_app_configs():
        module, _is_explicit = MigrationLoader.migrations_module(app.label)
        package = find_spec(module) if module else None
        for _finder, name, is_package in pkgutil.iter_modules(package.submodule_search_locations if package else []):
            if not is_package and name[0] not in "_~":
                names.add((app.label, name))
    return names


def collect_static(say: Callable[[str], None]) -> None:
    """This function will collect and compress the static files when one of them has changed."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            status = storage.path(path)
            digest.update(f"{status} {storage.get_modified_time(path)}".encode())
    stamp = settings.VAR / COLLECTED
    if stamp.exists() and stamp.read_text(encoding="ascii") == digest.hexdigest() and settings.STATIC_ROOT.exists():
        return
    say("Collecting static files…")
    call_command("collectstatic", interactive=False, clear=settings.STATIC_ROOT.exists(), verbosity=0)
    stamp.write_text(digest.hexdigest(), encoding="ascii")
