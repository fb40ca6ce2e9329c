"""A server that sends its headers, or its body, byte by byte costs one helper until the time is up, and no more."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
import requests
import urllib3

from catalog.services.http import PlainSession, read_body
from catalog.services.sheet.download import DownloadLimits, SheetUnreachable, fetch_workbook

SECONDS = 1.0
BEGINNINGS = {
    "headers": b"HTTP/1.1 200 OK\r\nX-Slow: ",
    "status": b"HTTP/1.1 200 ",
    "chunk size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    "compressed": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\x03",
}


@pytest.fixture(params=BEGINNINGS)
def dripping(request: pytest.FixtureRequest) -> Iterator[str]:
    """Serve one beginning, then a digit every 20 ms; whatever is read lasts for ever."""
    stopped = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65536)
            connection.sendall(BEGINNINGS[request.param])
            while not stopped.wait(0.02):
                connection.sendall(b"0")

    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        stopped.set()
        server.shutdown(socket.SHUT_RDWR)


def test_an_answer_that_drips_ends_in_a_time_out(dripping: str) -> None:
    ended = threading.Event()

    def ask() -> None:
        with PlainSession(SECONDS) as session:
            session.trust_env = False
            with (
                pytest.raises((requests.RequestException, urllib3.exceptions.HTTPError)),
                session.get(dripping, timeout=30, stream=True) as answer,
            ):
                list(read_body(answer, most_bytes=10**6, ends_at=time.monotonic() + 3600))
        ended.set()

    threading.Thread(target=ask, daemon=True).start()
    assert ended.wait(30)


def test_a_download_that_drips_tells_of_a_time_out(dripping: str, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    limits = DownloadLimits(connect=30, read=30, deadline=SECONDS, tries=1)
    with pytest.raises(SheetUnreachable) as refused:
        fetch_workbook(dripping, tmp_path, limits=limits)
    assert refused.value.fact.parameters["cause"] in {"timeout", "deadline"}
    assert list(tmp_path.iterdir()) == []
