"""How long matching a bank statement takes: 10,000 lines against 10,000 standing orders and 50,000 past matches.

    .venv/bin/python -m benchmarks.statement [--lines 10000] [--orders 10000] [--months 5] [--times 5]

Builds a database of its own on the tests' embedded server, says what it holds, and drops it. Past money is written by SQL
in bulk, since booking it line by line is not what is measured; its laws are run afterwards. Timed is the whole way from
the file's bytes to a proposal for every line: reading, taking in, and proposing; and proposing alone, several times.
"""

import argparse
import datetime as dt
import os
import random
import statistics
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pennypress.config.settings")

import dj_database_url
import django
import psycopg
from psycopg.conninfo import make_conninfo

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from pennypress import laws  # noqa: E402
from pennypress.config import embedded, lawbook  # noqa: E402
from pennypress.giving.models import StandingOrder  # noqa: E402
from pennypress.money import Money  # noqa: E402
from pennypress.payments import bank, importing, references  # noqa: E402
from pennypress.settlement import matching  # noqa: E402
from pennypress.society import founding  # noqa: E402
from tests import databases  # noqa: E402

GIVEN = [
    "Ada",
    "Bo",
    "Cy",
    "Dee",
    "Eva",
    "Finn",
    "Gus",
    "Ida",
    "Jo",
    "Kit",
    "Lou",
    "Mae",
    "Ned",
    "Oz",
    "Pia",
    "Rex",
    "Sue",
    "Ty",
]
FAMILY = [
    "Reed",
    "Oak",
    "Elm",
    "Müller",
    "O'Hara",
    "Ångström",
    "Quill",
    "Vane",
    "Wynn",
    "Yule",
    "Nash",
    "Kaur",
    "Diaz",
    "Field",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--months", type=int, default=5, help="months of past matches, one for each order and month")
    parser.add_argument("--times", type=int, default=5)
    wanted = parser.parse_args()
    var = settings.VAR / "tests"
    with embedded.held(var, is_for_tests=True):
        settings.DATABASE_OWNER_URL = embedded.url(var, embedded.OWNER_ROLE)
        settings.DATABASE_APP_URL = embedded.url(var, embedded.APP_ROLE)
        connections["default"].settings_dict["HOST"] = dj_database_url.parse(settings.DATABASE_APP_URL)["HOST"]
        with databases.clone_in_use():
            measure(wanted)


def measure(wanted: argparse.Namespace) -> None:
    chance = random.Random(1930)
    now, today = timezone.now(), dt.date(2026, 11, 30)
    account = furnish(wanted, chance, now, today)
    data = statement(wanted.lines, chance, today)
    began = time.perf_counter()
    file = importing.keep(account=account, data=data, name="november.mt940", by=None, now=now)
    importing.book(file=file, by=None, now=now, accepts_doubts=True)
    taken_in = time.perf_counter() - began
    print(f"read and taken in: {taken_in:.2f} s for {len(data) / 1e6:.1f} MB")
    times, own = [], []
    for _time in range(wanted.times):
        began, own_began = time.perf_counter(), time.process_time()
        lines = matching.waiting(account)
        found = matching.propose(lines)
        times.append(time.perf_counter() - began)
        own.append(time.process_time() - own_began)
    by_confidence: dict[str, int] = {}
    for proposal in found.values():
        by_confidence[str(proposal.confidence)] = by_confidence.get(str(proposal.confidence), 0) + 1
    print(f"{len(lines)} lines, {len(found)} with a proposal: {by_confidence}")
    print(f"proposed in: {', '.join(f'{one:.2f}' for one in times)} s; median {statistics.median(times):.2f} s")
    print(f"of which this process's own computing: median {statistics.median(own):.2f} s")
    print(f"the whole way, file to proposals: {taken_in + statistics.median(times):.2f} s (to beat: 20 s)")
    broken = [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds]
    print(f"broken laws: {broken or 'none'}")


def furnish(wanted: argparse.Namespace, chance: random.Random, now: dt.datetime, today: dt.date) -> bank.BankAccount:
    founding.found(
        registered_name="A Society",
        registration_number="1R",
        registered_office="1 Quay Street",
        legal_form="Co-operative society",
        year_end=(12, 31),
        currency="GBP",
        on=dt.date(2020, 1, 1),
    )
    account = bank.open_account(name="Current account", ledger="1000", currency="GBP", number="12345678", now=now)
    codes: set[str] = set()
    while len(codes) < wanted.orders:
        codes.add(references.drawn())
    StandingOrder.objects.bulk_create(
        (
            StandingOrder(
                reference=code,
                name=f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}",
                amount_minor=chance.choice((500, 1000, 1500, 2000, 2500)),
                currency="GBP",
                usual_day=chance.randint(1, 28),
                first_on=dt.date(2026, 11 - wanted.months, 1),
                state="active",
                promised_at=now,
            )
            for code in sorted(codes)
        ),
        batch_size=2_000,
    )
    past(wanted.months, account.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM payments_match")
        matches = cursor.fetchone()[0]
    # Statistics, as a database has them that has lived for a while.
    address = make_conninfo(settings.DATABASE_OWNER_URL, dbname=connection.settings_dict["NAME"])
    with psycopg.connect(address, autocommit=True) as owner:
        owner.execute("ANALYZE")
    print(f"{wanted.orders} standing orders, {matches} past matches")
    return account


def past(months: int, account: int) -> None:
    """One statement with a line, a receipt, an entry, a gift, a match and a learned account for each order and month."""
    address = make_conninfo(settings.DATABASE_OWNER_URL, dbname=connection.settings_dict["NAME"])
    with psycopg.connect(address) as owner:
        for table in GUARDED:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner.execute(PAST, {"months": months, "account": account})
        owner.commit()
        for table in GUARDED:
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


# Switched off while the past is written, and on again before anything is timed; the laws say whether it is as it should be.
GUARDED = ("payments_match", "payments_receipt", "payments_allocation", "ledger_entry", "ledger_line")
PAST = """
WITH file AS (
    INSERT INTO payments_statementfile (account_id, digest, name, content, received_at)
    VALUES (%(account)s, 'past', '', '', now()) RETURNING id),
told AS (
    INSERT INTO payments_statement (file_id, account_id, position, format, from_on, to_on, currency, line_count, new_count,
        doubts, imported_at)
    SELECT id, %(account)s, 0, 'mt940', '2026-01-01', '2026-10-31', 'GBP',
        (SELECT count(*) FROM giving_standingorder) * %(months)s, (SELECT count(*) FROM giving_standingorder) * %(months)s,
        '', now() FROM file RETURNING id),
due AS (
    SELECT o.id AS order_id, m, o.amount_minor, o.usual_day, o.name, row_number() OVER () AS n,
        make_date(2026, 10 - m, o.usual_day) AS "on"
    FROM giving_standingorder o, generate_series(0, %(months)s - 1) m),
numbered AS (
    SELECT due.*, nextval('payments_statementline_id_seq') AS line, nextval('payments_receipt_id_seq') AS receipt,
        nextval('payments_allocation_id_seq') AS allocation, nextval('ledger_entry_id_seq') AS entry,
        nextval('payments_match_id_seq') AS match FROM due),
lines AS (
    INSERT INTO payments_statementline (id, statement_id, account_id, position, booked_on, value_on, amount_minor, currency,
        sent_currency, reference, payer_name, payer_account, kind, bank_id, occurrence, raw)
    SELECT line, told.id, %(account)s, n, "on", "on", amount_minor, 'GBP', '', 'past ' || n, name,
        '2000' || lpad(order_id::text, 10, '0'), 'standing_order', '', 1, '' FROM numbered, told RETURNING 1),
receipts AS (
    INSERT INTO payments_receipt (id, payer_name, method, amount_minor, currency, sent_currency, received_on, reference,
        recorded_at, allocation_count, is_brought_forward, bank_account_id)
    SELECT receipt, name, 'standing_order', amount_minor, 'GBP', '', "on", '', now(), 1, false, %(account)s FROM numbered
    RETURNING 1),
allocations AS (
    INSERT INTO payments_allocation (id, receipt_id, purpose, amount_minor)
    SELECT allocation, receipt, 'gift', amount_minor FROM numbered RETURNING 1),
entries AS (
    INSERT INTO ledger_entry (id, key, "on", memo, line_count, posted_at)
    SELECT entry, 'receipt-' || receipt, "on", '', 2, now() FROM numbered RETURNING 1),
sides AS (
    INSERT INTO ledger_line (entry_id, account_id, amount_minor, currency)
    SELECT entry, a.id, CASE a.code WHEN '1000' THEN amount_minor ELSE -amount_minor END, 'GBP'
    FROM numbered, ledger_account a WHERE a.code IN ('1000', '4000') RETURNING 1),
gifts AS (
    INSERT INTO giving_gift (public_id, name, email, place, thanks_as, message, amount_minor, currency, allocation_id,
        state, offered_at, received_on, beneficiary_name, beneficiary_email)
    SELECT gen_random_uuid(), name, '', '', 'not', '', amount_minor, 'GBP', allocation, 'received', now(), "on", '', ''
    FROM numbered RETURNING 1),
matches AS (
    INSERT INTO payments_match (id, line_id, kind, receipt_id, reason, confidence, matched_at)
    SELECT match, line, 'booked', receipt, 'past', 'certain', now() FROM numbered RETURNING 1),
noted AS (
    INSERT INTO giving_standingorderreceipt (standing_order_id, match_id, receipt_id, expected_on, recorded_at)
    SELECT order_id, match, receipt, "on", now() FROM numbered RETURNING 1)
INSERT INTO giving_payeraccount (standing_order_id, account, name, match_id, learned_at)
SELECT order_id, '2000' || lpad(order_id::text, 10, '0'), name, match, now() FROM numbered WHERE m = %(months)s - 1
"""


def statement(count: int, chance: random.Random, today: dt.date) -> bytes:
    """MT940: six tenths by reference, two by account alone, one by name alone, the rest from nobody that is known."""
    orders = list(StandingOrder.objects.order_by("id")[:count])
    written, total = [], 0
    for index in range(count):
        order = orders[index % len(orders)]
        sort = index % 10
        on = today.replace(day=order.usual_day if sort < 9 else 1 + index % 28)
        minor = order.amount_minor if sort < 9 else 700 + index % 90
        total += minor
        reference = order.reference.lower() if sort < 6 else "thank you"
        name = order.name.upper() if sort < 9 else f"NOBODY KNOWN {index}"
        payer = f"2000{order.pk:010d}" if sort < 8 else f"99{index:08d}"
        amount = f"{minor // 100},{minor % 100:02d}"
        written += [
            f":61:{on:%y%m%d%m%d}C{amount}NSTONONREF//{index}",
            f":86:152?00STANDING ORDER?20{reference} {index}?31{payer}?32{name[:27]}",
        ]
    closing = Money(total, "GBP")
    return "\r\n".join(
        [
            ":20:STATEMENT",
            ":25:12345678",
            ":28C:1/1",
            ":60F:C261031GBP0,00",
            *written,
            f":62F:C261130GBP{closing.minor // 100},{closing.minor % 100:02d}",
            "-",
        ]
    ).encode()


if __name__ == "__main__":
    main()
