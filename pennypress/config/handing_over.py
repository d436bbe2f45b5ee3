"""The standing process of a server, which outlives what it serves: code and settings change beneath it, and nobody notices.

`pennypress serve` is this process, and under it the server itself as a process of its own. At SIGHUP it begins another
server, with the code and the settings of now, and when that one is open it ends the former, which answers what it has
begun. Both listen at the same door meanwhile. One that does not open is given up, and the former goes on.

It loads neither Django nor anything else of the paper, and reads no setting of it.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

# By this a server knows whom to tell that it is open, and that it is the second at the door.
UNDER, BESIDE = "PENNYPRESS_UNDER", "PENNYPRESS_BESIDE"
OPEN = signal.SIGUSR1
_HEARD = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD, OPEN}
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def is_to_stand(arguments: Sequence[str]) -> bool:
    """This function will say whether what is asked for is a server that does not stand under such a process already."""
    return arguments[:1] == ["serve"] and not {"-h", "--help"} & set(arguments) and UNDER not in os.environ


def is_beside() -> bool:
    """This function will say whether another server listens at the same door still, as it should."""
    return BESIDE in os.environ


def tell_open() -> None:
    """This function will tell the standing process, if there is one, that a process of the server is open."""
    under = int(os.environ.get(UNDER, "0"))
    if under:
        with contextlib.suppress(ProcessLookupError):
            os.kill(under, OPEN)


def stand(arguments: Sequence[str]) -> int:
    """This function will stand over a server until it is told to end, or the server ends; gives its exit status."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
    return _Standing(arguments).run()


class _Standing:
    def __init__(self, arguments: Sequence[str]) -> None:
        self.arguments = arguments
        self.server = self._begin()
        self.fresh: subprocess.Popen[bytes] | None = None
        self.leaving: list[subprocess.Popen[bytes]] = []

    def run(self) -> int:
        while (status := self.server.poll()) is None:
            heard = signal.sigwaitinfo(_HEARD)
            self.leaving = [one for one in self.leaving if one.poll() is None]
            match heard.si_signo:
                case signal.SIGTERM | signal.SIGINT:
                    self._stop(heard.si_signo)
                case signal.SIGHUP if self.fresh is None:
                    self.fresh = self._begin(**{BESIDE: "1"})
                case signal.SIGUSR1:
                    self._opened(heard.si_pid)
                case signal.SIGCHLD:
                    self._given_up()
        self._stop(signal.SIGTERM)
        # Ended by a signal, it is for whoever started us what it is for a shell.
        return status if status >= 0 else 128 - status

    def _begin(self, **more: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "pennypress", "serve", *self.arguments]
        environment = {**os.environ, UNDER: str(os.getpid()), **more}
        return subprocess.Popen(command, env=environment, preexec_fn=_under_us)

    def _opened(self, pid: int) -> None:
        if self.fresh is None or pid not in (self.fresh.pid, *_children(self.fresh.pid)):
            return
        self.leaving.append(self.server)
        self.server.send_signal(signal.SIGTERM)
        self.server, self.fresh = self.fresh, None

    def _given_up(self) -> None:
        if self.fresh is not None and self.fresh.poll() is not None:
            sys.stderr.write("The new server did not open; the one before it goes on.\n")
            self.fresh = None

    def _stop(self, how: int) -> None:
        servers = [one for one in (self.server, self.fresh, *self.leaving) if one]
        for one in servers:
            one.send_signal(how)
        for one in servers:
            one.wait()


def _under_us() -> None:
    """In the new process, before it becomes a server: it hears every signal, and ends when we do."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEARD)
    ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGTERM)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []
