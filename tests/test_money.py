import contextlib
import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pennypress import money
from pennypress.money import CannotParse, Money, UnlikeCurrencies

amounts = st.builds(Money, st.integers(-(10**12), 10**12), st.sampled_from(sorted(money.EXPONENTS)))
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any)


def test_the_examples_in_the_module_are_true():
    assert doctest.testmod(money).failed == 0


@given(amounts, weights)
def test_splitting_loses_no_penny(amount, parts):
    assert sum(part.minor for part in money.split(amount, parts)) == amount.minor


@given(amounts, weights)
def test_no_part_is_off_its_share_by_more_than_one_unit(amount, parts):
    whole = sum(parts)
    for part, weight in zip(money.split(amount, parts), parts, strict=True):
        assert abs(part.minor * whole - amount.minor * weight) < whole


@given(st.builds(Money, st.integers(0, 10**12), st.sampled_from(sorted(money.EXPONENTS))))
def test_what_is_shown_can_be_typed_back(amount):
    assert money.parse(money.display(amount), amount.currency) == amount
    assert money.parse(money.plain(amount), amount.currency) == amount


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_clear_refusal(text):
    with contextlib.suppress(CannotParse):
        assert 0 <= money.parse(text, "GBP").minor <= money.LARGEST_MINOR


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("25", 2500),
        ("£25", 2500),
        ("25.5", 2550),
        ("£1,000.50", 100050),
        (" 1 000 ", 100000),
        ("25 GBP", 2500),
        ("£ 3", 300),
        (".50", 50),
        ("２５", 2500),
        ("0", 0),
    ],
)
def test_amounts_are_read_as_people_type_them(typed, minor):
    assert money.parse(typed, "GBP") == Money(minor, "GBP")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "£",
        "-5",
        "−5",
        "0.001",
        "1e9",
        "NaN",
        "inf",
        "€25",
        "$25",
        "25 EUR",
        "1,00",
        "1.000,50",
        "1..5",
        "ten",
        "9" * 40,
    ],
)
def test_what_is_not_an_amount_is_refused_in_words(typed):
    with pytest.raises(CannotParse, match=r"\.$"):
        money.parse(typed, "GBP")


def test_yen_have_no_pence():
    assert money.parse("¥500", "JPY") == Money(500, "JPY")
    with pytest.raises(CannotParse):
        money.parse("500.5", "JPY")


def test_unlike_currencies_do_not_mix():
    with pytest.raises(UnlikeCurrencies):
        Money(1, "GBP") + Money(1, "EUR")


def test_money_is_never_a_float():
    with pytest.raises(TypeError):
        Money(1.0, "GBP")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(1, "GBP") * 1.5  # type: ignore[operator]
