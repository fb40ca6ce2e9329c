"""Artists that a curator says are one: their albums, pages and suggestions, until the name is removed again."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from lxml import html

from catalog.browse.index.current import build_index
from catalog.models import Album, Artist, ArtistAlias
from catalog.services.sheet.text import fold
from tests.browsing import assert_artists_equal, assert_up_to_date
from tests.factories import Page, add_album
from tests.sheets import album
from tests.syncs import catalogue, sync_tabs, undo

pytestmark = pytest.mark.django_db

SUGGESTIONS = "/catalog/curate/artists/suggestions/"
LIST = "/catalog/albums/?when=all"
TAB = "2024 Prog-metal"
AtMost = Callable[[int], AbstractContextManager[object]]


def artist(name: str) -> Artist:
    return Artist.objects.get(name=name)


def join(kept: str, *others: str) -> None:
    """Store the aliases that a curator's press stores."""
    for name in others:
        ArtistAlias.objects.create(artist=artist(kept), name=name, key=name.casefold())


def shelve_mono() -> None:
    for year, name in ((2019, "Mono"), (2021, "MONO"), (2023, "Mono")):
        add_album(name, f"{name} {year}", country="Tokyo, Japan", release_date=date(year, 1, 1))
    add_album("Monolord", "Rust", country="Sweden")


def press(client: Client, **sent: str) -> list[str]:
    """Send the form of the first pair, and return what the next page says."""
    (form, *_) = Page(client, SUGGESTIONS).find(".pairs__deeds")
    fields = {field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")}
    client.post(SUGGESTIONS, {**fields, **sent})
    return Page(client, SUGGESTIONS).texts(".notice")


@pytest.mark.postgresql
def test_one_press_makes_two_artists_one_and_removing_the_name_two_again(staff: Client) -> None:
    shelve_mono()
    page = Page(staff, SUGGESTIONS)
    assert page.texts(".pairs__side") == ["MONO 1 album · Japan", "Mono 2 albums · Japan"]
    assert press(staff, merge="") == ["“MONO” is now Mono."]
    assert Page(staff, SUGGESTIONS).texts(".empty__title") == ["Nothing to merge."]
    page = Page(staff, artist("Mono").get_absolute_url())
    assert (page.texts("h1"), page.titles) == (["Mono"], ["Mono 2023", "MONO 2021", "Mono 2019"])
    assert page.texts(".artist__names") == ["Also written MONO"]
    other = artist("MONO")
    response = staff.get(other.get_absolute_url())
    assert (response.status_code, response["Location"]) == (302, artist("Mono").get_absolute_url())
    assert "This is another name of Mono" in Page(staff, f"/catalog/curate/artists/{other.pk}/").texts(".lead")[1]
    alias = ArtistAlias.objects.get()
    staff.post(f"/catalog/curate/artists/{alias.artist.pk}/", {"remove": alias.pk})
    assert Page(staff, other.get_absolute_url()).titles == ["MONO 2021"]
    assert Page(staff, artist("Mono").get_absolute_url()).titles == ["Mono 2023", "Mono 2019"]


@pytest.mark.postgresql
def test_whatever_leads_to_one_of_them_leads_to_both(client: Client) -> None:
    shelve_mono()
    join("Mono", "MONO")
    page = Page(client, Album.objects.get(title="MONO 2021").get_absolute_url())
    assert page.texts(".album__artist a") == ["MONO"]
    assert set(page.values(".album__artist a, #by-artist a", "href")) == {artist("Mono").get_absolute_url()}
    others = page.tree.xpath("//section[@aria-labelledby='by-artist']//h2/a[@class='tile__link']")
    assert [" ".join(each.text_content().split()) for each in others] == ["Mono 2023", "Mono 2019"]
    similar = page.tree.xpath("//section[@aria-labelledby='similar']//h2/a[@class='tile__link']/text()")
    assert list(map(str.strip, similar)) == ["Rust"]
    suggested = client.get("/catalog/albums/suggest/?q=mono", headers={"Accept": "application/json"}).json()
    assert [(each["name"], each["albums"]) for each in suggested["artists"]] == [("Mono", 3), ("Monolord", 1)]
    assert_up_to_date()


@pytest.mark.postgresql
def test_the_search_finds_both_by_either_name(client: Client) -> None:
    add_album("Between the Buried and Me", "Colors")
    add_album("BTBAM", "Automata")
    join("Between the Buried and Me", "BTBAM")
    for text in ("btbam", "between the buried and me"):
        assert sorted(Page(client, f"{LIST}&q={text}").titles) == ["Automata", "Colors"]


def test_the_index_joins_whom_a_plain_query_joins() -> None:
    shelve_mono()
    add_album("Møl", "Jord")
    add_album("Mol", "Diorama")
    join("Mono", "mono")
    join("Møl", "Mol")
    index = build_index()
    assert_artists_equal(index)
    assert len(index.joined) == 2


@pytest.mark.postgresql
def test_syncs_and_undos_change_nothing_about_it(client: Client, tmp_path: Path) -> None:
    rows = [album("Haken", "Virus"), album("HAKEN", "Fauna"), album("Haken", "Vector")]
    sync_tabs(tmp_path / "sheet.xlsx", {TAB: rows[:2]})
    join("Haken", "HAKEN")
    before = catalogue()
    sync_tabs(tmp_path / "sheet.xlsx", {TAB: rows})
    assert sorted(Page(client, artist("Haken").get_absolute_url()).titles) == ["Fauna", "Vector", "Virus"]
    undo()
    assert catalogue() == before
    sync_tabs(tmp_path / "sheet.xlsx", {TAB: rows[2:]})
    sync_tabs(tmp_path / "sheet.xlsx", {TAB: rows})
    assert sorted(Page(client, artist("Haken").get_absolute_url()).titles) == ["Fauna", "Vector", "Virus"]


def test_an_artist_whose_albums_stand_under_other_names_has_a_page(client: Client) -> None:
    add_album("Haken", "Virus", removed_at="2026-01-01T00:00Z")
    add_album("HAKEN", "Fauna")
    join("Haken", "HAKEN")
    assert Page(client, artist("Haken").get_absolute_url()).titles == ["Fauna"]
    (address,) = Page(client, Album.objects.get(title="Fauna").get_absolute_url()).values(".album__artist a", "href")
    assert address == artist("Haken").get_absolute_url()


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("of", "given", "said"),
    [
        ("Haken", "MÔNO!", "“MÔNO!” is already another name of MÔNO."),
        ("MONO", "Haken", "MONO is itself another name of Mono; add this one there."),
        ("Haken", "MÔNO", "“MÔNO” has other artists among its names; remove those first."),
        ("Mono", "Mono", "“Mono” already finds Mono."),
        ("MÔNO", "HAKEN ", ""),
        ("MÔNO", "H.a.k.e.n.", ""),
    ],
)
def test_an_artist_is_one_other_at_most(staff: Client, of: str, given: str, said: str) -> None:
    for name in ("Mono", "MONO", "MÔNO", "môno!", "Haken"):
        add_album(name, "Virus")
    join("Mono", "MONO")
    join("MÔNO", "môno!")
    answer = staff.post(f"/catalog/curate/artists/{artist(of).pk}/", {"alias": given})
    found = html.document_fromstring(answer.content.decode() or "<p></p>").xpath("//*[@role='alert']/text()")
    assert found == ([said] if said else [])
    assert answer.status_code == (422 if said else 302)


