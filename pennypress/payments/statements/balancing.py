"""Balancing: whether a statement adds up. One that does not is refused with both figures and the line to look at. Pure."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from pennypress import money
from pennypress.money import Money
from pennypress.payments.statements.lines import CannotRead, ReadLine, ReadStatement


def require(statement: ReadStatement) -> None:
    """This function will check that opening and lines make the closing balance.

    Law: opening + the sum of the lines = closing, to the penny. Raises: CannotRead, naming the line of the closing balance
    and, where one line alone could be to blame, that line as well.
    """
    if statement.opening is None or statement.closing is None:
        return
    lines = money.total([line.amount for line in statement.lines], statement.currency)
    reached = statement.opening + lines
    if reached == statement.closing:
        return
    difference = statement.closing - reached
    words = _(
        "The balances do not add up. The statement opens at %(opening)s; its %(number)d lines come to %(lines)s, which "
        "makes %(reached)s, but it closes at %(closing)s: %(difference)s is unexplained."
    ) % {
        "opening": statement.opening,
        "number": len(statement.lines),
        "lines": lines,
        "reached": reached,
        "closing": statement.closing,
        "difference": difference,
    }
    raise CannotRead(" ".join([words, *_suspects(statement.lines, difference)]), line=statement.closing_position)


def _suspects(lines: Sequence[ReadLine], difference: Money) -> list[str]:
    twice = [line for line in lines if line.amount == -difference]
    turned = [line for line in lines if line.amount * 2 == -difference]
    if 1 <= len(twice) <= 3:
        return [_("Line %(line)d is of just that amount: is it there once too often?") % {"line": twice[-1].position}]
    if len(turned) == 1:
        return [_("Line %(line)d would explain it with its sign turned.") % {"line": turned[0].position}]
    return []


def require_running(lines: Sequence[ReadLine], balances: Sequence[Money]) -> None:
    """This function will check the balance after each line against the balance before it. `lines` are in order of time.

    Raises: CannotRead at the first line that does not add up.
    """
    for index in range(1, len(lines)):
        reached = balances[index - 1] + lines[index].amount
        if reached != balances[index]:
            raise CannotRead(
                _(
                    "The running balance does not add up: %(before)s and %(amount)s make %(reached)s, and the file says "
                    "%(told)s."
                )
                % {
                    "before": balances[index - 1],
                    "amount": lines[index].amount,
                    "reached": reached,
                    "told": balances[index],
                },
                line=lines[index].position,
            )
