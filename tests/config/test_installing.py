"""Installing on a server: units that systemd takes, sites that nginx and Caddy take, and lines that really open the paper."""

import getpass
import os
import re
import shlex
import shutil
import signal
import subprocess
import time
from http.client import HTTPConnection
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from pennypress.config import installing
from pennypress.config.installing import Server, Standing
from tests.attacks.papers import end, free_port

SERVE = "etc/systemd/system/pennypress-serve.service"
SITE = "etc/nginx/sites-available/pennypress"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin")
# Another server is open after some two seconds, and the former has ended soon after.
HANDED_OVER_SECONDS = 8


@pytest.fixture
def paper(settings, tmp_path):
    settings.VAR, settings.PORT, settings.BIND = tmp_path / "var", 8000, "127.0.0.1"
    settings.SITE_URL, settings.SECURE, settings.IS_EMBEDDED = "https://paper.example.org", True, False
    return settings


def _install(root: Path, **options) -> str:
    said = StringIO()
    call_command("install-service", root=root, stdout=said, **options)
    return said.getvalue()


def test_it_writes_every_file_and_says_which_and_what_comes_next(paper, tmp_path):
    said = _install(tmp_path)

    written = sorted(path.relative_to(tmp_path).as_posix() for path in (tmp_path / "etc").rglob("*") if path.is_file())
    assert len(written) == 7
    assert all(f"{tmp_path / name}: written" in said for name in written)
    assert "systemctl enable --now pennypress-serve pennypress-work pennypress-backup.timer" in said


def test_a_second_time_nothing_changes(paper, tmp_path):
    _install(tmp_path)

    assert _install(tmp_path).count("as it should be already") == 7


def test_what_nobody_edited_is_brought_up_to_date(paper, tmp_path):
    _install(tmp_path)
    paper.PORT = 9000

    said = _install(tmp_path)

    assert f"{tmp_path / SERVE}: brought up to date" in said
    assert "Environment=PORT=9000" in (tmp_path / SERVE).read_text()


def test_what_somebody_edited_is_refused_and_nothing_else_is_written(paper, tmp_path):
    _install(tmp_path)
    unit, site = tmp_path / SERVE, tmp_path / SITE
    site.write_text(edited := site.read_text().replace("30m", "90m"))
    paper.PORT = 9000

    with pytest.raises(CommandError, match="Edited by somebody"):
        _install(tmp_path)

    assert site.read_text() == edited
    assert "Environment=PORT=8000" in unit.read_text()


def test_a_file_that_was_never_ours_is_refused(paper, tmp_path):
    (tmp_path / SITE).parent.mkdir(parents=True)
    (tmp_path / SITE).write_text("server {}\n")

    with pytest.raises(CommandError, match="Nothing was written"):
        _install(tmp_path)

    assert not (tmp_path / SERVE).exists()


@pytest.mark.parametrize("option", ["dry_run", "print"])
def test_it_can_be_looked_at_before(paper, tmp_path, option):
    said = _install(tmp_path, **{option: True})

    assert str(tmp_path / SERVE) in said
    assert not (tmp_path / "etc").exists()


def test_a_name_that_would_be_another_line_of_a_unit_is_refused(paper, tmp_path):
    with pytest.raises(CommandError, match="no name of an account"):
        _install(tmp_path, user="root\nExecStartPre=/bin/sh")
    paper.VAR = Path("/srv/a paper")
    with pytest.raises(CommandError, match="another folder"):
        _install(tmp_path)

    assert not (tmp_path / "etc").exists()


def test_no_unit_holds_a_secret_or_may_gain_rights(paper, tmp_path):
    _install(tmp_path)

    for unit in (tmp_path / "etc/systemd/system").glob("*.service"):
        text = unit.read_text()
        assert not re.search(r"SECRET|DATABASE|EMAIL|TOKEN", text)
        assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "User=pennypress"} <= set(text.splitlines())
        assert "@" not in text.replace("@system-service", "")


def test_the_embedded_database_outlives_whichever_of_the_two_began_it(paper, tmp_path):
    paper.IS_EMBEDDED = True

    _install(tmp_path)

    assert "KillMode=process" in (tmp_path / SERVE).read_text()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_systemd_takes_the_units(paper, tmp_path):
    _install(tmp_path)
    units = sorted((tmp_path / "etc/systemd/system").iterdir())

    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def _wrapped(site: Path, folder: Path, port: int = 0) -> Path:
    """A whole configuration of nginx around the site, all in one folder."""
    text = site.read_text().replace("/var/cache/nginx/pennypress", f"{folder}/cache")
    text = text.replace("/var/log/nginx", str(folder)).replace("    listen [::]:80;\n", "")
    site.write_text(text.replace("listen 80;", f"listen 127.0.0.1:{port or 8080};"))
    whole = folder / "nginx.conf"
    whole.write_text(
        f"user {getpass.getuser()}; pid {folder}/nginx.pid; error_log {folder}/error.log; daemon off; worker_processes 1;\n"
        f"events {{}}\nhttp {{ {_places(folder)} include {site}; }}\n"
    )
    folder.chmod(0o755)
    return whole


