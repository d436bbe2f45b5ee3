import pytest
from django.urls import reverse

from pennypress.letters import outbox
from pennypress.letters.models import Letter
from pennypress.people import demonstration
from pennypress.people.models import Person
from tests import builders
from tests.builders import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo.urls")]


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    if not Person.objects.exists():
        demonstration.mark(now=NOW)


def a_certificate_letter():
    builders.an_owner()
    return Letter.objects.get(kind="certificate")


@pytest.mark.usefixtures("demo")
class TestInTheDemo:
    def test_letters_are_listed_and_read(self, client):
        letter = a_certificate_letter()
        outbox.send_due(now=NOW)

        assert "you own a part of this paper" in client.get(reverse("demo_letters")).content.decode()
        page = client.get(reverse("demo_letter", args=[letter.pk])).content.decode()
        assert "Certificate number: 1" in page

    def test_the_html_runs_nothing_and_fetches_nothing(self, client):
        answer = client.get(reverse("demo_letter_html", args=[a_certificate_letter().pk]))

        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "sandbox" in policy
        assert "script-src 'none'" in policy

    def test_the_certificate_is_drawn_when_it_is_looked_at(self, client):
        letter = a_certificate_letter()

        answer = client.get(reverse("demo_enclosure", args=[letter.pk, letter.enclosures.get().pk]))

        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")

    def test_an_empty_box_says_so(self, client):
        assert "No letter has been written yet" in client.get(reverse("demo_letters")).content.decode()


class TestElsewhere:
    @pytest.mark.parametrize("is_demo", [True, False], ids=["a paper with people in it", "not the demo"])
    def test_nobodys_letters_are_read(self, client, settings, is_demo):
        settings.DEMO = is_demo
        letter = a_certificate_letter()

        answers = [
            client.get(reverse("demo_letters")),
            client.get(reverse("demo_letter", args=[letter.pk])),
            client.get(reverse("demo_letter_html", args=[letter.pk])),
            client.get(reverse("demo_enclosure", args=[letter.pk, letter.enclosures.get().pk])),
        ]

        assert [answer.status_code for answer in answers] == [404] * 4
