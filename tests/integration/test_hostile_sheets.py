"""Sheets that attack: whatever stands in the file, the catalogue is what it was or a whole one, and its export clean.

HOSTILE_SHEETS sets how many broken workbooks and how many sheets of odd cells are synced. The databases differ in the
texts that they take, so PostgreSQL gets those.
"""

import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.models import AlbumChange, SyncOperation
from catalog.services.albums.matching import merge
from catalog.services.facts import Fact
from catalog.services.sheet.rows import read_sheet
from catalog.services.sheet.vocabulary import split_genres
from catalog.services.xlsx.reader import Workbook
from catalog.wording import error_hint, error_message
from tests.hostile_workbooks import FLOODS, NOT_WORKBOOKS, ROW_FLOOD, flooded, zipped
from tests.long import amount
from tests.sheets import ABOVE, HEADER, album, spotify_id
from tests.syncs import catalogue, counts, sync, sync_tabs
from tests.workbooks import Value, cell, make_workbook, workbook_parts

pytestmark = pytest.mark.django_db

EXAMPLES = amount("HOSTILE_SHEETS", 5, 8)
TAB = "2024 Prog-metal"
CARRY_NO_TEXT = {"Cc", "Cf", "Cs"}
TOO_SLOW_TO_MAKE = {"names of elements", "names of attributes", "prefixes", "characters", "links", "relationships"}
SHELF = [album(title=f"Record {number}", spotify=spotify_id(number), genres="Djent, Jazz") for number in range(1, 9)]
PARTS = workbook_parts({TAB: [*ABOVE, HEADER, *SHELF], "Statistics": [[None, 12.5]]})


@pytest.fixture
def before(path: Path) -> list[dict[str, object]]:
    sync_tabs(path, {TAB: SHELF})
    return catalogue()


def check_refused(operation: SyncOperation, code: str, before: list[dict[str, object]]) -> None:
    assert (operation.status, operation.error_code) == ("failed", code)
    error = Fact.stored(operation.error)
    assert re.fullmatch(r"[A-Z].*\.", error_message(error))
    assert error_hint(error)
    assert counts(operation) == {}
    assert not operation.changes.exists()
    assert catalogue() == before


# The file


@pytest.mark.parametrize("made", NOT_WORKBOOKS.values(), ids=NOT_WORKBOOKS.keys())
def test_what_is_no_workbook_changes_nothing(made: Callable[[], bytes], path: Path, before: list[dict[str, object]]):
    path.write_bytes(made())
    check_refused(sync(path), "sheet_not_a_workbook", before)


