"""PostgreSQL as it's met in real life: sockets, wrong addresses, PgBouncer, and a network that drops packets."""

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, urlsplit

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from catalog.services.database import cause_of
from config.databases import database_of, for_syncs_beside_readers
from config.postgresql.base import QUIET_SECONDS
from demo.upstreams import Upstreams
from tests.live import OTHER_SESSIONS, App, command, free_port, fresh_database, listens, rows, running_app, until
from tests.postgres import NOBODY

pytestmark = [pytest.mark.database, pytest.mark.postgresql(alone=True)]

IS_POSTGRESQL = os.environ["DATABASE_URL"].startswith("postgres")
on_postgresql = pytest.mark.skipif(not IS_POSTGRESQL, reason="asks a server of PostgreSQL")
RECOVERS_WITHIN = 30
ANSWER_SECONDS = 4


def connection_to(url: str, seconds: float = ANSWER_SECONDS) -> Any:
    """Return Django's connection to the database at an address, as the settings would configure it."""
    config = for_syncs_beside_readers(database_of(url, Path.cwd()), seconds)
    return ConnectionHandler({"default": dict(config)})["default"]


def refusal(url: str) -> str:
    connection = connection_to(url)
    began = time.monotonic()
    with pytest.raises(OperationalError) as refused:
        connection.ensure_connection()
    assert time.monotonic() - began < RECOVERS_WITHIN
    return cause_of(refused.value)


def on(url: str, **parts: str) -> str:
    """Return the address with another name, user or place."""
    return urlsplit(url)._replace(**parts).geturl()


@pytest.fixture(autouse=True)
def _own_connections(django_db_blocker: Any) -> Iterator[None]:
    """Let these tests connect by themselves: none of them uses the database of the suite."""
    with django_db_blocker.unblock():
        yield


