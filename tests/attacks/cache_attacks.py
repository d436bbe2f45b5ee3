"""Private pages never land in a shared cache, and nobody poisons a public one: attacks on whatever stands in front.

.venv/bin/python -m tests.attacks.cache_attacks [--rounds 1000] [--seed 0] [--only server,varnish,nginx]

Two readers, Ann and Bo, are known by canaries on their own pages. In each round one of them, or nobody, sends an attack; then
the other, and nobody, ask for the same. Ann's words may reach Ann alone, what an attacker wrote may reach nobody, and nothing
for everybody sets a cookie. At the end every public page must be what it was at the beginning.
The controls, a careless store and a careless Varnish, must leak.
"""

import argparse
import contextlib
import random
import string
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.attacks import raw
from tests.attacks.raw import Got, Request

PRIVATE = (
    "/account/",
    "/account/pledge/",
    "/account/giving/2026/",
    "/give/",
    "/support/",
    "/login/",
    "/2fa/",
    "/desk/",
)
SUFFIXES = (
    *(
        "x.css",
        "x.js",
        "..%2fx.css",
        ";.js",
        ";x.css",
        "%0a.css",
        "%0d%0a.css",
        "%00.css",
        "%23.css",
        "%3f.css",
        "?x.css",
    ),
    *(
        "#.css",
        "%2e%2e/static/x.css",
        "../x.png",
        "%5c..%5cx.css",
        "/",
        "%2f",
        ".css",
        "~x.gif",
        "%20.jpg",
        "favicon.ico",
    ),
)
CONFUSED = (
    *(
        "/static/..%2faccount/",
        "/static/../account/",
        "/world/..%2f..%2faccount/",
        "/feeds/..%2faccount/",
        "//account/",
    ),
    *("/./account/", "/ACCOUNT/", "/account", "/%61ccount/", "/%2faccount/", "/fragments/appeal/..%2f..%2faccount/"),
    *("/world/%2e%2e/account/", "/account/%2e/", "/media/..%2faccount/", "/account%2f", "/robots.txt/..%2faccount/"),
)
PUBLIC = (
    "/",
    "/world/",
    "/appeal/",
    "/appeals/",
    "/search/",
    "/feeds/",
    "/sitemap.xml",
    "/robots.txt",
    "/no-such-page/",
)
MORE = ("/world/dockers-win-their-claim/", "/contributors/", "/contributors/zoe-adair/", "/topics/ports/")
DOORS = ("/fragments/doors/own/", "/fragments/doors/support/")
FRAGMENTS = ("/fragments/appeal/", "/fragments/ownership/", *DOORS, "/appeal.json")
OPEN = (*PUBLIC, *MORE, *FRAGMENTS)
# They tell the time at which they were made.
TIMED = ("/appeal.json",)
UNKEYED = (
    *(
        "X-Forwarded-Host",
        "X-Host",
        "X-Forwarded-Server",
        "X-Forwarded-Prefix",
        "X-Forwarded-Port",
        "X-Forwarded-Scheme",
    ),
    *(
        "X-Original-URL",
        "X-Rewrite-URL",
        "X-Original-Host",
        "Forwarded",
        "Referer",
        "User-Agent",
        "Accept-Language",
        "Origin",
    ),
    *(
        "X-HTTP-Method-Override",
        "X-Method-Override",
        "X-Forwarded-For",
        "X-Real-IP",
        "Store-Query",
        "Surrogate-Key",
        "Via",
    ),
    *(
        "X-Cookie",
        "X-Url",
        "X-Rescue",
        "Cache-Control",
        "Vary",
        "Content-Type",
        "X_FORWARDED_HOST",
        "Purge-All",
        "If-Range",
    ),
)
ENCODINGS = ("br", "gzip", "zstd", "identity", "*", "br;q=0, gzip", "identity;q=0", "gzip, br;q=0.1", "", "x" * 300)


@dataclass
class Person:
    name: str
    canary: str
    cookie: str


