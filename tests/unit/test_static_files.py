"""Bundling: one stylesheet and one script, in which every import is replaced by what it names."""

from pathlib import Path

import pytest

from config.static_files import BUNDLED, script, stylesheet

STATIC = Path(__file__).parents[2] / "catalog" / "static"


def test_a_stylesheet_holds_what_it_imports_in_its_order():
    files = {
        "site.css": '/* All. */\n@import "./one.css";\n@import "./two.css";\n',
        "one.css": "a {}\n",
        "two.css": "b {}\n",
    }
    assert stylesheet("site.css", files.__getitem__) == "/* All. */\na {}\nb {}\n"


def test_a_module_comes_once_before_those_that_need_it():
    files = {
        "site.js": 'import "./one.js";\nimport "./two.js";\n',
        "one.js": 'import { add, NAME } from "./shared.js";\nconst own = add(1);\nglobal.said.push(NAME, own);\n',
        "two.js": 'import {\n  add,\n} from "./shared.js";\nconst own = add(1);\nglobal.said.push(own);\n',
        "shared.js": 'let sum = 0;\nexport const NAME = "one";\nexport function add(n) {\n  return (sum += n);\n}\n',
    }
    bundle = script("site.js", files.__getitem__)
    assert bundle.count("let sum = 0;") == 1
    assert bundle.index("$shared") < bundle.index("$one") < bundle.index("$two")
    assert "import" not in bundle
    assert "export" not in bundle


@pytest.mark.parametrize(
    "source",
    [
        "export default 1;",
        'import whole from "./x.js";',
        'import "../x.js";',
        "await load();",
        "export { a };",
        "export * from 'x';",
    ],
)
def test_what_bundling_cannot_keep_is_an_error(source: str):
    with pytest.raises(ValueError, match=r"odd\.js can't be bundled: "):
        script("odd.js", lambda _: f"{source}\n")


@pytest.mark.parametrize("folder", BUNDLED)
def test_every_source_of_ours_is_part_of_the_site(folder: str):
    bundle, entries = BUNDLED[folder]
    used: set[str] = set()

    def read(name: str) -> str:
        used.add(name)
        return (STATIC / folder / name).read_text()

    for entry in entries:
        bundle(entry, read)
    assert used == {path.name for path in (STATIC / folder).iterdir()}
