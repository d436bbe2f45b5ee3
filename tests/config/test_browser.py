"""The browser tests' own machinery: the system's Chromium opens the house."""

import pytest

pytestmark = pytest.mark.browser


def test_the_house_answers_a_real_browser(house, page):
    answer = page.goto(f"{house}/robots.txt")

    assert answer is not None
    assert answer.status < 500
