"""PostgreSQL servers of a test's own, heard on an address and a port, and streaming replicas of them.

From a full installation of PostgreSQL 15 or newer: the embedded one has no tools to replicate with.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from pennypress.config import embedded

INSTALLATIONS = Path("/usr/lib/postgresql")
HOW = "no PostgreSQL with pg_basebackup here: apt-get install postgresql-15"
_ACCESS = "local all all trust\nhost all all all trust\nhost replication all all trust\n"
_SETTINGS = (
    "fsync=on",
    "synchronous_commit=on",
    "wal_level=replica",
    "hot_standby=on",
    "max_connections=200",
    "wal_receiver_timeout=5s",
    "shared_buffers=64MB",
)


def programs() -> Path | None:
    """The programs of the newest installation that can replicate, or None."""
    found = sorted(INSTALLATIONS.glob("*/bin/pg_basebackup"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found and int(found[-1].parts[-3]) >= 15 else None


@dataclass
class Cluster:
    """One server: the primary, or by `replicate` a copy that follows it."""

    port: int
    address: str = "127.0.0.1"
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="pennypress-cluster-")))

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def make(self) -> None:
        """Makes and starts the server, with our two roles and the paper's database."""
        self._own_folder()
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "--locale=C", "--encoding=UTF8")
        (self.data / "pg_hba.conf").write_text(_ACCESS)
        self.start()
        with self.connect("postgres", "postgres") as owner:
            owner.execute(f"CREATE ROLE {embedded.OWNER_ROLE} LOGIN CREATEDB")
            owner.execute(f"CREATE ROLE {embedded.APP_ROLE} LOGIN")
            owner.execute(f"CREATE DATABASE {embedded.DATABASE} OWNER {embedded.OWNER_ROLE}")

    def replicate(self, primary: "Cluster") -> None:
        """Makes this server a copy of `primary` that follows it, and starts it."""
        self._own_folder()
        whence = ("-h", primary.address, "-p", str(primary.port), "-U", "postgres")
        self._run("pg_basebackup", "-D", str(self.data), "-R", "-c", "fast", "-X", "stream", *whence)
        self.start()

    def start(self) -> None:
        settings = " ".join(f"-c {setting}" for setting in _SETTINGS)
        options = (
            f"-p {self.port} -c listen_addresses={self.address} -c unix_socket_directories={self.folder} {settings}"
        )
        log = str(self.folder / "server.log")
        self._run("pg_ctl", "start", "-D", str(self.data), "-l", log, "-o", options, "-w", "-t", "60")

    def promote(self) -> None:
        self._run("pg_ctl", "promote", "-D", str(self.data), "-w", "-t", "60")

    def stop(self, how: str = "fast") -> None:
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", how, "-w", "-t", "60")

    def remove(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, role: str, database: str = embedded.DATABASE) -> str:
        return f"postgresql://{role}@{self.address}:{self.port}/{database}"

    def connect(self, role: str, database: str = embedded.DATABASE) -> psycopg.Connection:
        return psycopg.connect(self.url(role, database), autocommit=True, connect_timeout=10)

    def _own_folder(self) -> None:
        if os.geteuid() == 0:
            entry = pwd.getpwnam("nobody")
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        self.folder.chmod(0o700)

    def _run(self, program: str, *arguments: str) -> None:
        found = programs()
        assert found is not None, HOW
        is_root = os.geteuid() == 0
        done = subprocess.run(
            [str(found / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if program == "pg_ctl" else None,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            start_new_session=True,
            check=False,
            user=pwd.getpwnam("nobody").pw_uid if is_root else None,
            group=pwd.getpwnam("nobody").pw_gid if is_root else None,
            extra_groups=[] if is_root else None,
        )
        if done.returncode:
            log = self.folder / "server.log"
            said = log.read_text(errors="replace")[-1500:] if log.exists() else ""
            raise RuntimeError(f"{program} failed. {said}")
