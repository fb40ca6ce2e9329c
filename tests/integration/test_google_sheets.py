"""The download against real sockets: whatever the server does ends in a file or in one error that names the cause."""

import gzip
import logging
import os
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from catalog.services.errors import SyncError
from catalog.services.facts import Fact
from catalog.services.sheet.download import (
    DownloadLimits,
    DownloadStopped,
    RateLimited,
    SheetForbidden,
    SheetNotFound,
    SheetUnreachable,
    export_address,
    fetch_workbook,
)
from catalog.services.sheet.workbook import SheetNotAWorkbook, SheetTooLarge
from catalog.wording import error_hint, error_message

WORKBOOK = b"PK\x03\x04" + bytes(range(256)) * 400
LIMITS = DownloadLimits(connect=5, read=5, deadline=15, first_pause=0.01, bytes=200_000)

Behaviour = Callable[[socket.socket], None]


class SheetServer(socketserver.ThreadingTCPServer):
    """Answers each connection with the next behaviour of its list, the last one again and again."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.behaviours: list[Behaviour] = []
        self.requests: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/export?format=xlsx&token=secret"

    def next_behaviour(self) -> Behaviour:
        return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]


class _Connection(socketserver.BaseRequestHandler):
    server: SheetServer

    def handle(self) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            request += self.request.recv(65536)
        self.server.requests.append(request.decode())
        with suppress(OSError):  # of a client that leaves, as it should
            self.server.next_behaviour()(self.request)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SheetServer]:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    with SheetServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def answer(status: int, body: bytes = b"", **headers: object) -> Behaviour:
    """Answer properly; a header's underscores stand for hyphens."""
    return lambda connection: connection.sendall(head(status, **{"Content_Length": len(body)} | headers) + body)


def head(status: int, **headers: object) -> bytes:
    lines = [f"HTTP/1.1 {status} So", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return ("\r\n".join([*lines, "Connection: close"]) + "\r\n\r\n").encode()


GOOD = answer(200, WORKBOOK)
ERROR = answer(500)


def redirect(location: str, status: int = 307) -> Behaviour:
    return answer(status, Location=location)


def chunked(connection: socket.socket) -> None:
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (WORKBOOK[:2], WORKBOOK[2:5], WORKBOOK[5:]))
    connection.sendall(head(200, Transfer_Encoding="chunked") + chunks + b"0\r\n\r\n")


def truncated(connection: socket.socket) -> None:
    connection.sendall(head(200, Content_Length=len(WORKBOOK)) + WORKBOOK[:1000])


def truncated_chunk(connection: socket.socket) -> None:
    connection.sendall(head(200, Transfer_Encoding="chunked") + b"ffff\r\n" + WORKBOOK[:1000])


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def reset_in_the_body(connection: socket.socket) -> None:
    connection.sendall(head(200, Content_Length=len(WORKBOOK)) + WORKBOOK[:1000])
    time.sleep(0.05)
    reset(connection)


def silence(connection: socket.socket) -> None:
    connection.recv(1)


def silence_in_the_body(connection: socket.socket) -> None:
    connection.sendall(head(200, Content_Length=len(WORKBOOK)) + WORKBOOK[:1000])
    connection.recv(1)


def drip(connection: socket.socket) -> None:
    connection.sendall(head(200) + WORKBOOK[:8])
    while True:
        connection.sendall(b"x")
        time.sleep(0.02)


def endless(connection: socket.socket) -> None:
    connection.sendall(head(200) + WORKBOOK[:8])
    while True:
        connection.sendall(b"x" * 10_000)


def endless_redirect(connection: socket.socket) -> None:
    connection.sendall(head(302, Location="/elsewhere"))
    while True:
        connection.sendall(b"x" * 10_000)


def gzip_bomb(connection: socket.socket) -> None:
    body = gzip.compress(WORKBOOK + bytes(2_000_000))
    connection.sendall(head(200, Content_Length=len(body), Content_Encoding="gzip") + body)


