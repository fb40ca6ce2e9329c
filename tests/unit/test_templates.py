"""Templates stay readable and in use; their form is djlint's, in script/lint."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "catalog" / "templates"
LONGEST_LINE = 120
NAME = re.compile(r"""["']([\w./]+\.(?:html|txt)|catalog/offline/\w+\.(?:js|json))["']""")
FOUND_BY_NAME = {"403.html", "403_csrf.html", "404.html", "registration/login.html"}
"""Views ask for these by name."""


def templates() -> dict[str, str]:
    """Return every template by its name."""
    files = (path for path in sorted(TEMPLATES.rglob("*")) if path.is_file())
    return {path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8") for path in files}


def named_in(source: str) -> set[str]:
    return set(NAME.findall(source))


def test_no_line_is_longer_than_a_reader_wants() -> None:
    long = [
        f"{name}:{number}"
        for name, source in templates().items()
        for number, line in enumerate(source.splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert long == []


def test_every_template_is_used_and_every_name_has_its_template() -> None:
    python = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "catalog").rglob("*.py"))
    rendered = {name for name in named_in(python) if name.startswith("catalog/")}
    included = {name for source in templates().values() for name in named_in(source)}
    assert set(templates()) == rendered | included | FOUND_BY_NAME
