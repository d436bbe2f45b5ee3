"""The two database roles: the owner, who migrates, and the application, who can neither alter tables nor drop a guard."""

from django.db import connection
from psycopg import sql

# What the application may do on every table of the schema, before the guards take away again.
_GRANTS = """
GRANT USAGE ON SCHEMA public TO {app};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app};
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {app};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {app};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO {app};
"""
_GUARDED = """
SELECT tgrelid::regclass::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal AND tgname LIKE %s
"""
_APPEND_ONLY = "%\\_append\\_only"
_KEPT = "%\\_kept\\_rows"


def grant(app_role: str) -> None:
    """This function will give the application's role what it needs, and no more; run as the owner, after each migrate.

    Tables with a guard lose UPDATE, DELETE and TRUNCATE accordingly. Where owner and application are one role (a
    database that gives only one) the guards' triggers still stand, and nothing is granted.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] == app_role:
            return
        app = sql.Identifier(app_role)
        cursor.execute(sql.SQL(_GRANTS).format(app=app))
        cursor.execute(_GUARDED, [_APPEND_ONLY])
        for (table,) in cursor.fetchall():
            cursor.execute(sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(sql.Identifier(table), app))
        cursor.execute(_GUARDED, [_KEPT])
        for (table,) in cursor.fetchall():
            cursor.execute(sql.SQL("REVOKE DELETE, TRUNCATE ON {} FROM {}").format(sql.Identifier(table), app))
