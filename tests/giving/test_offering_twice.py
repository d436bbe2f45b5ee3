import uuid

import pytest

from pennypress.giving import gifts, links, pledges
from pennypress.giving.models import Collection, Gift, Pledge
from pennypress.payments.models import Payment
from pennypress.payments.providers.protocol import ProviderUnavailable
from pennypress.payments.sandbox_tables import SandboxPayment
from tests import builders

pytestmark = pytest.mark.django_db
GIFT = {"name": "", "email": "ada@example.org", "place": "", "thanks_as": "not", "message": ""}
PLEDGE = {"name": "Ada Reed", "email": "ada@example.org", "place": "", "thanks_as": "not"}


@pytest.fixture(autouse=True)
def with_the_sandbox(settings):
    settings.PAYMENT_PROVIDERS = ["sandbox"]
    builders.an_appeal()


def _offer(module, words, public_id):
    when = {"now": builders.NOW, "on": builders.TODAY}
    if module is gifts:
        when["appeal"] = gifts.offered_to("", on=builders.TODAY)
    return module.offer(amount=builders.pounds(25), public_id=public_id, **words, **when)


def test_a_gift_offered_twice_under_one_id_makes_one_payment():
    public_id = uuid.uuid4()

    first = _offer(gifts, GIFT, public_id)
    second = _offer(gifts, GIFT, public_id)

    assert first.url == second.url
    assert (Gift.objects.count(), Payment.objects.count(), SandboxPayment.objects.count()) == (1, 1, 1)


def test_a_pledge_offered_twice_under_one_id_makes_one_payment():
    public_id = uuid.uuid4()

    first = _offer(pledges, PLEDGE, public_id)
    second = _offer(pledges, PLEDGE, public_id)

    assert first.url == second.url
    assert (Pledge.objects.count(), Collection.objects.count(), Payment.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(("module", "words"), [(gifts, GIFT), (pledges, PLEDGE)])
def test_where_no_provider_is_offered_nothing_is_written(settings, module, words):
    settings.PAYMENT_PROVIDERS = []

    with pytest.raises(ProviderUnavailable):
        _offer(module, words, uuid.uuid4())

    assert (Gift.objects.count(), Pledge.objects.count(), Payment.objects.count()) == (0, 0, 0)


def test_the_address_in_a_supporters_letter_opens_their_pledge_and_no_other():
    mine = _offer(pledges, PLEDGE, None).pledge
    another = _offer(pledges, PLEDGE, None).pledge
    signature = links.manage_path(mine).split("/")[3]

    assert links.opened(public_id=mine.public_id, signature=signature) == mine
    with pytest.raises(links.UnknownLink):
        links.opened(public_id=another.public_id, signature=signature)
