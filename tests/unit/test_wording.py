"""Every code has its sentence in one template, for every cause, whatever the parameters hold."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template.loader import get_template, render_to_string
from lxml import html

import catalog
from catalog import wording
from catalog.services.albums import guards
from catalog.services.errors import SyncError
from catalog.services.facts import Fact, Parameter
from catalog.services.sheet import download
from catalog.services.spotify import errors as spotify
from catalog.services.sync import recovery, run
from tests.wordings import ERRORS, FAILURES, NOTICES, WARNINGS

TEMPLATES = {
    "error_message": ("catalog/words/error_message.html", "error", ERRORS),
    "error_hint": ("catalog/words/error_hint.html", "error", ERRORS),
    "warning": ("catalog/words/warning.html", "warning", WARNINGS),
    "failure": ("catalog/words/failure.html", "failure", FAILURES),
}
CATALOG = Path(catalog.__file__).parent
DOUBTS = {"other_year", "not_a_spotify_album", "no_spotify_link", "far_off_date", "column_twice"}
"""What `doubts` yields."""

OF_FORMS = {"form_expired", "form_without_cookie", "form_from_elsewhere"}
"""What `csrf_notice` returns."""

FALLBACK = {"internal"}
"""The code whose sentence stands for any unknown one."""

NAMES = re.compile(r"manage\.py \w+|\.xlsx|xl/\S+")
"""What may stand in a sentence though it looks like a code."""
SENTENCES = [
    (kind, code, parameters)
    for kind, (_, _, cases) in TEMPLATES.items()
    for code, several in cases.items()
    for parameters in several
]
each_sentence = pytest.mark.parametrize(("kind", "code", "parameters"), SENTENCES)


def rendered(kind: str, code: str, parameters: Mapping[str, Parameter]) -> str:
    template, name, _ = TEMPLATES[kind]
    return render_to_string(template, {name: SimpleNamespace(code=code, parameters=parameters)})


def said(kind: str, code: str, parameters: Mapping[str, Parameter]) -> str:
    return wording.plain(rendered(kind, code, parameters))


@each_sentence
def test_every_cause_has_a_sentence_that_ends_and_names_its_parameters(
    kind: str, code: str, parameters: dict[str, Parameter]
) -> None:
    text = said(kind, code, parameters)
    assert re.search(r"[.?]$", text)
    assert not re.search(r"[a-z]_[a-z]|None|\(\)|\s[.,;:)]|\.\.", NAMES.sub("X", text))
    assert text[0].isupper() or text[0] in "“1234567890x"
    assert "!" not in text


@each_sentence
def test_one_thing_is_one_and_two_are_several(kind: str, code: str, parameters: dict[str, Parameter]) -> None:
    things = r"(rows?|albums?|seconds?|tabs?)\b"
    numbers = {name: 1 if isinstance(value, int) else value for name, value in parameters.items()}
    assert not re.search(rf"\b1 {things}(?<=s)", said(kind, code, numbers))
    numbers = {name: 2 if isinstance(value, int) else value for name, value in parameters.items()}
    assert not re.search(rf"\b2 {things}(?<!s)", said(kind, code, numbers))


HOSTILE = "<img src=x> &amp; “it’s”"


@each_sentence
def test_what_others_wrote_is_escaped_once_on_pages_and_never_in_text(
    kind: str, code: str, parameters: dict[str, Parameter]
) -> None:
    kept = {"cause", "until"}
    hostile: dict[str, Parameter] = {}
    for name, value in parameters.items():
        hostile[name] = (
            value if name in kept or isinstance(value, int) else [HOSTILE] if isinstance(value, list) else HOSTILE
        )
    markup = rendered(kind, code, hostile)
    shown = html.fragment_fromstring(markup, create_parent=True)
    assert shown.xpath("//img") == []
    assert " ".join(shown.text_content().split()) == said(kind, code, hostile)
    if kind in {"failure", "warning"} and any(value in (HOSTILE, [HOSTILE]) for value in hostile.values()):
        assert HOSTILE in said(kind, code, hostile)


@pytest.mark.parametrize(("kind", "parameters"), [
    ("error_message", {"legacy_message": HOSTILE, "legacy_hint": "Try."}),
    ("error_hint", {"legacy_message": "It failed.", "legacy_hint": HOSTILE}),
    ("warning", {"legacy": HOSTILE}),
    ("failure", {"legacy": HOSTILE}),
])  # fmt: skip
def test_a_sentence_of_an_earlier_version_is_shown_as_it_was(kind: str, parameters: dict[str, str]) -> None:
    for code in (*TEMPLATES[kind][2], "unheard_of"):
        assert said(kind, code, parameters) == HOSTILE


def codes_in(template: str, name: str) -> list[str]:
    source = Path(str(vars(get_template(template))["template"].origin)).read_text(encoding="utf-8")
    return re.findall(rf'(?<!and )\b{name} == "(\w+)"(?! and cause)', source)


@pytest.mark.parametrize("kind", TEMPLATES)
def test_each_code_stands_in_its_template_once(kind: str) -> None:
    template, name, cases = TEMPLATES[kind]
    found = codes_in(template, f"{name}.code")
    assert len(found) == len(set(found))
    assert set(found) == set(cases) - FALLBACK


def test_the_codes_are_those_of_the_errors() -> None:
    assert {download, guards, run, recovery}  # imported for the errors that they define
    assert set(ERRORS) == {error.code for error in all_errors(SyncError)}


def all_errors(base: type[SyncError]) -> Iterator[type[SyncError]]:
    yield base
    for error in base.__subclasses__():
        yield from all_errors(error)


def named_in(folder: str, places: Mapping[str, int]) -> set[str]:
    """Return the texts that stand at these places in calls of these names, anywhere in a folder of the app."""
    return {
        str(named.value)
        for path in (CATALOG / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        if (called := getattr(node.func, "id", "")) in places and len(node.args) > places[called]
        if isinstance(named := node.args[places[called]], ast.Constant)
    }


def test_the_codes_are_those_that_the_app_names() -> None:
    assert named_in("services", {"Fact": 0}) == set(WARNINGS)
    assert named_in("services", {"RowProblem": 0, "RowRefused": 0}) | DOUBTS == set(FAILURES)
    assert named_in("views", {"answer": 2, "start": 1}) | OF_FORMS == set(NOTICES)


@pytest.mark.parametrize("notice", NOTICES)
def test_each_notice_is_a_sentence(notice: str) -> None:
    text = wording.notice_text(notice, wait=8)
    assert re.fullmatch(r"[A-Z].*\.", text)
    assert not re.search(r"[a-z]_[a-z]", text)


def test_each_notice_stands_in_its_template_once() -> None:
    assert sorted(codes_in("catalog/sync/notice.html", "notice")) == sorted(NOTICES)


def test_a_warning_has_its_code_in_front_for_machines() -> None:
    assert wording.warning_line(Fact("failed_rows", {"rows": 5})) == (
        "failed_rows: 5 rows were skipped. Fix them in the sheet."
    )


@pytest.mark.parametrize(
    ("error", "message", "hint"),
    [
        (
            guards.SheetShrunk(1413, 1413, "2023 Prog-metal"),
            "Stopped, nothing changed. All 1,413 albums of “2023 Prog-metal” are missing from the sheet.",
            "Restore them (File › Version history), or accept the removal: as staff on the page of this sync, or at "
            "the server with manage.py import_albums --force.",
        ),
        (download.RateLimited(30), "Google is limiting downloads.", "Try again in 30 seconds."),
        (
            download.SheetForbidden("status", status=403),
            "The sheet is private.",
            "Share it with “Anyone with the link”, and allow viewers to download it.",
        ),
        (
            download.SheetUnreachable("deadline", seconds=120),
            "The download took longer than 120 seconds.",
            "Check the server's internet connection and GOOGLE_SHEETS_XLSX_URL, then try again in a few minutes.",
        ),
        (SyncError(), "Stopped by a bug in progmetal.", "Please report it with the log of this sync."),
    ],
)
def test_errors_say_what_happened_and_what_to_do(error: SyncError, message: str, hint: str) -> None:
    assert wording.error_message(error.fact) == message
    assert wording.error_hint(error.fact) == hint


@pytest.mark.parametrize(
    ("warning", "text"),
    [
        (spotify.NO_CREDENTIALS, "spotify_credentials: No Spotify key: covers only. Set SPOTIFY_CLIENT_ID"),
        (Fact("failed_tabs", {"tabs": ["A", "B", "C"]}), "failed_tabs: Tabs A, B and C couldn't be read; their albums"),
        (Fact("failed_rows", {"rows": 1}), "failed_rows: 1 row was skipped. Fix it in the sheet."),
        (Fact("doubtful_rows", {"cause": "rows", "rows": 31}), "doubtful_rows: 31 rows were imported but look wrong."),
        (
            Fact("doubtful_rows", {"cause": "vanished", "column": "Vocal Style", "tabs": ["X", "Y"]}),
            "doubtful_rows: Tabs X and Y no longer have a Vocal Style column, so the old values were kept. Put it back",
        ),
    ],
)
def test_warnings_say_what_happened_and_what_to_do(warning: Fact, text: str) -> None:
    assert wording.warning_line(warning).startswith(text)


def test_parameters_fit_any_database() -> None:
    stored = Fact("database", {"detail": "\0" + "x" * 900 + "\ud800", "rows": 5, "tabs": ["\ud800"] * 50}).as_json()
    assert stored["parameters"] == {"detail": "x" * 499, "rows": 5, "tabs": ["?"] * 20}
