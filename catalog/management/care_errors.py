"""Says what can go wrong with copies of the database, and what to do about it."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError
from django.db import DatabaseError

from catalog.services.care.archive import BackupDamaged, BackupInProgress, NoBackup
from catalog.services.care.loading import NotEmpty, NotTheSame, OtherVersion, RowRefused, SyncRuns
from catalog.services.care.places import NotMigrated, SameDatabase

UNCHANGED = "Nothing was changed."


@contextmanager
def told_of_files(path: Path) -> Generator[None]:
    """Turn what a file does not allow into words."""
    try:
        yield
    except FileExistsError as error:
        raise CommandError(f"{path} exists, and a backup replaces nothing. Name another file.") from error
    except BackupInProgress as error:
        raise CommandError(f"Another backup is writing {path}. Name another file.") from error
    except NoBackup as error:
        raise CommandError(f"{path} is not a backup of progmetal, or a later version made it. {UNCHANGED}") from error
    except BackupDamaged as error:
        raise CommandError(f"{path} is damaged: its end or its checksum is wrong. Take another backup.") from error
    except OSError as error:
        raise CommandError(f"{path} can't be used: {error.strerror or error}. {UNCHANGED}") from error


@contextmanager
def told_of_databases() -> Generator[None]:
    """Turn what a database does not allow into words."""
    try:
        yield
    except SyncRuns as error:
        raise CommandError(f"A sync is in progress. Cancel it, or wait for its end. {UNCHANGED}") from error
    except NotMigrated as error:
        raise CommandError(
            f"The database has tables that aren't this version's. Run manage.py migrate there first. {UNCHANGED}"
        ) from error
    except SameDatabase as error:
        raise CommandError(f"The URL names the database that is in use already. {UNCHANGED}") from error
    except NotEmpty as error:
        raise CommandError(
            f"The database isn't empty: {error.table} has rows. Name an empty one. {UNCHANGED}"
        ) from error
    except OtherVersion as error:
        raise CommandError(_other_version(error)) from error
    except RowRefused as error:
        raise CommandError(
            f"A row of {error.table}, {_between(error)}, doesn't fit into the database ({error.reason}). {UNCHANGED}"
        ) from error
    except NotTheSame as error:
        raise CommandError(f"The database keeps {error.table} otherwise than it was copied. {UNCHANGED}") from error
    except DatabaseError as error:
        raise CommandError(f"The database can't be used ({' '.join(str(error).split())}). {UNCHANGED}") from error


def _between(error: RowRefused) -> str:
    return f"number {error.first}" if error.first == error.last else f"one of numbers {error.first} to {error.last}"


def _other_version(error: OtherVersion) -> str:
    if error.unknown:
        return f"The copy is of a newer version (migration {error.unknown[0]}). Upgrade progmetal first. {UNCHANGED}"
    return (
        f"The copy is of an older version (before migration {error.lacking[0]}). Restore it with that version into an "
        f"empty database, then upgrade. {UNCHANGED}"
    )
