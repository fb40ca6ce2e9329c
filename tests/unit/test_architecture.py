"""The order of the modules: data flow one way, so imports point one way."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

ORDER = (
    "errors", "clock", "process",
    "workbook_limits", "workbook_parts", "workbook_cells", "workbook",
    "google_sheets", "cell_text", "album_rows", "album_matching", "album_names", "album_changes",
    "album_importer", "album_preview", "album_undo", "sheet_warnings",
    "spotify_errors", "spotify_answers", "spotify_http", "spotify", "spotify_backlog",
    "day_budget", "pacing", "spotify_calls", "enrich_plan", "enrich_warnings", "enrich_run", "album_enricher",
    "cover_requests", "coverage",
    "sync_options", "sync_forecast", "sync_helper",
    "sync_journal", "sync_run", "sync_manager", "sync_status", "sync_snapshot",
)  # fmt: skip
"""The services in the way of the data. A module may import those before it; a new one gets its place here."""

PURE = (
    "errors", "workbook_limits", "workbook_parts", "workbook_cells", "workbook", "cell_text", "album_rows",
    "album_matching", "spotify_errors", "sheet_warnings", "sync_options", "sync_forecast",
)  # fmt: skip
OUTSIDE_WORLD = {"django", "requests", "urllib3", "socket", "http", "random", "time", "os", "threading"}
NETWORK = {"google_sheets", "spotify_http"}
PAGES = ("views", "forms", "facets", "charts", "placeholder", "templatetags", "urls", "admin", "context_processors")
ABOVE_SERVICES = (*PAGES, "management", "tasks", "task_backend")


def modules(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


SERVICES = {path.stem: path for path in modules("catalog/services") if path.stem != "__init__"}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), path.name)


def imports(path: Path) -> set[str]:
    """Return all that a module imports, by full name: of ``from a import b`` both ``a`` and ``a.b``."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{path} has a relative import"
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def packages(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(path)}


def catalog_parts(path: Path) -> set[str]:
    """Return which parts of the app a module imports: ``models`` of ``catalog.models.album``."""
    names = (name.split(".") for name in imports(path))
    return {parts[1] for parts in names if parts[0] == "catalog" and len(parts) > 1}


def services_of(path: Path) -> set[str]:
    names = (name.removeprefix("catalog.services.") for name in imports(path) if name.startswith("catalog.services."))
    return {name.partition(".")[0] for name in names} & set(SERVICES)


def test_every_service_has_its_place_in_the_order() -> None:
    assert sorted(ORDER) == sorted(SERVICES)


@pytest.mark.parametrize("name", ORDER)
def test_a_service_imports_only_those_before_it(name: str) -> None:
    assert services_of(SERVICES[name]) <= set(ORDER[: ORDER.index(name)])


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_know_no_django_no_network_and_no_clock(name: str) -> None:
    assert not packages(SERVICES[name]) & OUTSIDE_WORLD
    attributes = {node.attr for node in ast.walk(tree(SERVICES[name])) if isinstance(node, ast.Attribute)}
    assert not attributes & {"now", "today", "utcnow"}
    assert services_of(SERVICES[name]) <= set(PURE)


@pytest.mark.parametrize("name", ORDER)
def test_services_never_import_pages_or_commands(name: str) -> None:
    assert not catalog_parts(SERVICES[name]) & set(ABOVE_SERVICES)


@pytest.mark.parametrize("path", modules("catalog/models"), ids=lambda path: path.stem)
def test_models_import_models_alone(path: Path) -> None:
    assert catalog_parts(path) <= {"models"}


def test_only_the_two_ends_touch_the_network() -> None:
    touching = {name for name, path in SERVICES.items() if "urllib3" in packages(path)}
    assert touching == NETWORK
    elsewhere = [path for path in modules("catalog") if path.parent.name != "services"]
    assert not [path for path in elsewhere if packages(path) & {"requests", "urllib3", "socket"}]


@pytest.mark.parametrize("folder", ["catalog", "config"])
def test_the_app_never_imports_the_demo_the_benchmarks_or_the_tests(folder: str) -> None:
    assert not [path for path in modules(folder) if packages(path) & {"demo", "bench", "tests"}]


def test_the_environment_is_read_in_config_alone() -> None:
    reading = [path for path in modules("catalog") if imports(path) & {"os.environ", "os.getenv", "environ"}]
    assert not reading
    for path in modules("catalog"):
        attributes = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
        assert not attributes & {"environ", "getenv"}, path


def test_views_and_template_tags_write_nothing() -> None:
    writing = {"save", "create", "bulk_create", "update_or_create", "get_or_create", "bulk_update", "delete"}
    for path in modules("catalog/views", "catalog/templatetags"):
        calls = {
            node.func.attr
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        assert not calls & writing, path


def test_everything_is_caught_only_where_a_task_or_a_thread_ends() -> None:
    broad = [
        path.name
        for path in modules("catalog", "config", "demo")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or _name(node.type) in {"Exception", "BaseException"})
        if not (node.body and isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None)
    ]
    assert broad == ["sync_helper.py", "sync_run.py"]


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""
