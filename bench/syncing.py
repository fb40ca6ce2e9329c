"""Syncs the sheet to SQLite, without Spotify: into an empty catalogue, after a small edit, and unchanged."""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.tools.measuring import measured, sheet


def main(folder: Path) -> None:
    os.environ |= {
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "only-for-benchmarks",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"sqlite:///{folder}/catalogue.sqlite3",
        "GOOGLE_SHEETS_XLSX_URL": sheet().resolve().as_uri(),
        "SYNC_ENRICH_SECONDS": "0",
    }
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    call_command("migrate", verbosity=0)
    from catalog.models import SyncOperation
    from catalog.services.sync_manager import SyncManager

    def sync() -> None:
        manager = SyncManager.from_settings()
        operation = manager.start(SyncOperation.Trigger.COMMAND)
        manager.run(operation.pk)
        assert SyncOperation.objects.get(pk=operation.pk).status == SyncOperation.Status.COMPLETED

    connections.close_all()
    figures = {"first": measured(sync), "unchanged": measured(sync)}
    SyncOperation.objects.update(sheet_digest="")
    connections.close_all()
    figures["moved"] = measured(sync)
    print(json.dumps(figures))


if __name__ == "__main__":
    with TemporaryDirectory(prefix="progmetal-bench-") as temporary:
        main(Path(temporary))
