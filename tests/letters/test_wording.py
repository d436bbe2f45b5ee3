"""What letters say: every kind has its three parts, names the society, and promises nothing that it may not."""

import datetime as dt
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from tests import builders
from tests.builders import TODAY, pounds

FOLDER = Path(settings.ROOT) / "templates" / "letters"
KINDS = sorted(path.name.removesuffix(".subject.txt") for path in FOLDER.glob("*.subject.txt"))
NAME = "Ada <b>Moss</b> & Sons"


def context(society):
    someone = SimpleNamespace(public_id="7d1f", refusal="We are <full>.", name="November fund", number=7, code="ABCD")
    pledge = SimpleNamespace(beneficiary_name="Nora & Co", resumes_on=TODAY + dt.timedelta(days=60))
    item = SimpleNamespace(on=TODAY, amount=pounds(1_234), what="Gift to the fund", how="Card", taken=pounds(4))
    return {
        "society": society,
        "site_url": "https://paper.example",
        "to_name": NAME,
        "manage_path": "/support/7d1f/",
        "subject": "A letter",
        "amount": pounds(1_234),
        "gift": SimpleNamespace(public_id="7d1f", beneficiary_name="Nora & Co"),
        "pledge": pledge,
        "a_period": "a month",
        "card_path": "/support/7d1f/x/card/",
        "taken": pounds(1_234),
        "due_on": TODAY,
        "retry_on": TODAY + dt.timedelta(days=3),
        "expires_on": TODAY + dt.timedelta(days=24),
        "card": "Visa ending in 4242",
        "first_on": TODAY + dt.timedelta(days=14),
        "reference": "7D1F00AA",
        "giver": "Ben Marsh",
        "year": 2026,
        "items": [item],
        "totals": [pounds(1_230)],
        "appeal": someone,
        "application": someone,
        "member": someone,
        "certificate": SimpleNamespace(shares=12, number=3, code="ABCD-EFGH-JKMN"),
        "shares": 5,
        "allotted": 5,
        "had_paid": True,
        "receipt": SimpleNamespace(received_on=TODAY),
        "by_hand": True,
        "reason": "It came twice.",
        "is_further": False,
        "code": "493-117",
        "received_on": TODAY,
        "next_on": TODAY + dt.timedelta(days=30),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
class TestEveryKind:
    def parts(self, kind):
        facts = context(builders.a_society())
        return [render_to_string(f"letters/{kind}.{part}", facts) for part in ("subject.txt", "txt", "html")]

    def test_has_a_subject_of_one_line_that_fits(self, kind):
        subject, _text, _html = self.parts(kind)

        assert 5 < len(subject.strip()) < 70
        assert "\n" not in subject.strip()

    def test_names_the_society_its_number_and_its_office(self, kind):
        _subject, text, html = self.parts(kind)

        assert all(
            words in part
            for part in (text, html)
            for words in ("Harbour Press Society Limited", "no. 9001R", "1 Quay Street, Port Ellery")
        )

    def test_escapes_in_html_and_not_in_plain_text(self, kind):
        _subject, text, html = self.parts(kind)

        assert NAME in text
        assert "<b>" not in html
        assert "&lt;b&gt;" in html

    def test_says_the_same_sums_in_both(self, kind):
        _subject, text, html = self.parts(kind)

        assert ("1,234" in text) == ("1,234" in html)

    def test_fetches_nothing_and_has_no_table(self, kind):
        _subject, _text, html = self.parts(kind)

        assert not re.search(r"<(img|link|script|style|table|iframe)|url\(", html)

    def test_never_speaks_of_tax_relief_but_to_deny_it(self, kind):
        _subject, text, html = self.parts(kind)

        for part in (text, html):
            assert not re.search(r"gift aid|tax[- ]deductible|donation", part, re.IGNORECASE)
            assert "tax" not in part or "carries no tax relief" in part


def test_every_kind_of_the_docs_has_its_templates():
    table = (Path(settings.ROOT) / "docs" / "coop" / "letters.md").read_text(encoding="utf-8")

    assert sorted(set(re.findall(r"`([a-z]+-?[a-z-]*)`", table.split("|---|---|")[1].split("\n\n")[0]))) == KINDS


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["gift-receipt", "pledge-begun", "receipt-copy", "annual-statement"])
def test_a_paper_whose_gifts_carry_relief_says_so_in_its_own_words(kind):
    facts = {**context(builders.a_society()), "relief": "Registered charity: tax may be reclaimed on this gift."}

    parts = [render_to_string(f"letters/{kind}.{part}", facts) for part in ("txt", "html")]

    assert all("Registered charity: tax may be reclaimed" in part for part in parts)
    assert not any("carries no tax relief" in part for part in parts)


def test_letters_say_nothing_of_relief_unless_the_paper_does():
    assert settings.TAX_RELIEF_WORDING == ""
