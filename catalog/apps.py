"""The Django app of the catalogue."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Registers what the app has beside its models."""

    name = "catalog"

    def ready(self) -> None:
        """Register the checks, and what is written down when a sync ends: messages, and how long its steps took."""
        from catalog import checks
        from catalog.services.notify import outbox
        from catalog.services.sync.progress import stages

        _ = checks, outbox, stages
