"""Very many members with ten gifts each: one of each is made by the house's own code, and multiplied row by row by SQL.

What is multiplied is every row that the making of the first left in people, payments, giving, shares, ledger and letters:
numbers go on counting, what refers to a row of the first refers to the same row of its copy, names and addresses are told
apart. So a copy is as whole as the first, whatever the code writes, and the laws say whether that is so.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

HOUSES = ("people_", "payments_", "giving_", "shares_", "ledger_", "letters_")
# Derived, and made again from what it is derived from.
LEFT_OUT = ("giving_metercheckpoint",)
GIFTS = 10
BATCH = 5_000

TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id' AND a.atttypid IN (20, 23)
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname ~ %s AND c.relname <> ALL(%s) ORDER BY 1"""
REFERENCES = """
SELECT source.relname, a.attname, target.relname FROM pg_constraint k JOIN pg_class source ON source.oid = k.conrelid
JOIN pg_class target ON target.oid = k.confrelid JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE k.contype = 'f'"""
COLUMNS = """
SELECT a.attname, format_type(a.atttypid, NULL), EXISTS (SELECT 1 FROM pg_index i
    WHERE i.indrelid = a.attrelid AND i.indisunique AND a.attnum = ANY(i.indkey)) FROM pg_attribute a
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum"""


@dataclass(frozen=True)
class Seed:
    """The rows of one table that the first of all left: those above `mark`, within so many numbers."""

    mark: int
    span: int


def write(owner: psycopg.Connection, members: int) -> None:
    """Writes so many members, and ten times as many gifts to one appeal. The first of them is `first`'s."""
    began = time.perf_counter()
    tables = [name for (name,) in owner.execute(TABLES, ["^(" + "|".join(HOUSES) + ")", list(LEFT_OUT)]).fetchall()]
    _found()
    seeds = _sown(owner, tables, first)
    for batch in range(1, members, BATCH):
        _multiply(owner, seeds, batch, min(batch + BATCH, members))
    for table in seeds:
        owner.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    if members > BATCH:
        owner.execute("VACUUM (ANALYZE)")
    print(f"{members:,} members and {members * GIFTS:,} gifts in {time.perf_counter() - began:.0f} s")


def first() -> None:
    """Makes one member with shares, and ten gifts of as many readers."""
    from tests import builders

    builders.an_owner(name="Rosa Field")
    for number in range(GIFTS):
        builders.a_received_gift(name=f"Ada Reed {number}", email=f"reader{number}@example.org")


def _found() -> None:
    import datetime as dt

    from pennypress.giving import appeals
    from tests import builders

    builders.an_offer()
    if appeals.running(builders.TODAY) is None:
        builders.an_appeal(
            opens_on=builders.TODAY - dt.timedelta(days=6), closes_on=builders.TODAY + dt.timedelta(days=23)
        )


def _sown(owner: psycopg.Connection, tables: list[str], sow: Callable[[], None]) -> dict[str, Seed]:
    before = {table: _last(owner, table) for table in tables}
    sow()
    after = {table: _last(owner, table) for table in tables}
    return {table: Seed(mark, after[table] - mark) for table, mark in before.items() if after[table] > mark}


def _multiply(owner: psycopg.Connection, seeds: dict[str, Seed], start: int, end: int) -> None:
    """Copies the first as numbers `start` to `end`, the last left out."""
    (row,) = owner.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchall()
    with owner.transaction():
        if row[0]:
            # The copies hold together as the first does; nothing need be asked of each again.
            owner.execute("SET LOCAL session_replication_role = replica")
        owner.execute("SET LOCAL synchronous_commit = off")
        for table in _in_order(owner, seeds):
            owner.execute(_copy(owner, table, seeds), {"start": start, "end": end - 1})


def _in_order(owner: psycopg.Connection, seeds: dict[str, Seed]) -> list[str]:
    """The tables, each after those that it refers to."""
    needs: dict[str, set[str]] = {table: set() for table in seeds}
    for source, _column, target in owner.execute(REFERENCES).fetchall():
        if source in seeds and target in seeds and source != target:
            needs[source].add(target)
    ordered: list[str] = []
    while needs:
        ready = sorted(table for table, wanted in needs.items() if wanted <= set(ordered)) or sorted(needs)[:1]
        ordered += ready
        for table in ready:
            del needs[table]
    return ordered


def _copy(owner: psycopg.Connection, table: str, seeds: dict[str, Seed]) -> str:
    targets = {column: target for source, column, target in owner.execute(REFERENCES).fetchall() if source == table}
    columns = owner.execute(COLUMNS, [table]).fetchall()
    values = ", ".join(_value(column, seeds, table, targets) for column in columns)
    names = ", ".join(f'"{name}"' for name, _kind, _unique in columns)
    seed = seeds[table]
    return f"""INSERT INTO {table} ({names}) SELECT {values}
    FROM {table} s CROSS JOIN generate_series(%(start)s::int, %(end)s::int) k
    WHERE s.id > {seed.mark} AND s.id <= {seed.mark + seed.span}"""


def _value(column: tuple[Any, ...], seeds: dict[str, Seed], table: str, targets: dict[str, str]) -> str:
    """What a column of the copy numbered `k` holds."""
    name, kind, is_unique = column
    own = f's."{name}"'
    if name == "id":
        return f"{own} + k * {seeds[table].span}"
    if targets.get(name) in seeds:
        seed = seeds[targets[name]]
        return f"CASE WHEN {own} > {seed.mark} THEN {own} + k * {seed.span} ELSE {own} END"
    if kind == "character varying" and (name == "email" or name.endswith("_email")):
        return f"replace({own}, '@', '.' || k || '@')"
    if name in ("name", "holder", "payer_name"):
        return f"CASE WHEN {own} = '' THEN '' ELSE {own} || ' ' || k END"
    if is_unique and kind == "uuid":
        return "gen_random_uuid()"
    if is_unique and name == "number":
        return f"{own} + k"
    if is_unique and kind in ("text", "character varying") and name != "series":
        # The one key that names a row by its number.
        receipt = seeds["payments_receipt"].span
        again = f"'receipt-' || (substr({own}, 9)::bigint + k * {receipt})"
        return f"CASE WHEN {own} ~ '^receipt-[0-9]+$' THEN {again} ELSE {own} || '-' || k END"
    return own


def _last(owner: psycopg.Connection, table: str) -> int:
    row = owner.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])
