"""References: one slip of the pen is never another's reference, and what banks do to it does not lose it."""

from hypothesis import given
from hypothesis import strategies as st

from pennypress.payments import references
from pennypress.payments.references import ALPHABET

BODIES = st.text(ALPHABET, min_size=4, max_size=4)


@given(body=BODIES, place=st.integers(0, 4), char=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(body, place, char):
    code = body + references.check(body)
    wrong = code[:place] + char + code[place + 1 :]

    assert references.is_whole(wrong) == (wrong == code)


@given(body=BODIES, place=st.integers(0, 3))
def test_two_that_changed_places_are_always_found(body, place):
    code = body + references.check(body)
    turned = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert references.is_whole(turned) == (turned == code)


@given(body=BODIES, place=st.integers(0, 4), char=st.sampled_from(ALPHABET + "01O"))
def test_what_is_one_character_away_leads_back(body, place, char):
    code = body + references.check(body)
    wrong = code[:place] + char + code[place + 1 :]
    told = f"PP-{wrong}"

    assert f"PP-{code}" in (references.found_in(told) or references.nearly_in(told))


@given(body=BODIES)
def test_case_spaces_noughts_and_hyphens_do_not_matter(body):
    reference = f"PP-{body}{references.check(body)}"
    code = reference[3:]

    for told in (code.lower(), f"pp{code}", f"STO PP 0{code} REED", f"P.P.-{code[:3]} {code[3:]}", f"x pp-000{code}/1"):
        assert reference in references.found_in(told)


def test_those_drawn_are_whole_and_differ():
    drawn = [references.drawn() for _one in range(200)]

    assert all(references.is_whole(one[3:]) for one in drawn)
    assert len(set(drawn)) > 190
