"""Folding: what an appeal has raised, counted from allocations, refunds and fees. It reads, and stores nothing.

Counted is settled money with what was taken back taken off. A giver is a known person, however often they gave; a gift
from nobody we know counts as one giver, and so does a supporter we do not know. Whoever has nothing left in is none.

A fold is bounded by marks: the highest number of an allocation, of a refund and of a fee that it counts. The difference
between two folds is found from what has numbers between their marks, so that a meter need not count a year's gifts for
each reader. Law: the fold to old marks and the difference from there are the fold to new ones, in every figure.
"""

import datetime as dt
import functools
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from pennypress import prepared
from pennypress.giving.models import Appeal


@dataclass(frozen=True, slots=True)
class Marks:
    """The highest allocation, refund and fee counted.

    Law: what was taken back or charged of a sum above the first mark has a number above the others. It has one by itself
    where the marks are taken at one moment; a step that stops at a lower sum leaves the others where they were.
    """

    allocation: int
    refund: int
    fee: int


# Nothing counted yet, and all of it.
START = Marks(0, 0, 0)
END = Marks(2**62, 2**62, 2**62)


@dataclass(frozen=True, slots=True)
class Figures:
    """What an appeal has raised, before and after the providers' fees, and by how many givers."""

    gross_minor: int
    net_minor: int
    givers: int


@dataclass(frozen=True, slots=True)
class Day:
    """What came on one day by one method and is still there: how many sums, and their amount."""

    on: dt.date
    method: str
    count: int
    gross_minor: int
    net_minor: int


@dataclass(frozen=True, slots=True)
class Change:
    """What one sum counts more or less than it did at the old marks; `is_new` where it had not come then."""

    allocation_id: int
    receipt_id: int
    on: dt.date
    method: str
    is_new: bool
    gross_minor: int
    net_minor: int


@dataclass(frozen=True, slots=True)
class _Sum:
    """One sum, with whose it is, as it counted at the old marks and as it does at the new ones."""

    person_id: int | None
    nobody: str
    is_merged: bool
    receipt_id: int
    allocation_id: int
    was: int
    stands: int
    was_fee: int
    stands_fee: int


# Who stands for a merged person today: the last of the chain. Only merged persons are walked, and they are few.
_STANDING = """
merged(id, root) AS (
    SELECT id, merged_into_id FROM people_person WHERE merged_into_id IS NOT NULL
    UNION ALL
    SELECT merged.id, person.merged_into_id FROM merged JOIN people_person person ON person.id = merged.root
    WHERE person.merged_into_id IS NOT NULL
), standing AS (
    SELECT merged.id, merged.root FROM merged JOIN people_person person ON person.id = merged.root
    WHERE person.merged_into_id IS NULL
)"""
# Every sum of the appeal, with its giver where known and else a name for nobody.
_COUNTED = """
    SELECT gift.allocation_id, gift.payer_id AS person_id, 'g' || gift.id AS nobody
    FROM giving_gift gift WHERE gift.appeal_id = %(appeal)s AND {gift}
    UNION ALL
    SELECT collection.allocation_id, pledge.person_id, 's' || pledge.id
    FROM giving_collection collection JOIN giving_pledge pledge ON pledge.id = collection.pledge_id
    WHERE collection.appeal_id = %(appeal)s AND {collection}
"""


def _counted(condition: str) -> str:
    return _COUNTED.format(
        gift=condition.format(allocation="gift.allocation_id"),
        collection=condition.format(allocation="collection.allocation_id"),
    )


