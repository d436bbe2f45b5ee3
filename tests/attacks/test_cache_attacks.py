"""The attacks on caches, the short form: the real server over a database of this test's own, Varnish and nginx before it."""

import pytest
from django.conf import settings
from django.db import connection

from tests import databases
from tests.attacks import cache_attacks, papers
from tests.attacks.cache_attacks import House
from tests.delivery import caches

ROUNDS, SEED = 60, 13


@pytest.fixture
def people(committed):
    cache_attacks.write_the_paper()
    return cache_attacks.people_of_the_paper()


@pytest.fixture
def paper(people, tmp_path):
    """The paper's own processes over the test's database: what is attacked is what a deployment runs."""
    name = connection.settings_dict["NAME"]
    urls = {
        "DATABASE_URL": databases._as_url(settings.DATABASE_APP_URL, name),
        "DATABASE_OWNER_URL": databases._as_url(settings.DATABASE_OWNER_URL, name),
        "SECRET_KEY": settings.SECRET_KEY,
    }
    paper = papers.Paper(tmp_path, PENNYPRESS_NGINX_CACHE="1", PENNYPRESS_VARNISH="http://127.0.0.1:9", **urls)
    paper.serve("--workers", "1")
    yield paper
    paper.stop()


def test_nobody_sees_what_is_anothers_and_nothing_is_poisoned_and_the_careless_leak(paper, people):
    with cache_attacks.fronts(paper, {"server", "varnish", "nginx"}) as ports:
        seen = {
            name: cache_attacks.attack(House(port, f"localhost:{paper.port}", people), rounds=ROUNDS, seed=SEED)
            for name, port in ports.items()
        }
    careless = cache_attacks.controls(paper, people, rounds=ROUNDS, seed=SEED)

    found = {name: told.leaks + told.poisoned for name, told in seen.items() if not told.is_clean}
    assert found == {}
    # They did see their own.
    assert all(told.own for told in seen.values())
    assert [name for name, told in careless.items() if not told.leaks] == []


def test_a_careless_vcl_is_made_of_ours():
    assert cache_attacks.careless(caches.vcl(8000)) != caches.vcl(8000)
