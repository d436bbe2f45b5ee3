"""A fresh database is made in the time that Wagtail's own migrations take, and little more."""

from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models import PROTECT

from pennypress import tables


def _models():
    paper = migrations.CreateModel("Sheet", [("id", models.BigAutoField(primary_key=True))])
    line = migrations.CreateModel(
        "Mark",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("sheet", models.ForeignKey("ledger.sheet", PROTECT, related_name="marks")),
        ],
        options={"constraints": [models.CheckConstraint(condition=models.Q(id__gt=0), name="mark_counts")]},
    )
    return [paper, line]


def _state(*operations, is_rendered):
    state = ProjectState()
    if is_rendered:
        assert not state.apps.all_models["ledger"]
    for operation in operations:
        operation.state_forwards("ledger", state)
    return state


def test_created_together_they_are_what_they_would_be_one_by_one():
    together = _state(tables.CreateTogether(_models()), is_rendered=True)
    one_by_one = _state(*_models(), is_rendered=True)
    assert together == one_by_one
    assert together.apps.get_model("ledger", "Mark")._meta.get_field("sheet").related_model is together.apps.get_model(
        "ledger", "Sheet"
    )


def test_creating_together_renders_nothing_until_it_is_asked_for():
    assert "apps" not in vars(_state(tables.CreateTogether(_models()), is_rendered=True))
    assert "apps" in vars(_state(*_models(), is_rendered=True)), "Django renders after each operation no longer"


def test_what_points_at_our_people_comes_before_ours():
    """Otherwise Wagtail's migrations render our models after each of their operations, and take twice as long."""
    graph = MigrationLoader(None).graph
    before = {app for app, _name in graph.forwards_plan(("people", "0002_guards"))}
    theirs = {app for app, _name in graph.nodes if app.startswith("wagtail") or app in {"account", "mfa", "taggit"}}
    assert theirs - before <= {"wagtailembeds"}, "embeds point at nobody"
    ours = {"payments", "letters", "gateway", "giving", "shares", "society", "subscriptions", "moving", "newsroom"}
    assert not before & ours
    assert all(("people", "0002_guards") in graph.forwards_plan((app, "0001_initial")) for app in ours)
