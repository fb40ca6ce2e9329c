"""The app as real processes: gunicorn, manage.py, and a database of their own for each test, on either database."""

import fcntl
import itertools
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import psycopg
import requests
from requests.adapters import HTTPAdapter

from tests.forks import BUSY, ROOT, Fork, ForkServer, end, folder, fork_server, tethered

IS_SQLITE = os.environ["DATABASE_URL"].startswith("sqlite:")
JSON = {"Accept": "application/json"}
ENDED = {"completed", "failed", "cancelled", "interrupted"}
COLLECTED = Path(os.environ.get("TESTS_FOLDER", ROOT / "var")) / "collected"
"""The static files of servers, once a test of the browser has collected them; until then they serve the sources."""
GUNICORN = ("-m", "gunicorn", "config.wsgi", "--log-level", "warning", "--preload")
SECONDS_TO_START = 60
SECONDS_TO_END = 10

numbers = itertools.count(1)


def fresh_database(folder: Path) -> str:
    """Return the DATABASE_URL of a migrated and empty database; the one of SQLite is a file in the folder."""
    name = f"live_{os.getpid()}_{next(numbers)}"
    place = str(folder / f"{name}.sqlite3") if IS_SQLITE else name
    copy_template(place)
    return _url_of(place)


def copy_template(place: str) -> None:
    """Make a migrated and empty database: the path of a file, or the name of one on the server."""
    if IS_SQLITE:
        shutil.copy(_template(), place)
    else:
        _on_the_server(f'CREATE DATABASE "{place}" TEMPLATE {_template()}')


OTHER_SESSIONS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
"""Of PostgreSQL: those that have the same database open."""


def rows(database_url: str, *queries: str) -> list[tuple[Any, ...]]:
    """Return what the last of these queries finds, as an outsider of the app sees it."""
    with asking(database_url) as ask:
        return [ask(query) for query in queries][-1]


@contextmanager
def asking(database_url: str) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    """Yield a function that returns what a query finds, over one connection: to begin one takes longer than to ask."""
    if IS_SQLITE:
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), timeout=20)) as connection:
            yield lambda query: connection.execute(query).fetchall()
    else:
        with psycopg.connect(database_url, autocommit=True) as connection:
            yield lambda query: _found(connection.execute(query.encode()))


def _found(cursor: psycopg.Cursor) -> list[tuple[Any, ...]]:
    return cursor.fetchall() if cursor.description else []


def environment(database_url: str, upstreams: Mapping[str, str], **settings: object) -> dict[str, str]:
    """Return the environment of an app on this database: anybody may sync, at any time."""
    return {
        **{name: value for name, value in os.environ.items() if name != "GUNICORN_CMD_ARGS"},
        "DATABASE_URL": database_url,
        "STATIC_ROOT": str(COLLECTED),
        "SYNC_PERMISSION": "anyone",
        "SYNC_COOLDOWN_SECONDS": "0",
        "SPOTIFY_MIN_INTERVAL_SECONDS": "0",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        **upstreams,
        **{name: str(value) for name, value in settings.items()},
    }


def until(condition: Callable[[], Any], seconds: float = 10, pause: float = 0.02) -> Any:
    """Return what the condition returns, as soon as that is true: in seconds on a machine with nothing else to do."""
    deadline = time.monotonic() + BUSY * seconds
    while True:
        if found := condition():
            return found
        assert time.monotonic() < deadline, f"not within {BUSY} times {seconds} s"
        time.sleep(pause)


def command(database_url: str, upstreams: Mapping[str, str], *arguments: str, **settings: object) -> Fork:
    """Start manage.py as a process of its own."""
    given = environment(database_url, upstreams, **settings)
    return fork_server().start("manage.py", *arguments, environment=given)


def start_worker(database_url: str, upstreams: Mapping[str, str], **settings: object) -> Fork:
    """Start a worker of the queue, which looks for tasks at once and ten times a second."""
    arguments = ("db_worker", "--interval", "0.1", "--no-startup-delay")
    return command(database_url, upstreams, *arguments, TASKS_BACKEND="database", **settings)


def add_staff(database_url: str, name: str, password: str) -> None:
    """Give somebody an account that may do everything."""
    account = ("createsuperuser", "--no-input", "--username", name, "--email", f"{name}@example.org")
    made = command(database_url, {}, *account, DJANGO_SUPERUSER_PASSWORD=password)
    assert made.wait() == 0, made.output


class Warm(ForkServer):
    """Starts commands of manage.py on one database even sooner: Django is set up already."""

    def __init__(self, database_url: str, upstreams: Mapping[str, str], **settings: object) -> None:
        super().__init__(environment(database_url, upstreams, DJANGO_SETTINGS_MODULE="config.settings", **settings))

    def start(self, *arguments: str, log: Path | None = None, **details: object) -> Fork:
        """Start a command, and do not wait for its end."""
        return super().start("manage.py", *arguments, log=log, **details)

    def run(self, *arguments: str, **limits: Any) -> tuple[int, str]:
        """Return the exit code of a command, and what it wrote."""
        started = self.start(*arguments, **limits)
        return started.wait(BUSY * 60), started.output

    def export(self) -> list[dict[str, Any]]:
        """Return the catalogue."""
        code, lines = self.run("export_albums")
        assert code == 0, lines
        return [json.loads(line) for line in lines.splitlines()]