_WHOLE = f"""
WITH RECURSIVE {_STANDING}, counted AS (
    {_counted("{allocation} <= %(allocation)s")}
), taken AS (
    SELECT allocation_id, sum(amount_minor) AS amount_minor FROM payments_refund WHERE id <= %(refund)s GROUP BY 1
), charged AS (
    SELECT allocation_id, sum(amount_minor) AS amount_minor FROM giving_fee WHERE id <= %(fee)s GROUP BY 1
), kept AS (
    SELECT coalesce('p' || coalesce(standing.root, counted.person_id), counted.nobody) AS giver,
           allocation.amount_minor - coalesce(taken.amount_minor, 0) AS gross, coalesce(charged.amount_minor, 0) AS fee
    FROM counted JOIN payments_allocation allocation ON allocation.id = counted.allocation_id
    LEFT JOIN taken ON taken.allocation_id = counted.allocation_id
    LEFT JOIN charged ON charged.allocation_id = counted.allocation_id
    LEFT JOIN standing ON standing.id = counted.person_id
)
SELECT coalesce(sum(gross), 0)::bigint, coalesce(sum(gross - fee), 0)::bigint,
       count(DISTINCT giver) FILTER (WHERE gross > 0) FROM kept
"""  # noqa: S608 - names of our own

# The same for every row of a table of marks, for the laws: {table} is checkpoints or closings.
EACH = f"""
WITH RECURSIVE {_STANDING}, counted AS (
    SELECT marks.appeal_id, marks.refund_mark, marks.fee_mark, gift.allocation_id, gift.payer_id AS person_id,
           'g' || gift.id AS nobody
    FROM {{table}} marks JOIN giving_gift gift ON gift.appeal_id = marks.appeal_id
    WHERE gift.allocation_id <= marks.allocation_mark
    UNION ALL
    SELECT marks.appeal_id, marks.refund_mark, marks.fee_mark, collection.allocation_id, pledge.person_id,
           's' || pledge.id
    FROM {{table}} marks JOIN giving_collection collection ON collection.appeal_id = marks.appeal_id
    JOIN giving_pledge pledge ON pledge.id = collection.pledge_id
    WHERE collection.allocation_id <= marks.allocation_mark
), taken AS (
    SELECT counted.allocation_id, sum(refund.amount_minor) AS amount_minor
    FROM counted JOIN payments_refund refund ON refund.allocation_id = counted.allocation_id
    WHERE refund.id <= counted.refund_mark GROUP BY 1
), charged AS (
    SELECT counted.allocation_id, sum(fee.amount_minor) AS amount_minor
    FROM counted JOIN giving_fee fee ON fee.allocation_id = counted.allocation_id
    WHERE fee.id <= counted.fee_mark GROUP BY 1
), kept AS (
    SELECT counted.appeal_id, coalesce('p' || coalesce(standing.root, counted.person_id), counted.nobody) AS giver,
           allocation.amount_minor - coalesce(taken.amount_minor, 0) AS gross, coalesce(charged.amount_minor, 0) AS fee
    FROM counted JOIN payments_allocation allocation ON allocation.id = counted.allocation_id
    LEFT JOIN taken ON taken.allocation_id = counted.allocation_id
    LEFT JOIN charged ON charged.allocation_id = counted.allocation_id
    LEFT JOIN standing ON standing.id = counted.person_id
), folded AS (
    SELECT appeal_id, sum(gross) AS gross, sum(gross - fee) AS net,
           count(DISTINCT giver) FILTER (WHERE gross > 0) AS givers FROM kept GROUP BY appeal_id
)
"""  # noqa: S608 - names of our own

# What has a number between the old marks and the new ones: new sums, and older ones of which something was taken.
_OF_TAKEN = (
    "{allocation} IN (SELECT allocation_id FROM payments_refund"
    " WHERE id > %(refund)s AND id <= %(to_refund)s AND allocation_id <= %(allocation)s)"
)
_OF_CHARGED = (
    "{allocation} IN (SELECT allocation_id FROM giving_fee"
    " WHERE id > %(fee)s AND id <= %(to_fee)s AND allocation_id <= %(allocation)s)"
)
# What moved between the marks, of whatever appeal: three looks at the ends of keys.
_MOVED = """
SELECT EXISTS (SELECT FROM payments_allocation WHERE id > %(allocation)s AND id <= %(to_allocation)s),
       EXISTS (SELECT FROM payments_refund WHERE id > %(refund)s AND id <= %(to_refund)s),
       EXISTS (SELECT FROM payments_payoutline WHERE id > %(fee)s AND id <= %(to_fee)s)
"""


