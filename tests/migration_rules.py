"""What a migration must not do while servers of the former release still work on the database.

Expand first: add what may be empty or has a default in the database, make indexes beside the table, check later what is
added now. Contract in a later release, when no running server uses it any longer, and say so:

    class Migration(migrations.Migration):
        safe_because = "since 1.4 nothing reads or writes it"
"""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import models
from django.db.migrations import operations as made
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.fields import NOT_PROVIDED

from pennypress.tables import CreateTogether

SHORTEST_REASON = 15
# From before the first release, when there was no former one. Nothing is added to these.
BEFORE_THE_FIRST_RELEASE = {
    ("giving", "0005_support_terms"),
    ("giving", "0060_collections_are_presented_again"),
    ("giving", "0061_terms_for_returns"),
    ("giving", "0062_returns_are_kept"),
    ("letters", "0010_letters_are_held_back"),
    ("letters", "0011_held_letters_are_kept"),
}
_IN_SQL = (
    (r"\bDROP\s+(TABLE|COLUMN)\b", "drops what the former release still uses"),
    (r"\bRENAME\s+(TO|COLUMN|CONSTRAINT)\b", "renames what the former release still uses"),
    (r"\bALTER\s+COLUMN\s+\S+\s+(SET\s+DATA\s+)?TYPE\b", "writes the whole table anew"),
    (r"\bSET\s+NOT\s+NULL\b", "refuses what the former release may write"),
    (r"\bLOCK\s+TABLE\b", "locks a table"),
)
_INDEX = re.compile(r"\bCREATE\s+(?:UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)[^;]*?\bON\s+(?:ONLY\s+)?(\w+)", re.I)
_CONSTRAINT = re.compile(r"\bALTER\s+TABLE\s+(?:ONLY\s+)?(\w+)\s+ADD\s+CONSTRAINT\b([^;]*)", re.I)
_CREATED = re.compile(r"\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)", re.I)


def dangers(migration: Migration, before: ProjectState) -> list[str]:
    """Why a migration must not run beside servers of the former release; nothing where it may, or says why it may."""
    reason = getattr(migration, "safe_because", "")
    if (migration.app_label, migration.name) in BEFORE_THE_FIRST_RELEASE or len(reason) >= SHORTEST_REASON:
        return []
    every = list(_flat(migration.operations))
    new = _created(every)
    state = before.clone()
    found = []
    for operation in every:
        found += [f"{operation.describe()}: {why}" for why in _of(operation, migration.app_label, state, new)]
        operation.state_forwards(migration.app_label, state)
    return found


def _flat(operations: Any) -> Iterator[Operation]:
    for operation in operations:
        if isinstance(operation, made.SeparateDatabaseAndState):
            yield from _flat(operation.database_operations)
        else:
            yield operation


def _created(every: list[Operation]) -> set[str]:
    """The models, and by SQL the tables, that the migration makes itself: nobody waits for those."""
    found: set[str] = set()
    for operation in every:
        if isinstance(operation, made.CreateModel):
            found.add(operation.name_lower)
        elif isinstance(operation, CreateTogether):
            found |= {model.name_lower for model in operation.models}
        elif isinstance(operation, made.RunSQL):
            found |= {table.lower() for table in _CREATED.findall(_text(operation))}
    return found


def _of(operation: Operation, app: str, state: ProjectState, new: set[str]) -> Iterator[str]:
    if getattr(operation, "model_name_lower", "") in new:
        return
    match operation:
        case made.RunSQL():
            yield from _in_sql(_text(operation), new)
        case made.RenameField() | made.RenameModel() | made.AlterModelTable():
            yield "the former release knows it by the old name; add a new one, and fill it"
        case made.RemoveField() | made.DeleteModel():
            yield "the former release still reads it; remove it in a later release"
        case made.AddField() if not _may_be_left_out(operation.field):
            yield "the former release writes rows without it; let it be null, or give it db_default"
        case made.AlterField():
            yield from _altered(operation, app, state)
        case AddIndexConcurrently() | AddConstraintNotValid():
            return
        case made.AddIndex():
            yield "the table cannot be written meanwhile; use AddIndexConcurrently, with atomic = False"
        case made.AddConstraint():
            yield "the table cannot be written meanwhile; use AddConstraintNotValid, and ValidateConstraint after it"
        case _:
            return


def _may_be_left_out(field: models.Field) -> bool:
    return field.null or field.many_to_many or field.db_default is not NOT_PROVIDED


def _altered(operation: made.AlterField, app: str, state: ProjectState) -> Iterator[str]:
    old = state.models[app, operation.model_name_lower].fields[operation.name]
    new = operation.field
    if old.null and not new.null:
        yield "the former release may write it empty"
    if old.get_internal_type() != new.get_internal_type():
        yield "the whole table is written anew"
    if (new.max_length or 0) < (old.max_length or 0):
        yield "the former release may write longer ones"
    if (new.db_index or new.unique) and not (old.db_index or old.unique):
        yield "the table cannot be written while it is indexed"


def _in_sql(text: str, new: set[str]) -> Iterator[str]:
    for pattern, why in _IN_SQL:
        if re.search(pattern, text, re.I):
            yield why
    if any(table.lower() not in new for table in _INDEX.findall(text)):
        yield "the table cannot be written meanwhile; say CREATE INDEX CONCURRENTLY, with atomic = False"
    for table, rest in _CONSTRAINT.findall(text):
        if table.lower() not in new and not re.search(r"\bNOT\s+VALID\b|\bUSING\s+INDEX\b", rest, re.I):
            yield "every row is checked under a lock; say NOT VALID, and VALIDATE CONSTRAINT after it"


def _text(operation: made.RunSQL) -> str:
    sql = operation.sql
    if isinstance(sql, str):
        return sql
    return "\n".join(part if isinstance(part, str) else str(part[0]) for part in sql)
