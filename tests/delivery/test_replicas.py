"""Replicas make pages for readers without a name, and only as far as they have come. Against a real one, that follows."""

import time

import pytest
from django.db import OperationalError, connections, router
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from pennypress.config import connecting
from pennypress.delivery import replicas
from pennypress.people.models import User
from tests import clusters
from tests.attacks.papers import free_port
from tests.clusters import Cluster

STORY, METER = "/world/a-story/", "/fragments/appeal/"


@pytest.fixture(scope="module")
def primary():
    if clusters.programs() is None:
        pytest.skip(clusters.HOW)
    cluster = Cluster(free_port())
    cluster.make()
    yield cluster
    cluster.remove()


@pytest.fixture(scope="module")
def following(primary):
    """A replica that follows; no test breaks it."""
    cluster = Cluster(free_port())
    cluster.replicate(primary)
    yield cluster
    cluster.remove()


def _known(cluster, monkeypatch, django_db_blocker):
    """Lets Django know the replica meanwhile."""
    found = connecting.database(cluster.url("pennypress_app"), is_pooled=False)
    monkeypatch.setitem(connections.settings, "replica", {**connections["default"].settings_dict, **found})
    monkeypatch.setattr(replicas, "standing", replicas.Standing())
    with django_db_blocker.unblock():
        yield cluster
        connections["replica"].close()
    del connections["replica"]


@pytest.fixture
def replica(following, monkeypatch, django_db_blocker):
    yield from _known(following, monkeypatch, django_db_blocker)


@pytest.fixture
def fragile(primary, monkeypatch, django_db_blocker):
    """A replica of a test's own, to break."""
    cluster = Cluster(free_port())
    cluster.replicate(primary)
    yield from _known(cluster, monkeypatch, django_db_blocker)
    cluster.remove()


def _commit(primary) -> str:
    """Something is committed on the primary; gives how far it has come with it."""
    with primary.connect("postgres") as writer:
        writer.execute("CREATE TABLE IF NOT EXISTS news (headline text)")
        writer.execute("INSERT INTO news VALUES ('A harbour')")
        return writer.execute("SELECT pg_current_wal_insert_lsn()::text").fetchone()[0]


def _follow(replica, position: str) -> None:
    with replica.connect("postgres", "postgres") as asked:
        until = time.monotonic() + 20
        while not asked.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", [position]).fetchone()[0]:
            assert time.monotonic() < until
            time.sleep(0.02)


def _read_from(path=STORY, **asked) -> str:
    """From where a page at this address is made."""
    request = RequestFactory().get(path, **asked)
    request.COOKIES = asked.get("cookies", {})
    request.resolver_match = resolve(path)

    def get_response(request):
        middleware.process_view(request, None, (), {})
        return HttpResponse(router.db_for_read(User))

    middleware = replicas.ReadFromReplica(get_response)
    return middleware(request).content.decode()


def test_a_story_is_made_from_a_replica_that_has_come_far_enough(primary, replica):
    position = _commit(primary)
    _follow(replica, position)
    replicas.came_to(position)

    assert _read_from() == "replica"
    assert router.db_for_read(User) == "default"


def test_what_shows_money_is_never_made_from_a_replica(primary, replica):
    position = _commit(primary)
    _follow(replica, position)
    replicas.came_to(position)

    assert _read_from(METER) == "default"
    assert _read_from("/appeal.json") == "default"
    assert _read_from("/give/") == "default"


def test_whoever_has_a_name_reads_from_the_primary(primary, replica):
    position = _commit(primary)
    _follow(replica, position)
    replicas.came_to(position)

    assert _read_from(cookies={"session": "x"}) == "default"
    assert _read_from(HTTP_AUTHORIZATION="Basic x") == "default"


def test_a_replica_that_lags_behind_what_was_heard_is_not_asked_until_it_has_come(primary, replica):
    _follow(replica, _commit(primary))
    with replica.connect("postgres", "postgres") as asked:
        asked.execute("SELECT pg_wal_replay_pause()")
    position = _commit(primary)

    replicas.came_to(position)
    assert _read_from() == "default"

    with replica.connect("postgres", "postgres") as asked:
        asked.execute("SELECT pg_wal_replay_resume()")
    _follow(replica, position)
    assert _read_from() == "replica"


def test_control_without_the_mark_a_lagging_replica_would_be_asked(primary, replica):
    before = _commit(primary)
    _follow(replica, before)
    with replica.connect("postgres", "postgres") as asked:
        asked.execute("SELECT pg_wal_replay_pause()")
    _commit(primary)

    replicas.came_to(before)

    assert _read_from() == "replica"
    with replica.connect("postgres", "postgres") as asked:
        asked.execute("SELECT pg_wal_replay_resume()")


def test_before_the_primarys_position_is_heard_no_replica_is_asked(primary, replica):
    _follow(replica, _commit(primary))

    assert _read_from() == "default"


def test_a_replica_that_is_gone_is_left_alone(primary, fragile):
    position = _commit(primary)
    _follow(fragile, position)
    replicas.came_to(position)
    fragile.stop("immediate")

    assert _read_from() == "default"
    assert replicas.standing.gone_until > time.monotonic()


def test_a_replica_that_was_promoted_is_no_longer_asked(primary, fragile):
    position = _commit(primary)
    _follow(fragile, position)
    replicas.came_to(position)
    fragile.promote()

    assert _read_from() == "default"


def test_a_page_that_fails_on_the_replica_is_made_again_from_the_primary(primary, replica, monkeypatch):
    position = _commit(primary)
    _follow(replica, position)
    replicas.came_to(position)
    request = RequestFactory().get(STORY)
    request.resolver_match = resolve(STORY)
    made_from = []

    def view(request, *args, **kwargs):
        made_from.append(router.db_for_read(User))
        if made_from == ["replica"]:
            raise OperationalError("canceling statement due to conflict with recovery")
        return HttpResponse("A story")

    request.resolver_match.func = view
    middleware = replicas.ReadFromReplica(lambda request: HttpResponse())
    middleware.process_view(request, view, (), {})
    with pytest.raises(OperationalError) as failure:
        view(request)

    assert middleware.process_exception(request, failure.value).content == b"A story"
    assert made_from == ["replica", "default"]


def test_writes_always_go_to_the_primary():
    assert router.db_for_write(User) == "default"
    assert router.allow_migrate("replica", "people") is False
