"""The documentation is true: what it names exists, and what exists and matters is named."""

import ast
import json
import os
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
from django.core.management import load_command_class
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from catalog.formats.records import KEYS
from catalog.models import SyncOperation
from catalog.services.facts import Fact
from catalog.services.sync.status import SyncStatus
from catalog.views.responses import status_object
from tests import wordings

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted(ROOT.glob("docs/**/*.md")),
    *sorted(ROOT.glob("specs/**/*.md")),
]
SPECS = ROOT / "specs" / "004-sync-button"
REFERENCE = ROOT / "docs" / "reference"
SCHEMA = json.loads((SPECS / "contracts" / "status.schema.json").read_text(encoding="utf-8"))
MADE_LATER = {".env", ".git", ".venv", "var", "db.sqlite3"}
"""What is made when somebody checks out, installs or runs the project."""

NOT_FOR_OPERATORS = {"PROGMETAL_DEMO", "PROGMETAL_SCRIPT_NAME"}
SECRET_READERS = {"secret", "secret_key", "database"}
"""What they read may also stand in a file."""
OURS = (
    *("import_albums", "enrich_albums", "export_albums", "scheduler"),
    *("backup", "restore", "move_database", "prune", "notify"),
)
DJANGOS_OWN = {"db_worker", "createsuperuser", "migrate", "axes_reset_username"}
PROOF = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")
EXAMPLES = {"<group>": "genre", "<slug>": "haken", "<section>": "albums", "<rest>": "any/thing"}
IN_BACKTICKS = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
A_PATH = re.compile(r"\.?\w[\w.-]*(?:/[\w.*-]+)*/?")
A_FILE = re.compile(r"\.?[\w-]+(?:\.[\w-]+)*\.(?:py|md|html|txt|css|js|json|toml|example)")
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")
MACHINE_PATH = re.compile(r"(?<![\w.~*)>}-])/(?:work|root|home)(?:/|\b(?=[`'\"\s]))")
# Where packages come from is for each machine to say: no index, no page of a package, no file of one.
PACKAGE_SOURCE = re.compile(
    r"(?<!emit-)index[-_]url|[-_ ]find[-_]links|\bregistry *= *\S*://|\bgoproxy *="
    r"|://\S+/(?:simple\b|(?:project|package)/[a-z@])|://\S+\.(?:whl|tgz|tar\.gz)\b",
    re.IGNORECASE,
)

by_name = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def section(path: Path, title: str) -> str:
    """Return what stands under a heading of the second level."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text_of(path), re.MULTILINE | re.DOTALL)
    assert found, f"{path.name} has no section {title}"
    return found[1]


def rows(text: str) -> Iterator[list[str]]:
    """Yield the cells of the rows of tables, headers left out."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if cells and not set("".join(cells)) <= set("-: "):
            yield cells


def first_column(text: str) -> list[str]:
    """Return what stands in backticks in the first column of a section's tables."""
    return [name for cells in rows(text) for name in IN_BACKTICKS.findall(cells[0])]


@cache
def sentences_in(path: Path) -> frozenset[str]:
    names = (node.name for node in ast.walk(ast.parse(text_of(path))) if isinstance(node, ast.FunctionDef))
    return frozenset(name for name in names if name.startswith("test_"))


def project_files() -> Iterator[Path]:
    """Yield the files of the project, without those that are made by running it."""
    made = {"__pycache__", "var", "staticfiles", "test-results"}
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in made and (name == ".ci" or not name.startswith("."))]
        yield from (Path(folder, name) for name in names if name not in MADE_LATER | {".git"} and "sqlite3" not in name)


@cache
def names_of_files() -> frozenset[str]:
    return frozenset(path.name for path in project_files())


