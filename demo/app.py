"""Migrates and serves the app for the demo, as a child process that never outlives its parent."""

import os
import subprocess
import sys
import time
import urllib.error
from collections.abc import Generator
from contextlib import contextmanager
from urllib.request import ProxyHandler, build_opener

from demo.home import ROOT, Home

SECONDS_TO_START = 90
SECONDS_TO_STOP = 12
GUNICORN = (
    *("-m", "gunicorn", "config.wsgi", "--workers", "2", "--no-control-socket"),
    *("--log-level", "warning", "--graceful-timeout", "5", "--bind"),
)
RUNSERVER = ("manage.py", "runserver")

NOT_FOR_A_DEMO = (
    *("PUBLIC_URL", "TRUSTED_PROXIES", "SCRIPT_NAME"),
    *("SECRET_KEY_FILE", "DATABASE_URL_FILE", "SPOTIFY_CLIENT_SECRET_FILE"),
)
"""What says of a public site how it is reached, or gives a secret a second time."""


def settings(home: Home, upstreams: dict[str, str]) -> dict[str, str]:
    """Return the app's environment; the operator's .env is ignored."""
    return {
        "SYNC_COOLDOWN_SECONDS": "0",
        **{name: value for name, value in os.environ.items() if name != "GUNICORN_CMD_ARGS"},
        **upstreams,
        "ENV_FILE": os.devnull,
        "PROGMETAL_DEMO": "on",
        "DEBUG": "off",
        "SECRET_KEY": home.secret_key(),
        "DATABASE_URL": home.database_url,
        "STATIC_ROOT": str(home.folder / "static"),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "CSRF_TRUSTED_ORIGINS": "",
        **dict.fromkeys(NOT_FOR_A_DEMO, ""),
        "SHEET_TABS": "",
        "SYNC_PERMISSION": "anyone",
        "TASKS_BACKEND": "thread",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def migrate(environment: dict[str, str]) -> None:
    _manage(environment, "migrate", "--verbosity", "0")


def collect_static_files(environment: dict[str, str]) -> None:
    _manage(environment, "collectstatic", "--noinput", "--verbosity", "0")


def add_curator(environment: dict[str, str]) -> None:
    """Create the staff account that the banner names. Its password may be public: the app is on loopback only."""
    account = {"DJANGO_SUPERUSER_PASSWORD": "curator"}
    named = ("--username", "curator", "--email", "curator@localhost", "--noinput", "--verbosity", "0")
    _manage(environment | account, "createsuperuser", *named)


def _manage(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True)  # noqa: S603


@contextmanager
def running(
    environment: dict[str, str], port: int, server: tuple[str, ...] = GUNICORN
) -> Generator[subprocess.Popen[bytes]]:
    tether = [sys.executable, "-m", "demo.tether", str(os.getpid())]
    command = [*tether, sys.executable, *server, f"127.0.0.1:{port}"]
    child = subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603
    try:
        yield child
    finally:
        stop(child)


def stop(child: subprocess.Popen[bytes]) -> None:
    """Send SIGTERM, then SIGKILL if the child doesn't exit in time."""
    child.terminate()
    try:
        child.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def is_up(child: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until the app answers any request; False if it exits or takes too long."""
    opener = build_opener(ProxyHandler({}))
    deadline = time.monotonic() + SECONDS_TO_START
    while child.poll() is None and time.monotonic() < deadline:
        try:
            opener.open(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False
