from datetime import date
from pathlib import Path

import pytest

from catalog.services.sheet.rows import SheetLayout, read_sheet
from catalog.services.sheet.vocabulary import split_genres, vocal_style
from catalog.services.xlsx.reader import Workbook
from tests.sheets import ABOVE, HEADER, album, contents, entries, spotify_id
from tests.workbooks import Value, cell, make_workbook

ID = "1bDkXZkb0ASVCz1NXQKiYh"


def test_a_row_becomes_an_entry(path: Path) -> None:
    row = album(bandcamp="https://leprous.bandcamp.com/album/aphelion", spotify=ID, youtube="https://youtu.be/x")
    (entry,) = entries(path, row)
    assert (entry.artist, entry.title, entry.release_date) == ("Leprous", "Aphelion", date(2024, 8, 27))
    assert (entry.format, entry.genre_text, entry.genres) == ("LP", "Prog-metal, Art-rock", ("Prog-metal", "Art-rock"))
    assert (entry.vocal_text, entry.vocal_style, entry.country) == ("Clean", "Clean", "Notodden, Norway")
    assert (entry.spotify_id, entry.spotify_url) == (ID, f"https://open.spotify.com/album/{ID}?si=abc")
    assert entry.bandcamp_url == "https://leprous.bandcamp.com/album/aphelion"
    assert entry.youtube_url == "https://youtu.be/x"
    assert (entry.tab, entry.row, entry.year, entry.scene) == ("2024 Prog-metal", 6, 2024, "metal")
    assert not entry.is_debut
    assert not entry.is_reissue


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("  Caligula\u200b’s   Horse\n", "Caligula’s Horse"),
        ("Bjo\u0308rk", "Björk"),
        ("evil\u202egnp", "evilgnp"),
        (1349.0, "1349"),
        (0.0, "0"),
        (417.3, "417.3"),
        (cell(date(1960, 7, 1), number_format="mmmm yyyy"), "July 1960"),
    ],
)
def test_titles_are_read_as_people_read_them(path: Path, written: Value, read: str) -> None:
    (entry,) = entries(path, album(title=written))
    assert entry.title == read


@pytest.mark.parametrize("written", ["TBA", "Fall", "Early 2024", 2024.0])
def test_a_release_without_a_date_keeps_its_words(path: Path, written: Value) -> None:
    (entry,) = entries(path, album(released=written))
    assert entry.release_date is None
    assert entry.release_text == str(written).removesuffix(".0")
    assert entry.year == 2024


def test_the_fill_of_the_length_cell_marks_debuts_and_reissues(path: Path) -> None:
    rows = [
        album(title="First", length=cell("LP", fill="FFBA4A")),
        album(title="Again", length=cell("EP", fill="96DA77")),
        album(title="Slip", length=cell("EP", fill="93C47D")),
        album(title="Nameless", length=cell(None, fill="FFBA4A")),
    ]
    flags = [(entry.is_debut, entry.is_reissue) for entry in entries(path, *rows)]
    assert flags == [(True, False), (False, True), (False, False), (True, False)]


def test_a_tab_of_reissues_marks_all_its_rows(path: Path) -> None:
    (entry,) = entries(path, album(), tab="2019 Reissues & Special Release")
    assert entry.is_reissue
    assert entry.scene is None


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        (f"https://www.google.com/url?q=https://open.spotify.com/album/{ID}%3Fsi%3Dx&sa=D", f"https://open.spotify.com/album/{ID}?si=x"),
        (f"https://l.facebook.com/l.php?u=https%3A%2F%2Fopen.spotify.com%2Falbum%2F{ID}&h=AT1", f"https://open.spotify.com/album/{ID}"),
        (f"https://open.spotify.com/intl-pt-BR/album/{ID}/", f"https://open.spotify.com/intl-pt-BR/album/{ID}/"),
    ],
)  # fmt: skip
def test_links_wrapped_in_redirects_are_unwrapped(path: Path, address: str, kept: str) -> None:
    (entry,) = entries(path, album(spotify=address))
    assert (entry.spotify_url, entry.spotify_id) == (kept, ID)


@pytest.mark.parametrize(
    "address", ["http://s/", "https://open.spotify.com/artist/7bNMLK0X5arSGHqKtHOv2y", f"https://evil.com/album/{ID}"]
)
def test_a_link_that_leads_elsewhere_is_kept_with_a_doubt(path: Path, address: str) -> None:
    read = contents(path, {"2024": [album(spotify=address)]})
    assert (read.entries[0].spotify_url, read.entries[0].spotify_id) == (address, None)
    assert [(problem.code, problem.is_doubt) for problem in read.problems] == [("not_a_spotify_album", True)]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http:///x", "x"])
def test_links_that_are_not_of_the_web_are_dropped(path: Path, address: str) -> None:
    (entry,) = entries(path, album(bandcamp=address))
    assert entry.bandcamp_url == ""