@by_name
def test_every_proof_that_is_named_exists(document: Path) -> None:
    proofs = PROOF.findall(text_of(document))
    missing = [
        f"{path}::{name}"
        for path, name in proofs
        if not (ROOT / path).exists() or name not in sentences_in(ROOT / path)
    ]
    assert not missing


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Story 1 (P1): start a synchronisation", [str(number) for number in range(1, 6)]),
        ("Story 2 (P2): see progress", [str(number) for number in range(6, 12)]),
        ("Story 3 (P2): understand errors", [str(number) for number in range(12, 17)]),
        ("Story 4 (P3): see how fresh the catalogue is", [str(number) for number in range(17, 20)]),
        ("Functional requirements", [f"FR-{number:03}" for number in range(1, 13)]),
        ("Success criteria", [f"SC-{number:03}" for number in range(1, 8)]),
    ],
)
def test_every_point_of_the_specification_has_a_proof_or_says_not_yet(title: str, wanted: list[str]) -> None:
    header, *points = rows(section(SPECS / "spec.md", title))
    assert header[-1] == "proof"
    assert [cells[0] for cells in points] == wanted
    unproved = [cells[0] for cells in points if not PROOF.search(cells[-1]) and "not yet" not in cells[-1]]
    assert not unproved


@by_name
def test_every_path_in_backticks_exists(document: Path) -> None:
    top = {path.name for path in ROOT.iterdir()}
    missing: list[str] = []
    for said in IN_BACKTICKS.findall(FENCED.sub("", text_of(document))):
        path = said.partition("::")[0].partition(" ")[0]
        if not A_PATH.fullmatch(path) or path.split("/")[0] in MADE_LATER:
            continue
        if "/" in path and path.split("/")[0] in top:
            missing += [] if any(ROOT.glob(path.rstrip("/"))) else [said]
        elif "/" not in path and A_FILE.fullmatch(path):
            missing += [] if path in names_of_files() else [said]
    assert not missing


@by_name
def test_relative_links_lead_somewhere(document: Path) -> None:
    for found in LINK.findall(FENCED.sub("", text_of(document))):
        link = urlsplit(found[0] or found[1])
        if link.scheme or link.netloc:
            continue
        target = (document.parent / unquote(link.path)).resolve() if link.path else document
        assert target.exists(), f"{document.name} links to {link.path}"
        assert target.is_relative_to(ROOT)
        if link.fragment:
            assert link.fragment in anchors(target), f"{document.name} links to {link.path}#{link.fragment}"


def anchors(document: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", FENCED.sub("", text_of(document)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_document_is_linked_from_the_readme_or_from_one_that_is() -> None:
    reached, new = set[Path](), {ROOT / "README.md"}
    while new:
        reached |= new
        links = {
            (each.parent / link).resolve()
            for each in new
            if each.suffix == ".md"
            for link, _ in LINK.findall(text_of(each))
        }
        new = {link for link in links if link.is_file()} - reached
    assert set(DOCUMENTS) <= reached


def test_the_settings_are_documented_and_those_documented_are_read() -> None:
    documented = first_column(text_of(REFERENCE / "settings.md"))
    exemplified = re.findall(r"^([A-Z_]+)=", text_of(ROOT / ".env.example"), re.MULTILINE)
    read = {name for path in ("config/settings.py", "gunicorn.conf.py") for name in settings_read_in(ROOT / path)}
    asked_for = set(re.findall(r"\$\{(\w+)", text_of(ROOT / "compose.yaml")))
    assert len(documented) == len(set(documented))
    assert set(documented) == set(exemplified) == (read | asked_for) - NOT_FOR_OPERATORS


def settings_read_in(path: Path) -> Iterator[str]:
    """Yield the first argument of each call of a reader, which are the methods of ``env``."""
    for node in ast.walk(ast.parse(text_of(path))):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("env"), attr=reader), args=[ast.Constant(name), *_]):
                yield from (str(name), f"{name}_FILE") if reader in SECRET_READERS else (str(name),)
            case _:
                pass