class SilentProxy:
    """Hands bytes on to a server, until it falls silent: then it takes them, and nothing comes of it."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._speaks = threading.Event()
        self._speaks.set()
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._speaks.set()
        for each in (self._listener, *self._open):
            each.close()

    def fall_silent(self) -> None:
        self._speaks.clear()

    def speak(self) -> None:
        """Answer new connections; those that were open are as dead as after a partition of hours."""
        for each in self._open:
            each.close()
        self._open.clear()
        self._speaks.set()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._open.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._speaks.wait()
        with suppress(OSError):
            server = socket.create_connection(("127.0.0.1", self._target))
            self._open.append(server)
            threading.Thread(target=self._pump, args=(server, client), daemon=True).start()
            self._pump(client, server)

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while block := source.recv(65536):
                self._speaks.wait()
                target.sendall(block)
            target.shutdown(socket.SHUT_WR)


@pytest.fixture
def server() -> str:
    """Return the address of a migrated database on the server of the tests."""
    return fresh_database(Path())


@pytest.fixture
def proxy(server: str) -> Iterator[SilentProxy]:
    with SilentProxy(urlsplit(server).port or 0) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def bouncer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the databases of the server by PgBouncer in transaction mode, with its defaults; return where."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if not program:
        pytest.skip("PgBouncer is a program of its own, not of PyPI; on Debian: apt-get install pgbouncer")
    folder, port = tmp_path_factory.mktemp("pgbouncer"), free_port()
    target = urlsplit(os.environ["DATABASE_URL"])
    (folder / "users").write_text('"postgres" "secret"\n')
    settings = {
        "listen_addr": "127.0.0.1", "listen_port": port, "pool_mode": "transaction", "unix_socket_dir": "",
        "auth_type": "plain", "auth_file": folder / "users",
    }  # fmt: skip
    lines = [f"{name} = {value}" for name, value in settings.items()]
    place = f"* = host=127.0.0.1 port={target.port} user=postgres"
    (folder / "ini").write_text("\n".join(["[databases]", place, "[pgbouncer]", *lines]) + "\n")
    as_user: dict[str, Any] = {}
    if os.getuid() == 0:
        as_user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        for each in (folder, *folder.parents):
            if each.is_relative_to(folder.parents[2]):
                each.chmod(0o755)
    process = subprocess.Popen([program, "ini"], cwd=folder, stderr=(folder / "log").open("wb"), **as_user)
    try:
        until(lambda: listens(port) or process.poll() is not None)
        assert process.poll() is None, (folder / "log").read_text()
        yield f"postgres://postgres:secret@127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def bounced(server: str, bouncer: str) -> str:
    return f"{bouncer}{urlsplit(server).path}"


@on_postgresql
@pytest.mark.parametrize("form", ["?host={folder}&port={port}", "@{host}:{port}"])
def test_a_socket_is_reached_by_either_form_of_its_address(server: str, form: str) -> None:
    (folder,) = rows(server, "SELECT current_setting('unix_socket_directories')")[0]
    parts = {"folder": folder, "port": urlsplit(server).port, "host": quote(folder, safe="")}
    name = urlsplit(server).path
    written = form.format(**parts)
    url = f"postgres://postgres{written}{name}" if written.startswith("@") else f"postgres://postgres@{name}{written}"
    with closing(connection_to(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT inet_server_addr()")
        assert cursor.fetchone() == (None,)


@on_postgresql
def test_a_wrong_port_name_or_user_is_told_within_seconds(server: str) -> None:
    assert refusal(f"postgres://postgres@127.0.0.1:{free_port()}/x") == "refused"
    assert refusal(on(server, path="/nowhere")) == "no_database"
    assert refusal(server.replace("postgres@", "nobody:wrong@")) == "password"
    assert refusal("postgres://postgres@progmetal.invalid/x") == "name"


@on_postgresql
def test_a_server_that_never_answers_is_given_up(proxy: SilentProxy) -> None:
    proxy.fall_silent()
    assert refusal(f"postgres://postgres@127.0.0.1:{proxy.port}/x") == "silent"


@on_postgresql
def test_a_wrong_password_is_told(bounced: str) -> None:
    assert refusal(bounced.replace("secret", "wrong")) == "password"


@on_postgresql
def test_a_session_has_limits(server: str) -> None:
    with closing(connection_to(server)) as connection:
        assert shown(connection) == ("20s", "1min", "4s")
        assert not connection.is_pooled
        with pytest.raises(OperationalError) as slow, connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(20)")
        assert cause_of(slow.value) == "slow"


def shown(connection: Any) -> tuple[str, ...]:
    with connection.cursor() as cursor:
        names = ("lock_timeout", "idle_in_transaction_session_timeout", "statement_timeout")
        cursor.execute(f"SELECT {', '.join(f'current_setting({name!r})' for name in names)}")
        return cursor.fetchone()


@on_postgresql
def test_behind_pgbouncer_each_transaction_has_the_limits_and_leaves_none(bounced: str) -> None:
    with closing(connection_to(bounced)) as connection:
        assert connection.ensure_connection() is None
        assert connection.is_pooled
        connections = ConnectionHandler({"default": connection.settings_dict})
        connections["default"] = connection
        before = shown(connection)
        connection.set_autocommit(False)
        assert shown(connection) == ("20s", "1min", "4s")
        connection.rollback()
        connection.set_autocommit(True)
        assert shown(connection) == before


@on_postgresql
def test_a_server_that_falls_silent_within_a_transaction_is_given_up(proxy: SilentProxy, server: str) -> None:
    url = server.replace(str(urlsplit(server).port), str(proxy.port))
    with closing(connection_to(url)) as connection:
        connection.ensure_connection()
        connection.set_autocommit(False)
        shown(connection)
        proxy.fall_silent()
        began = time.monotonic()
        with pytest.raises(OperationalError) as given_up:
            shown(connection)
        assert cause_of(given_up.value) == "silent"
        assert not connection.is_usable()
        assert time.monotonic() - began < RECOVERS_WITHIN


@on_postgresql
def test_a_connection_is_asked_whether_it_works_only_if_it_may_not(server: str, tmp_path: Path) -> None:
    def is_asked() -> bool:
        with (tmp_path / "wire").open("w+") as wire:
            connection.connection.pgconn.trace(wire.fileno())
            assert connection.is_usable()
            connection.connection.pgconn.untrace()
            wire.seek(0)
            return "SELECT 1" in wire.read()

    with closing(connection_to(server)) as connection:
        shown(connection)
        assert not is_asked()
        connection.errors_occurred = True
        assert is_asked()
        connection.errors_occurred = False
        assert not is_asked()
        time.sleep(QUIET_SECONDS)
        assert is_asked()


@on_postgresql
def test_a_connection_that_the_server_has_ended_is_known_at_once(server: str) -> None:
    with closing(connection_to(server)) as connection, closing(connection_to(server)) as other:
        with connection.cursor() as cursor, other.cursor() as ending:
            cursor.execute("SELECT pg_backend_pid()")
            ending.execute("SELECT pg_terminate_backend(%s, 5000)", cursor.fetchone())
            assert ending.fetchone() == (True,)
        assert not connection.is_usable()
        assert not connection.is_usable()


@on_postgresql
def test_no_page_fails_because_the_server_has_ended_its_connections(upstreams: Upstreams) -> None:
    url = fresh_database(Path())
    with running_app(url, upstreams.environment(), workers=1) as app:
        for _ in range(5):
            assert page_of(app)[0] == 200
            ((ended,),) = rows(url, f"SELECT count(pg_terminate_backend(pid, 5000)) {OTHER_SESSIONS}")
            assert ended
        assert page_of(app)[0] == 200


@on_postgresql
def test_the_app_migrates_and_syncs_behind_pgbouncer(bouncer: str, upstreams: Upstreams) -> None:
    name = urlsplit(fresh_database(Path())).path
    url = f"{bouncer}{name}"
    migration = command(url, {}, "migrate", "--verbosity", "0")
    assert migration.wait() == 0, migration.output
    with running_app(url, upstreams.environment(), workers=2) as app:
        assert app.sync(60)["status"] == "completed"
        assert app.sync(60)["status"] == "completed"
        for page in ("/catalog/albums/", "/catalog/sync/history/", "/catalog/albums/1/", "/metrics", "/readyz"):
            assert app.client.get(page).status_code == 200
    exported = command(url, {}, "export_albums")
    assert exported.wait() == 0, exported.output
    assert len(exported.output.splitlines()) > 10


@on_postgresql
def test_pages_say_what_is_wrong_while_the_database_is_silent_and_recover(
    proxy: SilentProxy, server: str, upstreams: Upstreams
) -> None:
    url = server.replace(str(urlsplit(server).port), str(proxy.port))
    with running_app(url, upstreams.environment(), workers=1, DATABASE_TIMEOUT_SECONDS=ANSWER_SECONDS) as app:
        assert page_of(app)[0] == 200
        proxy.fall_silent()
        status, seconds = page_of(app)
        assert status == 503
        assert seconds < RECOVERS_WITHIN
        ready = app.client.get("/readyz", timeout=RECOVERS_WITHIN)
        assert (ready.status_code, "doesn't answer" in ready.text) == (503, True)
        assert app.client.get("/healthz").status_code == 200
        proxy.speak()
        until(lambda: page_of(app)[0] == 200, RECOVERS_WITHIN)


def page_of(app: App) -> tuple[int, float]:
    began = time.monotonic()
    answer = app.client.get("/catalog/sync/history/", timeout=120)
    return answer.status_code, time.monotonic() - began
