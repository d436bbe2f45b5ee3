"""The lawbook: every package's laws, gathered."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from pennypress.laws import Law


def every_law() -> list[Law]:
    """This function will gather the laws of all our packages, in the order of dependence."""
    gathered: list[Law] = []
    for app in reversed(list(apps.get_app_configs())):
        if app.name.startswith("pennypress.") and find_spec(f"{app.name}.laws"):
            gathered.extend(import_module(f"{app.name}.laws").LAWS)
    return gathered
