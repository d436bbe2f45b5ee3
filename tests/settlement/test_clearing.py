"""A cheque on its way: in hand, paid in, cleared by the statement or the paper's days, and returned at any time."""

import datetime as dt

import pytest

from pennypress.payments import receipts, slips, states
from pennypress.payments.models import Receipt
from pennypress.settlement import by_hand, confirming
from tests import builders
from tests.builders import NOW, TODAY, pounds
from tests.settlement.statements import a_line, taken_in
from tests.settlement.test_confirming import broken_laws, confirm_all

LATER = TODAY + dt.timedelta(days=30)


@pytest.fixture
def account(db):
    builders.a_society()
    builders.an_appeal()
    return builders.a_bank_account()


@pytest.fixture
def cheque(account):
    return builders.a_received_gift().allocation.receipt


def state(receipt, *, on=TODAY):
    return states.with_state(Receipt.objects.all(), on=on).get(pk=receipt.pk).state


def paid_in(*cheques):
    slip = slips.draw(chosen=cheques, loose_coins=pounds(0), on=TODAY, by=None, now=NOW)
    return slips.pay_in(slip=slip, banked_on=TODAY, by=None, now=NOW)


def seen(account, **told):
    (match,) = confirm_all(taken_in(account, a_line(**{"amount": "25.00", "kind": "CHQ", "on": TODAY, **told})))
    return match


def test_it_is_in_hand_then_paid_in_then_cleared_with_the_line_of_its_slip(account, cheque):
    in_hand = state(cheque)
    paid_in(cheque)
    banked = state(cheque)

    seen(account)

    assert (in_hand, banked, state(cheque)) == ("in_hand", "banked", "cleared")


def test_it_clears_with_a_line_of_its_own(account, cheque):
    cheque = receipts.bank(receipt=cheque, banked_on=TODAY, now=NOW)
    (line,) = taken_in(account, a_line(amount="25.00", kind="CHQ", on=TODAY))
    before = state(cheque)

    confirming.as_link(line=line, receipt=cheque, reason="Seen", by=builders.a_treasurer(), now=NOW)

    assert (before, state(cheque)) == ("banked", "cleared")


def test_it_clears_by_itself_after_the_papers_days(account, cheque, settings):
    settings.CHEQUE_DAYS = 4
    paid_in(cheque)

    assert state(cheque, on=TODAY + dt.timedelta(days=3)) == "banked"
    assert state(cheque, on=TODAY + dt.timedelta(days=4)) == "cleared"


def test_undoing_the_match_undoes_it(account, cheque):
    paid_in(cheque)
    match = seen(account)

    confirming.undo(match=match, reason="Another slip", on=TODAY, by=builders.a_treasurer(), now=NOW)

    assert state(cheque) == "banked"


def test_cash_is_paid_in_and_never_clears(account):
    cash = builders.a_receipt(method="cash")
    receipts.bank(receipt=cash, banked_on=TODAY, now=NOW)

    assert state(cash, on=LATER) == "banked"


def test_it_may_be_returned_after_clearing(account, cheque):
    paid_in(cheque)
    seen(account)
    assert state(cheque) == "cleared"

    by_hand.bounced(receipt=cheque, on=TODAY, reason="Refer to drawer", charge=None, by="Tom", now=NOW)

    assert state(cheque, on=LATER) == "returned"
    assert broken_laws() == []


def test_the_statement_may_return_it_after_clearing(account, cheque):
    paid_in(cheque)
    seen(account)
    (line,) = taken_in(account, a_line(amount="-25.00", kind="CHQ", on=TODAY, reference="RETURNED 000123"))
    cheque.refresh_from_db()

    confirming.as_return(line=line, receipt=cheque, reason="Unpaid", by=builders.a_treasurer(), now=NOW)

    assert state(cheque) == "returned"
    assert broken_laws() == []
