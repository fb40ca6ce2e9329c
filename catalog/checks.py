"""What manage.py check says of settings that don't fit the machine, or that suit one's own machine only."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.db import connections

Apps = Sequence[AppConfig] | None

WEB_THREADS = 8
"""Of each web process; gunicorn.conf.py says so."""

OTHER_THREADS = 5
"""Of each web process: the index, tiles ahead, covers, a sync, and messages about it."""

OTHER_PROCESSES = 6
"""Connections for the scheduler, a worker or two, commands, and whoever looks into the database."""


@checks.register(checks.Tags.security, deploy=True)
def anyone_may_sync(app_configs: Apps, **_: object) -> list[checks.CheckMessage]:  # noqa: ARG001
    """Warn where every visitor may start and cancel syncs."""
    if settings.SYNC.permission != "anyone":
        return []
    hint = "Set SYNC_PERMISSION=staff and make an account with manage.py createsuperuser."
    return [checks.Warning("Anyone who can open the site may start and cancel syncs.", hint=hint, id="catalog.W001")]


@checks.register(checks.Tags.security, deploy=True)
def nobody_speaks_https(app_configs: Apps, **_: object) -> list[checks.CheckMessage]:  # noqa: ARG001
    """Warn where PUBLIC_URL promises HTTPS and no proxy may say that a request came by it."""
    if not settings.IS_HTTPS or settings.TRUSTED_PROXIES:
        return []
    hint = "Set TRUSTED_PROXIES to the address of the web server that speaks HTTPS, such as 127.0.0.1."
    text = "PUBLIC_URL begins with https:, and no proxy is trusted to say that a request came by HTTPS."
    return [checks.Warning(text, hint=hint, id="catalog.W002")]


@checks.register(checks.Tags.security, deploy=True)
def webhook_is_unsigned(app_configs: Apps, **_: object) -> list[checks.CheckMessage]:  # noqa: ARG001
    """Warn where a receiver can't tell our messages from anybody's."""
    if not settings.NOTIFY.webhook_url or settings.NOTIFY.webhook_secret:
        return []
    hint = "Set SYNC_WEBHOOK_SECRET, here and at the receiver."
    return [checks.Warning("Messages to SYNC_WEBHOOK_URL aren't signed.", hint=hint, id="catalog.W004")]


@checks.register(checks.Tags.security, deploy=True)
def messages_lead_nowhere(app_configs: Apps, **_: object) -> list[checks.CheckMessage]:  # noqa: ARG001
    """Warn where messages can't link to the sync they are about."""
    if not settings.NOTIFY.channels or settings.NOTIFY.site:
        return []
    hint = "Set PUBLIC_URL to the site's address."
    return [checks.Warning("Messages about syncs have no link to the site.", hint=hint, id="catalog.W005")]


@checks.register(checks.Tags.database)
def database_has_connections_for_all(
    app_configs: Apps,  # noqa: ARG001
    databases: Sequence[str] | None = None,
    **_: object,
) -> list[checks.CheckMessage]:
    """Warn where all threads of all processes together may ask for more connections than the server has."""
    connection = connections["default"]
    if "default" not in (databases or ()) or connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
        )
        ((there,),) = cursor.fetchall()
    wanted = settings.WEB_CONCURRENCY * (WEB_THREADS + OTHER_THREADS) + OTHER_PROCESSES
    if getattr(connection, "is_pooled", False) or wanted <= there:
        return []
    text = f"{settings.WEB_CONCURRENCY} web processes may open {wanted} connections; the server has {there}."
    hint = "Raise max_connections of PostgreSQL, lower WEB_CONCURRENCY, or put PgBouncer in between."
    return [checks.Warning(text, hint=hint, id="catalog.W003")]