@pytest.mark.parametrize("name", sorted(FLOODS.keys() - TOO_SLOW_TO_MAKE))
def test_a_bomb_changes_nothing(name: str, path: Path, before: list[dict[str, object]]):
    flooded(path, *FLOODS[name], zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 5_000_000
    check_refused(sync(path), "sheet_too_large", before)


def test_a_bomb_is_refused_before_any_of_it_is_unpacked(path: Path, before: list[dict[str, object]]):
    flooded(path, *ROW_FLOOD, zipfile.ZIP_DEFLATED)
    operation = sync(path)
    assert "100 fold" in error_message(Fact.stored(operation.error))


def test_cells_and_links_far_away_are_not_looked_at(path: Path, before: list[dict[str, object]]):
    far = "".join(f'<c r="{column}6" t="str"><v>far</v></c>' for column in ("AO", "ZZ", "XFD"))
    rows = f'<row r="20001"><c r="A20001" s="1"/></row><row r="1048576">{far.replace("6", "1048576")}</row>'
    parts = dict(PARTS)
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace("</row></sheetData>", f"{far}</row>{rows}</sheetData>")
    merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    parts[sheet] = parts[sheet].replace("</sheetData>", f"</sheetData>{merged}")
    path.write_bytes(zipped(parts))
    assert counts(sync(path, force=True)) == {"unchanged": 8, "awaiting_enrichment": 8}
    assert catalogue() == before


def test_rows_that_are_pushed_out_of_reach_are_not_removed(path: Path, before: list[dict[str, object]]):
    parts, sheet = dict(PARTS), "xl/worksheets/sheet1.xml"
    for row in range(9, 14):
        parts[sheet] = parts[sheet].replace(f'<row r="{row}">', f'<row r="{row + 20_000}">')
    path.write_bytes(zipped(parts))
    check_refused(sync(path), "sheet_too_large", before)
    check_refused(sync(path, force=True), "sheet_too_large", before)


def test_columns_that_are_pushed_out_of_reach_cost_nothing(path: Path, before: list[dict[str, object]]):
    for pushed, cause in ((0, "failed_tab"), (2, "vanished_column")):
        rows = [[*row[:pushed], *[None] * 40, *row[pushed:]] for row in (*ABOVE, HEADER, *SHELF)]
        operation = sync(make_workbook({TAB: rows, "2023": [HEADER, album(title="Coal")]}, path))
        assert cause in {failure.code for failure in operation.failures.all()}
        kept = [row for row in catalogue() if row["title"] != "Coal"]
        names = ("id", "artist", "title", "spotify_id", "spotify_url", "genres")
        assert [[row[name] for name in names] for row in kept] == [[row[name] for name in names] for row in before]


# The cells

TEXTS: list[tuple[str, str]] = [
    ("\u202eniloccaC", "niloccaC"),
    ("\u2067Haken\u2069", "Haken"),
    ("\ufeffHa\u200bken\u00ad", "Haken"),
    ("Haken\U000e0041\U000e007f", "Haken"),
    ("\ufff9Haken\ufffb", "Haken"),
    ("Hak\x7fen", "Haken"),
    ("\x9b31mHaken", "31mHaken"),
    ("Caligula’s\r\n\tHorse\u2028", "Caligula’s Horse"),
    ("_x0000__x0007_Haken_x0020__x005F_x0041_", "Haken _x0041_"),
    ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("{{ 7 * 7 }}{% debug %}", "{{ 7 * 7 }}{% debug %}"),
    ("=HYPERLINK(\"http://a/\")", "=HYPERLINK(\"http://a/\")"),
    ("'); DROP TABLE catalog_album; --", "'); DROP TABLE catalog_album; --"),
    ("%s %n {0} \\0", "%s %n {0} \\0"),
    ("H" + "\u0301" * 400, "H" + "\u0301" * 400),
]  # fmt: skip


@pytest.mark.postgresql
@pytest.mark.parametrize(("written", "kept"), TEXTS)
def test_a_text_is_kept_as_people_see_it(written: str, kept: str, path: Path):
    said = {"artist": written, "title": written, "released": written[:90], "vocals": written[:90], "country": "Norway"}
    operation = sync_tabs(path, {TAB: [album(**said), album()], f"2023{written[:20]}": [album(title="Pitfalls")]})
    assert counts(operation) == {"created": 3}
    row = catalogue()[0]
    assert (row["artist"], row["title"]) == (kept, kept)
    check_export_is_clean()


INVISIBLE = ["\u202e", "\u200b", "\x7f", "\x9f", "\n"]
LINKS: list[tuple[str, str | None]] = [
    ("javascript:alert(1)", None),
    ("JaVaScRiPt:alert(1)", None),
    (" javascript:alert(1)", None),
    ("java\u200bscript:alert(1)", None),
    ("\u202ejavascript:alert(1)//https://bandcamp.com", None),
    ("data:text/html,<script>alert(1)</script>", None),
    ("vbscript:msgbox(1)", None),
    ("file:///etc/passwd", None),
    ("//evil.example/x", None),
    ("https:evil", None),
    ("https://", None),
    ("https://[::1", None),
    ("https://www.google.com/url?q=javascript:alert(1)", None),
    ("https://l.facebook.com/l.php?u=data:text/html,x", None),
    ("https://evil.example/" + "x" * 2000, None),
    ("ht\u200btps://haken.bandcamp.com/", "https://haken.bandcamp.com/"),
    ("https://haken.bandcamp.com/\u202eteg", "https://haken.bandcamp.com/teg"),
    ('https://haken.bandcamp.com/"onmouseover="alert(1)', 'https://haken.bandcamp.com/"onmouseover="alert(1)'),
    ("HTTPS://haken.bandcamp.com/<script>", "HTTPS://haken.bandcamp.com/<script>"),
]


@pytest.mark.parametrize("is_formula", [False, True], ids=["link", "formula"])
@pytest.mark.parametrize(("written", "kept"), LINKS)
def test_a_link_is_of_the_web_or_none(written: str, kept: str | None, is_formula: bool, path: Path):
    said = {"formula_link" if is_formula else "link": written}
    row = list(album())
    row[7:10] = [cell("BC", **said), cell("S", **said), cell("YT", **said)]
    operation = sync_tabs(path, {TAB: [row, album(title="Pitfalls")]})
    assert (operation.status, operation.created) == ("completed", 2)
    first = catalogue()[0]
    assert (first["bandcamp_url"], first["spotify_url"], first["spotify_id"]) == (kept, kept, None)
    check_export_is_clean()


def test_a_formula_is_worth_what_it_showed_and_is_never_run(path: Path):
    command = cell("Fauna", formula="cmd|'/c calc'!A1")
    lost = cell("#REF!", formula='IMPORTRANGE("x")')
    web = cell("Virus", formula='WEBSERVICE("http://127.0.0.1:9/")')
    sync_tabs(path, {TAB: [album("Haken", command), album("Haken", lost), album("Haken", web)]})
    assert [row["title"] for row in catalogue()] == ["Fauna", "Virus"]


ABSURD = {
    "longest of a cell": "x" * 32_767,
    "four bytes a letter": "\U0001f40e" * 500,
    "letters that stand for eighteen": "\ufdfa" * 500,
    "three bytes a letter": "鬼" * 500,
}


@pytest.mark.postgresql
@pytest.mark.parametrize("column", ["artist", "title", "genres", "vocals", "country", "length", "released"])
@pytest.mark.parametrize("text", ABSURD.values(), ids=ABSURD.keys())
def test_an_absurdly_long_text_costs_its_row_at_most(column: str, text: str, path: Path):
    said: dict[str, Any] = {column: text}
    operation = sync_tabs(path, {TAB: [album(title="Coal"), album(**said), album(title="Pitfalls")]})
    is_cut = column == "genres" and len(text) == 500 and text[0] != "\ufdfa"
    assert operation.status == "completed"
    assert (operation.created, operation.failed) == ((3, 0) if is_cut else (2, 1))
    assert [(each.code, each.row) for each in operation.failures.all()] == [("text_too_long", 7)] * (not is_cut)
    assert [row["title"] for row in catalogue()][:: operation.created - 1] == ["Coal", "Pitfalls"]


@pytest.mark.postgresql
def test_long_texts_of_any_letters_are_taken_in(path: Path):
    rows = [album("鬼" * 330, "\U0001f40e" * 240), album("Ø" * 480, "x" * 500), album(genres="ß" * 90, vocals="İ" * 30)]
    assert counts(sync_tabs(path, {TAB: rows})) == {"created": 3}


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


def check_export_is_clean() -> None:
    """No character that people cannot see, and no address that is not of the web."""
    for row in catalogue():
        for text in strings(row):
            assert not {unicodedata.category(letter) for letter in text} & CARRY_NO_TEXT, row
        for name in ("spotify_url", "bandcamp_url", "cover_url"):
            address = row[name]
            assert address is None or str(address).lower().startswith(("http://", "https://")), row
    for change in AlbumChange.objects.all():
        for text in strings(change.fields):
            assert not {unicodedata.category(letter) for letter in text} & CARRY_NO_TEXT, change.fields


# Any file and any cell

SNIPPETS = ["", "<", '"', "&#0;", "</row>", "<row>", "<c>", "Artist", "#REF!", "-1", "\0", 'r:id="rId2"']
PLACES = st.tuples(st.sampled_from(sorted(PARTS)), st.integers(0, 20_000), st.integers(0, 300))
DAMAGE = st.lists(st.tuples(PLACES, st.sampled_from(SNIPPETS) | st.text(max_size=3)), min_size=1, max_size=3)


def names(rows: Iterable[dict[str, Any]]) -> Counter[tuple[str, str]]:
    return Counter((row["artist"], row["title"]) for row in rows)


def check_is_whole(operation: SyncOperation, path: Path, before: list[dict[str, object]]) -> None:
    """What the sheet says, read once more, is all there, and nothing else but what was there and was not read."""
    with Workbook(path) as workbook:
        said = [entry for entry in merge(read_sheet(workbook).entries)[0] if not entry.unreadable & {"artist", "title"}]
    after = catalogue()
    expected = Counter((entry.artist, entry.title) for entry in said)
    assert expected <= names(after)
    assert names(after) - expected <= names(before)
    assert all(row["genres"] == list(split_genres(str(row["genre_text"]))) for row in after)
    kinds = Counter(operation.changes.values_list("kind", flat=True))
    assert all(operation.counts[name] == kinds[name] for name in ("created", "updated", "removed", "revived"))
    assert operation.created + operation.updated + operation.unchanged == len(said)


@pytest.mark.postgresql
@settings(max_examples=EXAMPLES, deadline=None, database=None)
@given(damage=DAMAGE, cut=st.integers(0, 40))
def test_a_broken_workbook_never_leaves_a_part_of_a_catalogue(
    damage: list[tuple[tuple[str, int, int], str]], cut: int, tmp_path_factory: pytest.TempPathFactory
):
    path = tmp_path_factory.getbasetemp() / "broken.xlsx"
    parts = {name: part.encode() for name, part in PARTS.items()}
    for (name, position, length), snippet in damage:
        at = position % (len(parts[name]) + 1)
        parts[name] = parts[name][:at] + snippet.encode(errors="surrogatepass") + parts[name][at + length :]
    with transaction.atomic():
        sync_tabs(path, {TAB: SHELF})
        before = catalogue()
        content = zipped(parts)
        path.write_bytes(content[: len(content) - (cut if cut > 30 else 0)])
        operation = sync(path)
        if operation.status == "failed":
            assert operation.error_code in {"sheet_not_a_workbook", "sheet_too_large", "sheet_layout", "sheet_shrunk"}
            check_refused(operation, operation.error_code, before)
        else:
            assert operation.status == "completed"
            check_is_whole(operation, path, before)
        check_export_is_clean()
        transaction.set_rollback(True)


LETTERS = st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\ufffe\uffff", min_codepoint=32)
ODD: st.SearchStrategy[Value] = (
    st.text(LETTERS, max_size=30)
    | st.sampled_from(["Haken", "haken\u200b", "\u202e", "#REF!", "Artist", "Album", "\x7f", "x" * 600])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.none()
)
ADDRESSES = st.sampled_from(
    ["", "javascript:x", "https://a.b/\u202e", "http://s/", f"https://open.spotify.com/album/{spotify_id(1)}"]
) | st.text(LETTERS, max_size=30)
ODD_ROWS = st.lists(
    st.builds(
        album, ODD, ODD, ODD | st.dates(date(1900, 3, 1)), length=ODD, genres=ODD, vocals=ODD, country=ODD,
        bandcamp=ADDRESSES, youtube=ADDRESSES, spotify=ADDRESSES,
    ),
    max_size=6,
)  # fmt: skip


@pytest.mark.postgresql
@settings(max_examples=EXAMPLES, deadline=None, database=None)
@given(rows=ODD_ROWS)
def test_whatever_stands_in_the_cells_the_sync_completes_and_the_export_is_clean(
    rows: list[Any], tmp_path_factory: pytest.TempPathFactory
):
    path = tmp_path_factory.getbasetemp() / "odd.xlsx"
    with transaction.atomic():
        operation = sync_tabs(path, {TAB: [album("Leprous", "Malina"), *rows]})
        assert operation.status == "completed", operation.error
        check_is_whole(operation, path, [])
        assert not operation.failures.filter(code="database_refused").exists()
        check_export_is_clean()
        before = catalogue()
        again = sync(path, force=True)
        assert again.unchanged == again.total_albums == len(before)
        assert catalogue() == before
        transaction.set_rollback(True)
