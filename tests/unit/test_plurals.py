"""Nobody reads "1 albums", wherever a number stands before a word."""

import re
from dataclasses import fields, replace
from itertools import product
from pathlib import Path

import pytest
from django.template.loader import render_to_string

import catalog
from catalog import wording
from catalog.models import SyncOperation
from catalog.services.facts import Fact, Parameter
from catalog.services.sync.status import SyncStatus
from tests.messages import REVIEWED
from tests.wordings import ERRORS, FAILURES, NOTICES, WARNINGS

TEMPLATES = Path(catalog.__file__).parent / "templates"
THINGS = (
    "album|row|tab|cell|column|second|minute|hour|day|sync|change|track|disc|part|tag|name|character|relationship|"
    "string|format|fill|style|hyperlink|result|match|call|time|example|operation|failure|warning"
)
ONE_OF_MANY = re.compile(rf"(?<![\d,.:-])1 ([a-z]+ )?({THINGS})e?s\b")
MANY_OF_ONE = re.compile(rf"\b2 ({THINGS})\b")
NONE_OF_ONE = re.compile(rf"\b0 ({THINGS})\b")
A_NUMBER_AND_MANY = re.compile(rf"\}}\}}\s+([a-z]+ )?(?:{THINGS})e?s\b")
ONLY_FOR_SEVERAL = {"warning.html": 3}
"""Templates that have another branch for one, and how often."""

COUNTS: dict[str, int] = dict.fromkeys(SyncOperation.COUNTS, 1)
ONE = SyncStatus(
    id=1, total_albums=1, albums_processed=1, spotify_processed=1, spotify_total=1, percent=1, elapsed_seconds=1.0,
    eta_seconds=1.0, counts=COUNTS, added_by_last_sync=1, total_in_catalog=1,
    warnings=(Fact("doubtful_rows", {"cause": "rows", "rows": 1}), Fact("failed_rows", {"rows": 1})),
)  # fmt: skip
STATES = ("pending", "running", "completed", "failed", "cancelled", "interrupted")
STAGES = ("", "fetching", "processing", "enriching", "finalizing")
KINDS = ("sync", "preview", "undo")
SOME = [COUNTS, COUNTS | {"failed": 0}, {"enriched": 1}, {"removed": 1}, {"failed": 1}, {}]


def status(state: str, stage: str, kind: str, counts: dict[str, int], number: int) -> SyncStatus:
    """Return a status in which every number is this one."""
    same = {each.name: number for each in fields(ONE) if getattr(ONE, each.name) == 1 and each.name != "id"}
    counted = {name: number for name, value in counts.items() if value}
    error = Fact("sheet_shrunk", {"lost": number, "total": number}) if state == "failed" else None
    warned = tuple(Fact(each.code, {**each.parameters, "rows": number}) for each in ONE.warnings)
    told = replace(ONE, status=state, kind=kind, counts=counted, error=error, warnings=warned, **same)
    return replace(told, stage=stage if state == "running" else "")


def texts(number: int) -> "dict[str, str]":
    """Return every sentence in which a number may stand, by where it is from."""
    said: dict[str, str] = {}
    for state, stage, kind, counts in product(STATES, STAGES, KINDS, SOME):
        told = status(state, stage, kind, counts, number)
        said[f"message {told}"] = wording.status_message(told)
    for state, counts in product(STATES, SOME):
        shown = {"status": status(state, "", "sync", counts, number), "may_sync": True, "may_overrule": True}
        said[f"panel {state} {counts}"] = wording.plain(render_to_string("catalog/sync/panel.html", shown))
    for write, cases in (
        (wording.error_message, ERRORS),
        (wording.error_hint, ERRORS),
        (wording.warning_line, WARNINGS),
    ):
        for code, several in cases.items():
            said |= {f"{code} {case}": write(Fact(code, numbered(case, number))) for case in several}
    for code, several in FAILURES.items():
        for case in several:
            failure = {"failure": Fact(code, numbered(case, number))}
            said[f"{code} {case}"] = wording.plain(render_to_string("catalog/words/failure.html", failure))
    for when, numbers in REVIEWED.items():
        shown = render_to_string("catalog/review/notice.txt", dict.fromkeys(numbers, number))
        said[f"review {when}"] = " ".join(shown.split())
    return said | {notice: wording.notice_text(notice, wait=number) for notice in NOTICES}


def numbered(parameters: dict[str, Parameter], number: int) -> dict[str, Parameter]:
    return {name: number if isinstance(value, int) else value for name, value in parameters.items()}


@pytest.mark.parametrize(("number", "wrong"), [(0, NONE_OF_ONE), (1, ONE_OF_MANY), (2, MANY_OF_ONE)])
def test_one_thing_is_one_and_none_or_two_are_several_in_every_sentence(number: int, wrong: re.Pattern[str]) -> None:
    assert {where: text for where, text in texts(number).items() if wrong.search(text)} == {}


def test_an_empty_catalogue_has_no_albums_rather_than_0() -> None:
    empty = render_to_string("catalog/sync/facts.html", {"status": SyncStatus()})
    assert wording.plain(empty) == "No albums Never synced"


def test_large_numbers_have_separators_in_every_sentence() -> None:
    said = texts(17_602)
    assert sum("17,602" in text for text in said.values()) > len(said) / 2
    bare = {where for where, text in said.items() if "17602" in text}
    assert {where.partition(" ")[0] for where in bare} == {"other_year"}  # the year of a tab


def test_a_plural_in_a_template_depends_on_its_number() -> None:
    for path in TEMPLATES.rglob("*.*"):
        found = A_NUMBER_AND_MANY.findall(path.read_text(encoding="utf-8"))
        assert len(found) == ONLY_FOR_SEVERAL.get(path.name, 0), (path, found)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"created": 1, "updated": 2, "enriched": 1}, "3 of 5 albums were updated; those changes are kept. "
         "What Spotify said of 1 album is kept."),
        ({"removed": 1}, "1 of 5 albums was updated; that change is kept."),
        ({"enriched": 140, "unchanged": 5}, "What Spotify said of 140 albums is kept."),
        ({"unchanged": 5, "skipped": 2, "failed": 1, "awaiting_enrichment": 3}, "Nothing was changed."),
    ],
)  # fmt: skip
def test_what_a_cancelled_sync_keeps_is_told_only_where_there_is_some(counts: dict[str, int], said: str) -> None:
    told = SyncStatus(id=1, status="cancelled", total_albums=5, counts=counts, is_applied=True)
    assert wording.status_message(told) == f"Sync cancelled. {said}"
    assert wording.status_message(replace(told, kind="preview")) == "Preview cancelled. Nothing was changed."


def test_a_run_of_spotify_alone_says_nothing_about_the_sheet() -> None:
    told = SyncStatus(id=1, status="completed", only_spotify=True, elapsed_seconds=9.2, counts={"enriched": 1})
    assert wording.status_message(told) == "Spotify sync complete in 9 s. 1 from Spotify"
