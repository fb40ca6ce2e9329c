"""What contributors type does what it says, and CI and pre-commit call the same."""

import os
import re
import socket
import subprocess
import sys
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
import yaml

from bench.__main__ import CLAIMS, MODULES, Claim, Result, judge, was_measured

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8"))
TOOL = re.compile(r"\.venv/bin/[\w-]+|script/biome")


def scripts() -> list[Path]:
    return sorted(path for path in (ROOT / "script").iterdir() if path.is_file() and not path.suffix)


@pytest.mark.parametrize("script", scripts(), ids=lambda path: path.name)
def test_every_script_can_be_run_says_what_it_is_for_and_is_valid(script: Path) -> None:
    shebang, purpose, *_ = script.read_text(encoding="utf-8").splitlines()
    assert os.access(script, os.X_OK)
    assert shebang == "#!/usr/bin/env bash"
    assert re.match(r"# [A-Z]", purpose)
    subprocess.run(["bash", "-n", script], check=True)


# script/lint and script/test, with tools that only note what they are asked


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """A project whose tools note their arguments and fail where a file of their name says so."""
    for name in ("script", ".venv/bin", "catalog/templates", "catalog/static", "failing"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("lint", "test", "both_databases.py"):
        copy(ROOT / "script" / name, tmp_path / "script")
    (tmp_path / "script" / "node.sh").touch()
    (tmp_path / ".venv/bin/python").symlink_to(sys.executable)
    for tool in ("ruff", "pyright", "lint-imports", "djlint", "pytest"):
        tool_that_notes(tmp_path, f".venv/bin/{tool}")
    for tool in ("biome", "browser", "setup"):
        tool_that_notes(tmp_path, f"script/{tool}")
    return tmp_path


def tool_that_notes(workshop: Path, path: str) -> None:
    name = Path(path).name
    (workshop / path).write_text(f'#!/bin/sh\necho "{name} $*" >>noted\n[ ! -e failing/{name} ]\n')
    (workshop / path).chmod(0o755)


def run(workshop: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=workshop, capture_output=True, text=True, check=False)


def noted(workshop: Path, tool: str) -> list[str]:
    lines = (workshop / "noted").read_text().splitlines()
    return [line.strip() for line in lines if line.split()[0] == tool]


def test_lint_passes_where_all_tools_pass(workshop: Path) -> None:
    linted = run(workshop, "script/lint")
    assert (linted.returncode, linted.stderr) == (0, "")
    assert linted.stdout.count("ok ") == len(linted.stdout.splitlines()) == 9


@pytest.mark.parametrize("tool", ["ruff", "pyright", "lint-imports", "djlint", "biome"])
def test_lint_fails_where_one_tool_fails_and_runs_the_others_all_the_same(workshop: Path, tool: str) -> None:
    (workshop / "failing" / tool).touch()
    linted = run(workshop, "script/lint")
    assert linted.returncode == 1
    failed = linted.stderr.splitlines()
    assert failed
    assert all(line.startswith("failed: ") for line in failed)
    assert linted.stdout.count("ok ") == 9 - len(failed)
    assert noted(workshop, "biome")


def test_lint_fails_at_a_line_of_121_characters_and_shows_it(workshop: Path) -> None:
    (workshop / "catalog" / "templates" / "long.html").write_text("é" * 120 + "\n")
    assert run(workshop, "script/lint").returncode == 0
    (workshop / "catalog" / "templates" / "long.html").write_text("fine\n" + "é" * 121 + "\n")
    linted = run(workshop, "script/lint")
    assert linted.returncode == 1
    assert "catalog/templates/long.html:2:" in linted.stdout


@pytest.mark.parametrize("arguments", [[], ["--all"]])
def test_test_lints_and_then_runs_the_suite_on_both_databases(workshop: Path, arguments: list[str]) -> None:
    assert run(workshop, "script/test", *arguments).returncode == 0
    assert noted(workshop, "pyright")
    asked = " ".join(noted(workshop, "pytest"))
    assert ("sqlite" in asked, "postgresql" in asked) == (True, True)
    assert {"--all" in line for line in noted(workshop, "pytest")} == {bool(arguments)}


def test_test_runs_no_test_where_lint_fails(workshop: Path) -> None:
    (workshop / "failing" / "ruff").touch()
    assert run(workshop, "script/test").returncode == 1
    assert noted(workshop, "pytest") == []


def test_test_fails_where_the_suite_fails(workshop: Path) -> None:
    (workshop / "failing" / "pytest").touch()
    assert run(workshop, "script/test").returncode == 1


def test_test_with_other_arguments_is_pytest_with_those(workshop: Path) -> None:
    assert run(workshop, "script/test", "tests/unit", "--all", "-k", "a row").returncode == 0
    assert noted(workshop, "pytest") == ["pytest tests/unit --all -k a row"]
    assert noted(workshop, "pyright") == []


# script/release


CHANGELOG = """# Changelog

## [0.2.0] - 2026-11-20

### Added

- A map of scenes.

## [0.1.0] - 2026-10-01

- The first release.
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "progmetal"\nversion = "0.1.0"\n')
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "config", "user.name", "Einar")
    git(tmp_path, "config", "user.email", "einar@example.org")
    commit(tmp_path, CHANGELOG)
    return tmp_path


def git(project: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=project, check=True, capture_output=True, text=True).stdout.strip()


def commit(project: Path, changelog: str) -> None:
    (project / "CHANGELOG.md").write_text(changelog)
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--allow-empty", "--message", "Write")


def release(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(project, sys.executable, str(ROOT / "script" / "release.py"), *arguments)


def state(project: Path) -> tuple[str, str, str]:
    return git(project, "rev-parse", "HEAD"), git(project, "tag"), git(project, "status", "--porcelain")


def test_a_dry_run_says_what_a_release_would_do_and_does_nothing(project: Path) -> None:
    before = state(project)
    said = release(project, "--dry-run")
    assert said.returncode == 0
    assert "0.2.0" in said.stdout
    assert "v0.2.0" in said.stdout
    assert "A map of scenes." in said.stdout
    assert "The first release." not in said.stdout
    assert state(project) == before


def test_a_release_sets_the_version_commits_and_tags_with_its_notes(project: Path) -> None:
    assert release(project).returncode == 0
    assert tomllib.loads((project / "pyproject.toml").read_text())["project"]["version"] == "0.2.0"
    assert git(project, "log", "-1", "--format=%s", "v0.2.0") == "Release 0.2.0"
    assert git(project, "rev-parse", "v0.2.0^{commit}") == git(project, "rev-parse", "HEAD")
    assert git(project, "tag", "--list", "--format=%(contents)", "v0.2.0") == "0.2.0\n\n### Added\n\n- A map of scenes."
    assert git(project, "status", "--porcelain") == ""


def test_a_release_whose_version_is_set_already_is_only_tagged(project: Path) -> None:
    (project / "pyproject.toml").write_text('[project]\nversion = "0.2.0"\n')
    commit(project, CHANGELOG)
    before = git(project, "rev-parse", "HEAD")
    assert release(project).returncode == 0
    assert git(project, "rev-parse", "v0.2.0^{commit}") == git(project, "rev-parse", "HEAD") == before


def refusal(project: Path) -> str:
    before = state(project)
    ended = release(project)
    assert ended.returncode == 1
    assert state(project) == before
    return ended.stderr


LATER = (datetime.now(UTC) + timedelta(days=2)).date()


@pytest.mark.parametrize(
    ("heading", "reason"),
    [
        ("## [Unreleased]", "the newest heading of CHANGELOG.md is '## [Unreleased]'"),
        ("## [0.2] - 2026-11-20", "expected something like"),
        ("## [0.2.0] - 20.11.2026", "expected something like"),
        ("## [0.2.0] - 2026-11-31", "is not a valid date"),
        (f"## [0.2.0] - {LATER}", "is in the future"),
        ("## [0.1.0] - 2026-11-20", "is not higher"),
        ("## [0.0.10] - 2026-11-20", "is not higher"),
        ("## [0.3.0] - 2026-11-21\n\n## [0.2.0] - 2026-11-20", "has no notes for 0.3.0"),
    ],
)
def test_a_changelog_that_names_no_release_is_refused(project: Path, heading: str, reason: str) -> None:
    commit(project, CHANGELOG.replace("## [0.2.0] - 2026-11-20", heading))
    assert reason in refusal(project)


def test_a_tree_with_changes_is_refused(project: Path) -> None:
    (project / "forgotten.py").touch()
    assert "uncommitted changes" in refusal(project)


def test_a_release_is_made_once(project: Path) -> None:
    assert release(project).returncode == 0
    assert "the tag v0.2.0 already exists" in refusal(project)


# script/dev and script/bench


def test_dev_says_how_to_get_round_a_port_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        environment = {**os.environ, "PORT": str(taken.getsockname()[1])}
        command = [sys.executable, "-m", "demo", "--dev"]
        ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "Choose another: PORT=8001 script/dev" in ended.stderr


MEASURED = {
    "reading": {"ours": {"seconds": 1.5, "megabytes": 20.0}, "openpyxl": {"seconds": 6.0, "megabytes": 250.0}},
    "forecasting": {"percent": {"backwards": 0.0}},
}


@pytest.mark.parametrize(
    ("claim", "result", "line"),
    [
        (
            Claim("read", "reading ours seconds", "reading openpyxl seconds", "openpyxl"),
            Result("read", 1.5, 20.0, 0.25, "openpyxl"),
            f"{'read':42}    1.500     20    0.250  openpyxl",
        ),
        (
            Claim("backwards", "forecasting percent backwards"),
            Result("backwards", 0.0, None, None, ""),
            f"{'backwards':42}    0.000                  ",
        ),
    ],
)
def test_a_claim_is_judged_by_what_was_measured(claim: Claim, result: Result, line: str) -> None:
    assert judge(claim, MEASURED) == result
    assert result.line() == line


def test_only_claims_whose_baseline_ran_too_are_judged() -> None:
    titles = [claim.title for claim in CLAIMS if was_measured(claim, {"syncing": {}})]
    assert titles == ["sync it again, a row moved", "sync it again, unchanged"]


def test_bench_names_the_benchmarks_that_there_are() -> None:
    ended = run(ROOT, sys.executable, "-m", "bench", "writing")
    assert ended.returncode == 2
    assert f"unknown benchmark writing; choose from {', '.join(MODULES)}" in ended.stderr


# CI and pre-commit


def test_ci_runs_every_python_that_the_project_names_on_both_databases() -> None:
    classifiers = [line.rpartition(" ")[2] for line in PROJECT["project"]["classifiers"] if ":: Python ::" in line]
    matrices: list[dict[str, Any]] = [
        job["strategy"]["matrix"] for job in WORKFLOW["jobs"].values() if "strategy" in job
    ]
    assert [matrix["python"] for matrix in matrices] == [classifiers, classifiers]
    assert [matrix.get("database") for matrix in matrices] == [["sqlite", "postgresql"], None]


def test_ci_may_only_read_and_calls_scripts_that_exist() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    called = [step["run"] for job in WORKFLOW["jobs"].values() for step in job["steps"] if "run" in step]
    scripts = {command.split()[0] for command in called if not command.startswith("sudo apt-get ")}
    assert scripts == {"script/lint", "script/test"}
    assert "script/test --all" in called


def test_what_others_wrote_is_pinned_in_ci() -> None:
    used = [step["uses"] for job in WORKFLOW["jobs"].values() for step in job["steps"] if "uses" in step]
    assert used
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", action) for action in used)


def test_pre_commit_calls_the_tools_of_lint_and_fetches_nothing() -> None:
    repositories = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [repository["repo"] for repository in repositories] == ["local"]
    hooks = repositories[0]["hooks"]
    assert {hook["language"] for hook in hooks} == {"system"}
    called = {hook["entry"].split()[0] for hook in hooks}
    assert called == set(TOOL.findall((ROOT / "script" / "lint").read_text(encoding="utf-8")))
    assert all(os.access(ROOT / tool, os.X_OK) for tool in called)


@pytest.mark.parametrize(
    "form", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[bf]*.yml")), ids=lambda path: path.stem
)
def test_forms_for_issues_have_what_a_forge_needs(form: Path) -> None:
    content = yaml.safe_load(form.read_text(encoding="utf-8"))
    assert {"name", "description", "body"} <= set(content)
    fields = [field for field in content["body"] if field["type"] != "markdown"]
    assert len({field["id"] for field in fields}) == len(fields)
    assert any(field.get("validations", {}).get("required") for field in fields)
