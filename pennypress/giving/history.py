"""What one person has given over the years, as the books have it. Derived each time, stored nowhere."""

from dataclasses import dataclass

from django.db.models import Q, Sum

from pennypress import money
from pennypress.money import Money
from pennypress.payments.models import Allocation, Purpose, Refund
from pennypress.people.models import Person


@dataclass(frozen=True, slots=True)
class Year:
    """One calendar year: what was given to the fund and by monthly pledge, in one currency, less what was taken back."""

    year: int
    given: Money
    times: int


def by_year(*, person: Person) -> list[Year]:
    """This function will add up what a person gave, the latest year first; those merged into them are they.

    Money counts in the year in which it was received. A gift wholly taken back counts for nothing.
    """
    theirs = Person.objects.filter(Q(pk=person.pk) | Q(merged_into=person))
    allocations = Allocation.objects.filter(
        receipt__payer__in=theirs, purpose__in=[Purpose.GIFT, Purpose.PLEDGE]
    ).select_related("receipt")
    taken = dict(
        Refund.objects.filter(allocation__in=allocations)
        .order_by()
        .values_list("allocation")
        .annotate(taken=Sum("amount_minor"))
    )
    kept: dict[tuple[int, str], list[Money]] = {}
    for allocation in allocations:
        left = allocation.amount - Money(taken.get(allocation.pk, 0), allocation.receipt.currency)
        if left:
            kept.setdefault((allocation.receipt.received_on.year, allocation.receipt.currency), []).append(left)
    return [
        Year(year, money.total(amounts, currency), len(amounts))
        for (year, currency), amounts in sorted(kept.items(), reverse=True)
    ]
