"""`pennypress install-service`: write what a Debian server needs to run the paper, and say what it wrote."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pennypress.config import installing
from pennypress.config.installing import Server, Standing

_NEXT = """
Next, as root:
  systemd-sysusers
  sysctl --system
  install -d -o {user} -g {user} -m 0700 {var} {backups}
  systemctl daemon-reload
  systemctl enable --now pennypress-serve pennypress-work pennypress-backup.timer"""
_WEB = {
    "nginx": """
  ln -sf ../sites-available/pennypress /etc/nginx/sites-enabled/pennypress
  nginx -t && systemctl reload nginx""",
    "caddy": """
  grep -q pennypress.caddy /etc/caddy/Caddyfile || echo 'import pennypress.caddy' >> /etc/caddy/Caddyfile
  caddy validate --config /etc/caddy/Caddyfile && systemctl reload caddy""",
    "none": "",
}


class Command(BaseCommand):
    help = "Write systemd's units and a web server's site for this paper. Overwrites nothing that somebody edited."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--web", choices=sorted(_WEB), default="nginx", help="what stands in front (default: nginx)"
        )
        parser.add_argument("--user", default="pennypress", help="the account that runs it (default: pennypress)")
        parser.add_argument("--backups", type=Path, help="where backups go (default: backups in PENNYPRESS_VAR)")
        parser.add_argument("--root", type=Path, default=Path("/"), help="write below this folder instead of /")
        parser.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")
        parser.add_argument("--print", action="store_true", help="show every file, and write nothing")

    def handle(
        self, *args: Any, web: str, user: str, backups: Path | None, root: Path, dry_run: bool, **options: Any
    ) -> None:
        server = Server(user=user, web=web, backups=backups or settings.VAR / "backups", root=root)
        try:
            pieces = server.pieces()
            if options["print"]:
                for piece in pieces:
                    self.stdout.write(f"==> {piece.path} <==\n{piece.whole}")
                return
            found = [(piece, piece.standing()) for piece in pieces] if dry_run else installing.install(pieces)
        except installing.CannotInstall as trouble:
            raise CommandError(f"{trouble}\nNothing was written.") from trouble
        for piece, standing in found:
            self.stdout.write(f"  {piece.path}: {self._said(standing, dry_run)}")
        if not dry_run:
            told = _NEXT + _WEB[web]
            self.stdout.write(told.format(user=user, var=settings.VAR, backups=server.backups))

    def _said(self, standing: Standing, dry_run: bool) -> str:
        if not dry_run or standing is Standing.SAME:
            return standing.value
        return "edited by somebody: refused" if standing is Standing.EDITED else f"would be {standing.value}"
