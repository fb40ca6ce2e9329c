"""The image is built from the Dockerfile, and its containers run as compose.yaml says, with a real engine.

CONTAINER_ENGINE is the command of one, docker by default; podman takes the same options. The network is the machine's,
as the database and the stand-ins of the tests are there; ports are therefore others than in compose.yaml.
"""

import os
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from demo.upstreams import Upstreams
from tests import deployment
from tests.deployment import ROOT
from tests.live import App, environment, free_port, until

pytestmark = [pytest.mark.database, pytest.mark.long, pytest.mark.postgresql(alone=True, long=True)]

ENGINE = shlex.split(os.environ.get("CONTAINER_ENGINE", "docker"))
IMAGE = f"progmetal-test-{os.getpid()}"
SERVICES = deployment.compose()["services"]
STALE_SECONDS = 15
numbers = count(1)


def engine(*arguments: str, code: int | None = 0) -> str:
    """Return what a command of the engine prints, if it ends with this code."""
    done = subprocess.run([*ENGINE, *arguments], capture_output=True, text=True, check=False, timeout=900)
    assert code is None or done.returncode == code, (
        f"{shlex.join(arguments)}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def image() -> Iterator[str]:
    """Build the image, as compose does."""
    try:
        answers = not subprocess.run([*ENGINE, "info"], capture_output=True, check=False, timeout=60).returncode
    except OSError:
        answers = False
    if not answers:
        pytest.skip("no container engine answers; CONTAINER_ENGINE names one, such as podman")
    assert SERVICES["web"]["build"] == "."
    engine("build", "--tag", IMAGE, str(ROOT))
    yield IMAGE
    engine("rmi", "--force", IMAGE)


@dataclass
class Containers:
    """Starts services of compose.yaml on a database of the tests."""

    settings: dict[str, str]

    def start(self, service: str) -> tuple[str, "subprocess.Popen[bytes]"]:
        """Start a container of a service, and return its name and the process that is attached to it."""
        said, name = SERVICES[service], f"{IMAGE}-{service}-{next(numbers)}"
        given = [f"--env={key}={value}" for key, value in (self._settings_of(said) | self.settings).items()]
        command = [*ENGINE, "run", f"--name={name}", *_options(said), *given, IMAGE, *said.get("command", ())]
        return name, subprocess.Popen(command)

    @staticmethod
    def _settings_of(service: dict[str, Any]) -> dict[str, str]:
        return {
            name: deployment.resolved(value, {"POSTGRES_PASSWORD": "replaced"})
            for name, value in service["environment"].items()
        }


def _options(service: dict[str, Any]) -> list[str]:
    return [
        "--network=host",
        "--no-healthcheck",  # podman needs systemd for it; the command of the health check is run below
        f"--read-only={str(service['read_only']).lower()}",
        f"--tmpfs={service['tmpfs']}",
        *(f"--cap-drop={each}" for each in service["cap_drop"]),
        *(f"--security-opt={each.partition(':')[0]}" for each in service["security_opt"]),
    ]


@pytest.fixture
def containers(image: str, upstreams: Upstreams, new_database: str) -> Iterator[Containers]:
    all_settings = environment(new_database, upstreams.environment(), SYNC_STALE_AFTER_SECONDS=STALE_SECONDS)
    wanted = ("DATABASE_URL", "GOOGLE_", "SPOTIFY_", "SYNC_")
    settings = {name: value for name, value in all_settings.items() if name.startswith(wanted)}
    port = str(free_port())
    local = {
        "HOST": "127.0.0.1",
        "PORT": port,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SECRET_KEY": "for tests",
        "SYNC_INTERVAL": "",
    }
    yield Containers(settings | local)
    for name in engine("ps", "--all", "--quiet", f"--filter=name={IMAGE}").split():
        engine("rm", "--force", name)


def test_containers_run_read_only_without_rights_and_a_killed_worker_is_replaced(
    containers: Containers, upstreams: Upstreams
) -> None:
    _, migrate = containers.start("migrate")
    assert migrate.wait(120) == 0
    web, process = containers.start("web")
    site = App(containers.settings["PUBLIC_URL"], process)
    until(lambda: answers(site), 60)
    engine("exec", web, *deployment.stages()[-1].health_check())
    assert engine("exec", web, "id", "-u") == "10001"
    refused = engine("exec", web, "sh", "-c", "touch /app/a /opt/a /etc/a /a", code=1)
    assert refused == ""
    engine("exec", web, "sh", "-c", "touch /tmp/a /data/a && ! grep -q '^CapEff:.*[1-9a-f]' /proc/self/status")

    upstreams.google.fail("slow_start", seconds=60, times=1)
    worker, _ = containers.start("worker")
    sync = site.start()
    site.wait_for("fetching", sync=sync)
    engine("kill", "--signal=KILL", worker)
    assert site.end_of(sync, 60)["status"] == "interrupted"
    containers.start("worker")
    assert site.sync(60)["counts"]["created"] == 597

    engine("stop", "--time=20", web)
    assert process.wait(10) == 0


def answers(site: App) -> bool:
    try:
        return site.client.get("/readyz").ok
    except OSError:
        return False
