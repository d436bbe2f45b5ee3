"""Whole numbers spelt out, as a certificate says them. Pure; English, since a certificate is worded in the rules' language."""

_SMALL = (
    *("nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_POWERS = ((10**9, "thousand million"), (10**6, "million"), (10**3, "thousand"))


def in_words(number: int) -> str:
    """This function will spell a whole number from nought to 999,999,999,999.

    >>> in_words(20_000), in_words(121), in_words(1_005)
    ('twenty thousand', 'one hundred and twenty-one', 'one thousand and five')
    """
    if not 0 <= number < 10**12:
        raise ValueError("only whole numbers from nought to a million million are spelt")
    if number >= 1000:
        return _above_a_thousand(number)
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_a_hundred(number)
    head = f"{_SMALL[hundreds]} hundred"
    return f"{head} and {_below_a_hundred(rest)}" if rest else head


def _below_a_hundred(number: int) -> str:
    if number < 20:
        return _SMALL[number]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens - 2]}-{_SMALL[ones]}" if ones else _TENS[tens - 2]


def _above_a_thousand(number: int) -> str:
    size, name = next(power for power in _POWERS if number >= power[0])
    count, rest = divmod(number, size)
    head = f"{in_words(count)} {name}"
    if not rest:
        return head
    return f"{head} and {in_words(rest)}" if rest < 100 else f"{head} {in_words(rest)}"