class _Moved(NamedTuple):
    """Whether there are sums, refunds and fees between the marks. What is not there is not asked for: most of a reading's
    time would be spent on planning how."""

    sums: bool
    refunds: bool
    fees: bool


def _touched(moved: _Moved) -> str:
    conditions = (
        (moved.sums, "{allocation} > %(allocation)s AND {allocation} <= %(to_allocation)s"),
        (moved.refunds, _OF_TAKEN),
        (moved.fees, _OF_CHARGED),
    )
    return "touched AS (" + " UNION ".join(_counted(found) for is_there, found in conditions if is_there) + ")"


# Each sum as it counted at the old marks and as it counts at the new ones. OFFSET 0 has each allocation looked up by its
# number: they are few, and to read the whole table for them costs more than all the rest.
_WEIGHED = """
    SELECT {columns}, allocation.receipt_id, item.allocation_id,
           CASE WHEN item.allocation_id <= %(allocation)s THEN allocation.amount_minor - taken.was ELSE 0 END AS was,
           allocation.amount_minor - taken.stands AS stands,
           CASE WHEN item.allocation_id <= %(allocation)s THEN charged.was ELSE 0 END AS was_fee, charged.stands AS stands_fee
    FROM {sums} item
    CROSS JOIN LATERAL (
        SELECT found.amount_minor, found.receipt_id FROM payments_allocation found
        WHERE found.id = item.allocation_id OFFSET 0) allocation
    CROSS JOIN {taken} taken
    CROSS JOIN {charged} charged
"""
_TAKEN = """LATERAL (
        SELECT coalesce(sum(refund.amount_minor) FILTER (WHERE refund.id <= %(refund)s), 0) AS was,
               coalesce(sum(refund.amount_minor) FILTER (WHERE refund.id <= %(to_refund)s), 0) AS stands
        FROM payments_refund refund WHERE refund.allocation_id = item.allocation_id)"""
_CHARGED = """LATERAL (
        SELECT coalesce(sum(fee.amount_minor) FILTER (WHERE fee.id <= %(fee)s), 0) AS was,
               coalesce(sum(fee.amount_minor) FILTER (WHERE fee.id <= %(to_fee)s), 0) AS stands
        FROM giving_fee fee WHERE fee.allocation_id = item.allocation_id)"""
# Where nothing moved it is the same at both marks, and a new sum has none, by the law of marks.
_AS_BEFORE = "(SELECT 0 AS was, 0 AS stands)"


def _weighed(*, columns: str, sums: str, refunds: bool, fees: bool) -> str:
    return _WEIGHED.format(
        columns=columns, sums=sums, taken=_TAKEN if refunds else _AS_BEFORE, charged=_CHARGED if fees else _AS_BEFORE
    )


@functools.cache
def _of_touched(moved: _Moved, template: str, columns: str = "0 AS nothing") -> str:
    weighed = _weighed(columns=columns, sums="touched", refunds=moved.refunds, fees=moved.fees)
    return template.format(touched=_touched(moved), weighed=weighed)