def _places(folder: Path) -> str:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)


@pytest.mark.skipif(NGINX is None, reason="no nginx here")
def test_nginx_takes_the_site(paper, tmp_path):
    _install(tmp_path)

    command = [NGINX, "-t", "-c", str(_wrapped(tmp_path / SITE, tmp_path)), "-p", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "server_name paper.example.org;" in (tmp_path / SITE).read_text()


@pytest.mark.skipif(shutil.which("caddy") is None, reason="no caddy here")
def test_caddy_takes_the_site(paper, tmp_path):
    _install(tmp_path, web="caddy")
    site = tmp_path / "etc/caddy/pennypress.caddy"
    site.write_text(site.read_text().replace("/var/log/caddy", str(tmp_path)))

    command = ["caddy", "validate", "--adapter", "caddyfile", "--config", str(site)]
    kept = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=kept)

    assert done.returncode == 0, done.stderr


def test_without_a_web_server_no_proxy_is_believed(paper, tmp_path):
    _install(tmp_path, web="none")

    assert "TRUSTED_HOPS" not in (tmp_path / SERVE).read_text()
    assert not (tmp_path / SITE).exists()


def test_the_files_are_known_again_by_what_they_hold(paper, tmp_path):
    piece = Server(user="pennypress", web="none", backups=tmp_path, root=tmp_path).pieces()[0]

    assert piece.standing() is Standing.NOTHING
    installing.install([piece])
    assert piece.standing() is Standing.SAME


class Unit:
    """A unit as systemd would run it: its environment and nothing else of ours, in its folder."""

    def __init__(self, path: Path, home: Path) -> None:
        lines = [line.partition("=") for line in path.read_text().splitlines() if "=" in line]
        self.environment = {"PATH": "/usr/bin:/bin:/usr/sbin", "HOME": str(home), "LANG": "C.UTF-8"}
        self.environment |= dict(value.split("=", 1) for name, _, value in lines if name == "Environment")
        self.folder = next(value for name, _, value in lines if name == "WorkingDirectory")
        self.command = shlex.split(next(value for name, _, value in lines if name == "ExecStart"))
        self.log = home / f"{path.stem}.log"

    def run(self, *instead: str) -> None:
        command = [self.command[0], *instead] if instead else self.command
        done = subprocess.run(
            command, env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def start(self) -> "subprocess.Popen[bytes]":
        with open(self.log, "wb") as log:
            return subprocess.Popen(
                self.command, env=self.environment, cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )


def _ask(port: int, path: str) -> tuple[int, str]:
    line = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        line.request("GET", path, headers={"Host": "localhost"})
        answer = line.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except OSError:
        return 0, ""
    finally:
        line.close()


def _await(port: int, path: str) -> str:
    until = time.monotonic() + 60
    while (answer := _ask(port, path))[0] != 200:
        assert time.monotonic() < until, answer
        time.sleep(0.2)
    return answer[1]


@pytest.mark.skipif(os.environ.get("PENNYPRESS_PROCESSES") != "1", reason="PENNYPRESS_PROCESSES=1 runs it: a minute")
@pytest.mark.skipif(NGINX is None, reason="no nginx here")
def test_the_written_lines_open_a_paper_behind_nginx_begin_it_anew_and_back_it_up(paper, tmp_path):
    paper.PORT, paper.SITE_URL, paper.SECURE, paper.IS_EMBEDDED = free_port(), "http://localhost", False, True
    port = free_port()
    _install(tmp_path)
    units = {
        path.stem.removeprefix("pennypress-"): Unit(path, tmp_path)
        for path in (tmp_path / "etc/systemd/system").glob("*.service")
    }
    started = []
    try:
        units["serve"].run("migrate", "--verbosity", "0")
        started += [units["serve"].start(), units["work"].start()]
        nginx = _wrapped(tmp_path / SITE, tmp_path, port)
        started.append(subprocess.Popen([NGINX, "-c", str(nginx), "-p", str(tmp_path)], start_new_session=True))
        sheet = re.search(r'href="(/static/[^"]+\.css)"', _await(port, "/"))

        assert _ask(port, sheet[1])[0] == _ask(port, sheet[1])[0] == 200
        assert " HIT" in (tmp_path / "pennypress.log").read_text()
        assert "127.0.0.1" not in (tmp_path / "pennypress.log").read_text()
        started[0].send_signal(signal.SIGHUP)
        # A page that is never stored, and of which one reader may ask for as many as they like.
        answered, until = set(), time.monotonic() + HANDED_OVER_SECONDS
        while time.monotonic() < until:
            answered.add(_ask(port, "/login/")[0])
        assert answered == {200}
        units["backup"].run()
        assert list((paper.VAR / "backups").glob("pennypress-*.tar"))
    finally:
        for process in reversed(started):
            end(process)
