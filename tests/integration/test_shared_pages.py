"""What a page tells of itself: to messengers that show a pasted link, and to search engines."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from catalog.browse.index.current import current_index
from catalog.formats.sitemaps import A_PAGE, PAGES
from catalog.models import Album, AlbumChange, Artist, SpotifyAlbum, SyncOperation
from tests.factories import Page, add_album
from tests.integration.test_any_query import EVIL, shelf

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql(long=True)]

LIST, RANDOM = "/catalog/albums/", "/catalog/albums/random/"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
COVER = "https://i.scdn.co/image/"
COAL = "2bF0pQmLdMrTU9hZRnl9Wp"


@pytest.fixture
def coal() -> Album:
    album = add_album(
        "Leprous", "Coal", spotify_id=COAL, release_date=date(2013, 5, 20), genres=["Prog-metal", "Djent"],
        country="Norway",
        bandcamp_url="https://leprous.bandcamp.com/",
    )  # fmt: skip
    tracks = [{"number": 1, "disc": 1, "name": "Foe", "seconds": 315.2}, {"number": 2, "disc": 1, "name": "Chronic"}]
    SpotifyAlbum.objects.update(
        cover_medium=f"{COVER}m",
        cover_large=f"{COVER}l",
        state="complete",
        tracks=tracks,
        total_tracks=2,
        label="InsideOut",
    )
    return album


def tags(page: Page) -> dict[str, str]:
    """Return the properties and names of a page's head."""
    found = page.tree.xpath("//head/meta[@property or @name]")
    return {tag.get("property") or tag.get("name"): tag.get("content") for tag in found}


def things(page: Page) -> dict[str, dict[str, Any]]:
    scripts = page.tree.xpath("//script[@type='application/ld+json']")
    read = [json.loads(script.text) for script in scripts]
    assert all(thing["@context"] == "https://schema.org" for thing in read)
    return {thing["@type"]: thing for thing in read}


def test_a_pasted_link_shows_cover_title_artist_and_year(client: Client, coal: Album) -> None:
    page = Page(client, coal.get_absolute_url())
    address = f"http://testserver{coal.get_absolute_url()}"
    assert page.values("link[rel=canonical]", "href") == [address]
    said = tags(page)
    assert said | {
        "og:type": "music.album", "og:site_name": "progmetal", "og:url": address, "og:title": "Coal by Leprous (2013)",
        "og:image": f"{COVER}l", "og:image:width": "640", "og:image:height": "640",
        "music:release_date": "2013-05-20",
        "twitter:card": "summary", "twitter:title": "Coal by Leprous (2013)", "twitter:image": f"{COVER}l",
    } == said  # fmt: skip
    described = "20 May 2013 · LP · Prog-metal, Djent · Clean vocals · Norway · InsideOut"
    assert {said[name].replace("\u00a0", " ") for name in ("description", "og:description", "twitter:description")} == {
        described
    }
    assert client.get(said["music:musician"]).status_code == 200


def test_an_album_without_a_cover_has_no_image(client: Client) -> None:
    album = add_album("Haken", "Virus", release_date=None, release_text="TBA", year=None)
    said = tags(Page(client, album.get_absolute_url()))
    assert said["og:title"] == "Virus by Haken"
    assert said["og:description"].startswith("TBA")
    assert not [name for name in said if "image" in name]


def test_a_cover_from_oembed_has_its_own_size(client: Client) -> None:
    album = add_album(spotify_id=COAL, cover=f"{COVER}m")
    said = tags(Page(client, album.get_absolute_url()))
    assert (said["og:image"], said["og:image:width"]) == (f"{COVER}m", "300")


def test_search_engines_get_the_album(client: Client, coal: Album) -> None:
    found = things(Page(client, coal.get_absolute_url()))
    artist = f"http://testserver{coal.artist.get_absolute_url()}"
    assert found["MusicAlbum"] == {
        "@context": "https://schema.org",
        "@type": "MusicAlbum",
        "@id": f"http://testserver{coal.get_absolute_url()}",
        "url": f"http://testserver{coal.get_absolute_url()}",
        "name": "Coal",
        "byArtist": {"@type": "MusicGroup", "name": "Leprous", "url": artist},
        "datePublished": "2013-05-20",
        "genre": ["Prog-metal", "Djent"],
        "image": f"{COVER}l",
        "albumReleaseType": "AlbumRelease",
        "numTracks": 2,
        "track": [
            {"@type": "MusicRecording", "position": 1, "name": "Foe", "duration": "PT315S"},
            {"@type": "MusicRecording", "position": 2, "name": "Chronic"},
        ],
        "sameAs": [f"https://open.spotify.com/album/{COAL}", "https://leprous.bandcamp.com/"],
    }
    steps = found["BreadcrumbList"]["itemListElement"]
    assert [(step["position"], step["name"]) for step in steps] == [(1, "Albums"), (2, "Leprous"), (3, "Coal")]
    assert all(client.get(step["item"]).status_code == 200 for step in steps)


