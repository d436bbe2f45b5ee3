"""Laws of the house itself: the order of dependence holds for tables as well as for imports."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import PROTECT

ROOT = Path(__file__).resolve().parent.parent
MONEY_PACKAGES = {"ledger", "payments", "giving", "shares", "society", "people", "subscriptions", "moving"}


def _layers():
    text = (ROOT / "pyproject.toml").read_text()
    listed = re.search(r"layers = \[(.*?)\]", text, re.S)
    rows = re.findall(r'"([^"]+)"', listed.group(1))
    return {name.strip(" ()"): depth for depth, row in enumerate(rows) for name in row.split("|")}


def _foreign_keys():
    for model in apps.get_models():
        if model.__module__.startswith("pennypress."):
            for field in model._meta.get_fields():
                if field.is_relation and field.concrete and field.related_model is not None:
                    yield model, field


def _package(model):
    return model.__module__.split(".")[1]


def test_every_foreign_key_points_downwards():
    layers = _layers()

    upwards = [
        f"{model.__name__}.{field.name} -> {field.related_model.__name__}"
        for model, field in _foreign_keys()
        if field.related_model.__module__.startswith("pennypress.")
        and _package(field.related_model) != _package(model)
        and layers[_package(field.related_model)] <= layers[_package(model)]
    ]

    assert upwards == []


def test_nothing_cascades_onto_money_shares_or_people():
    loose = [
        f"{model.__name__}.{field.name}"
        for model, field in _foreign_keys()
        if _package(model) in MONEY_PACKAGES
        and (field.many_to_one or field.one_to_one)
        and field.remote_field.on_delete is not PROTECT
    ]

    assert loose == []


@pytest.mark.parametrize("path", sorted((ROOT / "pennypress").glob("*/__init__.py")), ids=lambda path: path.parent.name)
def test_every_package_says_what_it_owns(path):
    assert path.read_text().startswith('"""')
