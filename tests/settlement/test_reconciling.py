"""Our books equal the provider's, even if every webhook is lost: one run repairs, the next changes nothing."""

import random

import pytest
from django.core.management import call_command
from django.utils import timezone

from pennypress.giving import meter
from pennypress.ledger import chart
from pennypress.ledger.models import Entry, Line
from pennypress.money import Money
from pennypress.payments.models import Cause, Difference, Payment, Reconciliation
from pennypress.payments.providers import sandbox
from pennypress.payments.providers.protocol import CannotRefund, ProviderUnavailable
from pennypress.payments.sandbox_tables import SandboxMovement, SandboxPayment
from pennypress.settlement import asking, reconciling
from tests.builders import NOW, TODAY, an_appeal, an_offered_gift, an_offered_pledge, pounds
from tests.payments.fakes.fixtures import at_gocardless, at_stripe
from tests.settlement.test_orders import broken_laws

__all__ = ["at_gocardless", "at_stripe"]

pytestmark = pytest.mark.django_db
SINCE = NOW - reconciling.LOOKS_BACK


def reconcile():
    made = reconciling.run(provider="sandbox", since=SINCE, on=TODAY, now=NOW)
    return [difference.cause for difference in made.differences.all()]


def difference():
    return reconciling.difference(provider="sandbox", since=SINCE, currency="GBP")


def balance(account):
    return sum(Line.objects.filter(account__code=account).values_list("amount_minor", flat=True))


def lost(card="succeeds", amount=None):
    """A gift that was paid at the sandbox, of which the paper has not heard."""
    payment = an_offered_gift(amount=amount or pounds(25)).gift.payment
    sandbox.pay(ref=payment.provider_ref, card=card, fault="lose")
    return payment


def told(payment):
    return asking.ask(provider="sandbox", provider_ref=payment.provider_ref, on=TODAY, now=NOW)


def settles_once(*causes):
    """The run finds these causes and brings the difference to nothing, and the next finds none and writes nothing."""
    assert difference() != pounds(0)
    assert reconcile() == list(causes)
    assert difference() == pounds(0)
    entries = Entry.objects.count()
    assert reconcile() == []
    assert Entry.objects.count() == entries
    assert broken_laws() == []


@pytest.fixture(autouse=True)
def appeal():
    return an_appeal()


def test_a_payment_whose_webhook_was_lost_is_settled():
    payment = lost()

    settles_once(Cause.PAID_THERE)

    payment.refresh_from_db()
    assert payment.gift.state == "received"
    assert meter.read(now=NOW).raised == pounds(25)


def test_money_that_we_never_asked_for_is_not_yet_allocated():
    lost()
    SandboxPayment.objects.update(ref="sp_till", reference="till 4")

    settles_once(Cause.NEVER_ASKED)

    assert balance(chart.UNALLOCATED) == -2500
    assert Difference.objects.get().entry_key == f"payment-{Payment.objects.latest('id').public_id}"


def test_a_refund_and_a_dispute_that_nobody_told_of_are_taken_back():
    refunded, disputed = told(lost()), told(lost())
    sandbox.Sandbox().refund(provider_ref=refunded.provider_ref, amount=pounds(5), key="part")
    sandbox.dispute(disputed.provider_ref)

    settles_once(Cause.TAKEN_BACK_THERE, Cause.TAKEN_BACK_THERE)

    assert meter.read(now=NOW).raised == pounds(20)


def test_a_dispute_won_that_nobody_told_of_comes_back():
    payment = told(lost())
    sandbox.dispute(payment.provider_ref)
    told(payment)
    sandbox.reinstate(payment.provider_ref)

    settles_once(Cause.TAKEN_BACK_THERE)

    assert meter.read(now=NOW).raised == pounds(25)


def test_a_dispute_that_came_and_was_won_unheard_stands_in_the_books_with_both_its_entries():
    payment = told(lost())
    sandbox.dispute(payment.provider_ref)
    sandbox.reinstate(payment.provider_ref)
    entries = Entry.objects.count()
    assert difference() == pounds(0)  # The sums agree, and the books tell less than the provider does.
    assert reconcile() == [Cause.TAKEN_BACK_THERE, Cause.TAKEN_BACK_THERE]
    assert Entry.objects.count() == entries + 2
    assert reconcile() == []
    assert broken_laws() == []


