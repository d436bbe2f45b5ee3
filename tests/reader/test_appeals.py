"""The pages of appeals: running, past and special, with their days in pictures and tables that say the same."""

import datetime as dt
import json

import pytest

from pennypress.giving import appeals, closing
from pennypress.giving.models import Gift
from pennypress.payments import refunds
from tests.builders import NOW, TODAY, a_received_gift, a_series, a_society, an_appeal, pounds
from tests.reader.sending import sent

pytestmark = pytest.mark.django_db
IN_OCTOBER = dt.date(2026, 10, 9)
GIVEN = {
    "tile": "25",
    "own": "",
    "often": "once",
    "name": "",
    "email": "",
    "thanks_as": "not",
    "place": "",
    "message": "",
}


@pytest.fixture(autouse=True)
def on_the_seventh(time_machine_at):
    time_machine_at(NOW)
    a_society()


def october(**facts):
    dates = {"opens_on": dt.date(2026, 10, 1), "closes_on": dt.date(2026, 10, 31)}
    return an_appeal(name="October fund", slug="october", **dates, **facts)


def page(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_the_running_appeal_has_its_days_as_pictures_and_as_tables(client):
    an_appeal()
    a_received_gift(received_on=dt.date(2026, 11, 3), method="standing_order")
    a_received_gift(received_on=dt.date(2026, 11, 4), method="cash", amount=pounds(7))

    shown = page(client, "/appeal/")

    assert shown.count('<svg class="chart') == 2
    assert "Standing order, 1 sum" in shown
    assert '<th>Tue 3 Nov</th><td class="n">£25.00</td><td class="n">£25.00</td>' in shown
    assert '<th>Wed 4 Nov</th><td class="n">£7.00</td><td class="n">£32.00</td>' in shown


def test_the_table_the_methods_and_the_meter_say_the_same(client):
    an_appeal()
    for number in range(5):
        a_received_gift(received_on=dt.date(2026, 11, 1 + number), amount=pounds(number + 1))

    response = client.get("/appeal/")

    days = response.context["progress"]
    assert days.days[-1].total == days.raised == response.context["meter"].raised == pounds(15)
    assert sum(row.amount.minor for row in days.methods) == 1_500


def test_a_closed_appeal_shows_what_it_was_closed_with_and_what_came_after(client):
    october()
    gift = a_received_gift(received_on=IN_OCTOBER, amount=pounds(40))
    closing.close(appeal=appeals.before(an_appeal()), on=TODAY, now=NOW, by=None)
    refunds.take_back(
        allocation=gift.allocation, kind="bounced", amount=pounds(15), key="r", on=TODAY, reason="", now=NOW
    )

    shown = page(client, "/appeals/october/")

    assert "What it was closed with" in shown
    assert "<dd>£40.00</dd>" in shown
    assert "<dd>−£15.00</dd>" in shown
    assert "<dd>£25.00</dd>" in shown


def test_an_extension_and_a_changed_target_are_told_with_their_reasons(client):
    fund = an_appeal()
    facts = {"on": TODAY, "now": NOW, "by": None}
    appeals.extend(appeal=fund, to_on=dt.date(2026, 12, 5), reason="The post was on strike.", **facts)
    appeals.change_target(appeal=fund, target=pounds(20_000), from_on=TODAY, reason="Paper is dearer.", **facts)

    shown = page(client, "/appeal/")

    assert "It was to close on 30 November and goes on until 5 December: The post was on strike." in shown
    assert "From 7 November the target is £20,000: Paper is dearer." in shown


def test_all_appeals_are_listed_with_how_each_ended(client):
    october(target=pounds(20))
    a_received_gift(received_on=IN_OCTOBER)
    an_appeal()

    shown = page(client, "/appeals/")

    assert "£25 of £20" in shown
    assert 'href="/appeals/october/"' in shown


def test_of_two_of_one_name_each_is_told_by_its_year(client):
    october()
    an_appeal(name="October fund", slug="october-2025", opens_on=dt.date(2025, 10, 1), closes_on=dt.date(2025, 10, 31))
    an_appeal(name="June fund", slug="june", opens_on=dt.date(2026, 6, 1), closes_on=dt.date(2026, 6, 30))

    shown = page(client, "/appeals/")

    assert "October fund 2026" in shown
    assert "October fund 2025" in shown
    assert "June fund 2026" not in shown


@pytest.mark.parametrize("path", ["/appeals/no-such/", "/appeals/no-such.json"])
def test_there_is_none_of_that_name(client, path):
    assert client.get(path).status_code == 404


def test_an_appeal_far_ahead_is_nobodys_business_yet(client):
    an_appeal(slug="next-year", opens_on=dt.date(2027, 1, 1), closes_on=dt.date(2027, 1, 31))

    assert client.get("/appeals/next-year/").status_code == 404


class TestTheAnswerAsJson:
    def test_of_one_appeal_and_of_what_a_series_shows(self, client):
        an_appeal()
        roof = a_series()
        an_appeal(series=roof, name="The roof", slug="the-roof", target=pounds(900))

        of_appeal = json.loads(client.get("/appeals/the-roof.json").content)
        of_series = json.loads(client.get("/appeals/roof.json").content)

        assert of_appeal == of_series
        assert (of_appeal["name"], of_appeal["needed_minor"]) == ("The roof", 90_000)

    def test_what_is_carried_in_is_told_apart(self, client):
        fund = a_series(carry_over="shortfall")
        october(series=fund, target=pounds(100))
        an_appeal(series=fund, target=pounds(100))

        answer = json.loads(client.get("/appeal.json").content)

        assert (answer["target_minor"], answer["carried_in_minor"], answer["needed_minor"]) == (10_000, 10_000, 20_000)
        assert "£100 was still wanting from the last appeal" in page(client, "/fragments/appeal/")


class TestTheMeter:
    def test_once_met_it_stops_asking_but_leaves_a_quiet_way(self, client):
        an_appeal(series=a_series(over_target="stop"), target=pounds(20))
        a_received_gift()

        strip = page(client, "/fragments/appeal/")

        assert "Donate" not in strip
        assert "A gift is still welcome" in strip

    def test_givers_as_the_unit(self, client):
        an_appeal(series=a_series(unit="givers"), target=3)
        a_received_gift()

        strip = page(client, "/fragments/appeal/")

        assert "<dt>Givers still needed</dt><dd>2</dd>" in strip

    def test_words_of_the_papers_own_are_text_and_nothing_else(self, client):
        an_appeal(series=a_series(words_running="<b>{raised}</b> so far"))

        assert "&lt;b&gt;£0&lt;/b&gt; so far" in page(client, "/fragments/appeal/")

    def test_after_fees_it_says_so(self, client):
        an_appeal(series=a_series(basis="net"))

        assert "Counted after the providers’ fees." in page(client, "/fragments/appeal/")
        assert "less what the payment providers kept" in page(client, "/appeal/")


class TestGiving:
    @pytest.fixture(autouse=True)
    def two_run(self, settings):
        settings.PAYMENT_PROVIDERS = ["sandbox"]
        an_appeal()
        an_appeal(series=a_series(), name="The roof", slug="the-roof")

    def test_where_several_run_the_form_shows_the_choice_made_by_the_address(self, client):
        form = client.get("/give/?appeal=the-roof").context["form"]

        assert form.initial["appeal"] == "the-roof"
        assert [slug for slug, _name in form.fields["appeal"].choices] == ["fund-2026-11-01", "the-roof"]

    def test_the_gift_goes_to_the_appeal_that_was_chosen(self, client):
        response = sent(client, "/give/", {**GIVEN, "appeal": "the-roof"})

        assert response.status_code == 302
        assert Gift.objects.get().appeal.slug == "the-roof"

    def test_without_a_choice_it_goes_to_the_fund(self, client):
        sent(client, "/give/", GIVEN)

        assert Gift.objects.get().appeal.slug == "fund-2026-11-01"

    @pytest.mark.parametrize(
        "typed", [{"appeal": "no-such"}, {"appeal": "the-roof", "often": "monthly", "email": "ada@example.org"}]
    )
    def test_what_does_not_run_or_cannot_be_monthly_is_refused_with_what_was_typed(self, client, typed):
        response = sent(client, "/give/", {**GIVEN, "name": "Ada Reed", **typed})

        assert response.status_code == 422
        assert response.context["form"]["name"].value() == "Ada Reed"
        assert not Gift.objects.exists()