class Client(requests.Session):
    """Somebody at the site, with the cookie and the token that the forms of its pages carry."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.trust_env = False
        self.mount("http://", HTTPAdapter(pool_maxsize=100))
        self._url = url

    def request(self, method: str | bytes, url: str | bytes, *arguments: Any, **options: Any) -> requests.Response:
        options.setdefault("timeout", 30)
        return super().request(method, f"{self._url}{url!s}", *arguments, **options)

    def press(self, button: str, **headers: str) -> requests.Response:
        """Send the form of a button, ``trigger`` or ``cancel``."""
        if "csrftoken" not in self.cookies:
            self.get("/catalog/albums/")
        token = {"X-CSRFToken": self.cookies["csrftoken"]}
        return self.post(f"/catalog/sync/{button}/", headers=token | (headers or JSON), allow_redirects=False)


@dataclass
class App:
    """A gunicorn that serves the app, and somebody who watches it."""

    url: str
    process: "Fork | subprocess.Popen[bytes]"
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client(self.url)

    def worker_pids(self) -> list[int]:
        """Return the processes that answer requests, or run the scheduler."""
        return [child.pid for child in psutil.Process(self.process.pid).children()]

    def pids(self) -> list[int]:
        """Return those, and the ones that they have started."""
        return [child.pid for child in psutil.Process(self.process.pid).children(recursive=True)]

    def status(self) -> dict[str, Any]:
        """Return the status object."""
        answer = self.client.get("/catalog/sync/status/", headers=JSON)
        assert answer.status_code == 200, answer.text[:2000]
        return answer.json()

    def trigger(self) -> requests.Response:
        """Press Sync Now."""
        return self.client.press("trigger")

    def cancel(self) -> requests.Response:
        """Press Cancel."""
        return self.client.press("cancel")

    def start(self) -> int:
        """Press Sync Now, and return the id of the sync that this starts."""
        answer = self.trigger()
        assert answer.status_code == 202, answer.text[:2000]
        return answer.json()["id"]

    def sync(self, seconds: float = 30) -> dict[str, Any]:
        """Press Sync Now and return the status of this sync when it has ended."""
        return self.end_of(self.start(), seconds)

    def end_of(self, sync: int, seconds: float = 30) -> dict[str, Any]:
        """Return the status of a sync when it has ended."""
        return self.wait_for(*ENDED, sync=sync, seconds=seconds)

    def wait_for(self, *states: str, sync: int, seconds: float = 15) -> dict[str, Any]:
        """Return the status of a sync when its status, or its stage, is one of these."""

        def found() -> dict[str, Any] | None:
            status = self.status()
            return status if status["id"] == sync and {status["status"], status["stage"]} & set(states) else None

        return until(found, seconds, pause=0.05)


@contextmanager
def running_app(
    database_url: str,
    upstreams: Mapping[str, str],
    workers: int = 2,
    program: Sequence[str] = GUNICORN,
    log: Path | None = None,
    seconds_to_start: float = SECONDS_TO_START,
    **settings: object,
) -> Iterator[App]:
    """Serve the app as script/server does while the block lasts; afterwards nothing of it is left.

    A program that begins with `-m` is a fork, which begins at once.
    """
    port = free_port()
    named = {"HOST": "127.0.0.1", "PORT": port, "WEB_CONCURRENCY": workers, **settings}
    given = environment(database_url, upstreams, **named)
    if program[0] == "-m":
        process = fork_server().start(*program, log=log, environment=given, new_session=True)
    else:
        process = _start(program, given, log)
    app = App(f"http://127.0.0.1:{port}", process)
    try:
        until(lambda: _answers(app), seconds_to_start, pause=0.1)
        yield app
    finally:
        app.client.close()
        end(process, BUSY * SECONDS_TO_END)


def _start(program: Sequence[str], given: Mapping[str, str], log: Path | None) -> "subprocess.Popen[bytes]":
    with log.open("ab") if log else nullcontext() as errors:
        return subprocess.Popen([*tethered(), *program], cwd=ROOT, env=given, start_new_session=True, stderr=errors)


def _answers(app: App) -> bool:
    assert app.process.poll() is None, "the app did not start"
    try:
        return app.client.get("/healthz").ok
    except (requests.ConnectionError, requests.Timeout):
        return False


def listens(port: int) -> bool:
    """Whether a program of this machine takes connections at a port."""
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """Return a port of this machine that nobody uses at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@cache
def _template() -> str:
    """Return the database that is copied, by its path or name.

    The first of all processes that run tests makes it, and the others wait.
    """
    shared = Path(os.environ.get("TESTS_FOLDER", folder()))
    name = str(shared / "template.sqlite3") if IS_SQLITE else "live_template"
    with (shared / "template.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not lock.seek(0, os.SEEK_END):
            if not IS_SQLITE:
                _on_the_server(f"CREATE DATABASE {name}")
            migration = command(_url_of(name), {}, "migrate", "--verbosity", "0")
            assert migration.wait() == 0, migration.output
            lock.write("made")
    return name


def _url_of(place: str) -> str:
    if IS_SQLITE:
        return f"sqlite:///{place}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{place}").geturl()


def _on_the_server(statement: str) -> None:
    with psycopg.connect(_url_of("postgres"), autocommit=True) as connection:
        connection.execute(statement.encode())
