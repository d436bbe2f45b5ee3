"""A collection run: so many pledges due on one day, submitted to the sandbox and settled from its webhooks.

The whole of it: worker processes as `pennypress work` starts them take the run in batches; each pledge's collection,
attempt and payment are written in a transaction of their own, the sandbox is asked, and tells of each by a signed webhook
that the workers post over HTTP to a granian server, which asks the sandbox back and settles. Everything is measured from
the moment at which the run is asked for. At the end the laws are run, and a second run must ask for nothing.

    .venv/bin/python -m benchmarks.collection [--pledges 10000] [--processes 2] [--at-once 4]
"""

import argparse
import datetime as dt
import sys
import time

import psycopg

from tests.attacks import papers
from tests.attacks.papers import Paper

SUBMITTED_SECONDS, SETTLED_SECONDS = 120, 300
START_SECONDS, PATIENCE_SECONDS = 300, 1200

# So many supporters of a year's standing, each with an active mandate at the sandbox, all due today.
SUPPORTERS = """
INSERT INTO people_person (kind, name, email, address, postcode, place, recorded_at)
SELECT 'individual', 'Supporter ' || n, 'supporter' || n || '@example.org', '', '', 'Leeds', now()
FROM generate_series(1, {number}) n;
INSERT INTO payments_sandboxmandate (ref, key, reference, method, return_url, state, card, failure, fault, next_step,
    created_at)
SELECT 'sm_' || n, 'bench-' || n, 'bench-' || n, 'card', '', 'active', 'succeeds', '', '', '', now()
FROM generate_series(1, {number}) n;
INSERT INTO payments_mandate (public_id, provider, provider_ref, person_id, method, state, says, asked_at, active_at)
SELECT gen_random_uuid(), 'sandbox', 'sm_' || n, p.id, 'card', 'active', 'Card ending 4242', now(), now()
FROM generate_series(1, {number}) n JOIN people_person p ON p.email = 'supporter' || n || '@example.org';
INSERT INTO giving_pledge (public_id, person_id, name, email, place, thanks_as, amount_minor, currency, interval_months,
    anchor_day, next_on, mandate_id, state, offered_at, began_on, beneficiary_name, beneficiary_email)
SELECT gen_random_uuid(), p.id, p.name, p.email, 'Leeds', 'not', 1000, 'GBP', 1, extract(day FROM '{today}'::date), '{today}',
    m.id, 'active', now() - interval '1 year', '{today}'::date - 365, '', ''
FROM payments_mandate m JOIN people_person p ON p.id = m.person_id;
ANALYZE;
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pledges", type=int, default=10_000)
    asked.add_argument("--processes", type=int, default=2)
    asked.add_argument("--at-once", type=int, default=4)
    asked.add_argument("--servers", type=int, default=2)
    wanted = asked.parse_args()
    with papers.a_paper() as paper:
        paper.adopt()
        found()
        stand(paper.owner(), wanted.pledges)
        paper.start("serve", "serve", "--workers", str(wanted.servers))
        paper.await_answer(patience=START_SECONDS)
        for number in range(wanted.processes):
            paper.start(f"work{number}", "work", "--at-once", str(wanted.at_once))
        time.sleep(3)
        submitted, settled = run(paper, wanted.pledges)
        say("submitted", wanted.pledges, submitted, SUBMITTED_SECONDS)
        say("settled", wanted.pledges, settled, SETTLED_SECONDS)
        twice, broken = again(paper.owner(), wanted.pledges), laws_broken()
    print(f"asked for a second time: {twice}; broken laws: {broken or 'none'}")
    if submitted > SUBMITTED_SECONDS or settled > SETTLED_SECONDS or twice or broken:
        sys.exit(1)


def found() -> None:
    """Founds a society with an appeal that runs and counts pledges."""
    from django.utils import timezone

    from tests.builders import a_society, an_appeal

    a_society()
    today = timezone.localdate()
    an_appeal(opens_on=today - dt.timedelta(days=3), closes_on=today + dt.timedelta(days=20))


def stand(owner: psycopg.Connection, number: int) -> None:
    """Has so many supporters due today."""
    from django.utils import timezone

    owner.execute(SUPPORTERS.format(number=number, today=timezone.localdate()))


def run(paper: Paper, number: int) -> tuple[float, float]:
    """Asks for the run, and gives the seconds until all was submitted and until all was settled."""
    from pennypress.giving import tasks

    began = time.perf_counter()
    tasks.collect_due.defer()
    submitted = 0.0
    with paper.owner() as owner:
        while True:
            time.sleep(0.25)
            gone, come = standing(owner)
            took = time.perf_counter() - began
            if not submitted and gone >= number:
                submitted = took
                print(f"  all submitted after {took:.0f} s; {come} settled by then", flush=True)
            if come >= number:
                return submitted, took
            if took > PATIENCE_SECONDS:
                raise RuntimeError(f"after {took:.0f} s: {gone} submitted, {come} settled\n{paper.said()}")


def standing(owner: psycopg.Connection) -> tuple[int, int]:
    row = owner.execute(
        "SELECT (SELECT count(*) FROM payments_payment WHERE provider_ref <> ''),"
        " (SELECT count(*) FROM giving_collection WHERE state = 'collected')"
    ).fetchone()
    return int(row[0]), int(row[1])


def again(owner: psycopg.Connection, number: int) -> int:
    """Runs it once more, and gives how many were asked for a second time."""
    from django.utils import timezone

    from pennypress.giving import collecting

    asked = collecting.collect_due(on=timezone.localdate(), now=timezone.now())
    row = owner.execute("SELECT count(*) FROM payments_sandboxpayment").fetchone()
    assert row is not None
    return len(asked) + int(row[0]) - number


def say(what: str, number: int, seconds: float, wanted: int) -> None:
    print(
        f"{number} pledges {what} in {seconds:.1f} s (wanted: {wanted} s), {number / seconds:.0f} a second", flush=True
    )


def laws_broken() -> list[str]:
    from pennypress import laws
    from pennypress.config import lawbook

    return [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]


if __name__ == "__main__":
    main()