@pytest.mark.parametrize(
    ("theirs", "cause"),
    [
        ({"ref": "sp_other", "reference": "x", "state": "failed"}, Cause.UNKNOWN_THERE),
        ({"state": "failed"}, Cause.FAILED_THERE),
    ],
)
def test_what_is_paid_here_and_not_there_is_taken_back_with_its_cause(theirs, cause):
    told(lost())
    SandboxPayment.objects.update(**theirs)

    settles_once(cause)

    assert meter.read(now=NOW).raised == pounds(0)


def test_what_was_taken_back_as_unknown_and_is_known_again_comes_back():
    payment = told(lost())
    SandboxPayment.objects.update(state="failed")
    reconcile()
    SandboxPayment.objects.update(state="succeeded")

    settles_once(Cause.GIVEN_BACK_THERE)

    payment.refresh_from_db()
    assert payment.gift.state == "received"


def test_more_than_was_asked_for_is_booked_and_the_rest_not_yet_allocated():
    lost()
    SandboxPayment.objects.update(amount_minor=3000)

    settles_once(Cause.PAID_THERE, Cause.MORE_THERE)

    assert (balance(chart.GIFTS), balance(chart.UNALLOCATED)) == (-2500, -500)


def test_less_than_was_asked_for_is_booked_as_it_came():
    lost()
    SandboxPayment.objects.update(amount_minor=2000)

    settles_once(Cause.PAID_THERE, Cause.LESS_THERE)

    assert balance(chart.GIFTS) == -2000


def test_a_payout_that_nobody_told_of_is_booked_with_its_fees():
    told(lost())
    sandbox.pay_out(now=timezone.now())

    settles_once(Cause.PAYOUT)

    assert balance(chart.CARD_CLEARING) == 0
    assert balance(chart.PROVIDER_FEES) == 55


def test_a_failure_that_nobody_told_of_is_no_difference_and_is_noted():
    payment = lost(card="declined")

    causes = reconcile()

    payment.refresh_from_db()
    assert (causes, payment.state) == ([], "failed")


def test_what_cannot_be_repaired_is_left_for_a_person_and_the_rest_goes_on(monkeypatch):
    wrong = told(lost())
    lost()
    SandboxPayment.objects.filter(ref=wrong.provider_ref).update(
        taken_back=[{"key": "k", "kind": "refund", "amount_minor": 9_999, "reason": ""}]
    )

    causes = reconcile()

    assert sorted(causes) == [Cause.PAID_THERE, Cause.UNREPAIRED]
    assert Difference.objects.get(entry_key="").says


def test_a_provider_out_of_reach_leaves_what_was_repaired(monkeypatch):
    lost()

    def gone(self, since):
        raise ProviderUnavailable("no answer")

    monkeypatch.setattr(sandbox.Sandbox, "payouts_since", gone)
    with pytest.raises(ProviderUnavailable):
        reconcile()

    assert Difference.objects.get().cause == Cause.PAID_THERE
    assert Reconciliation.objects.get().finished_at is None