_SUMS = "WITH {touched} {weighed}"
# A person in whom others stand, or who stands in another.
_IS_MERGED = """
    item.person_id, item.nobody, item.person_id IS NOT NULL AND EXISTS (
        SELECT FROM people_person other WHERE other.merged_into_id = item.person_id
        UNION ALL SELECT FROM people_person one WHERE one.id = item.person_id AND one.merged_into_id IS NOT NULL)
"""
# Who of those who gave something new had given to the appeal before and not had it back. Where nothing was taken back since
# the old marks, up to this moment, and nobody is merged, the states of gifts and collections say so. Each is looked up by
# their own gifts, which OFFSET 0 has the database begin with: it would go through every gift to the appeal.
_GAVE_BEFORE = """
SELECT person.id FROM unnest(%(persons)s::bigint[]) AS person(id)
WHERE (SELECT true FROM (SELECT * FROM giving_gift their WHERE their.payer_id = person.id OFFSET 0) gift
       WHERE gift.appeal_id = %(appeal)s AND gift.allocation_id <= %(allocation)s AND gift.state = 'received' LIMIT 1)
   OR (SELECT true FROM giving_pledge pledge JOIN giving_collection collection ON collection.pledge_id = pledge.id
       WHERE pledge.person_id = person.id AND collection.appeal_id = %(appeal)s
         AND collection.allocation_id <= %(allocation)s AND collection.state = 'collected' LIMIT 1)
UNION ALL
SELECT pledge.id FROM unnest(%(pledges)s::bigint[]) AS pledge(id)
WHERE (SELECT true FROM giving_collection collection
       WHERE collection.pledge_id = pledge.id AND collection.appeal_id = %(appeal)s
         AND collection.allocation_id <= %(allocation)s AND collection.state = 'collected' LIMIT 1)
"""
# For each giver touched, all they gave to the appeal: do they count now, and did they at the old marks?
_GIVERS = f"""
WITH RECURSIVE {_STANDING}, persons AS (
    SELECT DISTINCT coalesce(standing.root, person.id) AS root
    FROM unnest(%(persons)s::bigint[]) AS person(id) LEFT JOIN standing ON standing.id = person.id
), members AS (
    SELECT root, root AS id FROM persons
    UNION ALL SELECT persons.root, standing.id FROM persons JOIN standing ON standing.root = persons.root
), theirs AS (
    SELECT members.root AS giver, gift.allocation_id
    FROM members JOIN giving_gift gift ON gift.payer_id = members.id
    WHERE gift.appeal_id = %(appeal)s AND gift.allocation_id <= %(to_allocation)s
    UNION ALL
    SELECT members.root, collection.allocation_id
    FROM members JOIN giving_pledge pledge ON pledge.person_id = members.id
    JOIN giving_collection collection ON collection.pledge_id = pledge.id
    WHERE collection.appeal_id = %(appeal)s AND collection.allocation_id <= %(to_allocation)s
    UNION ALL
    SELECT -collection.pledge_id, collection.allocation_id
    FROM giving_collection collection WHERE collection.pledge_id = ANY(%(pledges)s::bigint[])
      AND collection.appeal_id = %(appeal)s AND collection.allocation_id <= %(to_allocation)s
), gave AS ({_weighed(columns="item.giver, 0 AS nothing", sums="theirs", refunds=True, fees=False)}
), counting AS (
    SELECT bool_or(stands > 0)::int - bool_or(was > 0)::int AS more FROM gave GROUP BY giver
)
SELECT coalesce(sum(more), 0)::bigint FROM counting
"""  # noqa: S608 - names of our own
_CHANGES = """
WITH RECURSIVE {touched}, weighed AS ({weighed})
SELECT weighed.allocation_id, weighed.receipt_id, receipt.received_on, receipt.method,
       weighed.allocation_id > %(allocation)s,
       (stands - was)::bigint, (stands - stands_fee - was + was_fee)::bigint
FROM weighed JOIN payments_receipt receipt ON receipt.id = weighed.receipt_id
WHERE stands <> was OR stands_fee <> was_fee ORDER BY 3, 1
"""
_DAYS = """
WITH RECURSIVE {touched}, weighed AS ({weighed})
SELECT receipt.received_on, receipt.method, sum((stands > 0)::int - (was > 0)::int)::bigint,
       sum(stands - was)::bigint, sum(stands - stands_fee - was + was_fee)::bigint
FROM weighed JOIN payments_receipt receipt ON receipt.id = weighed.receipt_id GROUP BY 1, 2
HAVING sum(stands - was) <> 0 OR sum(stands_fee - was_fee) <> 0 OR sum((stands > 0)::int - (was > 0)::int) <> 0 ORDER BY 1, 2
"""