@pytest.mark.postgresql
def test_spellings_that_differ_in_accents_alone_are_each_joined(staff: Client) -> None:
    for name, albums in (("Møl", 3), ("Mol", 1), ("Mól", 1)):
        for number in range(albums):
            add_album(name, f"{name} {number}", country="Denmark")
    assert [press(staff, merge=""), press(staff, merge="")] == [["“Mol” is now Møl."], ["“Mól” is now Møl."]]
    assert len(Page(staff, artist("Møl").get_absolute_url()).titles) == 5
    assert set(artist("Møl").aliases.values_list("key", flat=True)) == {"mol", "mól"}


def test_a_name_too_long_for_an_alias_is_told(staff: Client) -> None:
    for name in ("A" * 201, "a" * 201):
        add_album(name, "Virus")
    (said,) = press(staff, merge="")
    assert said.endswith("Ensure this value has at most 200 characters (it has 201).")


@pytest.mark.postgresql
def test_pages_take_as_few_queries_with_many_names(client: Client, django_assert_max_num_queries: AtMost) -> None:
    names = ["Haken", *(f"Haken {number}" for number in range(9))]
    for name in names:
        add_album(name, name, genres=[f"Genre {name}"])
    join(*names)
    pages = [artist("Haken").get_absolute_url(), Album.objects.get(title="Haken 3").get_absolute_url()]
    for address in pages:
        client.get(address)
        with django_assert_max_num_queries(6):
            assert client.get(address).status_code == 200


@pytest.mark.postgresql
def test_bands_from_elsewhere_and_typos_come_last_and_may_be_dismissed(staff: Client) -> None:
    for name, country in (
        ("Progenie Terrestre", "Italy"), ("Progrenie Terrestre", "Italy"),
        ("Týr", "Faroe Islands"), ("TÝR", "Denmark"), ("Zeal & Ardor", "Switzerland"),
        ("Zeal and Ardor", "Basel, Switzerland"),
    ):  # fmt: skip
        add_album(name, name, country=country)
    page = Page(staff, SUGGESTIONS)
    assert page.texts(".pairs__why") == [
        "The same name, spelled differently",
        "Looks like a typo",
        "The same name, but from different countries",
    ]
    assert press(staff, dismiss="") == ["“Zeal and Ardor” and Zeal & Ardor stay apart."]
    assert len(Page(staff, SUGGESTIONS).find(".pairs__item")) == 2
    assert press(staff, swap="") == ["“Progenie Terrestre” is now Progrenie Terrestre."]


def test_hostile_names_are_escaped(staff: Client) -> None:
    for name in ("<b>Haken</b> & \"'", "<B>HAKEN</B> & \"'"):
        add_album(name, "Virus")
    body = staff.get(SUGGESTIONS).content.decode().casefold()
    assert "<b>haken" not in body
    press(staff, merge="")
    page = Page(staff, ArtistAlias.objects.get().artist.get_absolute_url())
    assert (len(page.titles), page.find("h1 b")) == (2, [])


@pytest.mark.parametrize("sent", [{}, {"kept": "1"}, {"kept": "x", "other": "-1"}, {"kept": "9" * 40, "other": "1"}])
def test_numbers_of_nobody_merge_nothing(staff: Client, sent: dict[str, str]) -> None:
    add_album()
    assert staff.post(SUGGESTIONS, sent).status_code == 404
    assert not ArtistAlias.objects.exists()


def test_keys_of_aliases_are_folded_unless_they_name_an_artist(staff: Client) -> None:
    owner = add_album("Sólstafir").artist
    staff.post(f"/catalog/curate/artists/{owner.pk}/", {"alias": "SÓL"})
    assert owner.aliases.get().key == fold("SÓL") == "sol"
