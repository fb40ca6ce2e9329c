"""What import contracts cannot say: purity, sizes of folders, where writing and catching is allowed."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PURE = (
    "errors",
    *("xlsx/limits", "xlsx/markup", "xlsx/moments", "xlsx/colours", "xlsx/parts", "xlsx/cells", "xlsx/reader"),
    "facts",
    *("sheet/text", "sheet/dates", "sheet/links", "sheet/numbers", "sheet/vocabulary"),
    *("sheet/workbook", "sheet/cells", "sheet/entries", "sheet/rows", "sheet/address", "review/warnings"),
    *("albums/plan", "albums/guards", "albums/matching", "albums/batches"),
    *("albums/identity/vetoes", "albums/identity/sight", "albums/identity/merging", "albums/identity/passes"),
    *("albums/identity/scrambled", "albums/identity/unreadable"),
    *("spotify/errors", "spotify/parsing", "sync/options", "sync/progress/forecast", "sync/progress/estimate"),
)
OUTSIDE_WORLD = {"django", "requests", "urllib3", "socket", "http", "random", "time", "os", "threading"}


def modules(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


SERVICES = {
    str(path.relative_to(ROOT / "catalog/services").with_suffix("")): path
    for path in modules("catalog/services")
    if path.stem != "__init__"
}


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


def services_of(path: Path) -> set[str]:
    names = (name.removeprefix("catalog.services.").replace(".", "/") for name in imports(path) if "services." in name)
    return set(names) & set(SERVICES)


@pytest.mark.parametrize("folder", sorted({path.parent for path in modules("catalog")}), ids=lambda path: path.name)
def test_a_folder_has_at_most_a_dozen_modules(folder: Path) -> None:
    assert len(list(folder.glob("*.py"))) <= 12


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_know_no_django_no_network_and_no_clock(name: str) -> None:
    assert not packages(SERVICES[name]) & OUTSIDE_WORLD
    attributes = {node.attr for node in ast.walk(tree(SERVICES[name])) if isinstance(node, ast.Attribute)}
    assert not attributes & {"now", "today", "utcnow"}
    assert services_of(SERVICES[name]) <= set(PURE)


@pytest.mark.parametrize("folder", ["catalog", "config"])
def test_the_app_never_imports_the_demo_the_benchmarks_or_the_tests(folder: str) -> None:
    assert not [path for path in modules(folder) if packages(path) & {"demo", "bench", "tests"}]


def test_the_app_imports_nothing_of_the_project_around_it() -> None:
    assert not [path for path in modules("catalog") if "config" in packages(path)]


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


def test_the_state_of_an_operation_changes_in_its_model_alone() -> None:
    state = {"status", "owner", "beat_at", "cancel_requested", "finished_at"}
    for path in modules("catalog"):
        written = {
            keyword.arg
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"update", "update_or_create", "beat", "note", "enter", "advance", "end", "recover"}
            for keyword in node.keywords
        }
        assert not written & state or path.parts[-2:] == ("models", "sync.py"), path


def test_everything_is_caught_only_where_a_task_or_a_thread_ends() -> None:
    broad = [
        path.name
        for path in modules("catalog", "config", "demo")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or _name(node.type) in {"Exception", "BaseException"})
        if not (node.body and isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None)
    ]
    assert sorted(broad) == ["background.py", "current.py", "run.py"]


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""