SIGN_IN_PAGE = b'<!DOCTYPE html><a href="https://accounts.google.com/ServiceLogin?continue=x">Sign in</a>'
ELSEWHERE = "https://example.com/export"

GOOD_ENDS: dict[str, list[Behaviour]] = {
    "at once": [GOOD],
    "in chunks": [chunked],
    "without a length": [lambda connection: connection.sendall(head(200) + WORKBOOK)],
    "packed though not asked for": [answer(200, gzip.compress(WORKBOOK), Content_Encoding="gzip")],
    "after two errors": [ERROR, ERROR, GOOD],
    "after 503 and a reset": [answer(503), reset, GOOD],
    "after a body that broke off": [truncated, GOOD],
    "after a body that was reset": [reset_in_the_body, GOOD],
    "after a short pause that was asked for": [answer(429, Retry_After=0), GOOD],
    "through a redirect": [redirect("/file?x=1"), GOOD],
    "through five redirects": [*(redirect("/x", status) for status in (301, 302, 303, 307, 308)), GOOD],
    "through a redirect with an endless body": [endless_redirect, GOOD],
}

BAD_ENDS: dict[str, tuple[type[SyncError], list[Behaviour], int]] = {
    "400": (SheetNotFound, [answer(400)], 1),
    "404": (SheetNotFound, [answer(404, b"<html>")], 1),
    "410": (SheetNotFound, [answer(410)], 1),
    "401": (SheetForbidden, [answer(401, WWW_Authenticate="Basic")], 1),
    "403": (SheetForbidden, [answer(403)], 1),
    "redirect to the sign-in page": (SheetForbidden, [redirect("https://accounts.google.com/v3/signin?x=1", 302)], 1),
    "sign-in page": (SheetForbidden, [answer(200, SIGN_IN_PAGE, Content_Type="text/html")], 1),
    "429": (RateLimited, [answer(429)], 1),
    "429 for long": (RateLimited, [answer(429, Retry_After=3600)], 1),
    "429 again and again": (RateLimited, [answer(429, Retry_After=0)], 2),
    "500 always": (SheetUnreachable, [ERROR], 3),
    "418": (SheetUnreachable, [answer(418)], 1),
    "204": (SheetUnreachable, [answer(204)], 1),
    "redirect to nowhere": (SheetUnreachable, [answer(302)], 1),
    "redirects in circles": (SheetUnreachable, [redirect("/a")], 6),
    "redirect to another host": (SheetUnreachable, [redirect(ELSEWHERE)], 1),
    "redirect to a host that looks like Google's": (
        SheetUnreachable,
        [redirect("https://docs.google.com.example.com/")],
        1,
    ),
    "redirect to a host that ends like Google's": (
        SheetUnreachable,
        [redirect("https://evilgoogleusercontent.com/")],
        1,
    ),
    **{
        f"redirect to {place}": (SheetUnreachable, [redirect(place)], 1)
        for place in (
            "https://evil.googleusercontent.com/",
            "https://doc-0k-8s-sheets.evil.googleusercontent.com/",
            "https://docs.google.com:8443/x",
            "https://doc-0k-8s-sheets.googleusercontent.com:444/x",
            "https://haken@docs.google.com/x",
            "http://127.0.0.1:9/x",
            "http://127.0.0.1/x",
            "https://127.0.0.1/x",
            "http://localhost/x",
            "http://169.254.169.254/latest/meta-data/",
            "http://[::1]/x",
            "//10.0.0.1/x",
        )
    },
    "redirect to Google without encryption": (SheetUnreachable, [redirect("http://docs.google.com/")], 1),
    "redirect with a user name": (SheetUnreachable, [redirect("https://docs.google.com@example.com/")], 1),
    "redirect to a file": (SheetUnreachable, [redirect("file:///etc/passwd")], 1),
    "redirect to nonsense": (SheetUnreachable, [redirect("http://[")], 1),
    "redirect to a nonsensical port": (SheetUnreachable, [redirect("http://127.0.0.1:x/")], 1),
    "HTML": (SheetNotAWorkbook, [answer(200, b"<!DOCTYPE html><title>Sheet</title>")], 1),
    "garbage": (SheetNotAWorkbook, [answer(200, b"\x00\x01" * 60_000)], 1),
    "half a signature": (SheetNotAWorkbook, [answer(200, b"PK")], 1),
    "nothing": (SheetNotAWorkbook, [answer(200)], 1),
    "declared too large": (SheetTooLarge, [answer(200, Content_Length=10**12)], 1),
    "too large": (SheetTooLarge, [answer(200, WORKBOOK * 2)], 1),
    "too large without an end": (SheetTooLarge, [endless], 1),
    "too large when unpacked": (SheetTooLarge, [gzip_bomb], 1),
    "not HTTP": (SheetUnreachable, [lambda connection: connection.sendall(b"220 mail.example.com ESMTP\r\n")], 3),
    "broken gzip": (SheetUnreachable, [answer(200, WORKBOOK, Content_Encoding="gzip")], 3),
    "reset": (SheetUnreachable, [reset], 3),
    "reset in the body": (SheetUnreachable, [reset_in_the_body], 3),
    "broken off": (SheetUnreachable, [truncated], 3),
    "broken off in a chunk": (SheetUnreachable, [truncated_chunk], 3),
}


