"""What benchmarks and attacks ask of our commands, the commands take."""

import argparse
import ast

import pytest
from django.core.management import load_command_class

from tests.attacks.papers import ROOT

FILES = [file for folder in ("benchmarks", "tests/attacks") for file in sorted((ROOT / folder).glob("*.py"))]


def asked(file):
    """The options that a file gives to `serve` and to `work`, and of which of the two each is."""
    for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        said = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        command = call.func.attr if call.func.attr == "serve" else next(iter({"serve", "work"} & {*said}), None)
        if command and call.func.attr in ("serve", "start", "press"):
            yield from ((command, word) for word in said if word.startswith("--"))


def options(command):
    parser = load_command_class("pennypress.config", command).create_parser("pennypress", command)
    assert isinstance(parser, argparse.ArgumentParser)
    return {*parser._option_string_actions}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_option_is_one_of_the_command(file):
    assert {(command, option) for command, option in asked(file) if option not in options(command)} == set()


def test_there_are_options_to_look_at():
    assert sum(len(list(asked(file))) for file in FILES) >= 10


def test_an_option_that_is_none_is_found(tmp_path):
    (tmp_path / "one.py").write_text("paper.serve('--threads', '4')")

    assert [*asked(tmp_path / "one.py")] == [("serve", "--threads")]
    assert "--threads" not in options("serve")
