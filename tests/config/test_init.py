"""Opening a new paper: whole and correct from a file or by asking, or nothing written and the field named."""

import stat
import tomllib
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from pennypress import laws
from pennypress.config import deployment, lawbook
from pennypress.newsroom.models import Paper
from pennypress.people import roles
from pennypress.people.models import User
from pennypress.society import rulebook
from pennypress.society.models import Officer, Rule, Society

EXAMPLE = Path(__file__).resolve().parent.parent.parent / "docs" / "run" / "paper.toml"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR = tmp_path
    return tmp_path


def _open(text: str, folder: Path) -> str:
    file = folder / "paper.toml"
    file.write_text(text, encoding="utf-8")
    said = StringIO()
    call_command("init", file=file, stdout=said)
    return said.getvalue()


def _written() -> int:
    return Society.objects.count() + Rule.objects.count() + User.objects.count() + Officer.objects.count()


def test_the_example_opens_a_whole_paper_in_which_all_laws_hold(var):
    _open(EXAMPLE.read_text(), var)

    assert rulebook.society().registered_name == "The Harbour Courant Society Limited"
    assert Rule.objects.get(subject="share.nominal").figure == 100
    assert roles.holds(User.objects.get(email="tom@courant.example"), roles.EDITOR)
    assert not roles.holds(User.objects.get(email="tom@courant.example"), roles.TREASURER)
    assert Paper.load().masthead == "The Harbour Courant"
    assert [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds] == []


def test_settings_are_kept_for_their_owner_alone_and_yield_to_the_environment(var, monkeypatch):
    _open(EXAMPLE.read_text(), var)
    monkeypatch.setenv("PENNYPRESS_URL", "https://elsewhere.example")
    monkeypatch.delenv("EMAIL_URL", raising=False)

    deployment.load(var)

    kept = var / deployment.FILE
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert deployment.os.environ["PENNYPRESS_URL"] == "https://elsewhere.example"
    assert deployment.os.environ["EMAIL_URL"] == "smtp+tls://courant:secret@mail.example:587"


@pytest.mark.parametrize(
    ("true", "wrong", "field"),
    [
        ('currency = "GBP"', 'currency = "XXX"', "society.currency"),
        ('year_end = "12-31"', 'year_end = "02-29"', "society.year_end"),
        ('registered_name = "The Harbour Courant Society Limited"', 'registered_name = " "', "society.registered_name"),
        ('masthead = "The Harbour Courant"', "", "paper.masthead"),
        ('url = "https://courant.example"', 'url = "courant.example"', "paper.url"),
        ('time_zone = "Europe/London"', 'time_zone = "Europe/Tidewick"', "paper.time_zone"),
        ("smtp+tls://courant", "ftp://courant", "mail.url"),
        ('from = "paper@courant.example"', 'from = "paper"', "mail.from"),
        ("providers = [] ", 'providers = ["piggybank"] ', "payments.providers"),
        ("providers = [] ", 'providers = ["sandbox"] ', "payments.providers"),
        ("figure = 16", "figure = -16", "rules[5].figure"),
        ("figure = 16", 'figure = "sixteen"', "rules[5].figure"),
        ('subject = "member.age"', 'subject = "member.height"', "rules[5].subject"),
        ('roles = ["editor"]', 'roles = ["king"]', "staff[2].roles"),
        ('email = "tom@courant.example"', 'email = "nan@courant.example"', "staff"),
        ('office = "secretary"', 'office = "admiral"', "officers[1].office"),
        ('strapline = "Owned', 'straplien = "Owned', "paper.straplien"),
        ("[society]", "[sociable]", "sociable"),
        ("[society]", "[society", "not TOML"),
    ],
)
def test_a_wrong_particular_is_named_and_nothing_is_written(var, true, wrong, field):
    before = _written()
    assert true in EXAMPLE.read_text()

    with pytest.raises(CommandError) as refusal:
        _open(EXAMPLE.read_text().replace(true, wrong, 1), var)

    assert field in str(refusal.value)
    assert "Nothing was written" in str(refusal.value)
    assert _written() == before
    assert not (var / deployment.FILE).exists()


def test_a_rule_that_is_missing_is_named(var):
    text = EXAMPLE.read_text()
    with_one_rule_less = text[: text.index('[[rules]]\nsubject = "member.age"')] + text[text.index("# Who signs") :]

    with pytest.raises(CommandError, match=r"member\.age"):
        _open(with_one_rule_less, var)

    assert Society.objects.count() == 0


def test_a_second_paper_does_not_go_into_the_same_database(var):
    _open(EXAMPLE.read_text(), var)
    before = _written()

    with pytest.raises(CommandError, match="holds a paper already"):
        _open(EXAMPLE.read_text(), var)

    assert _written() == before


def test_asked_one_by_one_it_asks_again_until_it_understands(var, monkeypatch):
    told = tomllib.loads(EXAMPLE.read_text())
    once = [
        "The Wick Society",
        "RS1",
        "1 Wick Lane",
        "",
        "12-32",
        "12-31",
        "",
        "The Wick",
        "",
        "https://wick.example",
        "",
        "",
    ]
    mail = ["smtp://mail.example", "not an address", "paper@wick.example", ""]
    rules = ["2026-01-01"]
    for rule in told["rules"]:
        rules += [str(rule["figure"]), rule["number"], rule["text"]]
    staff = ["yes", "Nan Orchard", "nan@wick.example", "secretary, editor", "no"]
    answers = iter([*once, *mail, *rules, "no", *staff])
    monkeypatch.setattr("builtins.input", lambda _asked: next(answers))

    call_command("init", stdout=StringIO())

    assert rulebook.society().registered_name == "The Wick Society"
    assert roles.holds(User.objects.get(email="nan@wick.example"), roles.SECRETARY)
