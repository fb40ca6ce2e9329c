"""Sends errors to Sentry, without anything of the visitors and without secrets."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from catalog.logs.context import current_operation
from catalog.logs.secrets import redacted

A_DSN = "the DSN that Sentry shows for a project, such as https://key@o1.ingest.sentry.io/2"
MISSING = (
    "SENTRY_DSN is set, and the package sentry-sdk isn't installed. Install it with "
    ".venv/bin/python -m pip install 'sentry-sdk>=2.20,<3', or remove SENTRY_DSN."
)
NOISE = "django.security.DisallowedHost"
"""The logger of requests with a wrong host name: anybody can send those."""


def dsn(given: str) -> None:
    """Check the address of a project; raises ValueError."""
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https"} or not parts.username or not parts.hostname or not parts.path.strip("/"):
        raise ValueError("no DSN")


def start(given: str) -> None:
    """Send errors of this process from now on; raises ImproperlyConfigured where the package is missing."""
    try:
        import sentry_sdk
        from sentry_sdk.integrations.logging import ignore_logger
    except ImportError as error:
        raise ImproperlyConfigured(MISSING) from error
    ignore_logger(NOISE)
    sentry_sdk.init(
        dsn=given,
        send_default_pii=False,
        include_local_variables=False,  # they hold requests, rows and settings
        max_request_body_size="never",
        before_send=cleaned,
        before_breadcrumb=_kept,
    )


def cleaned(event: Any, _hint: object = None) -> Any:  # noqa: ANN401 - as Sentry has it
    """Return an event with the operation as a tag, without what a visitor sent, and without secrets."""
    request = event.pop("request", None)
    event.pop("user", None)
    event.get("extra", {}).pop("sys.argv", None)  # of move_database, the address with its password
    if request:
        event["request"] = {"method": request.get("method"), "url": str(request.get("url")).partition("?")[0]}
    if (operation := current_operation()) is not None:
        event.setdefault("tags", {})["operation"] = str(operation)
    return _redacted(event)


def _kept(crumb: dict[str, Any], _hint: object = None) -> dict[str, Any] | None:
    """Leave out calls to other servers: their addresses have tokens in them. What was logged of them stays."""
    return None if crumb.get("type") == "http" or crumb.get("category") in {"httplib", "subprocess"} else crumb


def _redacted(said: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(said, str):
        return redacted(said)
    if isinstance(said, dict):
        return {name: _redacted(value) for name, value in said.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(said, (list, tuple)):
        return [_redacted(value) for value in said]  # pyright: ignore[reportUnknownVariableType]
    return said
