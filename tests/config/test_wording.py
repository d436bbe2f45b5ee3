"""A text is looked for in the catalogues once, and says afterwards what it said before."""

from django.conf import settings
from django.utils.translation import gettext, override, trans_real

from pennypress.config import wording


def test_a_text_is_looked_for_once_and_says_the_same(monkeypatch):
    spoken, asked = trans_real.translation(settings.LANGUAGE_CODE), []
    looked_for = spoken.gettext
    monkeypatch.setattr(spoken, "gettext", lambda text: asked.append(text) or looked_for(text))
    before = [gettext(text) for text in ("Please check the e-mail address.", "January")]

    wording.remember()
    asked.clear()
    after = [gettext(text) for _each in range(3) for text in ("Please check the e-mail address.", "January")]

    assert after == before * 3
    assert asked == ["Please check the e-mail address.", "January"]


def test_another_language_is_spoken_as_ever(monkeypatch):
    spoken = trans_real.translation(settings.LANGUAGE_CODE)
    monkeypatch.setattr(spoken, "gettext", spoken.gettext)
    wording.remember()

    assert gettext("January") == "January"
    with override("de"):
        assert gettext("January") == "Januar"