@pytest.mark.parametrize("behaviours", GOOD_ENDS.values(), ids=GOOD_ENDS.keys())
def test_the_workbook_arrives(behaviours: list[Behaviour], server: SheetServer, tmp_path: Path):
    server.behaviours = list(behaviours)
    path = fetch_workbook(server.url, tmp_path, limits=LIMITS)
    assert path.parent == tmp_path
    assert path.read_bytes() == WORKBOOK
    assert len(server.requests) == len(behaviours)


@pytest.mark.parametrize(("error", "behaviours", "requests"), BAD_ENDS.values(), ids=BAD_ENDS.keys())
def test_each_trouble_has_its_error(
    error: type[SyncError], behaviours: list[Behaviour], requests: int, server: SheetServer, tmp_path: Path, caplog
):
    server.behaviours = list(behaviours)
    with caplog.at_level(logging.DEBUG, "catalog"), pytest.raises(SyncError) as raised:
        fetch_workbook(server.url, tmp_path, limits=LIMITS)
    assert type(raised.value) is error
    assert len(server.requests) == requests
    assert list(tmp_path.iterdir()) == []
    assert error_hint(raised.value.fact)
    assert "secret" not in error_message(raised.value.fact) + str(raised.value) + caplog.text


@pytest.mark.parametrize("behaviour", [silence, silence_in_the_body])
def test_silence_is_given_up(behaviour: Behaviour, server: SheetServer, tmp_path: Path):
    server.behaviours = [behaviour]
    with pytest.raises(SheetUnreachable, match="cause=timeout"):
        fetch_workbook(server.url, tmp_path, limits=DownloadLimits(read=0.2, first_pause=0.01))
    assert len(server.requests) == 3


def test_the_workbook_arrives_after_silence(server: SheetServer, tmp_path: Path):
    server.behaviours = [silence, GOOD]
    path = fetch_workbook(server.url, tmp_path, limits=DownloadLimits(read=1, first_pause=0.01))
    assert path.read_bytes() == WORKBOOK


def test_the_deadline_holds_for_all_tries_together(server: SheetServer, tmp_path: Path):
    server.behaviours = [silence]
    with pytest.raises(SheetUnreachable):
        fetch_workbook(server.url, tmp_path, limits=DownloadLimits(deadline=1, first_pause=0.01))
    assert len(server.requests) == 1


