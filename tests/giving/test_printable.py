"""What may be printed of a gift: the words its giver chose, and no others."""

import pytest

from pennypress.giving import gifts, meter, printable
from pennypress.money import total
from pennypress.payments import refunds
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "written"), [("Ann Lee", "A.L."), ("ann mary  lee", "A.M.L."), ("", ""), ("Æsa Óg", "Æ.Ó.")]
)
def test_initials(name, written):
    assert printable.initials(name) == written


@pytest.mark.parametrize(
    ("thanks_as", "words"), [("name", "Ann Lee, Hull"), ("initials", "A.L., Hull"), ("place", "Hull"), ("not", "")]
)
def test_a_giver_is_thanked_as_they_chose(thanks_as, words):
    assert printable.words_for_print(thanks_as=thanks_as, name="Ann Lee", place="Hull") == words


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=cmd|'/c calc'!A1", "=cmd|'/c calc'!A1"),
        ("Ann\n\x00Lee", "Ann Lee"),
        ("\u202eeeL nnA", "eeL nnA"),
        ("\u05d3\u05e0\u05d9", "\u2068\u05d3\u05e0\u05d9\u2069"),
        ("A" * 200, "A" * 200),
    ],
)
def test_a_strange_name_is_one_line_of_text_that_turns_nothing_about(name, printed):
    assert printable.words_for_print(thanks_as="name", name=name, place="") == printed


def test_what_is_left_of_the_sums_is_what_the_meter_says():
    appeal = builders.an_appeal()
    builders.a_received_gift(amount=builders.pounds(40))
    builders.an_active_pledge(amount=builders.pounds(10))
    bounced = builders.a_received_gift(amount=builders.pounds(25)).allocation
    refunds.take_back(
        allocation=bounced,
        kind="bounced",
        amount=builders.pounds(25),
        key="bounced-1",
        on=builders.TODAY,
        reason="",
        now=builders.NOW,
    )
    gifts.weigh_again(allocation=bounced)

    rows = printable.counted(appeal)

    left = total([row.left for row in rows], "GBP")
    assert left == meter.of(appeal, on=builders.TODAY, now=builders.NOW).raised == builders.pounds(50)
    assert printable.of([bounced.pk])[bounced.pk].left == builders.pounds(0)
