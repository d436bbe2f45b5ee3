"""Migrations run while servers of the former release go on: each of ours may, or says why it may."""

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from tests import migration_rules

LOADER = MigrationLoader(None, ignore_no_migrations=True)
OURS = sorted(
    key for key, migration in LOADER.disk_migrations.items() if migration.__module__.startswith("pennypress.")
)


@pytest.mark.parametrize("key", OURS, ids="-".join)
def test_a_migration_of_ours_may_run_beside_the_former_release(key):
    before = LOADER.project_state([key], at_end=False)

    assert migration_rules.dangers(LOADER.disk_migrations[key], before) == []


def _dangers(*operations, reason: str = "") -> list[str]:
    """What is said of a migration of a table with a name and a note that may be empty."""
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=50)),
        ("note", models.CharField(max_length=50, null=True)),
    ]
    state = ProjectState()
    state.add_model(ModelState("papers", "Story", fields))
    migration = migrations.Migration("0002_a_change", "papers")
    migration.operations = list(operations)
    migration.safe_because = reason
    return migration_rules.dangers(migration, state)


REFUSED = {
    "a renamed column": migrations.RenameField("Story", "name", "title"),
    "a renamed table": migrations.RenameModel("Story", "Piece"),
    "a removed column": migrations.RemoveField("Story", "note"),
    "a removed table": migrations.DeleteModel("Story"),
    "a new column that must be filled": migrations.AddField("Story", "words", models.IntegerField(default=0)),
    "a column that must now be filled": migrations.AlterField("Story", "note", models.CharField(max_length=50)),
    "another type": migrations.AlterField("Story", "name", models.TextField()),
    "a shorter column": migrations.AlterField("Story", "name", models.CharField(max_length=20)),
    "a column that is now indexed": migrations.AlterField(
        "Story", "name", models.CharField(max_length=50, unique=True)
    ),
    "an index under a lock": migrations.AddIndex("Story", models.Index(fields=["name"], name="by_name")),
    "a constraint under a lock": migrations.AddConstraint(
        "Story", models.CheckConstraint(condition=~models.Q(name=""), name="name_given")
    ),
    "an index by SQL": migrations.RunSQL("CREATE INDEX by_name ON papers_story (name)"),
    "a constraint by SQL": migrations.RunSQL("ALTER TABLE papers_story ADD CONSTRAINT given CHECK (name <> '')"),
    "a dropped column by SQL": migrations.RunSQL("ALTER TABLE papers_story DROP COLUMN note"),
    "a renaming by SQL": migrations.RunSQL(["ALTER TABLE papers_story RENAME TO papers_piece"]),
    "not null by SQL": migrations.RunSQL("ALTER TABLE papers_story ALTER COLUMN note SET NOT NULL"),
    "inside of another": migrations.SeparateDatabaseAndState(
        database_operations=[migrations.RemoveField("Story", "note")]
    ),
}
ALLOWED = {
    "a new column that may be empty": migrations.AddField("Story", "words", models.IntegerField(null=True)),
    "a new column with a default in the database": migrations.AddField(
        "Story", "words", models.IntegerField(db_default=0)
    ),
    "an index beside the table": AddIndexConcurrently("Story", models.Index(fields=["name"], name="by_name")),
    "a constraint that is checked later": AddConstraintNotValid(
        "Story", models.CheckConstraint(condition=~models.Q(name=""), name="name_given")
    ),
    "a longer column": migrations.AlterField("Story", "name", models.CharField(max_length=80)),
    "other words": migrations.AlterField("Story", "name", models.CharField("headline", max_length=50)),
    "an index beside the table by SQL": migrations.RunSQL("CREATE INDEX CONCURRENTLY by_name ON papers_story (name)"),
    "a trigger": migrations.RunSQL("CREATE TRIGGER kept BEFORE DELETE ON papers_story EXECUTE FUNCTION refuse()"),
    "a table with its index": migrations.RunSQL("CREATE TABLE tag (name text); CREATE INDEX by_tag ON tag (name)"),
}


@pytest.mark.parametrize("operation", REFUSED.values(), ids=REFUSED.keys())
def test_what_the_former_release_would_stumble_over_is_refused_without_a_reason(operation):
    assert _dangers(operation) != []
    assert _dangers(operation, reason="since 1.4 nothing reads or writes it") == []
    assert _dangers(operation, reason="because") != []


@pytest.mark.parametrize("operation", ALLOWED.values(), ids=ALLOWED.keys())
def test_what_only_adds_is_allowed(operation):
    assert _dangers(operation) == []