@by_name
def test_every_script_that_is_named_can_be_run(document: Path) -> None:
    for name in re.findall(r"\bscript/([\w-]+)(?![\w.])", text_of(document)):
        assert os.access(ROOT / "script" / name, os.X_OK), name


def test_every_script_is_documented() -> None:
    scripts = {path.name for path in (ROOT / "script").iterdir() if path.is_file() and not path.suffix}
    assert scripts == {
        name.removeprefix("script/") for name in first_column(section(REFERENCE / "commands.md", "Scripts"))
    }


def test_every_command_and_option_is_documented() -> None:
    described = section(REFERENCE / "commands.md", "Commands")
    lines = {said.split()[0]: cells[1] for cells in rows(described) for said in IN_BACKTICKS.findall(cells[0])}
    assert set(OURS) | DJANGOS_OWN <= set(lines)
    folder = ROOT / "catalog" / "management" / "commands"
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == set(OURS)
    for name in OURS:
        assert options_of(name) == set(re.findall(r"--[a-z-]+", lines[name])), name


def options_of(name: str) -> set[str]:
    """Return the options that a command has beside those of all commands."""
    common = {option for action in parser_of("migrate") for option in action}
    return {option for action in parser_of(name) for option in action} - common


def parser_of(name: str) -> list[list[str]]:
    app = "catalog" if name in OURS else "django.core"
    parser = load_command_class(app, name).create_parser("manage.py", name)
    return [[option for option in action.option_strings if option.startswith("--")] for action in parser._actions]  # noqa: SLF001


def test_the_addresses_are_documented_and_those_documented_answer() -> None:
    documented = [said.split(" ")[1] for said in first_column(section(REFERENCE / "http.md", "Addresses"))]
    for address in documented:
        try:
            resolve(re.sub(r"<\w+>", lambda part: EXAMPLES.get(part[0], "1"), address))
        except Resolver404:
            pytest.fail(f"{address} is documented and leads nowhere")
    assert set(addresses(get_resolver())) == set(documented)