@dataclass
class House:
    """What is attacked: a port, the host that it answers to, and two readers of the paper behind it."""

    port: int
    host: str
    people: tuple[Person, Person]

    def ask(self, request: Request, who: Person | None = None) -> Got:
        lines = (("Cookie", who.cookie),) if who else ()
        given = Request(request.target, request.method, (*lines, *request.lines), request.body, request.host)
        return raw.ask(self.port, given, host=self.host)


@dataclass
class Seen:
    rounds: int = 0
    answers: int = 0
    leaks: list[str] = field(default_factory=list)
    poisoned: list[str] = field(default_factory=list)
    own: int = 0

    @property
    def is_clean(self) -> bool:
        return not self.leaks and not self.poisoned


def a_word(chance: random.Random) -> str:
    return "poison" + "".join(chance.choices(string.ascii_lowercase, k=10))


def confused_path(chance: random.Random, word: str) -> Request:
    return Request(chance.choice((*CONFUSED, *(base + end for base in PRIVATE[:4] for end in SUFFIXES))))


def unkeyed_header(chance: random.Random, word: str) -> Request:
    value = chance.choice(
        (f"{word}.example", "/account/", "POST", "https", f"{word}", f"for={word};host={word}.example")
    )
    return Request(chance.choice(OPEN), lines=tuple((name, value) for name in chance.sample(UNKEYED, 3)))


def other_host(chance: random.Random, word: str) -> Request:
    path = chance.choice(OPEN)
    return chance.choice(
        (
            Request(path, host=f"{word}.example"),
            Request(path, host=f"localhost.{word}.example"),
            Request(path, host=f"LOCALHOST:{chance.randint(1, 65535)}"),
            Request(path, lines=(("Host", f"{word}.example"),)),
            Request(f"http://{word}.example{path}"),
            Request(f"http://localhost{path}", host=f"{word}.example"),
        )
    )


def split_cookie(chance: random.Random, word: str) -> Request:
    more = chance.choice(((("Cookie", f"a={word}"),), (("Cookie", f"csrf={word}; session={word}"), ("Cookie", "b=1"))))
    long = (("Cookie", f"long={word * 200}"),)
    return Request(chance.choice((*OPEN, *PRIVATE)), lines=chance.choice((more, long)))