def test_search_engines_get_the_artist(client: Client, coal: Album) -> None:
    add_album("Leprous", "Pitfalls", release_date=date(2019, 10, 25))
    page = Page(client, coal.artist.get_absolute_url())
    group = things(page)["MusicGroup"]
    assert (group["name"], [album["name"] for album in group["album"]]) == ("Leprous", ["Pitfalls", "Coal"])
    assert tags(page)["og:image"] == f"{COVER}m"
    assert tags(page)["og:description"].replace("\u00a0", " ") == (
        "2 albums of progressive metal and rock · Prog-metal, Djent · Latest: Pitfalls (2019)"
    )


def test_the_list_of_all_tells_how_to_search_and_others_where_they_are(client: Client, coal: Album) -> None:
    site = things(Page(client, LIST))["WebSite"]
    assert site["potentialAction"]["target"]["urlTemplate"] == f"http://testserver{LIST}?q={{search_term_string}}"
    page = Page(client, f"{LIST}?genre=djent&sort=title&per_page=25")
    assert page.values("link[rel=canonical]", "href") == [f"http://testserver{LIST}?genre=djent"]
    assert tags(page)["og:title"] == "Djent · Albums"
    assert tags(page)["description"].startswith("1 album in a catalogue of progressive metal")
    assert "WebSite" not in things(page)
    assert things(page)["BreadcrumbList"]["itemListElement"][1]["name"] == "Djent · Albums"


def test_a_page_of_a_list_is_its_own_canonical_one(client: Client) -> None:
    for number in range(60):
        add_album("Haken", f"Virus {number:02}")
    for query in ("?page=2", ""):
        assert Page(client, LIST + query).values("link[rel=canonical]", "href") == [f"http://testserver{LIST}{query}"]


def test_pages_that_are_kept_belong_to_one_host(client: Client, coal: Album) -> None:
    for host in ("testserver", "localhost", "testserver"):
        page = Page(client, LIST, Host=host)
        assert page.values("link[rel=canonical]", "href") == [f"http://{host}{LIST}"]
    etags = {client.get(LIST, headers={"Host": host}).headers["ETag"] for host in ("testserver", "localhost")}
    assert len(etags) == 2


def test_no_text_ends_a_script(client: Client) -> None:
    shelf()
    worst = "</script><script>alert(1)</script><!--<script>\u2028]]>"
    album = add_album(worst, worst, genres=[worst], country=worst)
    for address in (
        album.get_absolute_url(),
        album.artist.get_absolute_url(),
        f"{LIST}?q={worst}",
        f"{LIST}?genre={EVIL}",
    ):
        answer = client.get(address, follow=True)
        assert answer.status_code == 200
        assert b"<script>alert" not in answer.content
        page = Page(client, answer.request["PATH_INFO"])
        for script in page.tree.xpath("//script[@type='application/ld+json']"):
            assert not {"<", ">", "&", "\u2028"} & set(script.text)
    assert things(Page(client, album.get_absolute_url()))["MusicAlbum"]["name"] == worst


# Random


def test_chance_leads_to_an_album_of_the_list_and_on_through_it(client: Client, coal: Album) -> None:
    others = [add_album("Haken", f"Virus {number}") for number in range(5)]
    seen: set[str] = set()
    for _ in range(40):
        answer = client.get(f"{RANDOM}?q=haken")
        assert answer.status_code == 302
        assert "no-store" in answer.headers["Cache-Control"]
        address, _, way = answer.headers["Location"].partition("?")
        assert way == "list=q%3Dhaken"
        seen.add(address)
    assert seen <= {album.get_absolute_url() for album in others}
    assert len(seen) > 1
    (only,) = {client.get(f"{RANDOM}?genre=djent").headers["Location"] for _ in range(3)}
    assert only == f"{coal.get_absolute_url()}?list=genre%3Ddjent"
    assert Page(client, only).texts(".way") != []


