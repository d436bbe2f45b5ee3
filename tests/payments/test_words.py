"""What a provider can do stands in plain words before the reader, and only that."""

import pytest

from pennypress.payments import providers
from pennypress.payments.providers import ProviderUnavailable
from pennypress.payments.providers.protocol import Capabilities
from tests.builders import a_society


@pytest.fixture(autouse=True)
def all_offered(settings):
    settings.PAYMENT_PROVIDERS = ["stripe", "gocardless"]


def words_of(name, method=""):
    return providers.in_words(providers.get(name).capabilities, method)


def test_stripe_says_its_methods_its_notice_and_what_goes_back():
    assert words_of("stripe") == [
        "You can pay once by card or Direct Debit.",
        "You can give regularly by card or Direct Debit, and end it at any time.",
        "Each Direct Debit is announced to you at least 3 working days before it is taken.",
        "Your bank gives a Direct Debit back to you if it was taken wrongly: that is the Direct Debit Guarantee.",
        "We can give a payment back, in full or in part, to where it came from.",
    ]


def test_of_a_card_nothing_is_said_of_debits():
    assert words_of("stripe", "card") == [
        "You can pay once by card.",
        "You can give regularly by card, and end it at any time.",
        "We can give a payment back, in full or in part, to where it came from.",
    ]


def test_gocardless_does_not_offer_a_single_debit():
    assert words_of("gocardless", "bank_transfer")[:2] == [
        "You can pay once by instant bank payment.",
        "It is for a single payment, and cannot repeat.",
    ]
    assert words_of("gocardless", "direct_debit")[0] == (
        "You can give regularly by Direct Debit, and end it at any time."
    )


def test_where_only_what_repeats_is_offered_nothing_is_said_of_a_single_payment():
    said = providers.in_words(providers.get("stripe").capabilities, repeats=True)

    assert said[0] == "You can give regularly by card or Direct Debit, and end it at any time."
    assert not any("once" in sentence for sentence in said)


def test_of_what_it_does_not_take_nothing_is_said():
    assert words_of("gocardless", "card") == []


def test_what_cannot_be_done_is_not_promised():
    plain = Capabilities(methods=frozenset({"card"}), mandates=False, refunds=False)

    assert providers.in_words(plain) == ["You can pay once by card.", "It is for a single payment, and cannot repeat."]


@pytest.mark.parametrize(
    ("method", "repeats", "name"),
    [
        ("card", False, "stripe"),
        ("bank_transfer", False, "gocardless"),
        ("direct_debit", True, "stripe"),
    ],
)
def test_a_method_is_taken_by_the_first_provider_that_can(method, repeats, name):
    assert providers.taking(method, repeats=repeats).name == name


def test_in_the_other_order_debits_are_the_others(settings):
    settings.PAYMENT_PROVIDERS = ["gocardless", "stripe"]

    assert providers.taking("direct_debit", repeats=True).name == "gocardless"
    assert providers.taking("card", repeats=True).name == "stripe"


@pytest.mark.parametrize("offered", [["gocardless"], []])
def test_where_nobody_takes_it_the_reader_is_told(settings, offered):
    settings.PAYMENT_PROVIDERS = offered

    with pytest.raises(ProviderUnavailable, match="does not take"):
        providers.taking("card")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "said", "unsaid"),
    [
        ("/give/", "You can pay once by instant bank payment.", "bank transfer"),
        ("/support/", "that is the Direct Debit Guarantee.", "You can pay once"),
    ],
)
def test_the_reader_finds_it_beneath_the_form(client, path, said, unsaid):
    a_society()

    page = client.get(path).content.decode()

    assert said in page
    assert unsaid not in page


@pytest.mark.parametrize(
    ("name", "method", "repeats", "says"),
    [
        ("stripe", "card", False, "We know at once whether it went through."),
        ("stripe", "direct_debit", False, "It is confirmed about 7 working days later."),
        ("stripe", "direct_debit", True, "We tell you the amount and the day 3 working days before."),
        ("stripe", "direct_debit", True, "Your bank gives back what was taken wrongly."),
        ("stripe", "card", False, "Your statement will name this paper or Stripe."),
        (
            "gocardless",
            "bank_transfer",
            False,
            "You approve it in your bank’s app, and it is confirmed within minutes.",
        ),
        ("gocardless", "bank_transfer", False, "Your bank cannot call it back, but we can send it back to you."),
        ("gocardless", "bank_transfer", False, "Your statement will name this paper or GoCardless."),
    ],
)
def test_whoever_chooses_is_told_how_long_it_takes_what_can_be_undone_and_what_the_statement_says(
    name, method, repeats, says
):
    assert says in providers.of_choosing(providers.get(name).capabilities, method, repeats=repeats)


def test_of_a_provider_that_takes_all_in_the_papers_own_name_no_other_is_said():
    plain = Capabilities(methods=frozenset({"card"}), mandates=False, refunds=False)

    assert providers.of_choosing(plain, "card", repeats=False) == ["We know at once whether it went through."]
