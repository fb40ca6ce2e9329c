"""The Django app of the catalogue."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Registers what the app has beside its models."""

    name = "catalog"

    def ready(self) -> None:
        """Register the checks."""
        from catalog import checks  # noqa: F401  # pyright: ignore[reportUnusedImport]
