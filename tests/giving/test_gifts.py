import datetime as dt

import pytest

from pennypress import money
from pennypress.giving import appeals, gifts
from pennypress.giving.models import Appeal, Gift
from pennypress.money import Money
from pennypress.payments.models import Payment
from pennypress.payments.providers import sandbox
from pennypress.payments.providers.protocol import ProviderUnavailable
from pennypress.payments.sandbox_tables import SandboxPayment
from tests.builders import NOW, TODAY, an_appeal, an_offered_gift, paid, pounds

pytestmark = pytest.mark.django_db


def nothing_written():
    return (Gift.objects.count(), Payment.objects.count(), SandboxPayment.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("typed", "minor"), [("£1,000.50", 100_050), ("1", 100), ("50000", 5_000_000), (" £ 25 ", 2_500), ("25.5", 2_550)]
)
def test_amounts_as_people_type_them_are_taken(typed, minor):
    an_appeal()

    offered = an_offered_gift(amount=money.parse(typed, "GBP"))

    assert (offered.gift.amount_minor, offered.gift.state) == (minor, "offered")
    assert offered.url.startswith("/sandbox/pay/")


@pytest.mark.parametrize(
    "typed", ["0", "-5", "0.001", "1e9", "NaN", "$25", "25 EUR", "", "0.99", "50000.01", "9" * 40, "٢٥"]
)
def test_amounts_we_cannot_take_are_refused_in_words_and_nothing_written(typed):
    an_appeal()

    with pytest.raises((money.CannotParse, gifts.CannotGive)) as refusal:
        an_offered_gift(amount=money.parse(typed, "GBP"))

    assert str(refusal.value).endswith(".")
    assert nothing_written()


@pytest.mark.parametrize(
    "facts",
    [
        {"amount": Money(2500, "EUR")},
        {"email": "nobody"},
        {"name": " ", "thanks_as": "name"},
        {"name": "", "thanks_as": "initials"},
        {"place": "", "thanks_as": "place"},
        {"thanks_as": "loudly"},
        {"message": "x" * 501},
        {"name": "x" * 201},
    ],
)
def test_an_offer_we_cannot_take_is_refused_and_nothing_written(facts):
    an_appeal()

    with pytest.raises(gifts.CannotGive):
        an_offered_gift(**facts)

    assert nothing_written()


def test_a_provider_out_of_reach_is_told_and_the_same_form_tries_the_same_payment_again(monkeypatch):
    an_appeal()
    form = "6f1c0e0e-6d4e-4c3b-9d3c-0a2f4e8a9b10"

    def unavailable(*_args):
        raise ProviderUnavailable("We cannot reach the card company. You have not been charged.")

    monkeypatch.setattr(sandbox.Sandbox, "start_payment", unavailable)
    with pytest.raises(ProviderUnavailable):
        an_offered_gift(public_id=form)
    monkeypatch.undo()
    offered = an_offered_gift(public_id=form)

    assert (Gift.objects.count(), Payment.objects.count(), SandboxPayment.objects.count()) == (1, 1, 1)
    assert offered.gift.payment.provider_ref == SandboxPayment.objects.get().ref


def test_where_no_provider_is_offered_the_reader_is_told_and_nothing_written(settings):
    an_appeal()
    settings.PAYMENT_PROVIDERS = []

    with pytest.raises(ProviderUnavailable):
        an_offered_gift()

    assert nothing_written()


def test_a_gift_counts_in_the_appeal_it_was_offered_to_though_it_arrives_after():
    november = an_appeal()
    december = an_appeal(name="December fund", opens_on=dt.date(2026, 12, 1), closes_on=dt.date(2026, 12, 31))
    offered = an_offered_gift(on=dt.date(2026, 11, 30))

    paid(offered.gift.payment, on=dt.date(2026, 12, 1))

    offered.gift.refresh_from_db()
    assert offered.gift.appeal == november
    assert not december.gifts.exists()


class TestAppeals:
    @pytest.mark.parametrize(
        ("opens_on", "closes_on"),
        [(1, 30), (30, 30), (1, 1), (10, 12)],
    )
    def test_two_on_one_day_are_refused(self, opens_on, closes_on):
        an_appeal()

        with pytest.raises(appeals.CannotOpen, match="Another appeal"):
            an_appeal(opens_on=dt.date(2026, 11, opens_on), closes_on=dt.date(2026, 11, closes_on), slug="other")

        assert Appeal.objects.count() == 1

    def test_one_after_the_other_stand(self):
        an_appeal()
        an_appeal(opens_on=dt.date(2026, 12, 1), closes_on=dt.date(2026, 12, 31))
        an_appeal(opens_on=dt.date(2026, 10, 31), closes_on=dt.date(2026, 10, 31))

        assert appeals.running(TODAY).name == "November fund"
        assert appeals.running(dt.date(2026, 9, 1)) is None

    @pytest.mark.parametrize(
        "facts",
        [{"closes_on": dt.date(2026, 10, 31)}, {"target": pounds(-1)}, {"target": Money(0, "GBP")}],
    )
    def test_without_days_or_a_target_is_refused(self, facts):
        with pytest.raises(appeals.CannotOpen):
            appeals.open_appeal(
                **{
                    "name": "Fund",
                    "slug": "fund",
                    "opens_on": dt.date(2026, 11, 1),
                    "closes_on": dt.date(2026, 11, 30),
                    "target": pounds(100),
                    "pitch": "",
                    "now": NOW,
                    **facts,
                }
            )

        assert not Appeal.objects.exists()
