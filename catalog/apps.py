"""The Django app of the catalogue."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Registers what the app has beside its models."""

    name = "catalog"

    def ready(self) -> None:
        """Register the checks, and what writes down messages when a sync ends."""
        from catalog import checks
        from catalog.services.notify import outbox

        _ = checks, outbox