def addresses(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    patterns: list[Any] = resolver.url_patterns
    for pattern in patterns:
        path = prefix + re.sub(r"<\w+:(\w+)>", r"<\1>", str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield path
        elif pattern.app_name != "admin":
            yield from addresses(pattern, path)


def test_every_error_code_has_its_remedy() -> None:
    assert set(first_column(section(REFERENCE / "codes.md", "Errors"))) == set(wordings.ERRORS)
    assert set(SCHEMA["properties"]["error"]["oneOf"][1]["properties"]["code"]["enum"]) == set(wordings.ERRORS)


def test_every_warning_code_has_its_remedy() -> None:
    documented = section(REFERENCE / "codes.md", "Warnings")
    assert set(first_column(documented)) == set(wordings.WARNINGS)
    pattern = SCHEMA["properties"]["warnings"]["items"]["pattern"]
    assert set(re.findall(r"[a-z]+_[a-z]+", pattern)) == set(wordings.WARNINGS)


def test_every_cause_in_the_list_of_failures_is_explained() -> None:
    assert set(first_column(section(REFERENCE / "codes.md", "Skipped rows and rows to review"))) == set(
        wordings.FAILURES
    )


def test_every_key_of_the_export_is_explained() -> None:
    assert first_column(section(REFERENCE / "export.md", "Keys")) == list(KEYS)


def validated(status: SyncStatus) -> dict[str, object]:
    said = status_object(status)
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(said)
    return said


def test_the_status_object_has_exactly_the_keys_of_its_schema_and_all_are_explained() -> None:
    said = validated(SyncStatus())
    assert set(said) == set(SCHEMA["properties"]) == set(SCHEMA["required"])
    assert first_column(section(REFERENCE / "http.md", "The status object")) == SCHEMA["required"]
    counts = SCHEMA["properties"]["counts"]
    assert tuple(counts["properties"]) == tuple(counts["required"]) == SyncOperation.COUNTS


NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "status",
    [
        SyncStatus(id=1, status="pending", updated_at=NOON),
        SyncStatus(id=1, status="running", stage="fetching", percent=3, started_at=NOON, updated_at=NOON),
        SyncStatus(
            id=1, status="running", stage="enriching", percent=70, spotify_processed=3, spotify_total=9,
            waiting_until=NOON, started_at=NOON, updated_at=NOON, elapsed_seconds=4.5, eta_seconds=9.0,
            cancel_requested=True,
        ),
        SyncStatus(
            id=1, status="completed", percent=100, started_at=NOON, updated_at=NOON, finished_at=NOON,
            last_synced_at=NOON, counts={"created": 2, "failed": 1}, total_albums=2, albums_processed=2,
            warnings=(Fact("failed_rows", {"rows": 1}),),
        ),
        SyncStatus(
            id=1, status="failed", percent=5, started_at=NOON, updated_at=NOON, finished_at=NOON,
            error=Fact("sheet_not_found", {"status": 404}),
        ),
        SyncStatus(id=1, status="cancelled", finished_at=NOON, updated_at=NOON),
        SyncStatus(id=1, status="interrupted", percent=40, started_at=NOON, updated_at=NOON, finished_at=NOON),
    ],
    ids=lambda status: status.status,
)  # fmt: skip
def test_the_schema_holds_in_every_state(status: SyncStatus) -> None:
    validated(status)


def test_the_schema_refuses_a_status_that_contradicts_itself() -> None:
    for wrong in (
        SyncStatus(id=None, status="running", started_at=NOON),
        SyncStatus(id=1, status="running", percent=100, started_at=NOON),
        SyncStatus(id=1, status="completed", percent=100, finished_at=None),
        SyncStatus(id=1, status="completed", finished_at=NOON, warnings=(Fact("Something went wrong"),)),
        SyncStatus(id=1, status="failed", finished_at=NOON),
    ):
        with pytest.raises(jsonschema.ValidationError):
            validated(wrong)


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    pages = sorted(folder.glob("[0-9]*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    listed = dict(re.findall(r"\[\d{4}\]\(([^)]+)\) \| (.+?) \|", text_of(folder / "README.md")))
    assert {page.name: text_of(page).splitlines()[0] for page in pages} == {
        name: f"# {name[:4]} {title}" for name, title in listed.items()
    }


def test_the_changelog_knows_the_version() -> None:
    version = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]["version"]
    assert version in text_of(ROOT / "CHANGELOG.md")


def test_the_readme_is_short() -> None:
    assert len(text_of(ROOT / "README.md").splitlines()) <= 120


def test_no_file_holds_a_path_of_somebodys_machine_or_says_where_packages_come_from() -> None:
    wrong: list[str] = []
    for path in project_files():
        try:
            lines = text_of(path).splitlines()
        except UnicodeDecodeError:
            continue
        wrong += [
            f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
            for number, line in enumerate(lines, 1)
            if MACHINE_PATH.search(line) or PACKAGE_SOURCE.search(line)
        ]
    assert not wrong


def test_the_locked_requirements_hold_no_address() -> None:
    files = list((ROOT / "requirements").glob("*.txt"))
    assert files
    assert not [path.name for path in files if re.search(r"://|^ *-[^-r ]|^ *--(?!hash)", text_of(path), re.MULTILINE)]


@pytest.mark.parametrize(
    "line",
    [
        "pip install --index-" + "url x django",
        "export PIP_EXTRA_INDEX_" + "URL=x",
        "--find-" + "links wheels",
        "registry" + "=https://packages.example.org",
        "https://packages.example.org" + "/simple/django/",
        "https://example.org" + "/project/django/",
        "django @ https://files.example.org/d/django-5.2" + ".whl",
    ],
)
def test_a_source_of_packages_is_recognised(line: str) -> None:
    assert PACKAGE_SOURCE.search(line)
