import pytest


@pytest.fixture(autouse=True)
def sandbox_offered(settings):
    settings.PAYMENT_PROVIDERS = ["sandbox"]
