"""Posts a message to a webhook, signed as Standard Webhooks has it: https://www.standardwebhooks.com."""

import base64
import hashlib
import hmac
import json
import time
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import requests
import urllib3

from catalog.conf import signing_key
from catalog.services.clock import Clock
from catalog.services.facts import Parameter
from catalog.services.http import BodyTooLarge, BodyTooSlow, PlainSession, parse_retry_after, read_body
from catalog.services.notify.answers import NotDelivered, Refused
from catalog.services.notify.letter import Letter

TIMEOUTS = (5.0, 10.0)
LONGEST_ANSWER_SECONDS = 15.0
LARGEST_ANSWER = 64 * 1024
LONGEST_SAID = 200
LONGEST_WAIT = timedelta(days=1)
GONE = 410


def post(url: str, secret: str, letter: Letter, now: datetime) -> dict[str, Parameter]:
    """Send a letter and return what to say of the answer; raises `NotDelivered`. Redirects aren't followed."""
    body = payload(letter)
    headers = {"Content-Type": "application/json", **signature(secret, letter.message_id, now, body)}
    try:
        with (
            PlainSession(LONGEST_ANSWER_SECONDS) as session,
            session.post(url, body, headers=headers, timeout=TIMEOUTS, allow_redirects=False, stream=True) as response,
        ):
            return _judged(response, _said(response))
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        host = urlsplit(url).hostname or ""
        raise NotDelivered("connection", kind=type(error).__name__, host=host) from error


def payload(letter: Letter) -> bytes:
    """Return the body: the same bytes each time a letter is sent."""
    data = {"title": letter.subject, "message": letter.text, **letter.data}
    said = {"type": letter.event, "timestamp": letter.at.isoformat(timespec="milliseconds"), "data": data}
    return json.dumps(said, separators=(",", ":")).encode()


def signature(secret: str, message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that let a receiver tell who sent the body and when; without a secret it can't be told."""
    seconds = str(int(now.timestamp()))
    headers = {"webhook-id": message_id, "webhook-timestamp": seconds}
    if secret:
        signed = hmac.new(signing_key(secret), f"{message_id}.{seconds}.".encode() + body, hashlib.sha256).digest()
        headers["webhook-signature"] = f"v1,{base64.b64encode(signed).decode()}"
    return headers


def _said(response: requests.Response) -> str:
    """Return the beginning of an answer in one line; what is too long or too slow for that says nothing."""
    ends_at = time.monotonic() + LONGEST_ANSWER_SECONDS
    try:
        body = b"".join(read_body(response, most_bytes=LARGEST_ANSWER, ends_at=ends_at))
    except (BodyTooLarge, BodyTooSlow, urllib3.exceptions.HTTPError):
        return ""
    text = body[: 4 * LONGEST_SAID].decode(errors="replace")
    printable = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(printable.split())[:LONGEST_SAID]


def _judged(response: requests.Response, said: str) -> dict[str, Parameter]:
    status = response.status_code
    if 200 <= status < 300:
        return {"status": status}
    if status == GONE:
        raise Refused("gone", status=status)
    if 300 <= status < 400:
        raise NotDelivered("redirect", status=status)
    error = NotDelivered("status", status=status, said=said)
    seconds = parse_retry_after(response.headers.get("Retry-After"), Clock().now()) or 0
    error.wait = min(timedelta(seconds=seconds), LONGEST_WAIT)
    raise error
