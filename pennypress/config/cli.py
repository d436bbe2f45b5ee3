"""The command line: `pennypress COMMAND`. Every command is a Django management command of one of our packages.

Where no DATABASE_URL is set, the embedded server runs for as long as a command needs it.
"""

import contextlib
import gc
import io
import os
import signal
import sys
import threading

import django
from django.conf import settings
from django.core.management import execute_from_command_line

from pennypress.config import embedded, lodgings

# `serve` minds the database by itself, since it can do without for a while.
WITHOUT_DATABASE = {
    "serve",
    "help",
    "version",
    "fonts",
    "collectstatic",
    "makemessages",
    "compilemessages",
    "findstatic",
    "diffsettings",
    "install-service",
}


def main() -> None:
    """This function will run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pennypress.config.settings")
    if sys.argv[1:2] == ["demo"]:
        os.environ["PENNYPRESS_DEMO"] = "1"  # Before the settings are read, and for the children too.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # Progress is shown as it is made, into a pipe as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    gc.disable()  # While all is loaded nothing is given up; looking for it took a fifth of the time.
    loading = threading.Thread(target=_load)
    loading.start()  # Beside the database's own start.
    try:
        with _database():
            loading.join()
            gc.enable()
            execute_from_command_line(["pennypress", *sys.argv[1:]])
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except (embedded.CannotStart, lodgings.CannotLodge) as trouble:
        sys.stderr.write(f"{trouble}\n")
        sys.exit(1)


def _load() -> None:
    with contextlib.suppress(Exception):  # The command loads again, and says what is wrong.
        django.setup()


def _database() -> contextlib.AbstractContextManager[None]:
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    helps = command.startswith("-") or bool({"-h", "--help"} & set(sys.argv))
    if helps or command in WITHOUT_DATABASE:
        return contextlib.nullcontext()
    var = settings.VAR  # Reading the settings may bring a DATABASE_URL from var/settings.env.
    return contextlib.nullcontext() if os.environ.get("DATABASE_URL") else embedded.held(var, _tell)


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
