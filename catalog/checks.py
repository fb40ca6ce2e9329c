"""What manage.py check --deploy says of settings that suit one's own machine only."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.security, deploy=True)
def anyone_may_sync(app_configs: Sequence[AppConfig] | None, **_: object) -> list[checks.CheckMessage]:  # noqa: ARG001
    """Warn where every visitor may start and cancel syncs."""
    if settings.SYNC.permission != "anyone":
        return []
    hint = "Set SYNC_PERMISSION=staff and make an account with manage.py createsuperuser."
    return [checks.Warning("Anyone who can open the site may start and cancel syncs.", hint=hint, id="catalog.W001")]
