"""Matching: every line gets the proposal that a careful treasurer would make, with the reason, and no surer than they."""

import datetime as dt

import pytest

from pennypress.giving import known_references, standing_orders
from pennypress.payments.models import Confidence, Purpose
from pennypress.payments.parts import Part
from pennypress.settlement import confirming, matching
from pennypress.settlement.matching import Action
from tests import builders
from tests.builders import NOW, a_standing_order, pounds
from tests.settlement.statements import a_line, taken_in

CERTAIN, LIKELY, UNSURE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.UNSURE


@pytest.fixture
def account(db):
    builders.a_society()
    builders.an_appeal()
    return builders.a_bank_account()


def proposal_for(bank_account, **told):
    (line,) = taken_in(bank_account, a_line(**told))
    return matching.propose([line]).get(line.pk)


def seen(proposal):
    return (proposal.action, proposal.target, proposal.confidence)


class TestByReference:
    @pytest.mark.parametrize(
        "written",
        ["{ref}", "{low}", "STO {spaced} REED", "PP{body}", "PP-000{body}", "ref pp {apart} thanks", "P P {body}"],
    )
    def test_it_is_found_however_the_bank_writes_it(self, account, written):
        order = a_standing_order()
        body = order.reference[3:]
        told = written.format(
            ref=order.reference,
            low=order.reference.lower(),
            spaced=f"PP {body}",
            body=body,
            apart=f"{body[:2]} {body[2:]}",
        )

        assert seen(proposal_for(account, reference=told)) == (Action.ORDER, str(order.pk), CERTAIN)

    def test_one_brought_along_from_the_books_before_is_known_again(self, account):
        kept = known_references.keep(
            reference="Lantern/12",
            person=builders.a_person("Bea Hall"),
            place="Hull",
            thanks_as="initials",
            amount=pounds(10),
            interval_months=1,
            usual_day=2,
            first_on=dt.date(2026, 11, 2),
            on=builders.TODAY,
            now=NOW,
            by=None,
        )

        proposal = proposal_for(account, reference="FP LANTERN 12 HALL B")

        assert seen(proposal) == (Action.ORDER, str(kept.standing_order_id), CERTAIN)
        assert "LANTERN12" in proposal.reason

    def test_another_sum_is_certain_still_and_says_what_was_expected(self, account):
        order = a_standing_order()

        proposal = proposal_for(account, reference=order.reference, amount="12.50")

        assert proposal.confidence == CERTAIN
        assert "£10.00 was expected." in proposal.reason

    def test_one_wrong_character_is_never_taken_for_somebody_else(self, account):
        order = a_standing_order()
        wrong = order.reference[:-1] + ("2" if order.reference[-1] != "2" else "3")

        proposal = proposal_for(account, reference=wrong, name="A REED", amount="10.00")

        assert seen(proposal) == (Action.ORDER, str(order.pk), LIKELY)
        assert "One character away" in proposal.reason

    def test_a_reference_without_its_prefix_needs_more_to_be_certain(self, account):
        order = a_standing_order()

        proposal = proposal_for(account, reference=order.reference[3:], amount="99.00", name="SOMEBODY ELSE")

        assert seen(proposal) == (Action.ORDER, str(order.pk), LIKELY)

    def test_two_references_in_one_line_are_left_to_a_person(self, account):
        first, second = a_standing_order(), a_standing_order(name="Bo Oak")

        proposal = proposal_for(account, reference=f"{first.reference} {second.reference}")

        assert proposal.confidence == UNSURE

    def test_an_ended_order_still_takes_its_money(self, account):
        order = a_standing_order()
        standing_orders.end(order=order, on=dt.date(2026, 10, 20), now=NOW, by=None)

        proposal = proposal_for(account, reference=order.reference)

        assert proposal.action == Action.ORDER
        assert "It ended on 20.10.2026." in proposal.reason

    def test_a_second_payment_for_one_month_is_not_certain(self, account):
        order = a_standing_order()
        lines = taken_in(account, *[a_line(reference=order.reference), a_line(reference=f"{order.reference} AGAIN")])

        found = matching.propose(lines)

        assert [found[line.pk].confidence for line in lines] == [CERTAIN, LIKELY]
        assert "money has come already" in found[lines[1].pk].reason


class TestByAccount:
    def confirmed(self, account, order, payer_account):
        (line,) = taken_in(account, a_line(reference=order.reference, account=payer_account, on=dt.date(2026, 10, 2)))
        return confirming.as_order(line=line, order=order, reason="Reference", by=builders.a_treasurer(), now=NOW)

    def test_the_account_learned_at_a_confirmed_match_is_recognised(self, account):
        order = a_standing_order()
        self.confirmed(account, order, "20-11-22 87654321")

        proposal = proposal_for(account, account="20112287654321", reference="thanks")

        assert seen(proposal) == (Action.ORDER, str(order.pk), CERTAIN)
        assert proposal.reason == "Paid from an account that they paid from before."

    def test_what_an_undone_match_taught_is_forgotten(self, account):
        order = a_standing_order()
        match = self.confirmed(account, order, "20-11-22 87654321")
        confirming.undo(match=match, reason="Not theirs", on=builders.TODAY, by=builders.a_treasurer(), now=NOW)

        assert proposal_for(account, account="20-11-22 87654321", reference="thanks") is None

    def test_two_who_pay_from_one_account_are_told_apart_by_the_sum(self, account):
        ada, bo = a_standing_order(), a_standing_order(name="Bo Reed", amount=pounds(25))
        self.confirmed(account, ada, "20-11-22 87654321")
        self.confirmed(account, bo, "20-11-22 87654321")

        proposal = proposal_for(account, account="20-11-22 87654321", amount="25.00")

        assert seen(proposal) == (Action.ORDER, str(bo.pk), LIKELY)


