"""Gunicorn's threads, none of which a slow visitor holds for long, and none of whose visitors a restart loses."""
# pyright: reportUnknownMemberType=false, reportMissingTypeStubs=false

import select
import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker


class Worker(ThreadWorker):
    """Ends connections that take too long: gunicorn itself limits how large a request is, and not how slow.

    Its main loop calls `murder_pending` once a second, for connections that send nothing at all; those that send a byte
    now and then are ended there, too.
    """

    head_seconds = 15.0
    """How long the first line and the headers of a request may take."""

    request_seconds = 120.0
    """How long the rest may take: the body, our answer, and its way to the visitor."""

    def __init__(self, *arguments: Any, **names: Any) -> None:  # noqa: ANN401 - as gunicorn has it
        super().__init__(*arguments, **names)
        self._until: dict[TConn, float] = {}

    def handle(self, conn: TConn) -> Any:  # noqa: ANN401 - as gunicorn has it
        """Read a request and answer it, in a thread."""
        self._until[conn] = time.monotonic() + self.head_seconds
        try:
            return super().handle(conn)
        finally:
            del self._until[conn]

    def handle_request(self, req: Any, conn: TConn) -> bool:  # noqa: ANN401 - as gunicorn has it
        """Answer a request whose headers have come."""
        self._until[conn] = time.monotonic() + self.request_seconds
        return super().handle_request(req, conn)

    def is_parent_alive(self) -> bool:
        """Whether gunicorn's main process lives; without it this one ends, as if it were told to."""
        has_parent = super().is_parent_alive()
        self.alive = self.alive and has_parent
        return has_parent

    def set_accept_enabled(self, enabled: bool | None) -> None:
        """Take new connections or not; on its way to the end, take those that wait, and refuse all later ones.

        Gunicorn would only look away until it ends: the system goes on taking connections that nobody will answer, for
        as long as the last request lasts, and breaks them then. A proxy can repeat what was refused, and may not
        repeat a form that it has sent.
        """
        super().set_accept_enabled(enabled)
        if self.alive:
            return
        for listener in self.sockets:
            while select.select([listener], [], [], 0)[0]:
                self.accept(listener)
            listener.close()
        self.sockets = []

    def murder_keepalived(self, force: bool = False) -> None:
        """Close connections that were idle for long, but first take the requests that have just come on them."""
        if not force:
            self.wait_for_and_dispatch_events(0)
        super().murder_keepalived(force)  # pyright: ignore[reportCallIssue] - its types are of an older one

    def murder_pending(self) -> None:
        """End what took too long; the thread that waits for it notices, and is free for others."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [conn for conn, until in self._until.copy().items() if until < now]:
            with suppress(OSError):  # it may have ended just now
                conn.sock.shutdown(socket.SHUT_RDWR)
