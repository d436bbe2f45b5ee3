"""Gifts settled a second through the whole path, beside the raw ceiling of the same rows in SQL, in one run.

The whole path: a webhook, signed, over HTTP to a granian server of two processes, stored, the sandbox asked, receipt,
entry, gift, giver and letter written, the event settled, 200. The ceiling: pgbench writes the same rows into the same
tables (constraints and guards on) in one transaction of prepared statements, on the same server with the same
synchronous_commit, and does nothing else. Both take turns: A B A B; medians and ratios are printed.

    .venv/bin/python -m benchmarks.settling [--rounds 4] [--seconds 5] [--clients 1 8 32] [--profile]
"""

import argparse
import datetime as dt
import json
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tests.attacks import papers
from tests.attacks.papers import Paper

WANTED = {1: 0.15, 8: 0.07, 32: 0.07}
PGBENCH = "pgbench"

# The rows that the path writes for one gift, in the order in which they are written: the table, and how to find the row.
# What a row says of other rows is drawn anew for each; all else is as it was in a gift that was settled.
N = "currval('bench_n')"
PAYMENT = f"{{payment}} + {N}"
WRITTEN: tuple[tuple[str, str, dict[str, str], str], ...] = (
    (
        "gateway_providerevent",
        "event_id = 'se_path_1'",
        {"event_id": "'raw_' || nextval('bench_n')", "state": "'received'", "attempts": "0", "handled_at": "NULL"},
        "event",
    ),
    (
        "people_person",
        "email = 'path1@example.org'",
        {"name": f"'Giver ' || {N}", "email": f"'raw' || {N} || '@example.org'"},
        "person",
    ),
    ("payments_paymentmove", "payment_id = {sample}", {"payment_id": PAYMENT}, ""),
    (
        "UPDATE payments_payment SET payer_id = :person, state = 'succeeded', settled_at = now() WHERE id = " + PAYMENT,
        "",
        {},
        "",
    ),
    (
        "payments_receipt",
        "payment_id = {sample}",
        {"payment_id": PAYMENT, "payer_id": ":person", "reference": f"'raw_' || {N}"},
        "receipt",
    ),
    (
        "payments_allocation",
        "receipt_id = (SELECT id FROM payments_receipt WHERE payment_id = {sample})",
        {"receipt_id": ":receipt"},
        "allocation",
    ),
    (
        "ledger_entry",
        "key = (SELECT 'payment-' || public_id FROM payments_payment WHERE id = {sample})",
        {"key": "(SELECT 'payment-' || public_id FROM payments_payment WHERE id = " + PAYMENT + ")"},
        "entry",
    ),
    (
        "ledger_line",
        "entry_id = (SELECT entry.id FROM ledger_entry entry JOIN payments_payment payment"
        " ON entry.key = 'payment-' || payment.public_id WHERE payment.id = {sample})",
        {"entry_id": ":entry"},
        "",
    ),
    (
        "UPDATE giving_gift SET allocation_id = :allocation, payer_id = :person, state = 'received',"
        f" received_on = current_date WHERE id = {{gift}} + {N}",
        "",
        {},
        "",
    ),
    (
        "letters_letter",
        "to_email = 'path1@example.org'",
        {"key": f"'raw-letter-' || {N}", "person_id": ":person", "to_email": f"'raw' || {N} || '@example.org'"},
        "",
    ),
    ("SELECT pg_notify('purge', 'appeal')", "", {}, ""),
    (
        "UPDATE gateway_providerevent SET state = 'settled', attempts = 1, handled_at = now() WHERE id = :event",
        "",
        {},
        "",
    ),
)


class Bench:
    """The paper under measurement, with pools of gifts for both sides that are filled as they are used up."""

    def __init__(self, paper: Paper) -> None:
        self.paper, self.owner = paper, paper.owner()
        self.next = {"path": 1, "raw": 1}
        self.owner.execute("CREATE SEQUENCE bench_n")
        self.owner.execute("GRANT USAGE, SELECT ON SEQUENCE bench_n TO pennypress_app")
        self.sent = 0

    def fill(self, tag: str, number: int) -> range:
        """Offers so many gifts more, paid at the sandbox where they go the whole path."""
        from django.utils import timezone

        from pennypress.giving.models import Appeal, Gift
        from pennypress.payments.models import Payment, PaymentPart
        from pennypress.payments.sandbox_tables import SandboxPayment

        first, now, appeal = self.next[tag], timezone.now(), Appeal.objects.latest("id")
        money = {"amount_minor": 2500, "currency": "GBP"}
        numbers = range(first, first + number)
        words = {n: (f"Giver {n}", f"{tag}{n}@example.org") for n in numbers}
        payments = Payment.objects.bulk_create(
            (
                Payment(
                    provider="sandbox",
                    provider_ref=f"{tag}_{n}",
                    method="card",
                    payer_name=words[n][0],
                    payer_email=words[n][1],
                    started_at=now,
                    **money,
                )
                for n in numbers
            ),
            batch_size=1000,
        )
        PaymentPart.objects.bulk_create(
            (PaymentPart(payment=payment, purpose="gift", amount_minor=2500) for payment in payments), batch_size=1000
        )
        Gift.objects.bulk_create(
            (
                Gift(
                    appeal=appeal,
                    name=payment.payer_name,
                    email=payment.payer_email,
                    place="Leeds",
                    thanks_as="name",
                    payment=payment,
                    offered_at=now,
                    **money,
                )
                for payment in payments
            ),
            batch_size=1000,
        )
        if tag == "path":
            SandboxPayment.objects.bulk_create(
                (
                    SandboxPayment(
                        ref=payment.provider_ref,
                        key=f"payment-{payment.public_id}",
                        reference=str(payment.public_id),
                        method="card",
                        state="succeeded",
                        card="succeeds",
                        created_at=now,
                        **money,
                    )
                    for payment in payments
                ),
                batch_size=1000,
            )
        self.next[tag] = first + number
        return numbers

    def one(self, statement: str) -> Any:
        row = self.owner.execute(statement).fetchone()
        assert row is not None
        return row[0]


