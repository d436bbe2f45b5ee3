"""Gifts settled a second through the whole path, beside the raw ceiling of the same rows in SQL, in one run.

The whole path: a webhook, signed, over HTTP to a granian server of two processes, stored, the sandbox asked, receipt,
entry, gift, giver and letter written, the event settled, 200. The ceiling: pgbench writes the same rows into the same
tables (constraints and guards on) in one transaction of prepared statements, on the same server with the same
synchronous_commit, and does nothing else. Both take turns: A B A B; medians and ratios are printed.

    .venv/bin/python -m benchmarks.settling [--rounds 4] [--seconds 5] [--clients 1 8 32]
"""

import argparse
import datetime as dt
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psycopg

from tests.attacks import papers

WANTED = {1: 0.15, 8: 0.07, 32: 0.07}
PGBENCH = "pgbench"

# Where both sides write rows anew; of what was offered they change the same rows as well.
WRITTEN = (
    *("gateway_providerevent", "gateway_eventmove", "people_person", "payments_paymentmove", "payments_receipt"),
    *("payments_allocation", "ledger_entry", "ledger_line", "letters_letter"),
)

# So many offered gifts, each paid at the sandbox and not yet told of. One statement each; :tag keeps the pools apart.
POOL = """
INSERT INTO payments_payment (public_id, provider, provider_ref, method, amount_minor, currency, payer_name, payer_email,
    state, failure, started_at)
SELECT gen_random_uuid(), 'sandbox', '{tag}_' || n, 'card', 2500, 'GBP', 'Giver ' || n, '{tag}' || n || '@example.org',
    'started', '', now() FROM generate_series({first}, {last}) n;
INSERT INTO payments_paymentpart (payment_id, purpose, amount_minor)
SELECT id, 'gift', amount_minor FROM payments_payment WHERE provider_ref LIKE '{tag}\\_%'
    AND split_part(provider_ref, '_', 2)::int >= {first};
INSERT INTO giving_gift (public_id, appeal_id, name, email, place, thanks_as, message, amount_minor, currency, payment_id,
    state, offered_at, beneficiary_name, beneficiary_email)
SELECT gen_random_uuid(), (SELECT max(id) FROM giving_appeal), payer_name, payer_email, 'Leeds', 'name', '', amount_minor,
    currency, id, 'offered', started_at, '', '' FROM payments_payment WHERE provider_ref LIKE '{tag}\\_%'
    AND split_part(provider_ref, '_', 2)::int >= {first} ORDER BY id;
"""
SANDBOX = """
INSERT INTO payments_sandboxpayment (ref, key, reference, method, amount_minor, currency, description, return_url, state,
    card, failure, saves_mandate, mandate_ref, fault, next_step, taken_back, created_at)
SELECT provider_ref, 'payment-' || public_id, public_id, method, amount_minor, currency, '', '', 'succeeded', 'succeeds',
    '', false, '', '', '', '[]', started_at FROM payments_payment WHERE provider_ref LIKE '{tag}\\_%'
    AND split_part(provider_ref, '_', 2)::int >= {first};
"""
# What the path writes for one gift, and nothing else. `n` is drawn by the first statement.
RAW = """
BEGIN;
INSERT INTO gateway_providerevent (provider, event_id, kind, subject, provider_ref, body, received_at, state, reason,
 attempts) VALUES ('sandbox', 'raw_' || nextval('bench_n'), 'payment.succeeded', 'payment', 'raw_' || currval('bench_n'),
 '{body}', now(), 'received', '', 0) RETURNING id AS event, currval('bench_n') AS n \\gset
INSERT INTO gateway_eventmove (event_id, from_state, to_state, reason, moved_at)
 VALUES (:event, '', 'received', '', now()), (:event, 'received', 'settled', '', now());
INSERT INTO people_person (kind, name, email, address, postcode, place, recorded_at)
 VALUES ('individual', 'Giver ' || :n, 'raw' || :n || '@example.org', '', '', '', now()) RETURNING id AS person \\gset
INSERT INTO payments_paymentmove (payment_id, from_state, to_state, reason, moved_at)
 VALUES ({payment} + :n, 'started', 'succeeded', '', now());
UPDATE payments_payment SET payer_id = :person, state = 'succeeded', settled_at = now() WHERE id = {payment} + :n;
INSERT INTO payments_receipt (payment_id, payer_id, payer_name, method, amount_minor, currency, sent_currency,
 received_on, reference, recorded_at, allocation_count, is_brought_forward)
 VALUES ({payment} + :n, :person, 'Giver ' || :n, 'card', 2500, 'GBP', '', current_date, 'raw_' || :n, now(), 1, false)
 RETURNING id AS receipt \\gset
INSERT INTO payments_allocation (receipt_id, purpose, amount_minor) VALUES (:receipt, 'gift', 2500)
 RETURNING id AS allocation \\gset
INSERT INTO ledger_entry (key, "on", memo, line_count, posted_at)
 VALUES ('payment-' || (SELECT public_id FROM payments_payment WHERE id = {payment} + :n), current_date,
 'Received by card', 2, now()) RETURNING id AS entry \\gset
INSERT INTO ledger_line (entry_id, account_id, amount_minor, currency)
 VALUES (:entry, {card}, 2500, 'GBP'), (:entry, {gifts}, -2500, 'GBP');
UPDATE giving_gift SET allocation_id = :allocation, payer_id = :person, state = 'received', received_on = current_date
 WHERE id = {gift} + :n;
INSERT INTO letters_letter (key, kind, channel, person_id, to_name, to_email, subject, text, html, secret, state,
 queued_at, due_at, attempts, trouble)
 VALUES ('raw-letter-' || :n, 'gift-receipt', 'service', :person, 'Giver ' || :n, 'raw' || :n || '@example.org',
 {subject}, {text}, {html}, false, 'queued', now(), now(), 0, '');
SELECT pg_notify('purge', 'appeal');
UPDATE gateway_providerevent SET state = 'settled', attempts = 1, handled_at = now() WHERE id = :event;
COMMIT;
"""