def part_or_head(chance: random.Random, word: str) -> Request:
    lines = (
        (("Range", "bytes=0-60"),),
        (("Range", "bytes=-200"), ("If-Range", word)),
        (("If-None-Match", "*"),),
        (("If-None-Match", f'"{word}"'), ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT")),
        (("If-Match", f'"{word}"'),),
    )
    return Request(chance.choice((*OPEN, *PRIVATE)), chance.choice(("GET", "HEAD")), chance.choice(lines))


def cloaked_query(chance: random.Random, word: str) -> Request:
    query = chance.choice(
        (
            *(f"utm_source={word}", f"page=2&page={word}", f"p%61ge={word}", f"page=1;page={word}", f"q=dock&q={word}"),
            *(
                f"page[]={word}",
                f"_={word}",
                f"page=1%26q={word}",
                f"%00page={word}",
                f"page=1&%71={word}",
                f"?page={word}",
            ),
            *(f"callback={word}", f"page=1#q={word}", f"q=dock%00{word}", f"&&&page=1&{word}", f"page=+1&x={word}"),
        )
    )
    return Request(f"{chance.choice((*OPEN, '/account/'))}?{query}")


def fat_get(chance: random.Random, word: str) -> Request:
    form = ("Content-Type", "application/x-www-form-urlencoded")
    over = ("X-HTTP-Method-Override", "POST")
    method = chance.choice(("GET", "GET", "POST", "PUT", "OPTIONS", "TRACE", "PURGE", "BAN", "FOO"))
    return Request(chance.choice(OPEN), method, (form, over), f"q={word}&page={word}&next=/{word}/".encode())


def oversize(chance: random.Random, word: str) -> Request:
    lines = chance.choice(
        (
            (("X-Long", word * 600),),
            tuple((f"X-Many-{number}", word) for number in range(120)),
            (("Accept", word * 900),),
        )
    )
    return Request(chance.choice(OPEN), lines=lines)


def encoded(chance: random.Random, word: str) -> Request:
    return Request(
        chance.choice((*OPEN, "/account/")), lines=(("Accept-Encoding", chance.choice(ENCODINGS)), ("TE", word))
    )


def flood(chance: random.Random, word: str) -> Request:
    query = "&".join(f"{a_word(chance)}={word}" for _ in range(20))
    return Request(f"{chance.choice(OPEN)}?{query}")


ATTACKS = (
    *(confused_path, confused_path, unkeyed_header, unkeyed_header, other_host, split_cookie, part_or_head),
    *(cloaked_query, cloaked_query, fat_get, oversize, encoded, flood),
)


def attack(house: House, *, rounds: int, seed: int) -> Seen:
    """Attacks for so many rounds, and gives what was seen by whom it was not for."""
    chance, seen = random.Random(seed), Seen()
    before = {path: pages(house, path) for path in OPEN if path not in TIMED}
    ann, bo = house.people
    one_round(house, seen, Request("/account/"), (ann, bo), "", "round 0: Ann, then Bo, then nobody")
    for number in range(1, rounds):
        attacker, other = chance.sample([ann, bo, None], 2)
        word = a_word(chance)
        sent = chance.choice(ATTACKS)(chance, word)
        label = f"round {number}: {sent.method} {sent.target[:90]} {[name for name, _ in sent.lines][:4]}"
        one_round(house, seen, sent, (attacker, other), word, label)
    seen.poisoned += [f"{path} is not what it was" for path, page in before.items() if pages(house, path) != page]
    return seen


def pages(house: House, path: str) -> tuple[int, str]:
    got = house.ask(Request(path))
    return got.status, got.text


def one_round(
    house: House, seen: Seen, sent: Request, who_asks: tuple[Person | None, Person | None], word: str, label: str
) -> None:
    attacker, other = who_asks
    watch(house, seen, house.ask(sent, attacker), attacker, "", label)
    bare = sent.target.partition("?")[0].partition("#")[0]
    plain = bare if bare.startswith("/") else "/"
    for who in (other, None):
        # The same address again where it holds nothing of the attacker's own, and the address alone.
        again = [plain] if word and word in sent.target else [sent.target, plain]
        for target in dict.fromkeys(again):
            watch(house, seen, house.ask(Request(target), who), who, word, label)
    seen.rounds += 1


def watch(house: House, seen: Seen, got: Got, who: Person | None, word: str, label: str) -> None:
    seen.answers += 1
    seen.own += who is not None and who.canary in got
    whose = [person.name for person in house.people if person is not who and person.canary in got]
    seen.leaks += [f"{label}: {who.name if who else 'nobody'} saw what is {name}'s" for name in whose]
    if word and word in got:
        seen.poisoned.append(f"{label}: {who.name if who else 'nobody'} saw the attacker's words")
    if "public" in got.headers.get("cache-control", "") and "set-cookie" in got.headers:
        seen.leaks.append(f"{label}: a page for everybody sets a cookie")


def people_of_the_paper() -> tuple[Person, Person]:
    """Two readers, logged in; their names stand on their own pages. Django must be set up over the paper."""
    from tests.desk import cast

    found = []
    for name, canary in (("Ann", "canary-of-ann"), ("Bo", "canary-of-bo")):
        client = cast.logged_in(cast.a_reader(f"{canary}@example.org"))
        cookies = "; ".join(f"{morsel.key}={morsel.value}" for morsel in client.cookies.values())
        found.append(Person(name, canary, cookies))
    return found[0], found[1]


def write_the_paper() -> None:
    from tests.attacks import founding
    from tests.newsroom import builders

    founding.found()
    paper = builders.a_paper()
    for headline in ("Dockers win their claim", "Cranes stand still"):
        builders.a_story(paper.section, headline, contributors=[paper.writer], topics=[paper.topic])


@contextlib.contextmanager
def fronts(paper, names: set[str]) -> Iterator[dict[str, int]]:
    """The port of each thing to attack: the server's own store, Varnish and nginx before it with our configuration."""
    from tests.delivery import caches

    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ports = {"server": paper.port}
        if "varnish" in names and caches.is_there("varnishd"):
            vcl = caches.vcl(paper.port, host=f"localhost:{paper.port}")
            ports["varnish"] = stack.enter_context(caches.varnish(folder / "varnish", vcl)).port
        if "nginx" in names and caches.is_there("nginx"):
            ports["nginx"] = stack.enter_context(caches.nginx(folder / "nginx", paper.port)).port
        yield {name: port for name, port in ports.items() if name in names}


def careless(vcl: str) -> str:
    """Our VCL as a hasty hand would have it: every page is kept for a minute, whoever asked for it."""
    whoever = "    set beresp.ttl = 60s;\n    unset beresp.http.Set-Cookie;\n    unset beresp.http.Vary;\n    return (deliver);\n"
    hasty = vcl.replace("    if (bereq.uncacheable) {\n        return (deliver);\n    }\n", whoever, 1)
    hasty = hasty.replace("        set req.http.X-Cookie = req.http.Cookie;\n        unset req.http.Cookie;\n", "", 1)
    hasty = hasty.replace("        unset bereq.http.Cookie;\n", "", 1)
    hasty = hasty.replace("(account|accounts|desk", "(accounts|desk", 1)
    assert hasty.count("beresp.ttl = 60s") == 1
    return hasty


def controls(paper, people: tuple[Person, Person], *, rounds: int, seed: int) -> dict[str, Seen]:
    """The same attacks on a store and a Varnish that keep whatever they are given."""
    from tests.delivery import caches

    host, told = f"localhost:{paper.port}", {}
    if caches.is_there("varnishd"):
        with tempfile.TemporaryDirectory() as folder:
            vcl = careless(caches.vcl(paper.port, host=host))
            with caches.varnish(Path(folder), vcl) as cache:
                told["careless varnish"] = attack(House(cache.port, host, people), rounds=rounds, seed=seed)
    with paper.carelessly() as port:
        told["careless store"] = attack(House(port, host, people), rounds=rounds, seed=seed)
    return told


def tell(name: str, seen: Seen) -> None:
    print(
        f"{name}: {seen.rounds} rounds, {seen.answers} answers, {seen.own} of them to whom they were for; "
        f"{len(seen.leaks)} leaks, {len(seen.poisoned)} poisoned",
        flush=True,
    )
    for line in [*seen.leaks, *seen.poisoned][:5]:
        print(f"    {line}", flush=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=1000)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--only", default="server,varnish,nginx")
    wanted = asked.parse_args()
    from tests.attacks import papers

    with papers.a_paper(PENNYPRESS_NGINX_CACHE="1", PENNYPRESS_VARNISH="http://127.0.0.1:9") as paper:
        paper.adopt()
        write_the_paper()
        people, host = people_of_the_paper(), f"localhost:{paper.port}"
        paper.serve("--workers", "1")
        with fronts(paper, set(wanted.only.split(","))) as ports:
            clean = {
                name: attack(House(port, host, people), rounds=wanted.rounds, seed=wanted.seed)
                for name, port in ports.items()
            }
        leaky = controls(paper, people, rounds=min(wanted.rounds, 200), seed=wanted.seed)
    for name, seen in {**clean, **leaky}.items():
        tell(name, seen)
    holds = all(seen.is_clean and seen.own for seen in clean.values()) and all(seen.leaks for seen in leaky.values())
    print("Nothing leaks, nothing is poisoned, and the controls leak." if holds else "IT DOES NOT HOLD.")
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