def test_a_drip_is_ended_by_the_deadline(server: SheetServer, tmp_path: Path):
    server.behaviours = [drip]
    with pytest.raises(SheetUnreachable, match=r"cause=deadline seconds=1$"):
        fetch_workbook(server.url, tmp_path, limits=DownloadLimits(deadline=1))


@pytest.mark.parametrize("behaviour", [drip, answer(500)])
def test_a_download_can_be_stopped(behaviour: Behaviour, server: SheetServer, tmp_path: Path):
    server.behaviours = [behaviour]
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    with pytest.raises(DownloadStopped):
        fetch_workbook(server.url, tmp_path, limits=DownloadLimits(first_pause=30), stop=stop)
    assert len(server.requests) == 1
    assert list(tmp_path.iterdir()) == []


def test_progress_tells_the_bytes_so_far(server: SheetServer, tmp_path: Path):
    server.behaviours = [GOOD]
    heard: list[int] = []
    fetch_workbook(server.url, tmp_path, limits=LIMITS, on_bytes=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == len(WORKBOOK)


def test_no_credentials_and_no_cookies_are_sent(server: SheetServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login haken password visions\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server.behaviours = [answer(302, Location="/x", Set_Cookie="id=1"), GOOD]
    fetch_workbook(server.url, tmp_path, limits=LIMITS)
    sent = "".join(server.requests).lower()
    assert "authorization:" not in sent
    assert "cookie:" not in sent
    assert "accept-encoding: identity" in sent


@pytest.mark.parametrize("host", ["docs.google.com", "doc-0k-8s-sheets.googleusercontent.com"])
def test_redirects_to_googles_export_hosts_are_followed(
    host: str, server: SheetServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with SheetServer() as proxy:
        proxy.behaviours = [answer(502)]
        threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.01}).start()
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.server_address[1]}")
        server.behaviours = [redirect(f"https://{host}/export/x")]
        with pytest.raises(SheetUnreachable, match="cause=proxy"):
            fetch_workbook(server.url, tmp_path, limits=DownloadLimits(tries=1))
        proxy.shutdown()
    assert [request.split()[:2] for request in proxy.requests] == [["CONNECT", f"{host}:443"]]


@pytest.mark.parametrize(
    "url",
    ["http://no-such-host.invalid/", "ftp://127.0.0.1/", "sheet.xlsx", "", "http://", "http://[", "http://a:b/", "http://*/"],
)  # fmt: skip
def test_an_address_that_leads_nowhere_is_unreachable(url: str, server: SheetServer, tmp_path: Path):
    with pytest.raises(SheetUnreachable):
        fetch_workbook(url, tmp_path, limits=LIMITS)


def test_a_port_where_nobody_listens_is_unreachable(tmp_path: Path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SheetUnreachable, match="ConnectionRefusedError"):
        fetch_workbook(f"http://127.0.0.1:{port}/", tmp_path, limits=LIMITS)


def test_a_local_file_is_read_where_it_is(tmp_path: Path):
    path = tmp_path / "my sheet.xlsx"
    path.write_bytes(WORKBOOK)
    assert fetch_workbook(path.as_uri(), tmp_path / "elsewhere") == path


@pytest.mark.parametrize(
    ("content", "error"),
    [(None, SheetUnreachable), (b"", SheetNotAWorkbook), (b"<html>", SheetNotAWorkbook), (WORKBOOK * 2, SheetTooLarge)],
)
def test_a_local_file_is_checked(content: bytes | None, error: type[SyncError], tmp_path: Path):
    path = tmp_path / "sheet.xlsx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error):
        fetch_workbook(path.as_uri(), tmp_path, limits=LIMITS)
    assert path.exists() == (content is not None)


