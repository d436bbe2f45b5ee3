import pytest
import time_machine


@pytest.fixture(autouse=True)
def sandbox_offered(settings):
    settings.PAYMENT_PROVIDERS = ["sandbox"]


@pytest.fixture
def time_machine_at():
    """A function that stops the clock at a moment."""
    travellers = []

    def travel(moment):
        for traveller in travellers:
            traveller.stop()
        travellers[:] = [time_machine.travel(moment, tick=False)]
        travellers[0].start()

    yield travel
    for traveller in travellers:
        traveller.stop()
