"""The page on costs says what the model says, and the model keeps its own laws."""

import dataclasses
from pathlib import Path

import pytest

from benchmarks import cost

PAGE = (Path(__file__).resolve().parent.parent.parent / "docs" / "run" / "cost.md").read_text(encoding="utf-8")


def test_the_table_in_the_docs_is_the_models():
    assert all(line in PAGE for line in cost.table(cost.MEASURED, cost.Assumed()))


@pytest.mark.parametrize("figures", [cost.MEASURED, cost.Assumed()], ids=["measured", "assumed"])
def test_every_figure_that_it_rests_on_stands_in_the_docs(figures):
    for name, value in dataclasses.asdict(figures).items():
        assert f"| `{name}` | {value:,} |" in PAGE


def test_what_nobody_reads_still_costs_one_server():
    made = cost.month(0, cost.MEASURED, cost.Assumed())

    assert (made.servers, made.terabytes, made.cpu_hours) == (1, 0, 0)


def test_where_nothing_is_stored_it_costs_more():
    without = dataclasses.replace(cost.Assumed(), hits=0.0)

    stored = cost.month(100_000_000, cost.MEASURED, cost.Assumed())

    assert cost.month(100_000_000, cost.MEASURED, without).servers > stored.servers
