"""Sends responses over the socket: whole, slowly, truncated, or not at all."""

import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from urllib.parse import parse_qsl, urlsplit

from demo.responses import PIECES, Request, Response

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "Server"  # pyright: ignore[reportIncompatibleVariableOverride]

    def setup(self) -> None:
        """Register the connection, so that the server can close it."""
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        """Unregister the connection."""
        self.server.connections.discard(self.connection)
        super().finish()

    def handle_one_request(self) -> None:
        """Clients may disconnect at any time."""
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        headers = {name.title(): value for name, value in self.headers.items()}
        request = Request(self.command, parts.path, query, headers, body)
        self._send(self.server.respond(request))

    do_GET = do_HEAD = do_POST = do_DELETE = _serve  # noqa: N815 - the base class expects these names

    def _send(self, response: Response) -> None:
        self.server.pause(response.wait)
        if response.delivery in {"silence", "reset"}:
            self._hang_up(abruptly=response.delivery == "reset")
            return
        self._send_head(response)
        for block in response.blocks() if self.command != "HEAD" else ():
            self.wfile.write(block)
            self.server.pause(response.spread / PIECES)
        if response.delivery == "truncated":
            self._hang_up(abruptly=False)

    def _send_head(self, response: Response) -> None:
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        if response.endless_bytes:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(len(response.body)))
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _hang_up(self, *, abruptly: bool) -> None:
        self.close_connection = True
        with suppress(OSError):
            if abruptly:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
                os.close(self.connection.detach())
            else:
                self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the base class
        """Stay quiet: the stand-in keeps its own log."""


class Server(ThreadingHTTPServer):
    """A threaded server on loopback that can also close connections that are still open."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, port: int, respond: Callable[[Request], Response], stopping: Event) -> None:
        self.respond = respond
        self.paused = 0.0
        self.connections: set[socket.socket] = set()
        self._stopping = stopping
        super().__init__(("127.0.0.1", port), Handler)

    def pause(self, seconds: float) -> None:
        """Sleep, but wake up when the server stops."""
        if seconds > 0:
            self._stopping.wait(seconds)
            self.paused += seconds

    def close_connections(self) -> None:
        for connection in list(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
