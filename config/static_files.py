"""Static files as they are served in production: collected, hashed and compressed, with one stylesheet and one script.

The sources need no such step: site.css and site.js import all others, and a browser follows. But each import costs a
visitor a request, so where the files are collected the imports are replaced by what they name.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

import re
from collections.abc import Callable, Generator, Iterable
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage  # pyright: ignore[reportAttributeAccessIssue]
from whitenoise.storage import CompressedManifestStaticFilesStorage

CSS_IMPORT = re.compile(r'^@import "\./([\w-]+\.css)";\n', re.MULTILINE)
JS_IMPORT = re.compile(r'^import (?:(\{[^}]*\}) from )?"\./([\w-]+\.js)";\n', re.MULTILINE)
JS_EXPORT = re.compile(r"^export (?=(?:async function|function|const) (\w+))", re.MULTILINE)
NOT_UNDERSTOOD = re.compile(r"^(?:import|export|await|@import)\b.*", re.MULTILINE)

Sources = dict[str, tuple[Storage, str]]
"""Names of the files to collect, each with the storage and the path of its source."""

Read = Callable[[str], str]
"""Returns the text of a source beside the entry, by its name."""


class SiteStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Puts into site.css and site.js what they import, then hashes and compresses all files."""

    def post_process(self, paths: Sources, *args: Any, **options: Any) -> Generator[Any]:  # noqa: ANN401 - as declared
        """Yield what was done to each file. Sources that went into a bundle stay as they were copied."""
        bundles = InMemoryStorage()
        others = {name: found for name, found in paths.items() if str(PurePosixPath(name).parent) not in BUNDLED}
        for folder, (bundle, entries) in BUNDLED.items():
            for entry in entries:
                text = bundle(entry, partial(_read, paths, folder))
                name = f"{folder}/{entry}"
                bundles.save(name, ContentFile(text.encode()))
                others[name] = bundles, name
        yield from super().post_process(others, *args, **options)

    def compress_files(self, paths: Iterable[str]) -> Generator[tuple[str, str]]:
        """Compress what wasn't before: pages name files by their hashes, whose content never changes."""
        hashed = set(self.hashed_files.values()).intersection(paths)
        yield from super().compress_files([name for name in hashed if not self.exists(f"{name}.gz")])

    def stored_name(self, name: str) -> str:
        """Return the name with its hash, or the name itself where files were not collected."""
        return super().stored_name(name) if self.hashed_files else name


def _read(paths: Sources, folder: str, name: str) -> str:
    storage, path = paths[f"{folder}/{name}"]
    with storage.open(path) as source:
        return source.read().decode()


def stylesheet(entry: str, read: Read) -> str:
    """Return a stylesheet in which each import is replaced by the text of what it names."""
    return _checked(entry, CSS_IMPORT.sub(lambda found: stylesheet(found[1], read), read(entry)))


def script(entry: str, read: Read) -> str:
    """Return an entry and all modules that it imports as one: each a function that returns its exports, called once."""
    modules: dict[str, str] = {}

    def add(name: str) -> None:
        text = read(name)
        for _, needed in JS_IMPORT.findall(text):
            if needed not in modules:
                add(needed)
        modules[name] = _as_function(name, text)

    add(entry)
    return "".join(modules.values())


def _as_function(name: str, text: str) -> str:
    exports = JS_EXPORT.findall(text)
    body = JS_EXPORT.sub("", JS_IMPORT.sub(_as_constant, text))
    return f"const {_variable(name)} = (() => {{\n{_checked(name, body)}return {{ {', '.join(exports)} }};\n}})();\n"


def _as_constant(found: re.Match[str]) -> str:
    return f"const {found[1]} = {_variable(found[2])};\n" if found[1] else ""


def _variable(name: str) -> str:
    return "$" + name.removesuffix(".js").replace("-", "_")


def _checked(name: str, text: str) -> str:
    """Raise ValueError where a source says what bundling can't keep, such as a default export."""
    if left := NOT_UNDERSTOOD.search(text):
        raise ValueError(f"{name} can't be bundled: {left[0]}")
    return text


BUNDLED = {
    "catalog/css": (stylesheet, ["site.css"]),
    "catalog/js": (script, ["site.js", "hidden-albums.js"]),
}
"""For each folder of sources what makes one file of an entry and its imports, and the entries that pages name."""