class Bench:
    """The paper under measurement, with pools of gifts for both sides that are filled as they are used up."""

    def __init__(self, owner: psycopg.Connection, port: int = 0) -> None:
        self.owner, self.port = owner, port
        self.next = {"path": 1, "raw": 1}
        self.owner.execute("CREATE SEQUENCE bench_n")
        self.owner.execute("GRANT USAGE, SELECT ON SEQUENCE bench_n TO pennypress_app")
        self.sent = 0

    def fill(self, tag: str, number: int) -> range:
        """Offers so many gifts more, paid at the sandbox."""
        first = self.next[tag]
        span = {"tag": tag, "first": first, "last": first + number - 1}
        self.owner.execute(POOL.format(**span))
        if tag == "path":
            self.owner.execute(SANDBOX.format(**span))
        self.next[tag] = first + number
        return range(first, first + number)

    def one(self, statement: str) -> Any:
        row = self.owner.execute(statement).fetchone()
        assert row is not None
        return row[0]


def body_of(number: int) -> bytes:
    return json.dumps(
        {"id": f"se_path_{number}", "type": "payment.succeeded", "data": {"payment": f"path_{number}"}}
    ).encode()


def told_of(number: int, at: dt.datetime) -> bytes:
    """The whole request by which the sandbox tells of one of the path's payments."""
    from pennypress.payments.providers import sandbox_webhooks

    body = body_of(number)
    head = (
        f"POST /gateway/sandbox/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n{sandbox_webhooks.HEADER}: {sandbox_webhooks.sign(body, at=at)}\r\n\r\n"
    )
    return head.encode() + body


class Caller(threading.Thread):
    """One client: a connection that stays open, and webhooks on it one after another until the time is over."""

    def __init__(self, port: int, requests: list[bytes], start: threading.Barrier, seconds: float) -> None:
        super().__init__()
        self.port, self.requests, self.barrier, self.seconds = port, requests, start, seconds
        self.took: list[float] = []
        self.refused = 0

    def run(self) -> None:
        with socket.create_connection(("localhost", self.port), timeout=60) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.barrier.wait()
            until = time.perf_counter() + self.seconds
            for request in self.requests:
                began = time.perf_counter()
                if began >= until:
                    return
                line.sendall(request)
                if not answered(line):
                    self.refused += 1
                self.took.append(time.perf_counter() - began)
        raise RuntimeError("the pool of gifts was too small for the time")


def answered(line: socket.socket) -> bool:
    """Reads one short answer to its end, and says whether it was 200."""
    held = b""
    while b"\r\n\r\n" not in held:
        held += line.recv(65536)
    head, _, rest = held.partition(b"\r\n\r\n")
    found = re.search(rb"content-length: *(\d+)", head, re.I)
    missing = int(found[1]) - len(rest) if found else 0
    while missing > 0:
        missing -= len(line.recv(65536))
    return head.startswith(b"HTTP/1.1 200")


def whole_path(bench: Bench, clients: int, seconds: float, expected: float) -> tuple[float, list[float]]:
    """Gifts settled a second by so many clients at once, and how long each took."""
    each = int(expected * seconds / clients) + 20
    at = dt.datetime.now(tz=dt.UTC)
    numbers = iter(bench.fill("path", each * clients))
    barrier = threading.Barrier(clients + 1)
    callers = []
    for _client in range(clients):
        requests = [told_of(next(numbers), at) for _request in range(each)]
        callers.append(Caller(bench.port, requests, barrier, seconds))
    before = bench.one("SELECT count(*) FROM giving_gift WHERE state = 'received' AND email LIKE 'path%'")
    for caller in callers:
        caller.start()
    barrier.wait()
    began = time.perf_counter()
    for caller in callers:
        caller.join()
    took = time.perf_counter() - began
    settled = bench.one("SELECT count(*) FROM giving_gift WHERE state = 'received' AND email LIKE 'path%'") - before
    told = sum(len(caller.took) for caller in callers)
    if settled != told or any(caller.refused for caller in callers):
        raise RuntimeError(f"{told} told, {settled} settled, {sum(caller.refused for caller in callers)} refused")
    bench.sent += told
    return settled / took, [one for caller in callers for one in caller.took]


