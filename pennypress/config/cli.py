"""The command line: `pennypress COMMAND`. Every command is a Django management command of one of our packages."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """This function will run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pennypress.config.settings")
    execute_from_command_line(["pennypress", *sys.argv[1:]])