def body_of(number: int) -> bytes:
    return json.dumps(
        {"id": f"se_path_{number}", "type": "payment.succeeded", "data": {"payment": f"path_{number}"}}
    ).encode()


class Caller(threading.Thread):
    """One client: a connection that stays open, and webhooks on it one after another until the time is over."""

    def __init__(self, paper: Paper, requests: list[bytes], start: threading.Barrier, seconds: float) -> None:
        super().__init__()
        self.paper, self.requests, self.barrier, self.seconds = paper, requests, start, seconds
        self.took: list[float] = []
        self.refused = 0

    def run(self) -> None:
        with socket.create_connection(("localhost", self.paper.port), timeout=60) as line:
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
    from pennypress.payments.providers import sandbox_webhooks

    each = int(expected * seconds / clients) + 20
    at = dt.datetime.now(tz=dt.UTC)
    numbers = iter(bench.fill("path", each * clients))
    barrier = threading.Barrier(clients + 1)
    callers = []
    for _client in range(clients):
        requests = []
        for _request in range(each):
            body = body_of(next(numbers))
            head = (
                f"POST /gateway/sandbox/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n{sandbox_webhooks.HEADER}: {sandbox_webhooks.sign(body, at=at)}\r\n\r\n"
            )
            requests.append(head.encode() + body)
        callers.append(Caller(bench.paper, requests, barrier, seconds))
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
    """The ceiling's transaction: the rows that were written for one settled gift, under new names, and nothing read."""
    where = {
        "sample": bench.one("SELECT id FROM payments_payment WHERE provider_ref = 'path_1'"),
        "payment": bench.one("SELECT min(id) - 1 FROM payments_payment WHERE provider_ref LIKE 'raw\\_%'"),
        "gift": bench.one("SELECT min(id) - 1 FROM giving_gift WHERE email LIKE 'raw%'"),
    }
    statements = ["BEGIN;"]
    for table, found_by, anew, named in WRITTEN:
        if not found_by:
            statements.append(table.format(**where) + ";")
            continue
        anew = {column: expression.format(**where) for column, expression in anew.items()}
        statement = like(bench, table, found_by.format(**where), anew)
        statements.append(statement + (f" RETURNING id AS {named} \\gset" if named else ";"))
    return "\n".join([*statements, "COMMIT;"])


def like(bench: Bench, table: str, found_by: str, anew: dict[str, str]) -> str:
    """An INSERT of rows as they stand in a table, but for the columns that are drawn anew."""
    names = bench.owner.execute(
        """SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
           AND attname <> 'id' ORDER BY attnum""",
        [table],
    ).fetchall()
    columns = [name for (name,) in names]
    quoted = ", ".join(f'quote_nullable("{column}"::text)' for column in columns)
    rows = bench.owner.execute(f"SELECT {quoted} FROM {table} WHERE {found_by}").fetchall()
    if not rows:
        raise RuntimeError(f"the path wrote nothing to {table}")
    values = ", ".join(
        "(" + ", ".join(anew.get(column) or _one_line(told) for column, told in zip(columns, row, strict=True)) + ")"
        for row in rows
    )
    listed = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {table} ({listed}) VALUES {values}"


def _one_line(words: str) -> str:
    # pgbench reads a script by lines and takes a colon before a letter for a variable: of the words the length matters,
    # and times keep their colons, before figures.
    return re.sub(r":(?=[A-Za-z_])", " ", words.replace("\n", " ").replace("\\", " "))


def ceiling(bench: Bench, script: Path, clients: int, seconds: int) -> float:
    from pennypress.config import embedded, lodgings

    sockets = lodgings.of(bench.paper.var).sockets
    command = [program(), "-h", str(sockets), "-U", embedded.APP_ROLE, "-n", "-M", "prepared", "-f", str(script)]
    command += ["-c", str(clients), "-j", str(min(clients, 2)), "-T", str(seconds), embedded.DATABASE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
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
    asked.add_argument("--threads", type=int, default=4)
    wanted = asked.parse_args()
    with papers.a_paper() as paper:
        paper.adopt()
        found()
        paper.serve("--workers", str(wanted.workers), "--threads", str(wanted.threads))
        bench = Bench(paper)
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
        theirs.append(ceiling(bench, script, clients, wanted.seconds))
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


main()
