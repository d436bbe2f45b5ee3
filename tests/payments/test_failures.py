"""The table of providers' errors in the documentation is the table in the code, line by line."""

import re
from pathlib import Path

import pytest

from pennypress.payments.providers import failures

PAGE = Path(__file__).resolve().parents[2] / "docs" / "develop" / "provider-errors.md"
TABLES = {"Stripe": failures.STRIPE, "GoCardless": failures.GOCARDLESS}


def documented(provider):
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {provider}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([a-z_]+)` \| (.+?) \| (.+?) \|$", section, flags=re.M)


@pytest.mark.parametrize("provider", TABLES)
def test_each_error_is_documented_as_it_is_treated_and_no_other(provider):
    in_code = [(code, failure.again.value, str(failure.told)) for code, failure in TABLES[provider].items()]

    assert documented(provider) == in_code


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_whoever_is_told_of_a_failure_is_told_about_the_money(table):
    payments = [failure for failure in table.values() if failure.again is not failures.Again.US]

    assert all(str(failure.told).endswith(".") for failure in payments)


def test_a_code_nobody_knows_reads_as_the_line_it_is_closest_to():
    told = failures.told(failures.STRIPE, "code_of_tomorrow", otherwise="card_declined")

    assert told == "The card was declined. Nothing was taken."