class History:
    """What happens at the sandbox while not one webhook arrives, drawn from a seed."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.refs = []

    def run(self, steps=14):
        for _step in range(steps):
            getattr(
                self, self.rng.choice(["give", "give", "pledge", "refund", "dispute", "win", "wait", "pay_out", "fail"])
            )()

    def give(self):
        card = self.rng.choice([card.name for card in sandbox.CARDS])
        method = next(known.method for known in sandbox.CARDS if known.name == card)
        amount = Money(self.rng.randint(100, 9_000), "GBP")
        ref = an_offered_gift(amount=amount, method=method).gift.payment.provider_ref
        self.refs.append(sandbox.pay(ref=ref, card=card, fault="lose").ref)

    def pledge(self):
        ref = an_offered_pledge(email=f"{len(self.refs)}@example.org").pledge.collections.get().payment.provider_ref
        self.refs.append(sandbox.pay(ref=ref, card="succeeds", fault="lose").ref)

    def _at(self, act):
        if self.refs:
            try:
                act(self.rng.choice(self.refs))
            except CannotRefund:
                return

    def refund(self):
        minor, key = self.rng.randint(1, 3_000), f"k{self.rng.random()}"
        self._at(lambda ref: sandbox.Sandbox().refund(provider_ref=ref, amount=Money(minor, "GBP"), key=key))

    def dispute(self):
        self._at(sandbox.dispute)

    def win(self):
        self._at(sandbox.reinstate)

    def wait(self):
        sandbox.advance(now=timezone.now() + sandbox.LATER * self.rng.randint(1, 4))

    def pay_out(self):
        sandbox.pay_out(now=timezone.now())

    def fail(self):
        payout = SandboxMovement.objects.filter(payouts__state="paid").values_list("payouts__ref", flat=True).last()
        if payout:
            sandbox.fail_payout(ref=payout)


@pytest.mark.parametrize("seed", range(25))
def test_with_every_webhook_lost_one_run_brings_the_difference_to_nothing(seed):
    History(seed).run()
    before = difference()

    reconcile()

    once = (difference(), Entry.objects.count(), Difference.objects.count())
    reconcile()
    assert once[0] == pounds(0)
    assert (difference(), Entry.objects.count(), Difference.objects.count()) == once
    assert broken_laws() == []
    assert bool(before) == bool(once[1])


def test_without_reconciling_the_difference_stays(monkeypatch):
    monkeypatch.setattr(reconciling._Comparison, "_repair", lambda self, snapshot: None)
    monkeypatch.setattr(reconciling._Comparison, "_repair_payout", lambda self, snapshot: None)
    History(1).run()

    reconcile()

    assert difference() > pounds(0)


def test_the_command_says_what_it_repaired(capsys):
    lost()

    call_command("reconcile", provider="sandbox", since=SINCE.date())

    said = capsys.readouterr().out
    assert "Paid there and not here" in said
    assert "1 differences repaired, 0 left for a person." in said


def reconciled(capsys):
    """What the command says for all providers, and how it exits."""
    with pytest.raises(SystemExit) as left:
        call_command("reconcile", since=SINCE.date())
    said = capsys.readouterr()
    return said.out, said.err, left.value.code


@pytest.mark.parametrize(
    ("provider", "setting"), [("stripe", "STRIPE_SECRET_KEY"), ("gocardless", "GOCARDLESS_ACCESS_TOKEN")]
)
class TestAProviderWithoutItsKeys:
    def test_is_told_of_and_the_others_are_compared(self, capsys, settings, provider, setting):
        lost()
        settings.PAYMENT_PROVIDERS = [provider, "sandbox"]
        setattr(settings, setting, "")

        said, refused, code = reconciled(capsys)

        assert (
            refused == f"{provider}: PENNYPRESS_PROVIDERS offers it, and {setting} is not set. It was not compared.\n"
        )
        assert "sandbox: 1 payments and 0 payouts compared, 1 differences repaired, 0 left" in said
        assert code == 1

    def test_or_whose_keys_are_refused_is_told_of_as_well(self, capsys, settings, request, provider, setting):
        request.getfixturevalue(f"at_{provider}")
        settings.PAYMENT_PROVIDERS = ["sandbox", provider]
        setattr(settings, setting, "sk_test_of_somebody_else")
        lost()

        said, refused, code = reconciled(capsys)

        assert refused == f"{provider}: it refuses the key in {setting}. It was not compared.\n"
        assert "sandbox: 1 payments" in said
        assert not Reconciliation.objects.filter(provider=provider).exists()
        assert code == 1

    def test_with_its_keys_is_compared(self, capsys, settings, request, provider, setting):
        """The control: the same command, the right key."""
        request.getfixturevalue(f"at_{provider}")

        call_command("reconcile", since=SINCE.date())

        assert f"{provider}: 0 payments and 0 payouts compared" in capsys.readouterr().out


def test_a_provider_that_is_not_offered_is_named(capsys):
    with pytest.raises(SystemExit):
        call_command("reconcile", provider="stripes")

    assert "stripes: PENNYPRESS_PROVIDERS does not offer it" in capsys.readouterr().err
