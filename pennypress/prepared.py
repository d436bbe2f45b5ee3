"""Asks and tells the database by statements that it has prepared: for what is done at every page and every gift, writing
and planning the statement took longer than carrying it out."""

import functools
import weakref
from collections.abc import Mapping
from typing import Any, TypeVar

import psycopg
from django.db import DatabaseError, connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper

Row = TypeVar("Row", bound=models.Model)
# A statement that was asked so often is prepared the next time.
PREPARED_AFTER = 2
# The lines over which each of them is planned once.
_told: weakref.WeakSet[Any] = weakref.WeakSet()


def rows(line: BaseDatabaseWrapper, statement: str, facts: Mapping[str, Any], *, is_prepared: bool = True) -> list[Any]:
    """This function will read a statement's rows over a line to the database; JSON among them comes as text.

    Not `is_prepared` is for what must be planned anew by the facts each time, as words to search for are. Behind a pooler
    that lends connections for one transaction (DISABLE_SERVER_SIDE_CURSORS) nothing is prepared.
    """
    if not is_prepared or line.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        with line.cursor() as cursor:
            cursor.execute(statement, facts)
            return list(cursor.fetchall())
    line.close_if_health_check_failed()
    line.ensure_connection()
    with line.wrap_database_errors:
        _plan_once(line)
        line.connection.prepare_threshold = PREPARED_AFTER
        with line._prepare_cursor(psycopg.Cursor(line.connection)) as cursor:  # type: ignore[attr-defined]
            cursor.execute(statement, facts)
            return list(cursor.fetchall())


def found(model: type[Row], having: str, **facts: Any) -> list[Row]:
    """This function will give the rows of a model's table for which `having` holds: SQL of our own, from WHERE on.

    For what is read on every page: Django takes longer to write such a question than the database to answer it. Asked is
    the database, or the copy of it, that Django would ask.
    """
    line = connections[router.db_for_read(model)]
    return _read(model, line, f'SELECT {_columns(model)} FROM "{model._meta.db_table}" {having}', facts)  # noqa: S608


def changed(model: type[Row], change: str, **facts: Any) -> list[Row]:
    """This function will change rows of a model's table, by SQL of our own from SET on, and give them as they are now."""
    line = connections[router.db_for_write(model)]
    return _read(model, line, f'UPDATE "{model._meta.db_table}" {change} RETURNING {_columns(model)}', facts)


def written(row: Row) -> Row:
    """This function will insert a row that is not there yet and give it its number, as `save` does, without its signals.

    For what is written at every gift: Django takes longer to write the statement than the database to carry it out.
    """
    _insert(row, "")
    return row


def written_once(row: models.Model, *, by: str) -> bool:
    """This function will insert a row as `written` does unless one stands with the same value in its column `by`, which is
    unique, and say whether it did: one statement, and no race."""
    return _insert(row, f'ON CONFLICT ("{by}") DO NOTHING')


def saved(row: Row, *names: str) -> Row:
    """This function will write these fields of a row that stands, as `save` with `update_fields` does, without its signals.

    Raises: DatabaseError, where the row is gone.
    """
    model = type(row)
    line = connections[router.db_for_write(model)]
    fields = {field.name: field for field in model._meta.concrete_fields}
    named = [fields[name] for name in names]
    facts = {str(one.column): one.get_db_prep_save(one.pre_save(row, add=False), line) for one in named}
    changes = ", ".join(f'"{one.column}" = %({one.column})s' for one in named)
    if not changed(model, f'SET {changes} WHERE "{model._meta.pk.column}" = %(row)s', row=row.pk, **facts):
        raise DatabaseError(f"{model.__name__} {row.pk} is gone: nothing was saved.")
    return row


def _insert(row: models.Model, unless: str) -> bool:
    model = type(row)
    line = connections[router.db_for_write(model)]
    facts = {str(field.column): field.get_db_prep_save(field.pre_save(row, add=True), line) for field in _given(model)}
    inserted = rows(line, _insertion(model, unless), facts)
    if not inserted:
        return False
    ((row.pk,),) = inserted
    row._state.adding, row._state.db = False, line.alias
    return True


@functools.cache
def _insertion(model: type[models.Model], unless: str) -> str:
    names = [field.column for field in _given(model)]
    columns, facts = ", ".join(f'"{name}"' for name in names), ", ".join(f"%({name})s" for name in names)
    table, number = model._meta.db_table, model._meta.pk.column
    return f'INSERT INTO "{table}" ({columns}) VALUES ({facts}) {unless} RETURNING "{number}"'  # noqa: S608


def _given(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    return [field for field in model._meta.concrete_fields if field is not model._meta.auto_field]


@functools.cache
def _columns(model: type[models.Model]) -> str:
    return ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)


def _read(model: type[Row], line: BaseDatabaseWrapper, statement: str, facts: Mapping[str, Any]) -> list[Row]:
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    converted = [(at, field) for at, field in enumerate(fields) if hasattr(field, "from_db_value")]
    return [model.from_db(line.alias, names, _converted(row, converted, line)) for row in rows(line, statement, facts)]


def first(model: type[Row], having: str, **facts: Any) -> Row | None:
    """This function will give the first row that `found` would give, or None."""
    return next(iter(found(model, having, **facts)), None)


def _converted(row: tuple[Any, ...], converted: list[tuple[int, Any]], line: BaseDatabaseWrapper) -> list[Any]:
    values = list(row)
    for at, field in converted:
        values[at] = field.from_db_value(values[at], field.cached_col, line)
    return values


def _plan_once(line: BaseDatabaseWrapper) -> None:
    """Has the database plan what is prepared once, for whatever facts.

    By itself it plans a story's list of topics anew each time, which takes eight times as long as reading it: it takes
    every list for ten entries long. Not within a transaction, which could take it back.
    """
    if not line.autocommit or line.connection in _told:
        return
    line.connection.execute("SET plan_cache_mode = force_generic_plan")
    _told.add(line.connection)
