"""The files for operators are right by themselves, agree with each other, and name what the code knows."""

import copy
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import compose_spec
import pytest
import yaml

from tests import deployment
from tests.deployment import ROOT, UNITS, VARIABLE, gunicorn_settings, procfile, stages, unit

COMPOSE = deployment.compose()
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "progmetal"}
SETTINGS = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
PINNED = re.compile(r"[\w/]+:\d[\w.-]*")
SERVICES = sorted(UNITS.glob("*.service"))


def tool(name: str) -> str:
    """Return a program that came with the development requirements."""
    return str(Path(sys.executable).with_name(name))


# The image


def test_the_dockerfile_has_no_faults() -> None:
    checked = subprocess.run([tool("hadolint"), str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "")


def test_every_image_is_pinned_and_the_python_is_the_newest_that_is_tested() -> None:
    versions = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {stage.image for stage in stages()} == {f"python:{versions[-1]}-slim-trixie"}
    copied = re.findall(r"--from=(\S+)", " ".join(said for stage in stages() for said in stage.all("COPY")))
    for image in [*copied, *(service["image"] for service in COMPOSE["services"].values())]:
        assert image in {"build", "progmetal"} or PINNED.fullmatch(image), image


def test_the_image_runs_as_nobody_special_and_writes_into_its_volume_only() -> None:
    image = stages()[-1]
    assert image.all("USER") == ["10001:10001"]
    assert image.all("VOLUME") == ["/data"]
    assert image.environment()["DATABASE_URL"].startswith("sqlite:////data/")
    assert not [said for said in image.all("COPY") if "--chown" in said]
    assert [name for name, _ in image.steps].index("USER") > [name for name, _ in image.steps].index("RUN")


def test_the_image_is_installed_from_hashes_and_serves_collected_files() -> None:
    build, image = stages()
    assert any("--require-hashes" in said and "requirements/run.txt" in said for said in build.all("RUN"))
    assert any(f"STATIC_ROOT={image.environment()['STATIC_ROOT']}" in said for said in build.all("RUN"))
    assert set(image.environment()) - {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"} <= SETTINGS


def test_nothing_secret_and_nothing_unneeded_gets_into_the_image(tmp_path: Path) -> None:
    first, *lines = [
        line
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert first == "*"
    deployment.copy_build_context(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {line[1:].split("/")[0] for line in lines if line[0] == "!"}
    held = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}
    assert not [path for path in held if re.search(r"\.env|sqlite3|tests|__pycache__|dev\.txt", path)]


# compose.yaml


def problem(specification: dict[str, Any]) -> str:
    try:
        parsed = compose_spec.PyCompose.from_yaml(yaml.safe_dump(specification))
        parsed.validate()
        parsed.to_spec()
    except ValueError as error:
        return str(error)
    return ""


def test_compose_follows_the_specification() -> None:
    assert problem(COMPOSE) == ""
    broken = copy.deepcopy(COMPOSE)
    broken["services"]["web"]["tmpsf"] = "/tmp"
    assert "tmpsf" in problem(broken)


def test_every_setting_in_compose_is_documented_and_needed_ones_are_asked_for() -> None:
    given = [value for service in COMPOSE["services"].values() for value in service.get("environment", {}).values()]
    assert {name for value in given for name in VARIABLE.findall(value)} <= SETTINGS
    for service in OURS.values():
        assert set(service["environment"]) <= SETTINGS
        assert service["env_file"] == ".env"
    database = OURS["web"]["environment"]["DATABASE_URL"]
    with pytest.raises(KeyError, match=r"POSTGRES_PASSWORD is not set in \.env"):
        deployment.resolved(database, {})
    ours = deployment.resolved(database, {"POSTGRES_PASSWORD": "hush"})
    assert ours == "postgres://progmetal:hush@database/progmetal"
    assert deployment.resolved(database, {"DATABASE_URL": "postgres://db/x"}) == "postgres://db/x"


def test_what_runs_in_a_container_may_write_nothing_and_gain_nothing() -> None:
    for name, service in OURS.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["tmpfs"] == "/tmp", name
    assert [name for name, service in COMPOSE["services"].items() if service.get("ports")] == ["caddy"]


def test_tables_are_migrated_once_before_anything_uses_them() -> None:
    for name in set(OURS) - {"migrate"}:
        assert OURS[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}, name
        assert OURS[name]["restart"] == "unless-stopped"
    assert OURS["migrate"]["restart"] == "no"
    assert OURS["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    named = {volume.split(":")[0] for each in COMPOSE["services"].values() for volume in each.get("volumes", [])}
    assert {name for name in named if not name.startswith(".")} == set(COMPOSE["volumes"])


# Every way to run starts the same processes


def test_every_way_to_run_starts_the_same_commands() -> None:
    wanted = procfile()
    assert shlex.split(wanted["web"]) == stages()[-1].command()
    for name in ("worker", "scheduler"):
        assert OURS[name]["command"] == shlex.split(wanted[name])
    assert OURS["migrate"]["command"] == shlex.split(wanted["release"])
    assert "command" not in OURS["web"]
    started = {
        path.stem.removeprefix("progmetal-").rstrip("@"): unit(path)["Service"]["ExecStart"] for path in SERVICES
    }
    assert started == {name: f"/srv/progmetal/.venv/bin/{wanted[name]}" for name in ("web", "worker", "scheduler")}


def test_all_agree_where_the_web_process_listens() -> None:
    image, web, settings = stages()[-1], OURS["web"]["environment"], gunicorn_settings()
    assert image.all("EXPOSE") == [image.environment()["PORT"]] == [web["PORT"]]
    assert image.environment()["HOST"] == web["HOST"] == "0.0.0.0"
    assert COMPOSE["services"]["caddy"]["environment"]["UPSTREAMS"] == f"web:{web['PORT']}"
    assert unit(UNITS / "progmetal-web.socket")["Socket"]["ListenStream"] == settings["bind"] == "127.0.0.1:8000"
    assert f"{{$UPSTREAMS:{settings['bind']}}}" in (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    assert "'/healthz'" in image.health_check()[-1]


def test_nobody_is_killed_while_it_stops_as_it_should() -> None:
    settings = gunicorn_settings()
    needed = settings["graceful_timeout"] + settings["STOP_SECONDS"]
    for path in SERVICES:
        assert int(unit(path)["Service"]["TimeoutStopSec"]) > needed
    for service in OURS.values():
        assert int(service["stop_grace_period"].rstrip("s")) > needed


def test_setup_says_what_it_takes() -> None:
    done = subprocess.run([ROOT / "script" / "setup", "--runonly"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "[--run-only]" in done.stderr


# Caddy


@pytest.fixture(scope="module")
def caddy(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, Any]]:
    home = str(tmp_path_factory.mktemp("caddy"))

    def adapted(**given: str) -> dict[str, Any]:
        """Return the site that Caddy makes of the Caddyfile with these settings."""
        command = [tool("caddy"), "adapt", "--config", str(ROOT / "deploy" / "Caddyfile"), "--validate"]
        environment = {"HOME": home, "PATH": os.defpath, **given}
        made = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return json.loads(made.stdout)["apps"]["http"]["servers"]["srv0"]

    return adapted


def test_caddy_takes_the_address_and_the_upstreams_from_the_same_settings(
    caddy: Callable[..., dict[str, Any]],
) -> None:
    site = caddy(PUBLIC_URL="https://albums.example.org", UPSTREAMS="10.0.0.1:8000 10.0.0.2:8000")
    assert site["listen"] == [":443"]
    assert site["routes"][0]["match"] == [{"host": ["albums.example.org"]}]
    assert upstreams(site) == ["10.0.0.1:8000", "10.0.0.2:8000"]
    assert upstreams(caddy()) == ["127.0.0.1:8000"]


def test_caddy_keeps_metrics_private_and_never_reuses_a_connection_that_is_being_closed(
    caddy: Callable[..., dict[str, Any]],
) -> None:
    said = json.dumps(caddy())
    assert '"path": ["/metrics"]' in said
    (idle,) = re.findall(r'"idle_timeout": (\d+)', said)
    assert int(idle) / 1e9 < gunicorn_settings()["keepalive"]


def upstreams(site: dict[str, Any]) -> list[str]:
    return re.findall(r'"dial": "([^"]+)"', json.dumps(site))


# systemd


def test_systemd_takes_the_units_as_they_are(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze isn't installed: apt-get install systemd")
    shutil.copytree(UNITS, tmp_path / "etc/systemd/system")
    for program in ("gunicorn", "python"):
        path = tmp_path / "srv/progmetal/.venv/bin" / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o755)
    units = [path.name.replace("@.", "@1.") for path in [*SERVICES, *UNITS.glob("*.socket")]]
    command = [analyze, f"--root={tmp_path}", "--recursive-errors=no", "verify", *units]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_a_service_restarts_for_ever_and_is_locked_in(path: Path) -> None:
    sections = unit(path)
    assert sections["Unit"]["StartLimitIntervalSec"] == "0"
    service = sections["Service"]
    assert service["Restart"] == "always"
    assert service["User"] == "progmetal"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    # The owner of a sync is known by its boot id, which stands in /proc/sys.
    assert service.get("ProcSubset", "all") == "all"
