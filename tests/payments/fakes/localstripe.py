"""localstripe, somebody else's fake Stripe, as a process of its own on loopback; ended by its own pid."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request


@contextlib.contextmanager
def running(folder):
    """Gives its address. It knows PaymentIntents under saved cards, refunds and signed webhooks, and no Checkout."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    command = [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"]
    environment = {**os.environ, "TMPDIR": str(folder)}
    with (folder / "localstripe.log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            base = f"http://127.0.0.1:{port}"
            _wait(base, process, folder / "localstripe.log")
            yield base
        finally:
            process.terminate()
            process.wait(10)


def _wait(base, process, log):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _try in range(150):
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(OSError):
            request = urllib.request.Request(f"{base}/v1/customers", headers={"Authorization": "Bearer sk_test_local"})
            with opener.open(request, timeout=1):
                return
        time.sleep(0.1)
    raise AssertionError(log.read_text())
