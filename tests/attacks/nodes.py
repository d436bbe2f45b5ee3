"""Several nodes on one database: what is published or given at one is shown by the others within a second.

Three servers with folders of their own, a primary and a streaming replica from which stories are made, one node behind
PgBouncer in transaction mode; and then a node is cut off the database and comes back, a server is begun anew under load,
and the primary dies and the replica takes its place.

    python -m tests.attacks.nodes [--publishings 100] [--gifts 20] [--without-networks] [--without-purges]

The last is the control: nobody tells the stores of what was published, and then the first figure must be wrong.
"""

import argparse
import contextlib
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, RemoteDisconnected

import psycopg

from pennypress.config import connecting, embedded
from tests import clusters
from tests.attacks import networks, papers, readers
from tests.attacks.kill9 import children
from tests.attacks.networks import SECRETS, Node, Pooler
from tests.attacks.readers import Reader
from tests.clusters import Cluster

LIMIT_SECONDS = 1.0
LOOK_SECONDS, LOOKS_IN_A_ROW = 0.01, 10
PATIENCE_SECONDS = 75.0  # Longer than a page's lease.
WORKERS, CUT_SECONDS = 2, 15.0


@dataclass
class Proof:
    """The nodes and what stands behind them, and what was found wrong."""

    nodes: list[Node]
    primary: Cluster
    replica: Cluster
    pooler: Pooler | None
    is_silent: bool = False
    wrong: list[str] = field(default_factory=list)
    published: int = 0
    given: int = 0

    def require(self, what: str, holds: bool) -> None:
        if not holds:
            self.wrong.append(what)
            print(f"  WRONG: {what}", flush=True)

    def figure(self, what: str, seconds: list[float], most: float) -> None:
        """Prints a figure, and finds it wrong where its p99 is above `most`."""
        ordered = sorted(seconds)
        p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        print(
            f"  {what}: median {statistics.median(ordered) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, "
            f"longest {ordered[-1] * 1000:.0f} ms, {len(ordered)} looks",
            flush=True,
        )
        self.require(f"{what}: p99 {p99:.2f} s is more than {most} s", p99 <= most)

    # What people do.

    def edit(self, what: str) -> float:
        editor = self.nodes[0].processes["editor"]
        assert editor.stdin is not None
        assert editor.stdout is not None
        editor.stdin.write(f"{what}\n".encode())
        editor.stdin.flush()
        line = editor.stdout.readline()
        if not line:
            raise papers.DidNotStart(f"The editor's process ended.\n{self.nodes[0].said()}")
        return float(line)

    def publish(self) -> tuple[str, float]:
        """Publishes a story at the first node; gives its headline and when publishing began."""
        self.published += 1
        headline = f"Story number {self.published:05d}"
        return headline, self.edit(headline)

    def give(self) -> str:
        """Gives 25 pounds at the first node; gives what the meter must say then."""
        node = self.nodes[0]
        reader = Reader(node.port, server=node.address)
        offered = readers.offer(reader, email="reader@example.org")
        thanks = readers.pay(reader, offered.location).location
        if not thanks.endswith("/thanks/"):
            raise papers.DidNotStart(f"A gift led to {offered.location!r} and then to {thanks!r}.\n{node.said()}")
        self.given += 1
        return f"£{25 * self.given:,}"


