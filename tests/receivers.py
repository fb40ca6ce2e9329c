"""Receivers of messages about syncs, on real sockets: a webhook, and a mail server."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from demo.responses import Request, Response
from demo.stand_in import StandIn
from tests.live import free_port


class WebhookStandIn(StandIn):
    """Takes what is posted, and answers as told."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.response = Response(204, content_type="text/plain")
        self.taken: list[Request] = []
        self.refused: list[Request] = []

    @property
    def url(self) -> str:
        return f"{self.address}/hook"

    def answer(self, request: Request) -> Response:
        (self.taken if self.response.status < 300 else self.refused).append(request)
        return self.response

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """What the requests say that were taken."""
        return [json.loads(request.body) for request in self.taken]


@dataclass
class Mailbox:
    """What a mail server took."""

    port: int
    refusal: str = ""
    mails: list[tuple[list[str], EmailMessage]] = field(default_factory=list)

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802
        if self.refusal:
            return self.refusal
        mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        self.mails.append((envelope.rcpt_tos, mail))
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """Serve SMTP while the block lasts."""
    mailbox = Mailbox(free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
