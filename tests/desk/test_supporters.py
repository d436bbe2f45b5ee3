"""The treasurer's screens about supporters: where pledges stand, the terms, statements; and two people who are one."""

import pytest

from pennypress.giving import support_terms
from pennypress.giving.models import AnnualStatement, SupportTerms
from pennypress.payments.models import Purpose
from pennypress.payments.parts import Part
from pennypress.people import persons, roles
from pennypress.people.models import Person, PersonMerge
from tests.desk import cast, samples

pytestmark = pytest.mark.django_db
TERMS = {
    "retry_after_days": "2, 5", "debit_retry_after_days": "4", "expiry_notice_days": "21", "presents_returned": "no",
    "after_claim": "end",
}  # fmt: skip


@pytest.fixture(autouse=True)
def a_paper():
    samples.a_society()
    samples.a_running_fund()


@pytest.fixture
def treasurer():
    return cast.at_the_desk(roles.TREASURER)


def last_year():
    return samples.today().replace(year=samples.today().year - 1, day=1)


def test_the_terms_are_set_from_a_day_on(treasurer):
    treasurer.post("/desk/supporters/terms/", {**TERMS, "effective_from": samples.today().isoformat()})

    assert support_terms.standing(samples.today()).retry_after_days == (2, 5)
    assert SupportTerms.objects.get().recorded_by is not None


@pytest.mark.parametrize("days", ["", "7, 3", "0", "3, 40", "soon", "-3"])
def test_terms_that_make_no_sense_are_refused_and_still_stand_in_the_form(treasurer, days):
    told = {**TERMS, "retry_after_days": days, "effective_from": samples.today().isoformat()}

    response = treasurer.post("/desk/supporters/terms/", told)

    assert response.status_code == 422
    assert 'value="21"' in response.content.decode()
    assert not SupportTerms.objects.exists()


def test_statements_are_looked_over_and_then_sent(treasurer):
    samples.a_cheque(received_on=last_year())
    page = treasurer.get(f"/desk/supporters/statements/?year={last_year().year}")

    treasurer.post(
        "/desk/supporters/statements/", {"year": last_year().year, "mark": page.context["mark"]}, follow=True
    )

    assert samples.CANARY_NAME in page.content.decode()
    assert AnnualStatement.objects.get().year == last_year().year


def test_statements_of_figures_that_have_changed_are_not_sent(treasurer):
    samples.a_cheque(received_on=last_year())
    page = treasurer.get(f"/desk/supporters/statements/?year={last_year().year}")
    samples.a_cheque(received_on=last_year(), amount=samples.pounds(3))

    response = treasurer.post("/desk/supporters/statements/", {"year": last_year().year, "mark": page.context["mark"]})

    assert response.status_code == 422
    assert "changed since you looked" in response.content.decode()
    assert not AnnualStatement.objects.exists()


class TestTwoWhoAreOne:
    @pytest.fixture
    def both(self):
        samples.a_cheque(payer_name="Nora Quill", payer_email="nora@example.org")
        samples.a_cheque(
            payer_name="N. Quill",
            payer_email="Nora@Example.org",
            amount=samples.pounds(40),
            parts=[Part(Purpose.GIFT, samples.pounds(40))],
        )
        return Person.objects.get(name="N. Quill"), Person.objects.get(name="Nora Quill")

    def test_are_shown_beside_each_other_and_looking_merges_nothing(self, treasurer, both):
        duplicate, into = both

        page = treasurer.get(f"/desk/people/merge/?duplicate={duplicate.pk}&into={into.pk}").content.decode()

        assert all(words in page for words in ("Nora Quill", "N. Quill", "£25.00", "£40.00"))
        assert not PersonMerge.objects.exists()

    def test_are_merged_by_whoever_is_on_record(self, treasurer, both):
        duplicate, into = both

        treasurer.post("/desk/people/merge/", {"duplicate": duplicate.pk, "into": into.pk})

        merge = PersonMerge.objects.get()
        assert (merge.duplicate, merge.into) == (duplicate, into)
        assert merge.merged_by is not None
        assert persons.same(into) == [into.pk, duplicate.pk]

    def test_a_circle_is_refused(self, treasurer, both):
        duplicate, into = both
        treasurer.post("/desk/people/merge/", {"duplicate": duplicate.pk, "into": into.pk})

        response = treasurer.post("/desk/people/merge/", {"duplicate": into.pk, "into": duplicate.pk})

        assert response.status_code == 422
        assert PersonMerge.objects.count() == 1

    @pytest.mark.parametrize("told", [{}, {"duplicate": "1"}, {"duplicate": "x", "into": "y"}])
    def test_one_alone_is_not_merged(self, treasurer, told):
        response = treasurer.post("/desk/people/merge/", told, follow=True)

        assert "Choose two different people" in response.content.decode()
        assert not PersonMerge.objects.exists()


def test_whoever_stands_takes_over_what_was_not_known_of_them():
    standing = persons.recorded(name="Nora Quill", email="", now=samples.timezone.now())
    duplicate = persons.recorded(name="N. Quill", email="nora@example.org", now=samples.timezone.now(), place="Hull")

    persons.merge(duplicate=duplicate, into=standing, now=samples.timezone.now(), by=None)

    standing.refresh_from_db()
    assert (standing.email, standing.place) == ("nora@example.org", "Hull")