def test_rows_without_an_album_are_skipped_and_rows_without_an_artist_fail(path: Path) -> None:
    rows = [album(), ("Unannounced Projects",), ("Textures", None, "TBA", "LP"), album(artist=None, title="Orphan"), ()]
    read = contents(path, {"2024 Prog-metal": rows})
    assert len(read.entries) == 1
    assert read.skipped == 2
    (problem,) = read.problems
    assert (problem.code, problem.row, problem.album, problem.is_doubt) == ("no_artist", 9, "Orphan", False)


def test_a_date_in_another_year_than_the_tab_is_a_doubt_and_no_correction(path: Path) -> None:
    read = contents(path, {"2025 Prog-metal": [album(released=date(2005, 1, 30))]})
    assert read.entries[0].release_date == date(2005, 1, 30)
    assert read.entries[0].year == 2005
    assert [problem.code for problem in read.problems] == ["other_year"]


def test_an_absurdly_long_text_refuses_its_row_alone(path: Path) -> None:
    read = contents(path, {"2024": [album(title="x" * 501), album()]})
    assert [entry.title for entry in read.entries] == ["Aphelion"]
    assert [(problem.code, problem.row) for problem in read.problems] == [("text_too_long", 6)]


def test_columns_are_found_by_name_in_any_order_and_row(path: Path) -> None:
    rows = [("",)] * 9 + [
        ("spotify", "ALBUM", "Notes", " artist "),
        (cell("S", link="http://s/"), "Affinity", "!", "Haken"),
    ]
    with Workbook(make_workbook({"2016": rows}, path)) as workbook:
        (entry,) = read_sheet(workbook).entries
    assert (entry.artist, entry.title, entry.spotify_url) == ("Haken", "Affinity", "http://s/")


def test_a_tab_without_header_has_no_albums_and_one_without_album_column_fails_alone(path: Path) -> None:
    broken = [name if name != "Album" else "Albun" for name in HEADER]
    tabs = {"Statistics": [("Views", 8496.0)], "2024": [broken, album()], "2023": [*ABOVE, HEADER, album()]}
    with Workbook(make_workbook(tabs, path)) as workbook:
        read = read_sheet(workbook)
    assert (read.tabs_read, read.tabs_failed) == (["2023"], ["2024"])
    assert [(problem.code, problem.tab) for problem in read.problems if not problem.is_doubt] == [
        ("failed_tab", "2024")
    ]


def test_a_workbook_without_any_album_header_is_not_a_sheet_of_albums(path: Path) -> None:
    with (
        Workbook(make_workbook({"Budget": [("Item", "Price"), ("Amp", 900.0)]}, path)) as workbook,
        pytest.raises(SheetLayout),
    ):
        read_sheet(workbook)


def test_only_tabs_that_match_the_pattern_are_read(path: Path) -> None:
    tabs = {
        name: [*ABOVE, HEADER, album(title=name)] for name in ("2024 Prog-metal", "2024 Prog-rock", "2023 Prog-metal")
    }
    with Workbook(make_workbook(tabs, path)) as workbook:
        assert [entry.title for entry in read_sheet(workbook, "metal$").entries] == [
            "2024 Prog-metal",
            "2023 Prog-metal",
        ]


def test_a_limit_reads_the_first_rows_only(path: Path) -> None:
    tabs = {name: [*ABOVE, HEADER, album(title="A"), album(title="B")] for name in ("2024", "2023")}
    with Workbook(make_workbook(tabs, path)) as workbook:
        assert [(entry.tab, entry.title) for entry in read_sheet(workbook, limit=3).entries] == [
            ("2024", "A"), ("2024", "B"), ("2023", "A"),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "style"),
    [
        ("Clean", "Clean"),
        ("MIxed", "Mixed"),
        ("Instrumen", "Instrumental"),
        ("Instru./Clean", "Instru./Clean"),
        ("Instr./Clean", "Instru./Clean"),
        ("Mixed/Instru.", "Instru./Mixed"),
        ("harsh ", "Harsh"),
        ("Spoken word", "Spoken word"),
        ("", None),
    ],
)
def test_vocal_styles_forgive_spelling(written: str, style: str | None) -> None:
    assert vocal_style(written) == style


@pytest.mark.parametrize(
    ("written", "genres"),
    [
        ("Prog-metal, Death metal", ("Prog-metal", "Death metal")),
        ("Progressive Metal,prog-metal , ,", ("Prog-metal",)),
        ("Technical Death metal", ("Technical Death metal",)),
        ("", ()),
    ],
)
def test_genres_are_separated_by_commas_and_stand_once(written: str, genres: tuple[str, ...]) -> None:
    assert tuple(name for name in split_genres(written)) == genres


def test_an_equal_row_elsewhere_in_the_tab_has_an_equal_digest(path: Path) -> None:
    first, moved, other = entries(path, album(), album(), album(country="Norway"))
    assert first.digest() == moved.digest()
    assert first.digest() != other.digest()
    assert first.digest() != first.digest("aliases")


def test_the_id_must_have_22_characters(path: Path) -> None:
    (entry,) = entries(path, album(spotify=spotify_id(1) + "2"))
    assert entry.spotify_id is None
