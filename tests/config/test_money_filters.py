import pytest
from django.template import Context, Template

from pennypress.money import Money


def written(filter_name, amount):
    return Template("{% load money %}{{ amount|" + filter_name + " }}").render(Context({"amount": amount}))


@pytest.mark.parametrize(
    ("filter_name", "amount", "text"),
    [
        ("money", Money(382100, "GBP"), "£3,821.00"),
        ("money", Money(-5, "GBP"), "−£0.05"),
        ("money", None, ""),
        ("money_short", Money(382100, "GBP"), "£3,821"),
        ("money_short", Money(382150, "GBP"), "£3,821.50"),
    ],
)
def test_an_amount_is_written_as_a_paper_writes_it(filter_name, amount, text):
    assert written(filter_name, amount) == text
