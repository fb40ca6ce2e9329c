"""Web processes are restarted under load, and every request is answered."""

import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from time import sleep

import pytest
import requests

from tests.deployment import ROOT
from tests.live import JSON, App, Client, environment, free_port, fresh_database, running_app, until

pytestmark = [pytest.mark.database, pytest.mark.long]

WEB = (sys.executable, "-m", "gunicorn", "config.wsgi", "--log-level", "warning")
"""As operators run it: each process loads the app by itself, so a new one has the new code."""

READERS = 6
FEWEST = 6
"""Requests that each of them makes at least."""

LINGER_SECONDS = 3
"""Longer than gunicorn keeps a connection whose process ends."""

Answers = Counter[int | str]


def look(person: Client, number: int) -> int:
    """Ask for the list, for the status, or press a button: a proxy may repeat the first two only."""
    if number % 3 == 2:
        return person.press("cancel").status_code
    address = ("/catalog/albums/", "/catalog/sync/status/")[number % 3]
    return person.get(address, headers=JSON if number % 3 else {}).status_code


def keep_looking(url: str, is_over: Event) -> Answers:
    """Return how often each answer came, and what was raised instead of one."""
    answers: Answers = Counter()
    with Client(url) as person:
        number = 0
        while not is_over.is_set() or number < FEWEST:
            try:
                answers[look(person, number)] += 1
            except requests.RequestException as error:
                answers[repr(error)] += 1
            number += 1
            is_over.wait(0.1)
    return answers


def answers_during(url: str, restart: Callable[[], object]) -> Answers:
    """Return what readers got while something was restarted, and a little longer."""
    is_over = Event()
    with ThreadPoolExecutor(READERS) as people:
        looking = [people.submit(keep_looking, url, is_over) for _ in range(READERS)]
        try:
            sleep(1)
            restart()
            sleep(LINGER_SECONDS)
        finally:
            is_over.set()
        return sum((each.result() for each in looking), Counter())


def check_all_were_answered(answers: Answers) -> None:
    assert set(answers) == {200, 409}, answers
    assert min(answers.values()) >= READERS


def test_a_hangup_replaces_the_processes_without_losing_a_request(tmp_path: Path) -> None:
    with running_app(fresh_database(tmp_path), {}, program=WEB) as app:
        before = set(app.worker_pids())

        def restart() -> None:
            app.process.send_signal(signal.SIGHUP)
            until(lambda: len(app.worker_pids()) == 2 and not before & set(app.worker_pids()), 30)

        check_all_were_answered(answers_during(app.url, restart))


def start_on(listener: socket.socket, database: str) -> App:
    """Start gunicorn on a socket that stays open without it, as systemd does for progmetal-web.socket."""
    hand_over = (
        f"import os, sys; os.dup2({listener.fileno()}, 3); "
        "os.environ |= {'LISTEN_FDS': '1', 'LISTEN_PID': str(os.getpid())}; os.execv(sys.argv[1], sys.argv[1:])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", hand_over, *WEB], cwd=ROOT, env=environment(database, {}), pass_fds=[listener.fileno()]
    )
    return App(address_of(listener), process)


def address_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def end(app: App) -> None:
    app.client.close()
    app.process.terminate()
    try:
        app.process.wait(60)
    finally:
        app.process.kill()


def test_a_service_on_a_socket_of_systemd_is_restarted_without_losing_a_request(tmp_path: Path) -> None:
    database = fresh_database(tmp_path)
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener, ExitStack() as stack:
        service = start_on(listener, database)
        stack.callback(end, service)

        def restart() -> None:
            end(service)
            restarted = start_on(listener, database)
            stack.callback(end, restarted)
            assert restarted.client.get("/healthz").ok

        check_all_were_answered(answers_during(address_of(listener), restart))


def test_a_server_on_its_way_to_the_end_refuses_connections_instead_of_letting_them_wait(tmp_path: Path) -> None:
    with running_app(fresh_database(tmp_path), {}, workers=1, program=WEB) as app:
        address = ("127.0.0.1", int(app.url.rpartition(":")[2]))
        with socket.create_connection(address) as slow:
            slow.sendall(b"GET /catalog/albums/ HTTP/1.1\r\n")  # the server waits for the rest, and so doesn't end
            app.process.terminate()
            until(lambda: is_refused(address), 5)
            assert app.process.poll() is None
            slow.sendall(b"Host: 127.0.0.1\r\n\r\n")
            assert slow.recv(12) == b"HTTP/1.1 200"


def is_refused(address: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(address, timeout=5):
            return False
    except ConnectionRefusedError:
        return True


@contextmanager
def caddy(port: int, upstreams: list[str], home: Path) -> Iterator[str]:
    """Serve these upstreams by the Caddyfile, without HTTPS, and yield the address."""
    url = f"http://127.0.0.1:{port}"
    given = {
        "CADDY_ADMIN": f"127.0.0.1:{free_port()}", "HOME": str(home), "PATH": os.defpath,
        "PUBLIC_URL": url, "UPSTREAMS": " ".join(upstreams),
    }  # fmt: skip
    program = [str(Path(sys.executable).with_name("caddy")), "run", "--config", str(ROOT / "deploy" / "Caddyfile")]
    with (home / "caddy.log").open("wb") as log, subprocess.Popen(program, env=given, stderr=log) as process:
        try:
            yield url
        finally:
            process.terminate()


def test_two_servers_behind_caddy_are_restarted_one_after_the_other_without_losing_a_request(tmp_path: Path) -> None:
    database, front, ports = fresh_database(tmp_path), free_port(), [free_port(), free_port()]
    settings = {"PUBLIC_URL": f"http://127.0.0.1:{front}", "TRUSTED_PROXIES": "127.0.0.1"}

    def start(port: int) -> App:
        given = environment(database, {}, WEB_CONCURRENCY=1, PORT=port, **settings)
        server = App(f"http://127.0.0.1:{port}", subprocess.Popen(WEB, cwd=ROOT, env=given))
        stack.callback(end, server)
        until(lambda: answers_at(server.client), 30)
        return server

    with ExitStack() as stack:
        servers = [start(port) for port in ports]
        url = stack.enter_context(caddy(front, [f"127.0.0.1:{port}" for port in ports], tmp_path))

        def restart() -> None:
            for server, port in zip(servers, ports, strict=True):
                end(server)
                start(port)

        with Client(url) as person:
            until(lambda: answers_at(person))
        check_all_were_answered(answers_during(url, restart))
        with Client(url) as person:
            assert person.get("/metrics").status_code == 404


def answers_at(person: Client) -> bool:
    try:
        return person.get("/readyz").ok
    except requests.ConnectionError:
        return False