def whole(appeal: Appeal, *, to: Marks = END) -> Figures:
    """This function will count all that an appeal has raised up to the marks `to`. One query over all of its sums."""
    facts = {"appeal": appeal.pk, "allocation": to.allocation, "refund": to.refund, "fee": to.fee}
    with connection.cursor() as cursor:
        cursor.execute(_WHOLE, facts)
        return Figures(*cursor.fetchone())


def difference(appeal: Appeal, *, since: Marks, to: Marks = END) -> Figures:
    """This function will count what came to an appeal, and went from it, between the marks. One query while nothing at
    all did, which is how a reader mostly finds it; else three."""
    moved = _Moved(*_rows(_MOVED, appeal, since, to)[0])
    if not any(moved):
        return Figures(0, 0, 0)
    sums = [_Sum(*row) for row in _rows(_of_touched(moved, _SUMS, _IS_MERGED), appeal, since, to)]
    # A gift from nobody we know is a giver of its own; who else gave may have given before.
    alone = [one for one in sums if one.person_id is None and one.nobody.startswith("g")]
    givers = sum((one.stands > 0) - (one.was > 0) for one in alone)
    known = [one for one in sums if one.person_id is not None or one.nobody.startswith("s")]
    if known and (moved.refunds or to != END or any(one.is_merged for one in known)):
        givers += _rows(_GIVERS, appeal, since, to, **_named(known))[0][0]
    elif new := [one for one in known if one.allocation_id > since.allocation]:
        named = _named(new)
        givers += sum(map(len, named.values())) - len(_rows(_GAVE_BEFORE, appeal, since, to, **named))
    return Figures(
        gross_minor=int(sum(one.stands - one.was for one in sums)),
        net_minor=int(sum(one.stands - one.stands_fee - one.was + one.was_fee for one in sums)),
        givers=givers,
    )


def _named(sums: list[_Sum]) -> dict[str, list[int]]:
    """Those who gave the sums, each once: persons, and the pledges of supporters whom we do not know."""
    return {
        "persons": list({one.person_id for one in sums if one.person_id is not None}),
        "pledges": list({int(one.nobody[1:]) for one in sums if one.person_id is None}),
    }


def days(appeal: Appeal, *, since: Marks = START, to: Marks = END) -> list[Day]:
    """This function will count what came and went between the marks, by the day and method by which each sum had come.

    What was taken back is taken off the day on which the money had come, so that no day is below nothing in a whole
    count. Two queries at most.
    """
    return [Day(*row) for row in _of_what_moved(_DAYS, appeal, since, to)]


def changes(appeal: Appeal, *, since: Marks, to: Marks = END) -> list[Change]:
    """This function will list each sum that counts otherwise than at the marks `since`, by the day on which it came."""
    return [Change(*row) for row in _of_what_moved(_CHANGES, appeal, since, to)]


def _of_what_moved(template: str, appeal: Appeal, since: Marks, to: Marks, **columns: str) -> list[Any]:
    moved = _Moved(*_rows(_MOVED, appeal, since, to)[0])
    return _rows(_of_touched(moved, template, **columns), appeal, since, to) if any(moved) else []


def _rows(sql: str, appeal: Appeal, since: Marks, to: Marks, **more: list[int]) -> list[Any]:
    facts: dict[str, Any] = {
        **more,
        "appeal": appeal.pk,
        "allocation": since.allocation,
        "refund": since.refund,
        "fee": since.fee,
        "to_allocation": to.allocation,
        "to_refund": to.refund,
        "to_fee": to.fee,
    }
    return prepared.rows(connection, sql, facts)
