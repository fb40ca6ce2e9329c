"""After an upgrade no browser keeps a page of the release before, however little of the catalogue has changed."""

from pathlib import Path

import pytest

from catalog.rendering.pieces import release_of


@pytest.mark.parametrize("changed", ["views.py", "page.html", "told.txt"])
def test_another_template_or_another_line_of_code_is_another_release(tmp_path: Path, changed: str):
    for name in ("views.py", "page.html", "told.txt", "views.pyc"):
        (tmp_path / name).write_text("as it was")
    before = release_of(tmp_path, ["site.1.css"])
    (tmp_path / "views.pyc").write_text("compiled")
    assert release_of(tmp_path, ["site.1.css"]) == before
    (tmp_path / changed).write_text("as it is")
    assert release_of(tmp_path, ["site.1.css"]) != before


def test_other_styles_are_another_release(tmp_path: Path):
    assert release_of(tmp_path, ["site.1.css"]) != release_of(tmp_path, ["site.2.css"])
