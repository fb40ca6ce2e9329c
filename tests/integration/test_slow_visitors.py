"""Visitors who send or read a byte now and then take one thread each, and not for long."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from threading import Event, Thread
from urllib.parse import urlsplit

import pytest

from demo.upstreams import Upstreams
from tests.live import GUNICORN, ROOT, App, running_app, until

pytestmark = [pytest.mark.database, pytest.mark.long]

THREADS = 8
ENDLESS = b"POST /catalog/sync/trigger/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n"
HASTY = f"""
exec(open("{ROOT / "gunicorn.conf.py"}").read())
from config.web_worker import Worker
Worker.head_seconds, Worker.request_seconds = 3, 4
"""


@pytest.fixture(scope="module")
def app(database: str, upstreams: Upstreams, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Serve the app with one process, which is less patient than usual."""
    config = tmp_path_factory.mktemp("hasty") / "gunicorn.conf.py"
    config.write_text(HASTY)
    with running_app(database, upstreams.environment(), workers=1, program=[*GUNICORN, "-c", str(config)]) as app:
        yield app


def drip(address: str, begun: bytes, rest: bytes, leave: Event) -> None:
    """Send something at once and the rest byte by byte, until told to leave."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall(begun)
        while not leave.wait(0.3):
            try:
                connection.sendall(rest)
            except OSError:
                return


@pytest.mark.parametrize(
    ("begun", "rest"),
    [(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ", b"a"), (ENDLESS, b"a")],
    ids=["headers", "body"],
)
def test_as_many_slow_visitors_as_threads_keep_the_others_waiting_for_a_moment_only(
    app: App, begun: bytes, rest: bytes
) -> None:
    leave = Event()
    with ExitStack() as stack:
        stack.callback(leave.set)
        slow = [Thread(target=drip, args=(app.url, begun, rest, leave)) for _ in range(2 * THREADS)]
        for each in slow:
            each.start()
        until(lambda: app.client.get("/healthz", timeout=120).ok, 30)
        until(lambda: not any(each.is_alive() for each in slow), 30)
    assert app.client.get("/catalog/albums/").ok


def test_a_visitor_who_reads_nothing_is_left(app: App) -> None:
    parts = urlsplit(app.url)
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect((parts.hostname, parts.port))
        deaf.sendall(b"GET /catalog/albums/ HTTP/1.1\r\nHost: localhost\r\n\r\n" * 200)
        until(lambda: _is_reset(deaf), 30)


def _is_reset(connection: socket.socket) -> bool:
    """Whether the other side has ended it: sending fails from then on."""
    try:
        connection.send(b"\r\n", socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return False
