"""Counting: the sheet of a collection, written down with its receipt. Two people count, and everything adds up."""

from django.utils.translation import gettext as _

from pennypress import money
from pennypress.money import Money
from pennypress.payments import cash
from pennypress.payments.cash import CountSheet, TinSheet
from pennypress.payments.models import CashCount, CountedCash, Receipt, Tin


class CannotCount(ValueError):
    """The sheet does not add up, or two people have not signed it; the text says what is missing."""


def require_sheet(sheet: CountSheet, amount: Money) -> None:
    """This function will check a count sheet against the amount that it is of. Raises: CannotCount."""
    first, second = _tidy(sheet.first_counter), _tidy(sheet.second_counter)
    if not first or not second or first.casefold() == second.casefold():
        raise CannotCount(_("Two different people count a collection: give both their names."))
    if not sheet.place.strip():
        raise CannotCount(_("Say where the collection was held."))
    if sheet.currency != amount.currency or any(face not in cash.faces(sheet.currency) for face in sheet.pieces):
        raise CannotCount(_("The sheet counts notes and coins of another currency."))
    if any(number < 0 for number in sheet.pieces.values()):
        raise CannotCount(_("Nothing is counted below zero."))
    if sheet.total != amount:
        words = _("Notes and coins add up to %(counted)s, and the collection is %(amount)s.")
        raise CannotCount(words % {"counted": sheet.total, "amount": amount})
    _require_tins(sheet.tins, amount)


def _require_tins(tins: tuple[TinSheet, ...], amount: Money) -> None:
    if not tins:
        return
    numbers = [tin.number.strip() for tin in tins]
    if not all(numbers) or len(set(numbers)) != len(numbers):
        raise CannotCount(_("Each tin has a number of its own."))
    in_tins = money.total([tin.amount for tin in tins], amount.currency)
    if in_tins != amount:
        words = _("The tins add up to %(tins)s, and the collection is %(amount)s.")
        raise CannotCount(words % {"tins": in_tins, "amount": amount})


def write_down(*, receipt: Receipt, sheet: CountSheet) -> CashCount:
    """This function will write a count sheet down with its receipt, in the caller's transaction. Raises: CannotCount."""
    require_sheet(sheet, receipt.amount)
    count = CashCount.objects.create(
        receipt=receipt,
        place=sheet.place.strip()[:200],
        permit=sheet.permit.strip()[:100],
        first_counter=_tidy(sheet.first_counter)[:200],
        second_counter=_tidy(sheet.second_counter)[:200],
    )
    CountedCash.objects.bulk_create(
        CountedCash(count=count, face_minor=face, pieces=number) for face, number in sheet.pieces.items() if number
    )
    Tin.objects.bulk_create(
        Tin(count=count, number=tin.number.strip(), collector=_tidy(tin.collector), amount_minor=tin.amount.minor)
        for tin in sheet.tins
    )
    return count


def as_written(receipt: Receipt) -> CountSheet | None:
    """This function will give the sheet of a receipt back, or None where it has none."""
    count = CashCount.objects.filter(receipt=receipt).first()
    if count is None:
        return None
    return CountSheet(
        place=count.place,
        permit=count.permit,
        first_counter=count.first_counter,
        second_counter=count.second_counter,
        currency=receipt.currency,
        pieces={one.face_minor: one.pieces for one in count.cash.all()},
        tins=tuple(TinSheet(tin.number, tin.collector, tin.amount) for tin in count.tins.all()),
    )


def _tidy(name: str) -> str:
    return " ".join(name.split())
