"""Puts answers on the wire in the manner they ask for: whole, slowly, cut short, or not at all."""

import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from urllib.parse import parse_qsl, urlsplit

from demo.answers import PIECES, Answer, Request

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Handler(BaseHTTPRequestHandler):
    """Reads a request, lets the stand-in answer it, and sends the answer in its manner."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "Server"  # pyright: ignore[reportIncompatibleVariableOverride]

    def setup(self) -> None:
        """Let the server know the connection, so that it can end it."""
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        """Take leave."""
        self.server.connections.discard(self.connection)
        super().finish()

    def handle_one_request(self) -> None:
        """Serve until the client is gone; clients may go at any time."""
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

    do_GET = do_HEAD = do_POST = do_DELETE = _serve  # noqa: N815 - the names are the base class's

    def _send(self, answer: Answer) -> None:
        self.server.pause(answer.wait)
        if answer.manner in {"silence", "reset"}:
            self._hang_up(abruptly=answer.manner == "reset")
            return
        self._send_head(answer)
        for block in answer.blocks() if self.command != "HEAD" else ():
            self.wfile.write(block)
            self.server.pause(answer.spread / PIECES)
        if answer.manner == "truncated":
            self._hang_up(abruptly=False)

    def _send_head(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        if answer.endless_bytes:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
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

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Keep quiet: the stand-in has a log of its own."""


class Server(ThreadingHTTPServer):
    """A threaded server on the loopback interface that can also end the connections that are still open."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, port: int, respond: Callable[[Request], Answer], stopping: Event) -> None:
        self.respond = respond
        self.paused = 0.0
        self.connections: set[socket.socket] = set()
        self._stopping = stopping
        super().__init__(("127.0.0.1", port), Handler)

    def pause(self, seconds: float) -> None:
        """Wait, but not longer than the server lives."""
        if seconds > 0:
            self._stopping.wait(seconds)
            self.paused += seconds

    def close_connections(self) -> None:
        """End all connections."""
        for connection in list(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
