"""Guards: migration operations by which a table refuses what the law forbids, whoever asks, `psql` included.

Owns the SQL of append-only tables and of tables where only named columns move. The application's database role is not
the owner and cannot switch a guard off; `config.roles` takes the matching privileges away as well.
"""

from collections.abc import Sequence

from django.db.migrations import RunSQL

_REFUSE = """
CREATE OR REPLACE FUNCTION guard_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% refuses %: its rows are kept as they were written', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE FUNCTION guard_only_these_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - TG_ARGV::text[]) IS DISTINCT FROM (to_jsonb(OLD) - TG_ARGV::text[]) THEN
        RAISE EXCEPTION '% lets only % move', TG_TABLE_NAME, array_to_string(TG_ARGV, ', ')
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION guard_state_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state IS DISTINCT FROM OLD.state AND NOT (OLD.state || '>' || NEW.state = ANY (TG_ARGV::text[])) THEN
        RAISE EXCEPTION '%: % cannot become %', TG_TABLE_NAME, OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


def append_only(table: str) -> RunSQL:
    """This function will make the migration operation after which `table` refuses UPDATE, DELETE and TRUNCATE."""
    return RunSQL(
        _REFUSE
        + f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION guard_refuse();
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse();
        """,
        f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};",
    )


def kept(table: str, *, moving: Sequence[str]) -> RunSQL:
    """This function will make the operation after which rows of `table` stay, and only the `moving` columns change."""
    columns = ", ".join(f"'{column}'" for column in moving)
    return RunSQL(
        _REFUSE
        + f"""
        CREATE TRIGGER {table}_kept_columns BEFORE UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION guard_only_these_move({columns});
        CREATE TRIGGER {table}_kept_rows BEFORE DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION guard_refuse();
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse();
        """,
        f"DROP TRIGGER {table}_kept_columns ON {table}; DROP TRIGGER {table}_kept_rows ON {table};"
        f"DROP TRIGGER {table}_no_truncate ON {table};",
    )


def forward(table: str, moves: Sequence[tuple[str, str]]) -> RunSQL:
    """This function will make the operation after which `table.state` moves only along `moves`, (from, to) pairs."""
    pairs = ", ".join(f"'{old}>{new}'" for old, new in moves)
    return RunSQL(
        _REFUSE
        + f"CREATE TRIGGER {table}_state_forward BEFORE UPDATE ON {table}"
        + f" FOR EACH ROW EXECUTE FUNCTION guard_state_forward({pairs});",
        f"DROP TRIGGER {table}_state_forward ON {table};",
    )