def raw_script(bench: Bench) -> str:
    """The ceiling's transaction, with the letter that the path wrote last."""
    letter = bench.owner.execute("SELECT subject, text, html FROM letters_letter ORDER BY id DESC LIMIT 1").fetchone()
    assert letter is not None
    subject, text, html = ("'" + words.replace("'", "''").replace(":", "\\:") + "'" for words in letter)
    subject, text, html = (_one_line(words) for words in (subject, text, html))
    return RAW.format(
        body=body_of(1).decode().replace(": ", " "),
        payment=bench.one("SELECT min(id) - 1 FROM payments_payment WHERE provider_ref LIKE 'raw\\_%'"),
        gift=bench.one("SELECT min(id) - 1 FROM giving_gift WHERE email LIKE 'raw%'"),
        card=bench.one("SELECT id FROM ledger_account WHERE code = '1100'"),
        gifts=bench.one("SELECT id FROM ledger_account WHERE code = '4000'"),
        subject=subject,
        text=text,
        html=html,
    )


def _one_line(words: str) -> str:
    # pgbench reads a script by lines and takes a colon for a variable; of the letter only its length matters here.
    return words.replace("\n", " ").replace("\\:", " ").replace("\\", " ")


def ceiling(script: Path, clients: int, seconds: int) -> float:
    """The raw side's transactions a second, as the application's role."""
    from django.db import connection

    at = connection.settings_dict
    command = [program(), "-h", at["HOST"] or "localhost", "-p", str(at["PORT"] or 5432), "-U", at["USER"], "-n"]
    command += ["-M", "prepared", "-f", str(script), "-c", str(clients), "-j", str(min(clients, 2)), "-T", str(seconds)]
    environment = {**os.environ, "PGPASSWORD": at["PASSWORD"] or ""}
    done = subprocess.run([*command, at["NAME"]], env=environment, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or not found or "aborted" in done.stderr:
        raise RuntimeError(f"pgbench: {done.stderr[-500:]} {done.stdout[-500:]}")
    return float(found[1])


def program() -> str:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    return str(places[-1]) if places else PGBENCH


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=4)
    asked.add_argument("--seconds", type=int, default=5)
    asked.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    asked.add_argument("--workers", type=int, default=2)
    wanted = asked.parse_args()
    with papers.a_paper() as paper:
        paper.adopt()
        found()
        paper.serve("--workers", str(wanted.workers))
        bench = Bench(paper.owner(), paper.port)
        whole_path(bench, 4, 2, 400)  # Warm: connections made, statements and templates prepared.
        for clients in wanted.clients:
            bench.fill(
                "raw", 4000 * wanted.rounds * wanted.seconds if clients > 1 else 1200 * wanted.rounds * wanted.seconds
            )
        script = paper.var / "raw.sql"
        script.write_text(raw_script(bench), encoding="utf-8")
        print("synchronous_commit", bench.one("SHOW synchronous_commit"), "fsync", bench.one("SHOW fsync"))
        print(
            f"{'clients':>7} {'gifts/s':>8} {'ceiling/s':>9} {'ratio':>6} {'wanted':>6} {'p50 ms':>7} {'p99 ms':>7}  rounds"
        )
        fell_short = [clients for clients in wanted.clients if not compare(bench, script, clients, wanted)]
        broken = laws_broken()
    print(f"{bench.sent} gifts settled, broken laws: {broken or 'none'}")
    if fell_short or broken:
        sys.exit(f"below what is wanted with {fell_short} clients" if fell_short else 1)


def compare(bench: Bench, script: Path, clients: int, wanted: argparse.Namespace) -> bool:
    ours: list[float] = []
    theirs: list[float] = []
    took: list[float] = []
    for _round in range(wanted.rounds):
        rate, times = whole_path(bench, clients, wanted.seconds, 400)
        ours.append(rate)
        took += times
        theirs.append(ceiling(script, clients, wanted.seconds))
    ratio = statistics.median(ours) / statistics.median(theirs)
    took.sort()
    rounds = " ".join(f"{mine:.0f}/{raw:.0f}" for mine, raw in zip(ours, theirs, strict=True))
    print(
        f"{clients:>7} {statistics.median(ours):>8.0f} {statistics.median(theirs):>9.0f} {ratio:>6.3f}"
        f" {WANTED.get(clients, 0):>6.2f} {took[len(took) // 2] * 1000:>7.1f} {took[len(took) * 99 // 100] * 1000:>7.1f}"
        f"  {rounds}",
        flush=True,
    )
    return ratio >= WANTED.get(clients, 0)


def found() -> None:
    """Founds a society with an appeal that runs."""
    from django.utils import timezone

    from tests.builders import a_society, an_appeal

    a_society()
    today = timezone.localdate()
    an_appeal(opens_on=today - dt.timedelta(days=3), closes_on=today + dt.timedelta(days=20))


def laws_broken() -> list[str]:
    from pennypress import laws
    from pennypress.config import lawbook

    return [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]


if __name__ == "__main__":
    main()