def test_a_long_pause_is_handed_on(server: SheetServer, tmp_path: Path):
    server.behaviours = [answer(429, Retry_After=3600)]
    with pytest.raises(RateLimited) as refusal:
        fetch_workbook(server.url, tmp_path, limits=LIMITS)
    assert refusal.value.retry_after == 3600
    assert refusal.value.fact == Fact("rate_limited", {"seconds": 3600})
    assert error_hint(refusal.value.fact).startswith("Try again in 1 h,")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("/spreadsheets/d/1-a_B/edit", "/spreadsheets/d/1-a_B/export?format=xlsx"),
        ("/spreadsheets/d/1-a_B/edit#gid=7", "/spreadsheets/d/1-a_B/export?format=xlsx"),
        ("/spreadsheets/d/1-a_B/edit?usp=sharing&pli=1#gid=7", "/spreadsheets/d/1-a_B/export?format=xlsx"),
        ("/spreadsheets/d/1-a_B/view", "/spreadsheets/d/1-a_B/export?format=xlsx"),
        ("/spreadsheets/d/1-a_B/", "/spreadsheets/d/1-a_B/export?format=xlsx"),
        ("/spreadsheets/d/1-a_B", "/spreadsheets/d/1-a_B/export?format=xlsx"),
        ("/spreadsheets/u/0/d/1-a_B/htmlview", "/spreadsheets/d/1-a_B/export?format=xlsx"),
        ("/spreadsheets/d/1/edit?resourcekey=0-k", "/spreadsheets/d/1/export?format=xlsx&resourcekey=0-k"),
        ("/spreadsheets/d/e/2PACX-1v/pubhtml?gid=7", "/spreadsheets/d/e/2PACX-1v/pub?output=xlsx"),
        ("/spreadsheets/d/1-a_B/export?format=xlsx", "/spreadsheets/d/1-a_B/export?format=xlsx"),
        ("/spreadsheets/d/1-a_B/export?format=xlsx&gid=7", "/spreadsheets/d/1-a_B/export?format=xlsx&gid=7"),
        ("/sheet.xlsx?token=edit", "/sheet.xlsx?token=edit"),
    ],
)
def test_the_address_of_a_page_becomes_that_of_its_export(written: str, read: str):
    for host in ("https://docs.google.com", "http://127.0.0.1:8001"):
        assert export_address(host + written) == host + read
    assert export_address(f"docs.google.com{written}") in {f"https://docs.google.com{read}", f"docs.google.com{read}"}


def test_other_addresses_stay_as_they_are():
    for address in (
        "file:///srv/spreadsheets/d/1/edit",
        "sheet.xlsx",
        "ftp://docs.google.com/spreadsheets/d/1/edit",
        "",
    ):
        assert export_address(address) == address


def test_the_workbook_is_asked_for_at_its_export(server: SheetServer, tmp_path: Path):
    server.behaviours = [GOOD]
    fetch_workbook(server.url.replace("/export?format=xlsx", "/spreadsheets/d/1x/edit?usp=sharing"), tmp_path)
    assert server.requests[0].split()[:2] == ["GET", "/spreadsheets/d/1x/export?format=xlsx"]


SORRY = b"<!DOCTYPE html><html><body><p>Sorry, unable to open the file at this time.</p><p>Please check the address"


@pytest.mark.parametrize("status", [200, 400, 404, 500])
def test_a_page_that_says_that_it_passes_is_an_outage(status: int, server: SheetServer, tmp_path: Path):
    server.behaviours = [answer(status, SORRY), GOOD]
    assert fetch_workbook(server.url, tmp_path, limits=LIMITS).read_bytes() == WORKBOOK
    server.behaviours, server.requests = [answer(status, SORRY)], []
    with pytest.raises(SheetUnreachable) as refusal:
        fetch_workbook(server.url, tmp_path, limits=LIMITS)
    assert len(server.requests) == 3
    assert "address" not in error_message(refusal.value.fact)


def test_a_page_behind_a_404_that_never_ends_is_one(server: SheetServer, tmp_path: Path):
    server.behaviours = [lambda connection: connection.sendall(head(404, Content_Length=10**9) + b"<p>" * 10**6)]
    with pytest.raises(SheetNotFound):
        fetch_workbook(server.url, tmp_path, limits=LIMITS)
