"""What manage.py check says: nothing of what is documented for a public site, and the cause where one is wrong."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core import checks
from django.db import connection
from django.test import override_settings

from catalog.checks import WEB_THREADS
from tests.long import short

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTED = re.search(
    r"```sh\n *(PUBLIC_URL=.*?)```", (ROOT / "docs/how-to/run.md").read_text(encoding="utf-8"), re.DOTALL
)


def manage(*arguments: str, **given: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.defpath, "ENV_FILE": os.devnull, "SECRET_KEY": "0123456789abcdef" * 4, **given}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=False, capture_output=True,
        text=True, timeout=120,
    )  # fmt: skip


def documented() -> dict[str, str]:
    assert DOCUMENTED
    lines = [line.partition("#")[0].strip() for line in DOCUMENTED[1].splitlines()]
    return dict(line.split("=", 1) for line in lines if line)


def test_the_settings_documented_for_a_public_site_are_clean() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", **documented())
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_what_is_missing_for_a_public_site_is_told() -> None:
    done = manage("check", "--deploy", SYNC_PERMISSION="anyone")
    told = set(re.findall(r"\((\w+\.[WE]\d+)\)", done.stderr))
    assert told == {"security.W004", "security.W008", "security.W012", "security.W016", "catalog.W001"}
    done = manage("check", "--deploy", PUBLIC_URL="https://albums.example.org")
    assert set(re.findall(r"\((\w+\.[WE]\d+)\)", done.stderr)) == {"catalog.W002"}
    done = manage("check", "--deploy", SYNC_WEBHOOK_URL="https://hooks.example.org/")
    assert {"catalog.W004", "catalog.W005"} <= set(re.findall(r"\((\w+\.[WE]\d+)\)", done.stderr))


@pytest.mark.parametrize(
    ("address", "said"),
    short(
        ["sqlite:///{folder}/none/albums.sqlite3"],
        [
            ("sqlite:///{folder}/none/albums.sqlite3", "its folder is missing"),
            ("postgres://postgres:hush@127.0.0.1:1/albums", "Nothing listens where the database should be"),
            ("postgres://postgres:hush@progmetal.invalid/albums", "can't be resolved"),
            ("postgres://postgres:hush?x@127.0.0.1/albums", "has a ? in the user or password"),
        ],
    ),
)
def test_a_wrong_address_of_the_database_is_told_by_commands_without_the_password(
    address: str, said: str, tmp_path: Path
) -> None:
    done = manage("migrate", DATABASE_URL=address.format(folder=tmp_path))
    assert done.returncode == 1
    assert said in done.stderr
    assert "hush" not in done.stderr


@pytest.mark.postgresql
@pytest.mark.django_db
def test_more_threads_than_connections_are_warned_of() -> None:
    def told(processes: int) -> list[str | None]:
        with override_settings(WEB_CONCURRENCY=processes):
            return [message.id for message in checks.run_checks(tags=[checks.Tags.database], databases=["default"])]

    assert told(2) == []
    assert told(100) == (["catalog.W003"] if connection.vendor == "postgresql" else [])


def test_the_threads_that_are_counted_are_those_that_run() -> None:
    assert f"\nthreads = {WEB_THREADS}\n" in (ROOT / "gunicorn.conf.py").read_text(encoding="utf-8")
