import itertools
import math
import re

import pytest
from weasyprint.urls import FatalURLFetchingError

from pennypress.shares import certificates, guilloche, press, sheet, spelling
from pennypress.shares.models import Certificate
from tests import builders

LONGEST = "The North Ellery and District Amalgamated Dockworkers’ and Carters’ Branch of the Transport Union " * 2


def points(path):
    """The points that an SVG path of ours goes through."""
    start, steps = re.fullmatch(r"M(-?\d+ -?\d+)l([-\d ]+)z?", path).groups()
    numbers = [int(number) for number in f"{start} {steps}".split()]
    xs, ys = itertools.accumulate(numbers[::2]), itertools.accumulate(numbers[1::2])
    return list(zip(xs, ys, strict=True))


class TestNumbersInWords:
    @pytest.mark.parametrize(
        ("number", "words"),
        [
            (1, "one"),
            (21, "twenty-one"),
            (100, "one hundred"),
            (342, "three hundred and forty-two"),
            (1_000, "one thousand"),
            (1_001, "one thousand and one"),
            (1_100, "one thousand one hundred"),
            (20_000, "twenty thousand"),
            (99_999, "ninety-nine thousand nine hundred and ninety-nine"),
            (1_000_000, "one million"),
        ],
    )
    def test_are_spelt(self, number, words):
        assert spelling.in_words(number) == words

    def test_are_all_different(self):
        spelt = {spelling.in_words(number) for number in range(20_001)}

        assert len(spelt) == 20_001


class TestTheLineWork:
    FRAME = guilloche.Frame(width=260, height=173, radius=9)

    def band(self, **changed):
        facts = {"half": 5, "beads": (10, 7), "waves": 2, "strands": 8, "dip": 0.3, **changed}
        return [points(path) for path in guilloche.band(self.FRAME, **facts)]

    def test_the_quarters_of_a_band_meet_where_they_are_mirrored(self):
        strands = self.band()

        above = sorted(strand[0][1] for strand in strands)
        beside = sorted(strand[-1][0] for strand in strands)
        middle_above, middle_beside = -8650, 13000
        assert [middle_above * 2 - y for y in reversed(above)] == pytest.approx(above, abs=2)
        assert [middle_beside * 2 - x for x in reversed(beside)] == pytest.approx(beside, abs=2)
        assert all(strand[0][0] == 0 and strand[-1][1] == 0 for strand in strands)

    def test_a_band_keeps_to_its_breadth(self):
        upper_side = [y for strand in self.band() for x, y in strand if x < 12_000]

        assert min(upper_side) >= -8650 - 501
        assert max(upper_side) <= -8650 + 501

    def test_an_odd_number_of_strands_would_leave_a_seam(self):
        with pytest.raises(ValueError, match="seam"):
            self.band(strands=7)

    def test_a_wheel_that_rolls_in_a_ring_comes_back_to_where_it_began(self):
        line = points(guilloche.hypotrochoid(radius=12.5, teeth=61, wheel=22, reach=0.8))

        assert math.dist(line[0], line[-1]) < 60
        assert max(math.hypot(x, y) for x, y in line) == pytest.approx(1250, abs=2)

    def test_a_number_always_draws_the_same_and_its_neighbour_something_else(self):
        assert sheet.ornament(417) == sheet.ornament(417)
        assert len({sheet.ornament(number).corner + sheet.ornament(number).ground for number in range(1, 9)}) > 5


@pytest.mark.django_db
class TestTheSheet:
    def drawn(self, *, name="Rosa Field", shares=25):
        certificate = certificates.current(builders.an_owner(name=name, shares=shares, email="rosa@example.org"))
        return sheet.lay_out(Certificate.objects.get(pk=certificate.pk))

    @pytest.mark.parametrize(
        ("name", "shares"),
        [
            ("Rosa Field", 1),
            ("The North Ellery and District Amalgamated Dockworkers' Branch", 20_000),
            (LONGEST[:200], 17_777),
        ],
        ids=["short", "sixty characters", "the longest"],
    )
    def test_is_one_page_of_a4_lying(self, name, shares):
        (page,) = self.drawn(name=name, shares=shares).pages

        assert (page.width, page.height) == pytest.approx((297 / 25.4 * 96, 210 / 25.4 * 96), abs=0.5)

    def test_is_drawn_for_its_letter_by_its_number(self):
        certificate = certificates.current(builders.an_owner())

        assert certificates.pdf_by_number(str(certificate.number)).startswith(b"%PDF-")

    def test_is_the_same_to_the_byte_whenever_it_is_drawn(self):
        certificate = certificates.current(builders.an_owner())

        assert certificates.pdf(certificate) == certificates.pdf(certificate)

    def test_tells_who_holds_how_many_shares_and_who_signs(self):
        words = sheet.words(certificates.current(builders.an_owner(shares=20_000)))

        assert (words["holder"], words["in_words"]) == ("Rosa Field", "Twenty thousand")
        assert words["paid_up"] == builders.pounds(20_000)
        assert str(words["chair"].person) == "Margaret Oduya"

    def test_a_member_whose_name_changed_keeps_the_certificate_as_it_was_issued(self):
        member = builders.an_owner(name="Rosa Field")
        member.person.name = "Rosa Marsh"
        member.person.save()

        assert sheet.words(certificates.current(member))["holder"] == "Rosa Field"

    def test_a_name_is_text_and_never_markup(self):
        certificate = certificates.current(builders.an_owner(name="<img src='file:///etc/passwd'> & Sons"))

        html = sheet.html(certificate)

        assert "<img" not in html
        assert "&lt;img" in html


class TestThePress:
    @pytest.mark.parametrize(
        "address",
        ["file:///etc/passwd", "https://example.org/x.ttf", "face:other", "face:../../etc/passwd", "data:text/plain,x"],
    )
    def test_hands_out_nothing_but_bundled_typefaces(self, address):
        with pytest.raises(press.CannotFetch):
            press.Bundled().fetch(address)

    @pytest.mark.parametrize("name", press.FACES)
    def test_has_every_typeface(self, name):
        assert press.Bundled().fetch(f"face:{name}").read(4) == b"\0\1\0\0"

    def test_draws_nothing_at_all_rather_than_half(self):
        with pytest.raises(FatalURLFetchingError, match="etc/passwd"):
            press.lay_out("<img src='file:///etc/passwd'>")
