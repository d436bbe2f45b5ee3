import pytest
import time_machine


@pytest.fixture
def time_machine_at():
    """Stops the clock at a moment until the test is over."""
    travellers = []

    def travel(moment):
        traveller = time_machine.travel(moment, tick=False)
        traveller.start()
        travellers.append(traveller)

    yield travel
    while travellers:
        travellers.pop().stop()
