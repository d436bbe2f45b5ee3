"""A reader who asks a port, whatever stands there."""

import http.client
import time

from tests.delivery.conftest import Answer


def ask(
    port: int, path: str, *, method: str = "GET", body: bytes | None = None, host: str = "paper.test", **headers: str
) -> Answer:
    """Asks for a path; header names with underscores for their hyphens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers={"Host": host, **sent})
        return Answer(connection.getresponse())
    finally:
        connection.close()


def at_the_start_of_a_second() -> None:
    """Waits until a second of the wall's clock has just begun."""
    time.sleep(1.05 - time.time() % 1)