def test_chance_finds_nothing_in_an_empty_list(client: Client) -> None:
    page = Page(client, f"{RANDOM}?q=opeth")
    assert (page.response.status_code, page.response.headers["Location"]) == (302, f"{LIST}?q=opeth")


# Crawlers


@pytest.mark.parametrize(
    ("path", "is_open"),
    [
        (LIST, True), (f"{LIST}?page=2", True), (f"{LIST}12/", True), ("/catalog/artists/3/haken/", True),
        ("/catalog/api/", True),
        (f"{LIST}?genre=djent", False), (f"{LIST}?genre=djent&year=2020", False), (f"{LIST}?when=all&genre=djent",
        False),
        (f"{LIST}?q=opeth", False), (f"{LIST}?artist=3", False), (f"{LIST}?sort=title", False), (RANDOM, False),
        ("/catalog/sync/history/", False), ("/catalog/sync/trigger/", False), ("/catalog/curate/", False),
        ("/admin/", False),
    ],
)  # fmt: skip
def test_crawlers_keep_to_pages_about_music(client: Client, path: str, is_open: bool) -> None:
    parser = RobotFileParser()
    parser.parse(client.get("/robots.txt").content.decode().splitlines())
    assert parser.can_fetch("AnyBot", f"http://testserver{path}") is is_open
    assert parser.site_maps() == ["http://testserver/sitemap.xml"]


def locations(client: Client, address: str) -> dict[str, str | None]:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/xml"), address
    tree = ET.fromstring(answer.content)
    return {entry.findtext(f"{SITEMAP}loc", ""): entry.findtext(f"{SITEMAP}lastmod") for entry in tree}


@pytest.mark.long
def test_the_sitemap_has_every_album_and_artist_once(client: Client, coal: Album) -> None:
    rest = A_PAGE + 5 - 1
    Album.objects.bulk_create(
        Album(artist=coal.artist, title=f"Ágætis {number}", tab="2020", artist_key="leprous", title_key=str(number))
        for number in range(rest)
    )
    for number in range(3):
        add_album(f"Sigur Rós {number}", "Kveikur")
    add_album("Opeth", "Gone", removed_at=now())
    pages = locations(client, "/sitemap.xml")
    assert [page.rpartition("/")[2] for page in pages] == [
        "sitemap-pages-1.xml", "sitemap-albums-1.xml", "sitemap-albums-2.xml", "sitemap-artists-1.xml",
    ]  # fmt: skip
    found = [address for page in pages for address in locations(client, page)]
    assert len(found) == len(set(found)) == len(PAGES) + (A_PAGE + 5 + 3) + 4
    assert all(client.get(address).status_code == 200 for address in (*found[:5], *found[-8:]))
    assert client.get("/sitemap-albums-3.xml").status_code == 404
    assert client.get("/sitemap-albums-0.xml").status_code == 404
    assert client.get("/sitemap-songs-1.xml").status_code == 404


def test_the_sitemap_knows_when_pages_changed(client: Client, coal: Album) -> None:
    operation = SyncOperation.objects.create(status="completed")
    AlbumChange.objects.create(operation=operation, album=coal, kind="updated", changed_at="2030-01-02T03:04:05Z")
    assert locations(client, "/sitemap-albums-1.xml") == {
        f"http://testserver{coal.get_absolute_url()}": "2030-01-02T03:04:05+00:00"
    }
    assert list(locations(client, "/sitemap-artists-1.xml").values()) == ["2030-01-02T03:04:05+00:00"]
    assert set(locations(client, "/sitemap.xml").values()) == {"2030-01-02T03:04:05+00:00"}
    etag = client.get("/sitemap.xml").headers["ETag"]
    assert client.get("/sitemap.xml", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    "address", ["/sitemap.xml", "/sitemap-albums-1.xml", "/sitemap-artists-1.xml", RANDOM, "/robots.txt"]
)
def test_they_take_few_queries(client: Client, address: str) -> None:
    for number in range(30):
        add_album(f"Haken {number}", f"Virus {number}")
    current_index().get()
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) <= 4


def test_pages_that_tell_of_themselves_take_few_queries(
    client: Client, coal: Album, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for number in range(30):
        add_album("Leprous", f"Coal {number}")
    current_index().get()
    artist = Artist.objects.get(name="Leprous").get_absolute_url()
    for address in (LIST, coal.get_absolute_url(), artist, reverse("catalog:api")):
        client.get(address)
        with django_assert_max_num_queries(6):
            client.get(address)
