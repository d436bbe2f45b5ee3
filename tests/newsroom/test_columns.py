"""The fund's column: drafted from the books, checked against them at publishing, frozen from then on."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from pennypress.laws import run
from pennypress.newsroom import column_drafting, laws, preparing
from pennypress.newsroom.column_drafting import CannotDraft
from pennypress.newsroom.column_publishing import CannotPublish
from pennypress.newsroom.models import ArticlePage, Column, ColumnGift, PreparedArticle
from pennypress.payments.models import Purpose
from pennypress.payments.parts import Part
from pennypress.settlement import by_hand, correcting
from tests.builders import pounds
from tests.newsroom import builders
from tests.newsroom.columns import a_column, a_gift, edit, latest, now, printed, problems, publish, today, words

pytestmark = pytest.mark.django_db


def test_a_draft_thanks_each_giver_as_they_chose(paper, fund):
    a_gift(25, "Ada Reed", thanks_as="name")
    a_gift(60, "Ann Mary Lee", thanks_as="initials", place="Hull")
    a_gift(500, "Secret Giver", thanks_as="place", place="Guernsey", method="standing_order")
    a_gift(250, "Hidden Name", thanks_as="not", method="bank_transfer")

    text = words(a_column(paper, fund))

    assert "By cheque: A.M.L., Hull, £60; Ada Reed, Leeds, £25." in text
    assert "By standing order: Guernsey, £500." in text
    assert "By bank transfer: a reader who wishes no thanks, £250." in text
    assert "£835 has come in, in four gifts." in text
    assert "£835 of the £18,000" in text
    assert "£17,165 to find in 24 days" in text
    assert "Secret" not in text
    assert "Hidden" not in text


def test_small_gifts_without_thanks_are_told_of_together(paper, fund):
    for amount in (5, 10, 15, 10):
        a_gift(amount, "Nobody Named", thanks_as="not")

    text = words(a_column(paper, fund))

    assert "And £40 came in four gifts from readers who wish no thanks." in text


def test_a_gift_changes_the_draft_and_not_what_is_published(paper, fund):
    a_gift(100)
    article = a_column(paper, fund)
    publish(article)
    before = printed(article)
    a_gift(40, "Bea Hall")
    draft = a_column(paper, fund, again=False)
    assert "£140 of the £18,000" in words(draft)

    a_gift(25, "Cal Ives")

    assert "£165 of the £18,000" in words(draft)
    assert "£100 has come in" in before
    assert printed(article) == before
    preparing.again(ArticlePage.objects.filter(pk=article.pk))
    assert printed(article) == before
    assert "£100 of the £18,000" in words(article)


def test_a_gift_that_came_since_stops_publishing_and_is_named(paper, fund):
    a_gift(100)
    article = a_column(paper, fund)
    a_gift(25, "Cal Ives", place="Derby")

    with pytest.raises(CannotPublish) as refused:
        publish(article)

    text = str(refused.value)
    assert "add up to £100, and the books have £125 for these days: £25 apart" in text
    assert "£25 from Cal Ives, Derby has come in since" in text
    assert not PreparedArticle.objects.filter(pk=article.pk).exists()
    assert Column.objects.get(pk=article.pk).frozen_at is None


def test_bringing_it_up_to_date_takes_in_what_came_since(paper, fund):
    a_gift(100)
    article = a_column(paper, fund)
    a_gift(25, "Cal Ives", place="Derby")

    column_drafting.bring_up_to_date(column=Column.objects.get(pk=article.pk), now=now())
    publish(article)

    assert "Since then: Cal Ives, Derby, £25." in printed(article)
    assert "£125 has come in, in two gifts" in printed(article)


def test_a_gift_taken_out_of_the_text_stops_publishing(paper, fund):
    a_gift(100)
    a_gift(25, "Cal Ives", place="Derby")
    article = a_column(paper, fund)
    edit(article, '; Cal Ives, Derby, <span data-figure="gift-2">£25</span>', "")

    assert "add up to £100, and the books have £125" in problems(article)
    assert "The £25 from Cal Ives, Derby is not in the text." in problems(article)


def test_a_gift_named_twice_stops_publishing(paper, fund):
    a_gift(100)
    article = a_column(paper, fund)
    twice = '<span data-figure="gift-1">£100</span>'
    edit(article, twice, f"{twice} and {twice}")

    assert "add up to £200, and the books have £100" in problems(article)
    assert "stands in the text twice" in problems(article)


def test_a_gift_taken_back_since_drafting_is_named(paper, fund):
    a_gift(100)
    receipt = a_gift(25, "Cal Ives", place="Derby")
    article = a_column(paper, fund)
    by_hand.taken_back(receipt=receipt, kind="bounced", on=today(), reason="Returned", now=now())

    assert "The £25 from Cal Ives, Derby has been taken back since the column was drafted." in problems(article)


@pytest.mark.parametrize("typed", ["£310", "£ 310", "310 pounds", "£1.5m", "€100"])
def test_a_typed_amount_that_is_none_of_the_figures_is_named(paper, fund, typed):
    a_gift(100)
    article = a_column(paper, fund)
    edit(article, "has come in", f"({typed}) has come in")

    assert f"“{typed}” was typed, and is none of the column's figures." in problems(article)


def test_a_typed_amount_in_the_headline_is_checked_as_well(paper, fund):
    a_gift(100)
    article = a_column(paper, fund, headline="Thank you for £310")

    assert "“£310” was typed" in problems(article)


@pytest.mark.parametrize("typed", ["£100", "100 pounds", '<span data-figure="own">£310</span>'])
def test_amounts_that_agree_or_are_the_editors_own_pass(paper, fund, typed):
    a_gift(100)
    article = a_column(paper, fund)
    edit(article, "has come in", f"({typed}) has come in")

    assert problems(article) == ""


def test_a_story_that_is_no_column_has_no_figures(paper, fund):
    story = builders.a_draft(paper.section)
    story.body = [("text", '<p>So far <span data-figure="raised">£1</span>.</p>')]
    story.save_revision()

    with pytest.raises(CannotPublish, match="only a column drafted from the books"):
        publish(story)


def test_a_scheduled_column_that_no_longer_agrees_is_held_back_with_the_reason(paper, fund):
    a_gift(100)
    article = a_column(paper, fund)
    story = latest(article)
    story.go_live_at = now() + dt.timedelta(hours=1)
    story.save_revision().publish()
    story.revisions.exclude(approved_go_live_at=None).update(approved_go_live_at=now() - dt.timedelta(minutes=1))
    ArticlePage.objects.filter(pk=article.pk).update(go_live_at=now() - dt.timedelta(minutes=1))
    revision = ArticlePage.objects.get(pk=article.pk).get_latest_revision()
    revision.content["go_live_at"] = None
    revision.save()
    a_gift(25)

    call_command("publish_scheduled")

    column = Column.objects.get(pk=article.pk)
    assert "add up to £100, and the books have £125" in column.parked_reason
    assert column.parked_at is not None
    assert not ArticlePage.objects.get(pk=article.pk).live
    assert not ArticlePage.objects.get(pk=article.pk).revisions.exclude(approved_go_live_at=None).exists()


def test_a_scheduled_column_that_agrees_goes_out(paper, fund):
    a_gift(100)
    article = a_column(paper, fund)
    revision = latest(article).latest_revision
    revision.approved_go_live_at = now() - dt.timedelta(minutes=1)
    revision.save()

    call_command("publish_scheduled")

    assert "£100 has come in" in printed(article)
    assert Column.objects.get(pk=article.pk).frozen_at is not None


def test_each_gift_is_thanked_in_one_column_unless_chosen_again(paper, fund):
    a_gift(100)
    publish(a_column(paper, fund))

    with pytest.raises(CannotDraft, match="Nothing has come in"):
        a_column(paper, fund)
    again = a_column(paper, fund, again=True)

    assert "£100 has come in" in words(again)
    assert ColumnGift.objects.filter(is_again=True).count() == 1


def test_the_database_refuses_a_second_thanks(paper, fund):
    a_gift(100)
    article = a_column(paper, fund)
    thanked = Column.objects.get(pk=article.pk).gifts.get()

    with pytest.raises(IntegrityError, match="gift_thanked_in_one_column"), transaction.atomic():
        other = a_column(paper, fund, again=True)
        ColumnGift.objects.filter(column_id=other.pk, allocation=thanked.allocation).update(is_again=False)


def test_what_was_entered_late_goes_into_the_next_column(paper, fund):
    yesterday = today() - dt.timedelta(days=1)
    a_gift(100, on=yesterday)
    publish(a_column(paper, fund, first_on=yesterday, last_on=yesterday))
    a_gift(25, "Cal Ives", on=yesterday)

    text = words(a_column(paper, fund))

    assert "£25 has come in, in one gift" in text


def test_a_correction_shows_in_the_next_column_and_not_in_the_printed_one(paper, fund):
    receipt = a_gift(25, "Cal Ives", place="Derby")
    first = a_column(paper, fund)
    publish(first)
    before = printed(first)
    by_hand.taken_back(receipt=receipt, kind="bounced", on=today(), reason="Returned", now=now())
    a_gift(60, "Ada Reed")
    second = a_column(paper, fund)
    publish(second)
    a_gift(10, "Third Time")
    third = words(a_column(paper, fund))

    assert "The £25 from Cal Ives, Derby in our column of" in printed(second)
    assert "has not reached us after all" in printed(second)
    assert "£60 of the £18,000" in printed(second)
    assert printed(first) == before
    assert "Cal Ives" not in third


def test_a_column_of_an_earlier_day_leaves_later_gifts_out_of_what_was_raised(paper, fund):
    yesterday = today() - dt.timedelta(days=1)
    a_gift(100, on=yesterday)
    a_gift(25)

    text = words(a_column(paper, fund, first_on=yesterday, last_on=yesterday))

    assert "£100 of the £18,000" in text


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "{{raised}}",
        "=1+1",
        "A" * 200,
        "\u202eevil",
        '"><img src=x onerror=alert(1)>',
        "%(was)s",
    ],
)
def test_a_strange_name_is_only_text(paper, fund, name):
    receipt = a_gift(100, name, place="")
    article = a_column(paper, fund)
    publish(article)
    by_hand.taken_back(receipt=receipt, kind="bounced", on=today(), reason="Returned", now=now())
    a_gift(60)
    following = words(a_column(paper, fund))

    assert "<script" not in printed(article) + following
    assert "<img" not in printed(article) + following
    assert "\u202e" not in printed(article) + following
    assert "£60 has come in" in following
    if "{" in name:
        assert "{{raised}}" in printed(article)


def test_the_laws_hold_and_find_a_column_that_does_not_add_up(paper, fund):
    a_gift(100)
    a_gift(25)
    publish(a_column(paper, fund))
    assert all(finding.holds for finding in run(laws.LAWS))

    ColumnGift.objects.filter(number=2).delete()

    broken = {finding.law.name for finding in run(laws.LAWS) if not finding.holds}
    assert broken == {"newsroom.columns_add_up"}


def test_printed_figures_cannot_be_changed(paper, fund):
    a_gift(100)
    publish(a_column(paper, fund))

    with pytest.raises(IntegrityError, match="is printed"), transaction.atomic():
        Column.objects.update(figures={})
    with pytest.raises(IntegrityError, match="is printed"), transaction.atomic():
        ColumnGift.objects.update(printed_minor=1)
    receipt = a_gift(25)
    with pytest.raises(IntegrityError, match="takes in no more"), transaction.atomic():
        ColumnGift.objects.create(
            column=Column.objects.get(),
            number=2,
            allocation=receipt.allocations.get(),
            method="cheque",
            drafted_minor=2500,
        )


def test_without_the_check_a_wrong_sum_would_be_printed(paper, fund, monkeypatch):
    """The control: it is the check that stops a wrong sum."""
    a_gift(100)
    article = a_column(paper, fund)
    a_gift(25)
    monkeypatch.setattr("pennypress.newsroom.column_checks.problems", lambda *_args: [])

    publish(article)

    assert "£125 has come in" in printed(article)
    assert "Ada Reed, Leeds, £100." in printed(article)


def test_a_gift_that_was_entered_wrongly_is_put_right_and_not_thanked_for_twice(paper, fund):
    receipt = a_gift(25, "Cal Ives", place="Derby")
    first = a_column(paper, fund)
    publish(first)
    a_gift(10)
    anew = replace(correcting.as_entered(receipt), amount=pounds(52), parts=(Part(Purpose.GIFT, pounds(52)),))
    correcting.correct(receipt=receipt, anew=anew, reason="Misread", by=None, now=now())

    second = a_column(paper, fund)
    publish(second)

    assert "should have read £52" in printed(second)
    assert "£10 has come in, in one gift" in printed(second)
    assert "£62 of the £18,000" in printed(second)
    assert "£25 of the £18,000" in printed(first)


def test_a_gift_corrected_since_drafting_is_named_with_what_it_is_now(paper, fund):
    receipt = a_gift(25, "Cal Ives", place="Derby")
    article = a_column(paper, fund)
    anew = replace(correcting.as_entered(receipt), amount=pounds(52), parts=(Part(Purpose.GIFT, pounds(52)),))
    correcting.correct(receipt=receipt, anew=anew, reason="Misread", by=None, now=now())
    assert "The £25 from Cal Ives, Derby is £52 in the books now." in problems(article)

    column_drafting.bring_up_to_date(column=Column.objects.get(), now=now())

    assert problems(article) == ""