class TestByName:
    def test_name_sum_and_day_together_are_likely(self, account):
        order = a_standing_order(name="Zoë Müller-Ångström")

        proposal = proposal_for(account, name="MULLER ANGSTROM ZOE")

        assert seen(proposal) == (Action.ORDER, str(order.pk), LIKELY)

    def test_an_initial_is_less_than_a_name(self, account):
        order = a_standing_order()

        assert seen(proposal_for(account, name="MISS A L REED")) == (Action.ORDER, str(order.pk), UNSURE)

    @pytest.mark.parametrize(
        "told", [{"amount": "11.00"}, {"on": dt.date(2026, 11, 17)}, {"name": "REED B"}, {"name": "REED"}]
    )
    def test_nothing_is_proposed_where_one_of_the_three_is_off(self, account, told):
        a_standing_order()

        assert proposal_for(account, **{"name": "REED A", **told}) is None


class TestWhatWasEnteredByHand:
    def test_a_transfer_typed_from_the_post_is_linked_and_not_booked_again(self, account):
        receipt = builders.a_receipt(method="bank_transfer", parts=[Part(Purpose.OTHER, pounds(25))])

        proposal = proposal_for(account, amount="25.00", name="REED A", on=dt.date(2026, 11, 9))

        assert seen(proposal) == (Action.LINK, str(receipt.pk), CERTAIN)

    def test_it_comes_before_the_standing_order_and_names_it(self, account):
        order = a_standing_order()
        receipt = builders.a_receipt(
            method="standing_order", parts=[Part(Purpose.OTHER, pounds(10))], received_on=dt.date(2026, 11, 2)
        )

        proposal = proposal_for(account, reference=order.reference, name="REED A")

        assert seen(proposal) == (Action.LINK, str(receipt.pk), CERTAIN)
        assert proposal.order == order.pk

    def test_one_receipt_is_proposed_for_one_line(self, account):
        builders.a_receipt(method="bank_transfer", parts=[Part(Purpose.OTHER, pounds(25))])
        lines = taken_in(account, *[a_line(amount="25.00", name="REED A", reference=str(one)) for one in range(2)])

        assert len(matching.propose(lines)) == 1

    def test_a_cheque_still_in_hand_is_not_at_the_bank(self, account):
        builders.a_receipt(parts=[Part(Purpose.OTHER, pounds(25))])

        assert proposal_for(account, amount="25.00", name="REED A") is None


class TestShares:
    def test_the_application_s_reference_is_certain(self, account):
        builders.an_offer()
        application = builders.an_application(shares=5)
        reference = application.reference

        proposal = proposal_for(account, amount="5.00", reference=reference.lower())

        assert seen(proposal) == (Action.APPLICATION, str(application.pk), CERTAIN)

    def test_another_sum_is_not_proposed(self, account):
        builders.an_offer()
        application = builders.an_application(shares=5)

        assert proposal_for(account, amount="6.00", reference=application.reference) is None

    def test_name_and_sum_are_likely(self, account):
        builders.an_offer()
        application = builders.an_application(shares=5)

        assert seen(proposal_for(account, amount="5.00", name="FIELD R")) == (
            Action.APPLICATION,
            str(application.pk),
            LIKELY,
        )


class TestMoneyOut:
    def test_a_returned_transfer_is_found_by_sum_and_name(self, account):
        receipt = builders.a_receipt(
            method="bank_transfer", parts=[Part(Purpose.OTHER, pounds(25))], received_on=dt.date(2026, 10, 28)
        )

        proposal = proposal_for(account, amount="-25.00", kind="UNP", name="A REED")

        assert seen(proposal) == (Action.RETURN, str(receipt.pk), LIKELY)

    def test_a_charge_goes_to_bank_charges(self, account):
        assert seen(proposal_for(account, amount="-5.00", kind="CHG")) == (Action.ACCOUNT, "5010", CERTAIN)

    def test_rent_is_left_to_a_person(self, account):
        assert proposal_for(account, amount="-700.00", name="LANDLORD LTD", reference="RENT") is None


def test_the_same_books_and_lines_give_the_same_proposals(account):
    order = a_standing_order()
    lines = taken_in(account, *[a_line(reference=order.reference), a_line(name="REED A", reference="two")])

    first, second = matching.propose(lines), matching.propose(lines)

    assert [one.token for one in first.values()] == [one.token for one in second.values()]


def test_ten_times_the_lines_need_no_more_queries(account, django_assert_max_num_queries):
    a_standing_order()
    lines = taken_in(account, *[a_line(name="REED A", reference=f"number {one}") for one in range(60)])

    with django_assert_max_num_queries(12):
        matching.propose(lines)
