"""The catalogue's pages, read as HTML."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from catalog.browse.index.current import current_index
from catalog.models import Album, AlbumChange, SpotifyAlbum, SyncFailure, SyncOperation, SyncRecord
from catalog.rendering.ahead import render_ahead
from catalog.rendering.tiles import render_each, tiles_of
from catalog.services.sync.snapshot import current_snapshot
from tests.factories import Page, add_album

pytestmark = pytest.mark.django_db

COVERS = "https://i.scdn.co/image/"
LIST = "/catalog/albums/"
HTMX = {"HX-Request": "true"}
QUERIES = 3
"""The version of the catalogue, the sync as it stands, and the albums that are shown."""


@pytest.fixture(autouse=True)
def _fresh_status() -> None:
    current_snapshot().reset()


@pytest.fixture
def shelf() -> dict[str, Album]:
    coal = add_album("Leprous", "Coal", release_date=date(2013, 5, 20), country="Norway")
    virus = add_album("Haken", "Virus", genres=["Prog-metal", "Djent"], vocal="Mixed")
    bloom = add_album("Caligula's Horse", "Bloom", release_date=date(2015, 10, 16), genres=["Alt-rock"], scene="rock")
    kveikur = add_album(
        "Sigur Rós", "Kveikur", release_date=None, year=2013, genres=["Post-rock"], format="EP", scene="rock"
    )
    return {album.title: album for album in (coal, virus, bloom, kveikur)}


def ended_sync(created: int = 0, **facts: Any) -> SyncOperation:
    now = timezone.now()
    times = {"started_at": now - timedelta(seconds=9), "finished_at": now}
    operation = SyncOperation.objects.create(
        status="completed", created=created, sheet_committed_at=now, **times, **facts
    )
    SyncRecord.objects.create(
        operation=operation, outcome="completed", duration_seconds=9, total_in_catalog=4, created=created, **times
    )
    return operation


def test_the_root_leads_to_the_albums(client: Client) -> None:
    assert client.get("/").headers["Location"] == LIST


@pytest.mark.postgresql
def test_albums_stand_newest_first_and_those_without_a_date_last(client: Client, shelf: dict[str, Album]) -> None:
    assert Page(client, LIST).titles == ["Virus", "Bloom", "Coal", "Kveikur"]


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("sort", "titles"),
    [
        ("oldest", ["Coal", "Bloom", "Virus", "Kveikur"]),
        ("artist", ["Bloom", "Virus", "Coal", "Kveikur"]),
        ("title", ["Bloom", "Coal", "Kveikur", "Virus"]),
    ],
)
def test_the_order_can_be_chosen(client: Client, shelf: dict[str, Album], sort: str, titles: list[str]) -> None:
    assert Page(client, f"{LIST}?sort={sort}").titles == titles


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("genre=djent", ["Virus"]),
        ("genre=djent&genre=alt-rock", ["Virus", "Bloom"]),
        ("genre=prog-metal&vocal=mixed", ["Virus"]),
        ("year=2013", ["Coal", "Kveikur"]),
        ("year=2013&year=2020", ["Virus", "Coal", "Kveikur"]),
        ("scene=rock", ["Bloom", "Kveikur"]),
        ("format=ep", ["Kveikur"]),
        ("format=lp&scene=rock", ["Bloom"]),
        ("q=sigur+ros", ["Kveikur"]),
        ("q=CALIGULAS+bloom", ["Bloom"]),
        ("q=norway", ["Coal"]),
        ("q=djent+haken&genre=alt-rock", []),
    ],
)
def test_choices_widen_within_a_group_and_narrow_between_groups(
    client: Client, shelf: dict[str, Album], query: str, titles: list[str]
) -> None:
    assert Page(client, f"{LIST}?{query}").titles == titles


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "query",
    [
        "genre=no-such-genre", "vocal=%00", "genre=%00", "q=%00", "year=abc", "year=99999999999999999999", "scene=jazz",
        "format=cassette", "sort=random", "page=zero", "page=-1", "per_page=7", "per_page=1e9", "q=%F0%9F%A4%98%00",
        "page=" + "9" * 5000, "year=%D9%A2%D9%A0%D9%A2%D9%A0", "genre=" + "a" * 3000,
    ],
)  # fmt: skip
def test_broken_values_are_ignored(client: Client, shelf: dict[str, Album], query: str) -> None:
    page = Page(client, f"{LIST}?{query}")
    assert page.response.status_code == 200
    if "%F0%9F" not in query:
        assert len(page.titles) == 4


@pytest.mark.postgresql
def test_counts_tell_what_a_choice_would_show_beside_the_other_groups(client: Client, shelf: dict[str, Album]) -> None:
    page = Page(client, f"{LIST}?scene=rock&genre=alt-rock")
    genres = dict(zip(page.texts("#genre-main .choice__name"), page.texts("#genre-main .choice__count"), strict=True))
    assert genres == {"Prog-metal": "0", "Alt-rock": "1", "Djent": "0", "Post-rock": "1"}
    scenes = dict(zip(page.texts("#scene-main .choice__name"), page.texts("#scene-main .choice__count"), strict=True))
    assert scenes == {"Metal": "0", "Rock": "1"}
    assert page.values("input[checked]", "value") == ["alt-rock", "rock"]


def test_each_active_filter_can_be_taken_away_alone_or_with_all(client: Client, shelf: dict[str, Album]) -> None:
    page = Page(client, f"{LIST}?q=haken&genre=djent&scene=metal&sort=title")
    assert page.texts(".chips a") == ["Remove “haken” ×", "Remove Djent ×", "Remove Metal ×", "Clear all"]
    assert page.values(".chips a", "href") == [
        f"{LIST}?genre=djent&scene=metal&sort=title",
        f"{LIST}?q=haken&scene=metal&sort=title",
        f"{LIST}?q=haken&genre=djent&sort=title",
        f"{LIST}?sort=title",
    ]


def test_no_result_says_so_and_offers_the_way_back(client: Client, shelf: dict[str, Album]) -> None:
    page = Page(client, f"{LIST}?q=polka")
    assert page.texts(".empty__title") == ["No albums match “polka”."]
    assert page.values(".empty a", "href") == [LIST]


def test_an_empty_catalogue_invites_to_sync(client: Client) -> None:
    page = Page(client, LIST)
    assert page.texts(".empty__title") == ["The shelves are empty."]
    assert page.texts(".sync__line")[0].startswith("No albums yet")
    assert page.values("[data-sync-panel]", "data-status") == ["never"]


def test_pages_are_numbered_links_and_the_number_of_albums_is_remembered(client: Client) -> None:
    for number in range(60):
        add_album("Haken", f"Demo {number:02}")
    first = Page(client, f"{LIST}?per_page=25&scene=metal")
    assert len(first.titles) == 25
    assert first.values(".pages a", "href") == [
        f"{LIST}?scene=metal&per_page=25",
        f"{LIST}?scene=metal&per_page=25&page=2",
        f"{LIST}?scene=metal&per_page=25&page=3",
    ]
    assert client.cookies["per_page"].value == "25"
    assert len(Page(client, f"{LIST}?page=3").titles) == 10
    assert len(Page(client, f"{LIST}?page=99").titles) == 10
    assert len(Page(client, f"{LIST}?per_page=100").titles) == 60


def test_htmx_gets_only_what_changes(client: Client, shelf: dict[str, Album]) -> None:
    page = Page(client, f"{LIST}?genre=djent", **HTMX)
    assert page.titles == ["Virus"]
    assert not page.find("[data-sync-panel], header")
    assert page.values("[data-album-grid]", "hx-get") == [f"{LIST}?genre=djent"]
    assert not page.find("#genre-main")
    told = json.loads(page.values("[data-album-grid]", "data-counts")[0])
    assert told["chosen"] == ["genre:djent"]
    assert told["counts"]["genre:djent"] == 1
    assert told["counts"]["scene:rock"] == 0
    assert {"HX-Request", "Accept", "Cookie"} <= set(page.response.headers["Vary"].split(", "))


def test_the_form_is_told_the_short_address_of_what_it_asked_for(client: Client, shelf: dict[str, Album]) -> None:
    asked = f"{LIST}?q=&genre=djent&sort=newest&per_page=50"
    assert Page(client, asked, **HTMX, **{"HX-Trigger": "catalog-filters"}).response.headers["HX-Push-Url"] == (
        f"{LIST}?genre=djent"
    )
    assert "HX-Push-Url" not in Page(client, asked, **HTMX, **{"HX-Trigger": "results"}).response.headers


def test_a_page_that_the_browser_walks_back_to_is_whole(client: Client, shelf: dict[str, Album]) -> None:
    page = Page(client, LIST, **HTMX, **{"HX-History-Restore-Request": "true"})
    assert page.find("[data-sync-panel]")


@pytest.mark.parametrize("albums", [3, 40])
def test_the_number_of_queries_does_not_grow(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, albums: int
) -> None:
    for number in range(albums):
        add_album(f"Artist {number}", f"Album {number}", genres=[f"Genre {number}"], spotify_id=f"{number:022}")
    ended_sync()
    current_index().get()
    for query in ("", "?q=album&genre=genre-1&vocal=clean", "?genre_not=genre-1&sort=artist"):
        with django_assert_max_num_queries(QUERIES):
            Page(client, f"{LIST}{query}")
        with django_assert_max_num_queries(QUERIES):
            Page(client, f"{LIST}{query}", **HTMX)


def test_tiles_that_are_rendered_ahead_are_there_for_a_page_until_an_album_changes(
    shelf: dict[str, Album], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    keys = [album.pk for album in shelf.values()]
    assert render_ahead(rest=0) == len(current_index().get())
    with django_assert_num_queries(0):
        ahead = render_each(tiles_of(keys))
    assert all(album.title in ahead for album in shelf.values())
    Album.objects.filter(pk=keys[0]).update(title="Another Title")
    current_index().get()
    assert "Another Title" in render_each(tiles_of(keys))


def test_covers_of_the_first_screen_are_fetched_at_once_and_others_once_they_are_near(client: Client) -> None:
    for number in range(6):
        coming = timezone.localdate() + timedelta(days=number * 7 + 1)
        for day in (timezone.localdate(), coming):
            add_album(f"{number}, {day}", release_date=day, spotify_id=f"{day:{number}%d%m%Y}".zfill(22), cover=COVERS)
    loading = Page(client, LIST).values(".cover img", "loading")
    assert loading == [None] * 4 + ["lazy"] * 2
    by_week = Page(client, f"{LIST}?when=upcoming").values(".cover img", "loading")
    assert by_week == [None] + ["lazy"] * 5


def test_rows_that_are_as_they_were_are_not_held_twice(shelf: dict[str, Album]) -> None:
    keys = [album.pk for album in shelf.values()]
    current_index().get()
    before = {tile.pk: tile for tile in tiles_of(keys)}
    Album.objects.filter(pk=keys[0]).update(title="Another Title")
    current_index().get()
    after = {tile.pk: tile for tile in tiles_of(keys)}
    assert [key for key in keys if after[key] is not before[key]] == [keys[0]]
    assert after[keys[0]].title == "Another Title"


def test_a_tile_says_what_it_is(client: Client) -> None:
    album = add_album(
        "Haken", "Messiah Complex", format="EP", is_debut=True, release_date=timezone.localdate() + timedelta(days=3),
        spotify_id="1" * 22, cover="https://i.scdn.co/image/x", bandcamp_url="https://haken.bandcamp.com/album/x",
    )  # fmt: skip
    page = Page(client, f"{LIST}?when=upcoming")
    assert page.values("[data-album-tile]", "data-album-id") == [str(album.pk)]
    assert page.values(".tile h2 a", "href") == [f"{LIST}{album.pk}/"]
    assert page.texts(".tile__facts")[0].endswith(" · London, UK · Clean · EP")
    assert page.texts(".tile__genres") == ["Prog-metal"]
    assert page.texts(".badge") == ["Upcoming", "Debut"]
    assert page.texts(".listen a") == ["Spotify", "Bandcamp"]
    assert page.values(".listen a", "href") == [album.spotify_url, album.bandcamp_url]
    assert page.values("a.cover", "href") == [f"{LIST}{album.pk}/"]
    assert page.values("a.cover img", "src") == ["https://i.scdn.co/image/x"]


def test_a_link_is_named_by_where_it_leads(client: Client) -> None:
    add_album(spotify_url="https://spotify.example/album/1", bandcamp_url="https://www.example.org/album/1")
    page = Page(client, LIST)
    assert page.texts(".listen a") == ["spotify.example", "example.org"]
    assert not page.find(".listen svg")


@pytest.mark.parametrize(("query", "again"), [
    ("", ("?retry=1", "2s")), ("?retry=1", ("?retry=2", "4s")), ("?retry=4", ("?retry=5", "30s")),
    ("?retry=5", None), ("?retry=x", ("?retry=1", "2s")),
])  # fmt: skip
def test_a_placeholder_asks_again_ever_later_while_its_cover_may_come(
    query: str, again: tuple[str, str] | None, client: Client
) -> None:
    # Somebody is asking Spotify for it at this moment.
    soon = timezone.now() + timedelta(seconds=60)
    album = add_album(spotify_id="1" * 22)
    SpotifyAlbum.objects.update(leased_until=soon)
    page = Page(client, f"{LIST}{album.pk}/cover/{query}")
    expected = [(f"{LIST}{album.pk}/cover/{again[0]}", f"load delay:{again[1]}")] if again else []
    found = zip(page.values(".cover[hx-get]", "hx-get"), page.values(".cover[hx-get]", "hx-trigger"), strict=True)
    assert list(found) == expected


def test_a_tile_without_a_cover_has_a_drawing_and_asks_for_the_cover_once_seen(client: Client) -> None:
    with_id, without = add_album(title="Virus", spotify_id="2" * 22), add_album(title="Restoration")
    page = Page(client, LIST)
    assert len(page.find(".cover svg.placeholder")) == 2
    assert page.values(".cover[data-ask]", "data-ask") == [f"{LIST}{with_id.pk}/cover/"]
    fragment = Page(client, f"{LIST}{without.pk}/cover/")
    assert fragment.texts(".placeholder text") == ["R"]


def test_what_the_last_sync_added_is_marked_but_a_first_import_is_not(client: Client, shelf: dict[str, Album]) -> None:
    operation = ended_sync(created=1)
    AlbumChange.objects.create(operation=operation, album=shelf["Coal"], kind="created")
    assert Page(client, LIST).texts(".badge--new") == ["New here"]
    SyncOperation.objects.update(created=4)
    assert Page(client, LIST).texts(".badge--new") == []


def test_an_albums_page_tells_all_that_is_known(client: Client) -> None:
    album = add_album("Haken", "Virus", genres=["Prog-metal", "Djent"], spotify_id="3" * 22)
    assert album.spotify
    album.spotify.label = "InsideOut"
    album.spotify.tracks = [{"number": 1, "disc": 1, "name": "Prosthetic", "seconds": 359.6}]
    album.spotify.save()
    change = {"title": ["Virsu", "Virus"], "genres": [["Prog"], ["Prog-metal", "Djent"]], "is_debut": [True, False]}
    AlbumChange.objects.create(operation=ended_sync(), album=album, kind="updated", fields=change)
    page = Page(client, f"{LIST}{album.pk}/")
    assert page.texts("h1") == ["Virus"]
    assert page.values(".facts .links a", "href") == [f"{LIST}?genre=prog-metal", f"{LIST}?genre=djent"]
    assert page.texts(".track") == ["1 Prosthetic 6:00"]
    assert "InsideOut" in page.texts(".facts dd")
    assert page.texts(".fields del") == ["Virsu", "Prog", "yes"]
    assert page.texts(".fields ins") == ["Virus", "Prog-metal, Djent", "no"]


@pytest.mark.parametrize("key", [0, 2**63 - 1, 2**63, 10**99])
@pytest.mark.parametrize("address", ["", "cover/", "cover/?large=1"])
def test_a_number_that_no_album_has_is_not_found(client: Client, key: int, address: str) -> None:
    assert client.get(f"/catalog/albums/{key}/{address}").status_code == 404


def test_a_page_that_is_kept_for_everybody_shows_each_album_as_itself(client: Client, shelf: dict[str, Album]) -> None:
    for title in ("Coal", "Virus", "Coal"):
        album = shelf[title]
        page = client.get(f"/catalog/albums/{album.pk}/?from=here").content.decode()
        assert f"<title>{title} by {album.artist.name} · progmetal</title>" in page
        assert f"/login/?next=/catalog/albums/{album.pk}/%3Ffrom%3Dhere" in page
        now = re.search(r'data-now="([^"]+)"', page)
        assert now
        assert abs(datetime.fromisoformat(now[1]) - datetime.now(UTC)) < timedelta(minutes=1)


def test_who_is_signed_in_gets_no_page_that_is_kept_and_keeps_none_for_others(
    client: Client, admin_client: Client, shelf: dict[str, Album]
) -> None:
    coal = shelf["Coal"]
    for address in (coal.get_absolute_url(), coal.artist.get_absolute_url()):
        for reader, has_account in ((client, False), (admin_client, True), (client, False)):
            page = reader.get(address).content.decode()
            assert ("Sign out" in page, "data-account=" in page) == (has_account, has_account)


def test_a_genre_is_ticked_as_it_is_asked_for(client: Client, shelf: dict[str, Album]) -> None:
    def ticked(query: str) -> set[tuple[str, str]]:
        page = client.get(f"{LIST}?when=all&{query}").content.decode()
        boxes = re.findall(r'<input[^>]*type="checkbox"[^>]*>', page)
        asked = (box for box in boxes if re.search(r"\schecked", box))
        return {pair for box in asked for pair in re.findall(r'name="([^"]*)"\s+value="([^"]*)"', box)}

    for group in ("genre", "genre_all", "genre_not"):
        assert ticked(f"{group}=djent") == {(group, "djent")}
    assert ticked("genre_all=djent&genre_not=post-rock") == {("genre_all", "djent"), ("genre_not", "post-rock")}


@pytest.mark.parametrize(("days", "is_badged"), [(-1, False), (0, False), (1, True)])
def test_an_album_is_upcoming_until_the_day_before_its_release(client: Client, days: int, is_badged: bool) -> None:
    album = add_album("Haken", "Virus", release_date=timezone.localdate() + timedelta(days=days))
    assert (">Upcoming<" in client.get(album.get_absolute_url()).content.decode()) == is_badged


def test_a_page_with_the_token_of_another_reader_is_fetched_anew(shelf: dict[str, Album]) -> None:
    one, other = Client(), Client()
    for reader in (one, other):
        reader.cookies["csrftoken"] = ("a" if reader is one else "b") * 32
    known = one.get(LIST).headers["ETag"]
    assert one.get(LIST, headers={"If-None-Match": known}).status_code == 304
    assert other.get(LIST, headers={"If-None-Match": known}).status_code == 200


def test_tracks_stand_by_disc_and_say_where_there_are_more(client: Client) -> None:
    album = add_album("Haken", "Virus", spotify_id="3" * 22)
    assert album.spotify
    tracks = [{"number": n, "disc": disc, "name": f"Part {n}", "seconds": 60.0} for disc in (1, 2) for n in (1, 2)]
    album.spotify.tracks, album.spotify.total_tracks = tracks, 6
    album.spotify.save()
    page = Page(client, f"{LIST}{album.pk}/")
    assert page.texts(".disc") == ["Disc 1", "Disc 2"]
    assert page.texts(".track") == ["1 Part 1 1:00", "2 Part 2 1:00"] * 2
    assert page.texts("#album-tracks .results__count") == ["first 4 of 6"]
    album.spotify.tracks, album.spotify.total_tracks = tracks[:2], 2
    album.spotify.save()
    page = Page(client, f"{LIST}{album.pk}/")
    assert (page.texts(".disc"), page.texts("#album-tracks .results__count")) == ([], ["2"])


def test_an_album_that_left_the_sheet_says_so_and_is_not_listed(client: Client) -> None:
    album = add_album(removed_at=timezone.now() - timedelta(days=2))
    page = Page(client, f"{LIST}{album.pk}/")
    assert page.response.status_code == 200
    assert "left the sheet 2 days ago" in page.texts(".album__gone")[0]
    assert page.values("meta[name=robots]", "content") == ["noindex"]
    assert Page(client, LIST).titles == []


def test_text_of_the_sheet_is_never_markup(client: Client) -> None:
    names = "100 %(title)s the-cover-goes-here"
    album = add_album("<b>Haken", "<script>alert(1)</script>", country='" onload="x', genres=["<i>Djent</i>"])
    add_album(f"'{names}'", f"%s {names} %%")
    assert f"%s {names} %%" in Page(client, LIST).titles
    for address in (LIST, f"{LIST}{album.pk}/", f"{LIST}?q=%3Cscript%3E"):
        assert b"<script>alert" not in client.get(address).content


def test_numbers_have_separators_where_people_read_them_and_none_where_machines_do(client: Client) -> None:
    album = add_album(pk=12_345, year=2020)
    page = Page(client, LIST)
    assert page.values("[data-album-tile]", "data-album-id") == ["12345"]
    assert page.values("#year-main input", "value") == ["2020"]
    assert page.values(".tile h2 a", "href") == [album.get_absolute_url()]


@pytest.mark.postgresql
def test_past_syncs_are_a_table_and_a_chart(client: Client) -> None:
    ended_sync(created=3, trigger="schedule")
    page = Page(client, "/catalog/sync/history/")
    assert page.texts("tbody td")[:4] == ["✓ Completed", "schedule", "9 s", "3"]
    assert len(page.find("svg .chart__bar")) == 2
    assert Page(client, "/catalog/sync/history/?page=x").response.status_code == 200


@pytest.mark.postgresql
def test_one_sync_opens_to_its_failures_and_its_changes(client: Client, shelf: dict[str, Album]) -> None:
    operation = ended_sync(created=1, warnings=[{"code": "failed_rows", "parameters": {"rows": 1}}])
    SyncFailure.objects.create(
        operation=operation,
        code="no_artist",
        tab="2025 Prog-metal",
        row=12,
    )
    AlbumChange.objects.create(operation=operation, album=shelf["Coal"], kind="created", tab="2013", row=7)
    AlbumChange.objects.create(
        operation=operation, album=shelf["Virus"], kind="updated", fields={"title": ["V", "Virus"]}
    )
    address = f"/catalog/sync/history/{operation.pk}/"
    page = Page(client, address)
    assert page.texts(".result__warnings li") == ["1 row was skipped. Fix it in the sheet."]
    assert page.texts(".failures__name") == ["No artist 1"]
    assert page.texts(".failures__reason") == ["The row has an album but no artist."]
    assert page.texts(".change a") == ["Coal", "Virus"]
    assert Page(client, f"{address}?kind=updated").texts(".change a") == ["Virus"]
    assert len(Page(client, f"{address}?kind=eaten").texts(".change a")) == 2


def test_a_sync_that_is_none_is_not_found(client: Client) -> None:
    assert client.get("/catalog/sync/history/99/").status_code == 404
    assert client.get(f"{LIST}99/").status_code == 404
    assert client.get(f"{LIST}99/cover/").status_code == 404


def test_no_page_needs_what_the_content_security_policy_forbids(client: Client, shelf: dict[str, Album]) -> None:
    operation = ended_sync()
    addresses = [
        LIST,
        f"{LIST}{shelf['Coal'].pk}/",
        "/catalog/sync/history/",
        f"/catalog/sync/history/{operation.pk}/",
        "/login/",
    ]
    for address in addresses:
        page = Page(client, address)
        assert page.tree.xpath("//@style | //style | //script[not(@src or @type='application/ld+json')]") == []
        assert page.tree.xpath("//@*[starts-with(name(), 'on')]") == []
        assert page.tree.xpath("//a//a | //a//button") == []


def test_signing_in_leads_back(client: Client, django_user_model: Any) -> None:
    django_user_model.objects.create_user("ana", password="a good one", is_staff=True)
    wrong = client.post("/login/", {"username": "ana", "password": "no", "next": LIST})
    assert b"do not match an account" in wrong.content
    right = client.post("/login/", {"username": "ana", "password": "a good one", "next": LIST})
    assert right.headers["Location"] == LIST
    assert "Sign out ana" in Page(client, LIST).texts(".site-nav button")
    assert client.post("/logout/").status_code == 302


def test_the_process_says_that_it_lives_and_is_ready(client: Client) -> None:
    assert client.get("/healthz").content == b"alive\n"
    assert client.get("/readyz").content == b"ready\n"
