"""Every command of the documentation runs: the project's own for real, and those of the system as far as they say.

A page is run from top to bottom, as somebody types it. manage.py, files and text tools are real; what would install or
start something (apt-get, systemctl, docker, script/server) is noted by a program of that name, and its units, services
and settings are looked up afterwards. tests/bare/ types the page about servers on a bare Debian, where all is real.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import get_commands

from demo.upstreams import Upstreams
from tests import deployment
from tests.commands import PAGES, ROOT, Block, blocks
from tests.live import environment, fresh_database
from tests.receivers import WebhookStandIn

by_page = pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(ROOT)))

NOTED = {
    *("apt-get", "chgrp", "createdb", "createuser", "curl", "docker", "git", "journalctl", "promtool"),
    *("systemctl", "useradd", "uv"),
}
"""Programs of the system that are only noted; what is behind `runuser … --` runs."""

# What a machine decides, or a person answers.
CHANGED = (
    (r"--owner=progmetal ", ""),
    (r"/(srv|etc)/", "$SANDBOX/\\1/"),
    (r"manage\.py createsuperuser", "manage.py createsuperuser --no-input"),
    (r"manage\.py db_worker", "manage.py db_worker --batch"),
    (r"postgres://progmetal:password@db\.example\.org/progmetal", "sqlite:///$SANDBOX/moved.sqlite3"),
    (r"-\d{4}-\d\d-\d\d\.backup", f"-{datetime.now(UTC).date()}.backup"),
)


class Sandbox:
    """A folder that looks like a server to the commands of a page."""

    def __init__(self, folder: Path, database: str, others: Mapping[str, str]) -> None:
        self.folder, self._noted = folder, folder / "noted"
        self.project = folder / "srv" / "progmetal"
        for each in ("bin", "etc/caddy", "etc/systemd/system", "srv/backups", "srv/progmetal/script"):
            (folder / each).mkdir(parents=True)
        for each in (".venv", "catalog", "config", "deploy", "manage.py", "pyproject.toml", ".env.example"):
            (self.project / each).symlink_to(ROOT / each)
        (self.project / ".env").touch()
        for name in NOTED:
            self._note(folder / "bin" / name)
        for script in (ROOT / "script").iterdir():
            self._note(self.project / "script" / script.name)
        self._write(folder / "bin" / "runuser", '[ "$1" = -u ] && [ "$3" = -- ] && shift 3 && exec "$@"')
        self._environment = environment(
            database,
            others,
            DJANGO_SUPERUSER_USERNAME="einar",
            DJANGO_SUPERUSER_EMAIL="einar@example.org",
            DJANGO_SUPERUSER_PASSWORD="Leave a scar",
            PATH=f"{folder / 'bin'}:{os.environ['PATH']}",
            SANDBOX=folder,
            STATIC_ROOT=folder / "static",
            TASKS_BACKEND="database",
        )

    def run(self, block: Block) -> None:
        """Run a block, and fail with its output if one of its commands does."""
        script = block.script
        for pattern, instead in CHANGED:
            script = re.sub(pattern, instead, script)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=self.project, env=self._environment, check=False, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, f"{block.text}\n{done.stdout}{done.stderr}"

    def noted(self) -> Iterator[list[str]]:
        """Yield the programs that were only noted, each with its arguments."""
        yield from map(shlex.split, self._noted.read_text().splitlines() if self._noted.exists() else ())

    def _note(self, path: Path) -> None:
        self._write(path, f'printf "%s" {path.name} >>"$SANDBOX/noted"; printf " %q" "$@" >>"$SANDBOX/noted"; '
                          'echo >>"$SANDBOX/noted"')  # fmt: skip

    @staticmethod
    def _write(path: Path, line: str) -> None:
        path.write_text(f"#!/usr/bin/env bash\n{line}\n")
        path.chmod(0o755)


@by_page
def test_settings_that_are_shown_are_known_and_valid(document: Path) -> None:
    known = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    for settings in filter(None, (block.settings for block in blocks(document))):
        assert set(settings) <= known
        given = {name: value for name, value in settings.items() if "…" not in value}
        started = subprocess.run(
            [sys.executable, "-c", "import config.settings"], cwd=ROOT, check=False, capture_output=True, text=True,
            env={"PATH": os.defpath, "ENV_FILE": os.devnull, "SECRET_KEY": "for tests", **given},
        )  # fmt: skip
        assert started.returncode == 0, started.stderr


@pytest.mark.long
@pytest.mark.database
@by_page
def test_every_command_of_a_page_runs(document: Path, upstreams: Upstreams, tmp_path: Path) -> None:
    with WebhookStandIn() as receiver:
        others = upstreams.environment() | {"SYNC_WEBHOOK_URL": receiver.url}
        sandbox = Sandbox(tmp_path, fresh_database(tmp_path), others)
        for block in blocks(document):
            if not block.settings:
                sandbox.run(block)
    for program, *arguments in sandbox.noted():
        check = {"systemctl": check_units, "docker": check_containers}.get(program)
        if check:
            check(arguments)
    caddyfile = tmp_path / "etc" / "caddy" / "Caddyfile"
    if caddyfile.exists():
        assert "\nhttps://albums.example.org {" in caddyfile.read_text()


def check_units(arguments: list[str]) -> None:
    """Hold that units of ours exist; `@1` and `@*` are instances of a unit."""
    for name in arguments:
        if name.startswith("progmetal-"):
            pattern = re.sub(r"@[\d*]+", "@", name)
            pattern = pattern if "." in pattern else f"{pattern}.service"
            assert (deployment.UNITS / pattern).exists(), name


def check_containers(arguments: list[str]) -> None:
    """Hold that services exist, that Django knows what is run in them, and that given settings are documented."""
    services = set(deployment.compose()["services"])
    known = {*re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)}
    if "manage.py" in arguments:
        assert arguments[arguments.index("manage.py") + 1] in get_commands()
    for option, value in pairwise(arguments):
        if option == "--env":
            assert value.split("=")[0] in known
        if option == "--scale":
            assert value.split("=")[0] in services
        if option in ("exec", "cp", "logs", "restart"):
            assert value.split(":")[0] in services
