"""What operators run, as the project's own files say it: Dockerfile, compose.yaml, Procfile and systemd's units."""

import json
import re
import runpy
import shlex
import shutil
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from dockerfile_parse import DockerfileParser

ROOT = Path(__file__).resolve().parent.parent
UNITS = ROOT / "deploy" / "systemd"
COMMON = UNITS / "progmetal-.service.d" / "common.conf"
VARIABLE = re.compile(r"\$\{(\w+)")


@dataclass
class Stage:
    """A stage of the Dockerfile: its base image, and what comes after it."""

    image: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def all(self, instruction: str) -> list[str]:
        """Return what every such instruction says, in order."""
        return [value for name, value in self.steps if name == instruction]

    def environment(self) -> dict[str, str]:
        return dict(word.split("=", 1) for said in self.all("ENV") for word in shlex.split(said))

    def health_check(self) -> list[str]:
        (said,) = self.all("HEALTHCHECK")
        return json.loads(said.partition("CMD ")[2])

    def command(self) -> list[str]:
        (said,) = self.all("CMD")
        return json.loads(said)


def stages() -> list[Stage]:
    """Return the stages of the Dockerfile; the last one is the image that runs."""
    found: list[Stage] = []
    for step in DockerfileParser(str(ROOT)).structure:
        if step["instruction"] == "FROM":
            found.append(Stage(step["value"].split()[0]))
        elif step["instruction"] != "COMMENT":
            found[-1].steps.append((step["instruction"], " ".join(step["value"].split())))
    return found


def copy_build_context(folder: Path) -> None:
    """Copy what .dockerignore leaves of the project, which names what belongs to the image."""
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if line.startswith("!"):
            source, target = ROOT / line[1:], folder / line[1:]
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)


def compose() -> dict[str, Any]:
    """Return compose.yaml with its anchors resolved."""
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def resolved(value: str, given: Mapping[str, str]) -> str:
    """Return a value of compose.yaml as compose reads it, with ${NAME}, ${NAME:-default} and ${NAME:?error}."""
    pattern = re.compile(r"\$\{(\w+)(?::([-?])((?:[^${}]|\$\{[^{}]*\})*))?\}")

    def replacement(found: re.Match[str]) -> str:
        name, kind, rest = found.groups()
        if given.get(name):
            return given[name]
        if kind == "?":
            raise KeyError(f"{name} {rest}")
        return resolved(rest or "", given)

    return pattern.sub(replacement, value)


def procfile() -> dict[str, str]:
    """Return the command of each kind of process."""
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines)


def unit(path: Path) -> dict[str, dict[str, str]]:
    """Return the sections of a unit and, for a service, of what holds for all of them."""
    sections: dict[str, dict[str, str]] = defaultdict(dict)
    for source in (COMMON, path) if path.suffix == ".service" else (path,):
        for line in source.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                section = line.strip("[]")
            elif line and not line.startswith("#"):
                name, value = line.split("=", 1)
                sections[section][name] = value
    return dict(sections)


def gunicorn_settings() -> dict[str, Any]:
    """Return what gunicorn.conf.py sets."""
    return runpy.run_path(str(ROOT / "gunicorn.conf.py"))
