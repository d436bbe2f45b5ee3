"""What a Debian server needs to run the paper: units of systemd, a web server's site, and the account that runs it.

The texts lie in `deploy/`; here they are filled in, and written where nothing of somebody else's stands. Each begins with a
checksum of what follows, by which it is known again as ours and unedited.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

DEPLOY = settings.ROOT / "deploy"
_HEAD = "# Written by `pennypress install-service`, and written again by it as long as nobody edits it. {digest}\n"
_KNOWN = re.compile(r"\A# Written by `pennypress install-service`[^\n]* ([0-9a-f]{32})\n")
_NAME = re.compile(r"[a-z_][a-z0-9_-]{0,30}")
_PATH = re.compile(r"/[\w./+-]*")
_LOG = """# Who reads what is nobody's business: of an address the network is kept, and of the query nothing.
map $remote_addr $pennypress_network {
    default 0.0.0.0;
    "~^(\\d+\\.\\d+)\\." $1.0.0;
    "~^([0-9a-f]+:[0-9a-f]+):" $1::;
}
log_format pennypress '$pennypress_network [$time_local] "$request_method $uri" $status $body_bytes_sent '
                      '$request_time $upstream_cache_status';
"""


class CannotInstall(ValueError):
    """Nothing was written; the text says why."""


class Standing(Enum):
    """What stands in the place of a file of ours."""

    NOTHING = "written"
    SAME = "as it should be already"
    OLDER = "brought up to date"
    EDITED = "edited by somebody"


@dataclass(frozen=True)
class Piece:
    """One file to be written."""

    path: Path
    text: str

    @property
    def whole(self) -> str:
        return _HEAD.format(digest=_digest(self.text)) + self.text

    def standing(self) -> Standing:
        """This function will say what stands in the file's place."""
        if not self.path.exists():
            return Standing.NOTHING
        found = self.path.read_text(encoding="utf-8", errors="replace")
        if found == self.whole:
            return Standing.SAME
        known = _KNOWN.match(found)
        is_ours = known is not None and known[1] == _digest(found[known.end() :])
        return Standing.OLDER if is_ours else Standing.EDITED


@dataclass(frozen=True)
class Server:
    """How the paper is to be run: by whom, from where, behind which web server (nginx, caddy or none)."""

    user: str
    web: str
    backups: Path
    root: Path = Path("/")

    def pieces(self) -> list[Piece]:
        """This function will give every file that the server needs. Raises: CannotInstall for what no file may hold."""
        _require_plain(self)
        units = [
            Piece(self.root / "etc/systemd/system" / name, self._unit(name))
            for name in (
                "pennypress-serve.service",
                "pennypress-work.service",
                "pennypress-backup.service",
                "pennypress-backup.timer",
            )
        ]
        account = Piece(self.root / "etc/sysusers.d/pennypress.conf", self._filled("systemd/sysusers.conf"))
        kernel = Piece(self.root / "etc/sysctl.d/60-pennypress.conf", self._filled("systemd/sysctl.conf"))
        return [account, kernel, *units, *self._site()]

    def _site(self) -> list[Piece]:
        match self.web:
            case "nginx":
                return [Piece(self.root / "etc/nginx/sites-available/pennypress", _nginx())]
            case "caddy":
                return [Piece(self.root / "etc/caddy/pennypress.caddy", self._filled("caddy/pennypress.caddy"))]
            case _:
                return []

    def _unit(self, name: str) -> str:
        return self._filled(f"systemd/{name}").replace("@HARDENING@", self._filled("systemd/hardening.conf").strip())

    def _filled(self, name: str) -> str:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        for word, value in self._words().items():
            text = text.replace(f"@{word}@", value)
        return text

    def _words(self) -> dict[str, str]:
        is_at_home = any(path.is_relative_to(home) for path in (settings.ROOT, settings.VAR) for home in _HOMES)
        return {
            "USER": self.user,
            "CODE": str(settings.ROOT),
            "VAR": str(settings.VAR),
            "BACKUPS": str(self.backups),
            "ENVIRONMENT": "\n".join(f"Environment={name}={value}" for name, value in self._environment().items()),
            # The embedded database is the child of whoever began first, and outlives it while the other needs it.
            "KILL_MODE": "process" if settings.IS_EMBEDDED else "mixed",
            "PRIVATE_TMP": "no" if settings.IS_EMBEDDED else "yes",
            "PROTECT_HOME": "read-only" if is_at_home else "yes",
            "SITE": urlsplit(settings.SITE_URL).netloc if settings.SECURE else settings.SITE_URL,
            "UPSTREAM": _upstream(),
        }

    def _environment(self) -> dict[str, str]:
        found = {"PENNYPRESS_VAR": str(settings.VAR), "PORT": str(settings.PORT)}
        if self.web != "none":
            found["PENNYPRESS_TRUSTED_HOPS"] = "1"
        if self.web == "nginx":
            found["PENNYPRESS_NGINX_CACHE"] = "1"
        return found


_HOMES = (Path("/home"), Path("/root"), Path("/run/user"))


def install(pieces: list[Piece]) -> list[tuple[Piece, Standing]]:
    """This function will write the files, all or none, and say of each what stood there.

    Raises: CannotInstall where one was edited, or may not be written.
    """
    found = [(piece, piece.standing()) for piece in pieces]
    if edited := [str(piece.path) for piece, standing in found if standing is Standing.EDITED]:
        raise CannotInstall(
            f"Edited by somebody, and left as it is: {', '.join(edited)}. "
            "Move it away first; --print shows what would be written."
        )
    try:
        for piece, standing in found:
            if standing is not Standing.SAME:
                _write(piece)
    except OSError as trouble:
        raise CannotInstall(f"{trouble.filename} cannot be written: {trouble.strerror}. Run it as root.") from trouble
    return found


def _write(piece: Piece) -> None:
    piece.path.parent.mkdir(parents=True, exist_ok=True)
    making = piece.path.with_name(f".{piece.path.name}.making")
    making.write_text(piece.whole, encoding="utf-8")
    making.chmod(0o644)
    os.replace(making, piece.path)


def _nginx() -> str:
    """The rules of the cache as they are tested, with the paper's name, its files and a log that knows nobody."""
    text = (DEPLOY / "nginx-cache.conf").read_text(encoding="utf-8")
    name = urlsplit(settings.SITE_URL).hostname or "_"
    changes = {
        "server 127.0.0.1:8000;": f"server {_upstream()};",
        "    server_name _;\n": f"    server_name {name};\n    access_log /var/log/nginx/pennypress.log pennypress;\n",
        "    location / {\n": (DEPLOY / "nginx-files.conf").read_text(encoding="utf-8") + "    location / {\n",
        "server {\n    listen 80;": f"{_LOG}\nserver {{\n    listen 80;\n    listen [::]:80;",
    }
    for old, new in changes.items():
        if old not in text:
            raise CannotInstall(f"deploy/nginx-cache.conf does not say {old!r} any longer.")
        text = text.replace(old, new, 1)
    return text


def _upstream() -> str:
    return f"127.0.0.1:{settings.PORT}" if settings.BIND == "0.0.0.0" else f"{settings.BIND}:{settings.PORT}"  # noqa: S104


def _require_plain(server: Server) -> None:
    if not _NAME.fullmatch(server.user):
        raise CannotInstall(f"{server.user!r} is no name of an account.")
    for path in (settings.ROOT, settings.VAR, server.backups):
        if not _PATH.fullmatch(str(path)):
            raise CannotInstall(f"{path} has signs that a unit cannot hold; choose another folder.")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
