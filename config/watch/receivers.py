"""Checks where messages about syncs go: each function raises ValueError where a text can't be what it should be."""

import re
from typing import Any, cast
from urllib.parse import urlsplit

import dj_email_url
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

A_WEBHOOK = "an address such as https://example.org/hooks/progmetal, without user and password"
FOR_SIGNING = (
    "any text or, as receivers of Standard Webhooks want it, whsec_ and base64: make one with "
    """python3 -c 'import base64, secrets; print("whsec_" + base64.b64encode(secrets.token_bytes(32)).decode())'"""
)
A_MAIL_SERVER = (
    "smtp://, submission:// (STARTTLS) or smtps:// (TLS) with user:password@host:port, special characters "
    "percent-encoded, such as submission://progmetal:password@mail.example.org"
)
ADDRESSES = "addresses separated by commas, such as ops@example.org,einar@example.org"
FOR_APPRISE = "addresses of Apprise separated by blanks or commas, such as tgram://token/chat mailto://user:pass@host"

BETWEEN_URLS = re.compile(r"[\s,]+(?=[A-Za-z][A-Za-z0-9+.\-]*://)")
ONE_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://\S+")
MAIL_SECONDS = 10
SCHEMES = {"smtp": 25, "submission": 587, "smtps": 465}
FOR_DEVELOPERS = {"console", "file", "memory", "dummy"}


def mail_server(url: str) -> dict[str, Any]:
    """Return Django's settings of the mail server that an address names."""
    scheme = url.partition("://")[0]
    parts = urlsplit(url)
    if scheme not in SCHEMES.keys() | FOR_DEVELOPERS or (scheme in SCHEMES and not parts.hostname) or parts.port == 0:
        raise ValueError(scheme)
    if scheme == "smtps":  # which dj-email-url takes for STARTTLS
        url = url.replace("smtps://", "smtp://", 1) + ("&" if parts.query else "?") + "ssl=true"
    server: dict[str, Any] = cast("Any", dj_email_url).parse(url)  # has no types
    if scheme in SCHEMES:
        server["EMAIL_PORT"] = parts.port or SCHEMES[scheme]
    return {**server, "EMAIL_TIMEOUT": server.get("EMAIL_TIMEOUT") or MAIL_SECONDS}


def web_address(url: str) -> None:
    """Check the address of a webhook."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0 or parts.username is not None:
        raise ValueError(parts.scheme)


def email(address: str) -> None:
    """Check the address of somebody."""
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValueError(address) from error


def apprise_urls(text: str) -> None:
    """Check addresses for Apprise, as far as can be told without it."""
    if not all(map(ONE_URL.fullmatch, split(text))):
        raise ValueError(text)


def split(text: str) -> tuple[str, ...]:
    """Return the addresses for Apprise one by one; commas may stand in them, too."""
    return tuple(url.rstrip(",") for url in BETWEEN_URLS.split(text.strip()) if url)
