"""Money on a page: how templates write an amount. Templates hold no arithmetic; they are handed `Money`."""

from django import template

from pennypress.money import Money, display

register = template.Library()


@register.filter
def money(amount: Money | None) -> str:
    """This filter will write an amount with its pence: £3,821.00. Nothing at all for None."""
    return "" if amount is None else display(amount)


@register.filter
def money_short(amount: Money | None) -> str:
    """This filter will write an amount without pence where there are none: £3,821 but £3,821.50."""
    return "" if amount is None else display(amount, pence=False)