def shown(nodes: list[Node], began: float, path: str, words: str) -> list[float]:
    """How long after `began` each node showed the words and went on to, asked all the time; each in a thread of its own.

    A node has several processes, any of which may answer a look: it shows them when so many looks in a row did.
    """
    took: dict[int, float] = {}

    def watch(node: Node) -> None:
        until, in_a_row = time.monotonic() + PATIENCE_SECONDS, 0
        while time.monotonic() < until:
            if words in node.get(path)[1]:
                took.setdefault(node.number, time.monotonic() - began)
                in_a_row += 1
                if in_a_row == LOOKS_IN_A_ROW:
                    return
            else:
                took.pop(node.number, None)
                in_a_row = 0
            time.sleep(LOOK_SECONDS)
        took[node.number] = PATIENCE_SECONDS

    threads = [threading.Thread(target=watch, args=(node,)) for node in nodes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(took.values())


def publishing(proof: Proof, times: int) -> None:
    print(f"Publish on the first node, look at all: {times} times", flush=True)
    seconds = []
    for _time in range(times):
        headline, began = proof.publish()
        seconds += shown(proof.nodes, began, "/", headline)
    proof.figure("published until shown by every node", seconds, LIMIT_SECONDS)


def giving(proof: Proof, times: int) -> None:
    print(f"Give on the first node, look at the meter of all: {times} times", flush=True)
    figures, pages = [], []
    with listening(proof.primary) as settled:
        for _time in range(times):
            words = proof.give()
            began = settled()
            figures += shown(proof.nodes, began, "/appeal.json", f'"raised_minor": {2500 * proof.given},')
            pages += shown(proof.nodes, began, "/", words)
    proof.figure("settled until the meter's figure is shown by every node", figures, LIMIT_SECONDS)
    # A page is put together anew once a second at most, and the look at the front page comes after that at the figure.
    proof.figure("settled until every node's front page has it", pages, LIMIT_SECONDS + 0.5)


@contextlib.contextmanager
def listening(primary: Cluster) -> Iterator[Callable[[], float]]:
    """Hears of gifts as the nodes do: gives a function that waits for the next, and says when it was committed."""
    with psycopg.connect(primary.url(embedded.APP_ROLE), autocommit=True) as ear:
        ear.execute("LISTEN purge")

        def next_settled() -> float:
            for notice in ear.notifies(timeout=PATIENCE_SECONDS):
                if "appeal" in notice.payload:
                    return time.monotonic()
            raise papers.DidNotStart("A gift was not settled.")

        yield next_settled


def made_from_the_replica(proof: Proof) -> None:
    """Stories really are made from the replica, and not while it lags behind what was published."""
    print("Stories are made from the replica, as far as it has come", flush=True)
    before = _read_from(proof.replica)
    headline, began = proof.publish()
    shown(proof.nodes, began, "/", headline)
    # A process tells of what it read when it next reads, and once a second at most.
    proof.require(
        "no page was made from the replica",
        _within(
            PATIENCE_SECONDS,
            lambda: bool(proof.nodes[0].get("/search/?q=story")) and _read_from(proof.replica) > before,
        ),
    )
    with proof.replica.connect("postgres", "postgres") as asked:
        asked.execute("SELECT pg_wal_replay_pause()")
        headline, began = proof.publish()
        seconds = shown(proof.nodes, began, "/", headline)
        asked.execute("SELECT pg_wal_replay_resume()")
    proof.figure("published while the replica stands still", seconds, LIMIT_SECONDS)


def _read_from(server: Cluster) -> int:
    """How often stories were looked up on this server."""
    with server.connect("postgres") as asked:
        row = asked.execute(
            "SELECT coalesce(seq_scan, 0) + coalesce(idx_scan, 0) FROM pg_stat_user_tables "
            "WHERE relname = 'newsroom_preparedarticle'"
        ).fetchone()
    return int(row[0]) if row else 0


def _within(seconds: float, what: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not (holds := what()) and time.monotonic() < until:
        time.sleep(0.2)
    return holds


def within_budget(proof: Proof) -> None:
    budget = connecting.Budget(WORKERS, reading=1, writing=3).whole
    with proof.primary.connect("postgres", "postgres") as asked:
        rows = asked.execute(
            "SELECT client_addr::text, count(*) FROM pg_stat_activity WHERE usename = %s GROUP BY 1",
            [embedded.APP_ROLE],
        ).fetchall()
    print(f"Connections by address: {dict(rows)}; a server's budget is {budget}", flush=True)
    # At the first node there are the worker and the editor as well; without networks all have one address.
    others = connecting.of_worker(2) + 1
    for number, node in enumerate(proof.nodes):
        found = dict(rows).get(f"10.77.{node.number}.2/32", 0)
        most = budget + (others if number == 0 else 0)
        proof.require(f"node {node.number} has {found} connections, more than {most}", found <= most)


def cut_off(proof: Proof) -> None:
    """Pulls the third node's cable to the database, publishes, and plugs it in again."""
    node = proof.nodes[2]
    if not node.in_network:
        print("A node cut off: not without networks (root and `ip netns`)", flush=True)
        return
    print(f"The third node is cut off the database for {CUT_SECONDS:.0f} s", flush=True)
    node.pull()
    headline, began = proof.publish()
    seconds = shown(proof.nodes[:2], began, "/", headline)
    proof.figure("published meanwhile, shown by the others", seconds, LIMIT_SECONDS)
    ends, answers = time.monotonic() + CUT_SECONDS, []
    while time.monotonic() < ends:
        answers.append(node.get("/"))
        time.sleep(0.1)
    bad = [status for status, _page, _age in answers if status != 200]
    print(
        f"  it answered {len(answers)} times, {len(bad)} without a page; the oldest page {answers[-1][2]} s", flush=True
    )
    proof.require(f"the node that is cut off gave {len(bad)} readers no page", not bad)
    proof.require("a node that is cut off shows what it cannot know", headline not in answers[-1][1])
    node.plug_in()
    began = time.monotonic()
    returned = shown([node], began, "/", headline)[0]
    print(f"  plugged in again, it shows the truth after {returned:.1f} s", flush=True)
    proof.require(f"after its return the node took {returned:.1f} s to show the truth", returned <= 15)


@dataclass
class Load:
    """Readers at one node all the time: each asks on a fresh line, and some keep theirs and ask again if it was closed."""

    node: Node
    over: threading.Event = field(default_factory=threading.Event)
    answered: int = 0
    failed: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def run(self, paths: tuple[str, ...]) -> list[threading.Thread]:
        made = [threading.Thread(target=self._fresh, args=(path,)) for path in paths for _reader in range(2)]
        made.append(threading.Thread(target=self._kept, args=(paths[0],)))
        for thread in made:
            thread.start()
        return made

    def _fresh(self, path: str) -> None:
        while not self.over.is_set():
            began = time.monotonic()
            status, _page, _age = self.node.get(path, patience=30)
            self._note(path, status, began)
            self.over.wait(0.02)

    def _kept(self, path: str) -> None:
        line = HTTPConnection(self.node.address, self.node.port, timeout=30)
        while not self.over.is_set():
            began = time.monotonic()
            try:
                self._note(path, self._ask(line, path), began)
            except (RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                # An idle line that was closed: a browser or a proxy opens another and asks again, and so do we.
                line.close()
                line = HTTPConnection(self.node.address, self.node.port, timeout=30)
            except (OSError, HTTPException) as trouble:
                self.failed.append(f"{path} on a kept line: {trouble}")
            self.over.wait(0.02)
        line.close()

    def _ask(self, line: HTTPConnection, path: str) -> int:
        line.request("GET", path, headers={"Host": f"localhost:{self.node.port}"})
        answer = line.getresponse()
        answer.read()
        return answer.status

    def _note(self, path: str, status: int, began: float) -> None:
        self.answered += 1
        self.slowest = max(self.slowest, time.monotonic() - began)
        if status != 200:
            self.failed.append(f"{path}: {status}")


def begun_anew(proof: Proof) -> None:
    """Has the second node's server begin anew under load, as an upgrade does, and give a gift meanwhile."""
    node = proof.nodes[1]
    print("The second node's processes are begun anew (HUP) under load, twice", flush=True)
    server = _granian(node)
    load = Load(node)
    threads = load.run(("/", "/give/", "/world/story-number-00001/"))
    time.sleep(1)
    for _time in range(2):
        before = set(children(server))
        subprocess.run(["kill", "-HUP", str(server)], check=True)
        until = time.monotonic() + PATIENCE_SECONDS
        # Under the standing process there is another server, and the former has answered its last.
        while (now := set(children(server))) & before or len(_workers(server)) < WORKERS:
            if time.monotonic() > until:
                proof.require(f"the server was not begun anew: {before} and {now}", holds=False)
                break
            time.sleep(0.1)
        time.sleep(1)
    load.over.set()
    for thread in threads:
        thread.join()
    print(f"  {load.answered} answers, {len(load.failed)} failed, the slowest after {load.slowest:.2f} s", flush=True)
    proof.require(f"requests failed: {load.failed[:3]}", not load.failed)


def _granian(node: Node) -> int:
    """The server's own process: `ip netns exec` becomes what it runs, so it is the one that we started."""
    return node.processes["serve"].pid


def _workers(server: int) -> list[int]:
    return [worker for child in children(server) for worker in children(child)]


def promoted(proof: Proof) -> None:
    """The primary dies and the replica takes its place; nobody changes a setting of a node that is not behind a pooler."""
    print("The primary dies, the replica is promoted", flush=True)
    headline, began = proof.publish()
    shown(proof.nodes, began, "/", headline)
    proof.primary.stop("immediate")
    answers = [node.get("/")[0] for node in proof.nodes for _time in range(5)]
    proof.require(f"without a primary readers got {set(answers)}", set(answers) == {200})
    proof.replica.promote()
    if proof.pooler is not None:
        proof.pooler.point_at(proof.replica)
    promoted_at = time.monotonic()
    until = promoted_at + PATIENCE_SECONDS
    while True:
        with contextlib.suppress(papers.DidNotStart):
            headline, _began = proof.publish()
            break
        if time.monotonic() > until:
            proof.require("nothing could be published after the promotion", holds=False)
            return
        start_editor(proof)
    seconds = shown(proof.nodes, promoted_at, "/", headline)
    print(f"  published and shown by every node {max(seconds):.1f} s after the promotion", flush=True)
    proof.require(f"it took {max(seconds):.0f} s", max(seconds) <= 30)
    with listening(proof.replica) as settled, supervised(proof.nodes[0]):
        proof.give()
        began = settled()
        figures = shown(proof.nodes, began, "/appeal.json", f'"raised_minor": {2500 * proof.given},')
    proof.figure("a gift after the promotion, shown by every node", figures, LIMIT_SECONDS)


@contextlib.contextmanager
def supervised(node: Node) -> Iterator[None]:
    """Starts the node's worker again whenever it ends, as systemd does."""
    over = threading.Event()

    def mind() -> None:
        while not over.wait(0.2):
            if node.processes["work"].poll() is not None:
                node.start("work", "pennypress", "work")

    minder = threading.Thread(target=mind)
    minder.start()
    try:
        yield
    finally:
        over.set()
        minder.join()


def start_editor(proof: Proof) -> None:
    node = proof.nodes[0]
    if "editor" in node.processes:
        papers.end(node.processes["editor"])
    node.start("editor", "tests.attacks.editor", *(["--silent"] if proof.is_silent else []), talks=True)


def _environment(node: Node, proof: Proof) -> dict[str, str]:
    both = (
        f"host={proof.primary.address},{proof.replica.address}&port={proof.primary.port},{proof.replica.port}"
        "&target_session_attrs=read-write"
    )
    direct = f"postgresql://{embedded.APP_ROLE}@/{embedded.DATABASE}?{both}"
    found = {
        "DATABASE_URL": direct,
        "DATABASE_OWNER_URL": direct.replace(embedded.APP_ROLE, embedded.OWNER_ROLE),
        "DATABASE_REPLICA_URL": proof.replica.url(embedded.APP_ROLE),
        "PENNYPRESS_URL": f"http://localhost:{node.port}" if node.in_network else f"http://{node.address}:{node.port}",
        "PENNYPRESS_BIND": "0.0.0.0" if node.in_network else node.address,
        "PENNYPRESS_TRIES_PER_ADDRESS": "1000000",
        "PENNYPRESS_PROVIDER_BUDGET": "1000000",
        "DJANGO_SETTINGS_MODULE": "pennypress.config.settings",
        **SECRETS,
    }
    if proof.pooler is not None and node.number == 2:
        found["DATABASE_URL"] = (
            f"postgresql://{embedded.APP_ROLE}@{proof.pooler.address}:{proof.pooler.port}/{embedded.DATABASE}"
        )
        found["DATABASE_DIRECT_URL"] = direct
    return found


def opened(proof: Proof) -> None:
    """Migrates, founds a paper, and opens every node."""
    first = proof.nodes[0]
    for node in proof.nodes:
        node.environment = {**papers.Paper(node.var).environment, "PORT": str(node.port), **_environment(node, proof)}
    first.run("pennypress", "migrate", "--verbosity", "0")
    proof.replica.replicate(proof.primary)
    start_editor(proof)
    proof.edit("found")
    headline, began = proof.publish()
    for node in proof.nodes:
        if node is not first:  # The same static files, collected once.
            shutil.copytree(first.var / "static", node.var / "static")
            shutil.copy(first.var / "collected", node.var / "collected")
        node.start("serve", "pennypress", "serve", "--workers", str(WORKERS))
        node.await_answer()
    first.start("work", "pennypress", "work")
    shown(proof.nodes, began, "/", headline)  # From now on each process has the front page stored.


def run(publishings: int, gifts: int, *, in_networks: bool, is_silent: bool = False) -> list[str]:
    """The whole of it; gives what is wrong. The control ends after the first figure."""
    with contextlib.ExitStack() as stack:
        made, address = stack.enter_context(networks.nodes(3, in_networks=in_networks))
        primary, replica = Cluster(papers.free_port(), address), Cluster(papers.free_port(), address)
        stack.callback(primary.remove)
        stack.callback(replica.remove)
        pooler = Pooler(papers.free_port(), address) if shutil.which("pgbouncer") else None
        primary.make()
        if pooler is not None:
            stack.callback(pooler.remove)
            pooler.start(primary)
        proof = Proof(made, primary, replica, pooler, is_silent)
        stack.callback(_end_all, made)
        opened(proof)
        print(f"Three nodes answer, {'in networks of their own' if in_networks else 'on addresses of their own'}")
        publishing(proof, publishings)
        if is_silent:
            return proof.wrong
        giving(proof, gifts)
        made_from_the_replica(proof)
        within_budget(proof)
        cut_off(proof)
        begun_anew(proof)
        promoted(proof)
    return proof.wrong


def _end_all(nodes: list[Node]) -> None:
    for node in nodes:
        for process in node.processes.values():
            papers.end(process)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--publishings", type=int, default=100)
    asked.add_argument("--gifts", type=int, default=20)
    asked.add_argument("--without-networks", action="store_true", help="processes with addresses of their own instead")
    asked.add_argument("--without-purges", action="store_true", help="the control: nobody is told of what is published")
    wanted = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if clusters.programs() is None:
        raise SystemExit(clusters.HOW)
    in_networks = networks.can_be_made() and not wanted.without_networks
    wrong = run(wanted.publishings, wanted.gifts, in_networks=in_networks, is_silent=wanted.without_purges)
    print("\n".join(wrong) or "Every node shows what was published and given; nothing is wrong.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
