"""The long runs that are too long for the suite, each by one command on a database of its own.

.venv/bin/python -m tests.long histories [--up-to 6] [--random 20000] [--first-seed 0]
.venv/bin/python -m tests.long refunds [--random 2000]
"""

import argparse
import os
import sys
import time

import django


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("what", choices=["histories", "refunds"])
    asked.add_argument("--up-to", type=int, default=6, help="templates of at most so many events, in every order")
    asked.add_argument("--random", type=int, help="so many long random histories")
    asked.add_argument("--first-seed", type=int, default=0)
    wanted = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pennypress.config.settings")
    django.setup()
    from django.conf import settings
    from django.test.utils import override_settings

    from pennypress.config import embedded
    from tests import databases

    var = settings.VAR / "long"
    with embedded.held(var, is_for_tests=True):
        settings.DATABASE_OWNER_URL = embedded.url(var, embedded.OWNER_ROLE)
        settings.DATABASE_APP_URL = embedded.url(var, embedded.APP_ROLE)
        _point_at(settings.DATABASE_APP_URL)
        with databases.clone_in_use(), override_settings(ALLOWED_HOSTS=["testserver"]):
            sys.exit(_run(wanted))


def _point_at(url: str) -> None:
    import dj_database_url
    from django.db import connections

    connections["default"].settings_dict["HOST"] = dj_database_url.parse(url)["HOST"]


def _run(wanted: argparse.Namespace) -> int:
    from tests.settlement import histories
    from tests.settlement.histories import Step

    began, told = time.monotonic(), 0
    if wanted.what == "histories":
        for template in histories.TEMPLATES:
            if len(template) <= wanted.up_to:
                fold = histories.in_order([Step(0, what) for what in template])
                told += histories.permuted(template, histories.every_order(template), fold)
                print(f"{told:>6} orders held, {time.monotonic() - began:>6.0f} s: {' '.join(template)}", flush=True)
    taking = wanted.what == "refunds"
    number = wanted.random if wanted.random is not None else (2_000 if taking else 20_000)
    for seed in range(wanted.first_seed, wanted.first_seed + number):
        histories.badly_told(seed, taking=taking)
        if (seed + 1) % 200 == 0:
            print(f"{seed + 1 - wanted.first_seed:>6} of {number} held, {time.monotonic() - began:>6.0f} s", flush=True)
    print(f"{told} orders and {number} random histories held, seeds from {wanted.first_seed}.")
    return 0


if __name__ == "__main__":
    main()
