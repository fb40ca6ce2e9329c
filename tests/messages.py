"""Every message that people read, and when it is shown: the source of docs/reference/messages.md.

``python -m tests.messages`` writes that page anew.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django

from catalog.services.facts import Fact, Parameter

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "messages.md"

AT = datetime(2026, 5, 3, 14, 30, tzinfo=UTC)

STATES: Mapping[str, str] = {
    "never": "no sync has run, and the catalogue is empty",
    "pending": "the button was pressed, and nobody runs the sync yet",
    "fetching": "the sheet is downloading",
    "reading": "the sheet is read and applied",
    "enriching": "Spotify is asked",
    "waiting": "Spotify asked for a pause, and the sync waits",
    "cancelling": "somebody pressed Cancel, until it takes effect",
    "previewing": "a preview runs",
    "undoing": "an undo runs",
    "completed": "the sync changed something",
    "previewed": "a preview ended",
    "unchanged": "the sync found nothing new",
    "failed-rows": "rows were skipped",
    "blocked": "Spotify may not be asked at the moment",
    "undone": "an undo ended",
    "cancelled": "the sync was cancelled",
    "interrupted": "the process that ran the sync ended",
}
"""When the panel shows a state of `tests.panels`; the others differ in their warnings or errors alone."""

PRESSES: Mapping[str, str] = {
    "started": "Sync Now, without JavaScript",
    "comparing": "Preview, without JavaScript",
    "undoing": "Undo, without JavaScript",
    "cancelling": "Cancel, without JavaScript",
    "already_running": "a press while a sync runs",
    "too_soon": "a press within SYNC_COOLDOWN_SECONDS of the last one",
    "nothing_to_cancel": "Cancel, and the sync has ended",
    "nothing_to_undo": "Undo, and the last sync is another one by now, or undone",
    "staff_sync": "a press by somebody who may not sync",
    "staff_preview": "Preview by somebody who may not sync",
    "staff_accept": "Accept by somebody who isn't staff",
    "staff_review": "Acknowledge by somebody who isn't staff",
    "staff_undo": "Undo by somebody who isn't staff",
    "staff_cancel": "Cancel of an undo, or of an accepted sync, by somebody who isn't staff",
    "another_runs": "Cancel, and another operation has taken the place of the one shown",
    "offer_gone": "Accept or Apply of a list that is out of date",
    "form_expired": "any button on a page whose CSRF token is old",
    "form_without_cookie": "any button in a browser that keeps no cookies",
    "form_from_elsewhere": "any button behind a proxy that hides the site's address",
}

QUIET: Sequence[str] = ("pending", "fetching", "reading", "enriching", "waiting", "cancelling", "undoing")
"""States that those who may not sync are told of, behind the albums and how fresh they are."""

CURATED: Mapping[str, str] = {
    "restore": "Restore, of a removed album",
    "stop": "Stop keeping, of a restored album",
    "other": "either, and the album is in another state by now",
    "busy": "either, while anything runs",
    "renamed": "Rename, of a genre",
    "alias_added": "Add, of another spelling",
    "alias_removed": "Remove, of a spelling",
    "artist_alias_added": "Add, of another name of an artist",
    "artist_alias_removed": "Remove, of another name of an artist",
    "alias_gone": "Remove, of a spelling or name that is gone already",
    "merged": "Merge, of two genres or artists that are suggested",
    "not_merged": "Merge, of names that can't be one",
    "dismissed": "Dismiss, of a suggestion",
    "suggested_again": "Suggest again, of a pair that was dismissed",
    "suggestion_gone": "Suggest again, of a pair that isn't dismissed any more",
    "sending": "Send, of a test message or of waiting ones",
    "nothing_sent": "Send, and there is nothing to send by now",
}
REFUSED: Mapping[str, str] = {
    "empty": "nothing is left of the name without blanks",
    "too_long": "the name is longer than the columns",
    "comma": "the name has a comma",
    "own_name": "the spelling is the genre's own name",
    "taken": "the name or spelling means another genre",
    "of_an_alias": "the genre is itself a spelling of another one",
    "has_aliases": "the spelling is a genre that has spellings itself",
    "found_anyway": "the artist's own name, or one of the others, is the same but for accents and punctuation",
    "joined": "the name is an artist that is another one's already",
    "joined_itself": "the artist is another one's name",
    "has_joined": "the name is an artist that others are one with",
    "twice": "a form of the admin has a spelling or name twice",
    "meanwhile": "somebody stored the same at that moment",
}
REVIEWED: Mapping[str, Mapping[str, int]] = {
    "Acknowledge": {"acknowledged": 31},
    "Acknowledge, and rows have changed since the page was read": {"acknowledged": 30, "changed": 1},
    "Acknowledge without a choice": {"acknowledged": 0},
    "Reopen": {"reopened": 2},
}

TOLD: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("sync.failed", "a sync failed"): {"error": Fact("sheet_forbidden", {"cause": "sign_in"})},
    ("sync.failed", "the second sync in a row was interrupted"): {},
    ("sync.held", "a sync was held back"): {
        "error": Fact("sheet_shrunk", {"lost": 1413, "total": 1413, "tab": "2023 Prog-metal"})
    },
    ("sync.review", "a sync found new rows"): {"rows": SimpleNamespace(to_review=31, skipped=5)},
    ("sync.recovered", "syncs work again"): {"created": 15, "updated": 3},
    ("test", "somebody tries it out"): {},
}
"""What is told of syncs, when, and the facts of an example."""

ERROR_SECTION = (
    "The sync failed, and the catalogue is as it was. The panel and the page of the sync show the message and what "
    "to do; [codes](codes.md#errors) says when each code comes."
)

Row = tuple[str, ...]


def page() -> str:
    """Return the page: a table for each kind of message, with the numbers and names of an example."""
    parts = [
        "# Messages",
        "",
        "Every message, with the numbers and names of an example. The words are in `catalog/templates/catalog/words/`, "
        "`catalog/templates/catalog/sync/` and `catalog/templates/catalog/notify/`; "
        "`.venv/bin/python -m tests.messages` writes this page.",
    ]
    for title, introduction, header, rows in sections():
        parts += ["", f"## {title}", "", introduction, "", *_table(header, rows)]
    return "\n".join(parts) + "\n"


def sections() -> Iterator[tuple[str, str, Row, list[Row]]]:
    """Yield the title, the introduction, the header and the rows of each table."""
    from catalog import wording
    from tests.wordings import ERRORS, FAILURES, WARNINGS

    def sentence(template: str) -> Callable[[str, Fact], str]:
        from django.template.loader import render_to_string

        return lambda name, fact: wording.plain(render_to_string(f"catalog/words/{template}.html", {name: fact}))

    in_panel = [(when, _message_of(state)) for state, when in STATES.items()]
    yield "The panel", "What the sync panel says, by the state of the sync.", ("when", "message"), in_panel
    pressed = [(when, wording.notice_text(code, wait=8)) for code, when in PRESSES.items()]
    yield "After a press", "What a press of a button is answered.", ("when", "message"), pressed
    quiet = [(STATES[state], _quiet(state)) for state in QUIET]
    yield "Without the button", "What those who may not sync are told while something runs.", ("when", "message"), quiet
    curated = [(when, _curated("curate/told", code)) for code, when in CURATED.items()]
    reviewed = [(when, _written("catalog/review/notice.txt", numbers)) for when, numbers in REVIEWED.items()]
    yield "For curators", "What a change on the pages of *Curate* is answered.", ("when", "message"), curated + reviewed
    refused = [(when, _curated("words/refused_name", code)) for code, when in REFUSED.items()]
    yield "Names of genres and artists", "Why a name or a spelling is refused.", ("when", "message"), refused
    told = [(when, _letter(event, **facts)) for (event, when), facts in TOLD.items()]
    yield "Notifications", "What mails, chats and webhooks say of a sync, before its link.", ("when", "message"), told
    errors = [
        (f"`{code}`", _cause(case), wording.error_message(Fact(code, case)), wording.error_hint(Fact(code, case)))
        for code, cases in ERRORS.items()
        for case in cases
    ]
    yield "Errors", ERROR_SECTION, ("code", "cause", "message", "what to do"), errors
    introduction = "The sync completed, and something new needs attention."
    yield "Warnings", introduction, ("code", "cause", "message"), _facts(WARNINGS, "warning", sentence("warning"))
    introduction = "Why a row or a tab was skipped, or is to be reviewed."
    yield "Rows", introduction, ("code", "cause", "message"), _facts(FAILURES, "failure", sentence("failure"))


def _letter(event: str, error: Fact | None = None, rows: object = None, **facts: Any) -> str:
    from catalog import wording
    from catalog.models import SyncOperation

    said = {"error_message": wording.error_message(error), "error_hint": wording.error_hint(error)} if error else {}
    operation = SyncOperation(created_at=AT, finished_at=AT, **facts)
    context = {"event": event, "operation": operation, "error": error, "rows": rows, "one_row": False, **said}
    return " ".join(wording.message_text(context).split())


def _facts(
    cases: Mapping[str, list[dict[str, Parameter]]], name: str, sentence: Callable[[str, Fact], str]
) -> list[Row]:
    return [
        (f"`{code}`", _cause(case), sentence(name, Fact(code, case)))
        for code, several in cases.items()
        for case in several
    ]


def _written(template: str, facts: Mapping[str, object]) -> str:
    from django.template.loader import render_to_string

    return " ".join(render_to_string(template, dict(facts)).split())


def _curated(template: str, code: str) -> str:
    given = {"name": "Djent", "genre": "Progressive metal", "names": ["Djent"], "album": {"title": "Virus"}}
    given |= {"number": 2, "kept": "Progressive metal", "why": "“Djent” already means Prog-rock."}
    if code.startswith("artist_") or "joined" in code or code == "found_anyway":
        given |= {"name": "BTBAM", "artist": "Between the Buried and Me", "kept": "Between the Buried & Me"}
    alias = {"name": "Djent", "genre": "Djent"}
    return _written(f"catalog/{template}.txt", {**given, "code": code, "alias": alias})


def _quiet(state: str) -> str:
    from tests.panels import PANELS

    return _written("catalog/sync/quiet_stage.html", {"status": PANELS[state][0]})


def _cause(case: Mapping[str, Parameter]) -> str:
    return f"`{case['cause']}`" if "cause" in case else ""


def _message_of(state: str) -> str:
    from catalog import wording
    from tests.panels import NOW, PANELS

    status, _ = PANELS[state]
    times = {name: value for name, value in vars(status).items() if isinstance(value, datetime)}
    # The example happens on one day, whenever this is read.
    told = {name: AT + (moment - NOW) for name, moment in times.items()}
    return wording.status_message(replace(status, **{**told, "now": AT}))


def _table(header: Row, rows: list[Row]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in dict.fromkeys(rows):
        cells = (cell.replace("|", "\\|") for cell in row)
        yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "ENV_FILE": os.devnull, "SECRET_KEY": "only-for-words"}
    django.setup()
    PAGE.write_text(page(), encoding="utf-8")
