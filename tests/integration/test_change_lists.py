"""Lists of what changed or would change: grouped, filtered, shortened, with covers, and cheap."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from catalog.models import AlbumChange, SyncOperation
from tests.factories import Page, add_album
from tests.sheets import album, many, spotify_id
from tests.syncs import sync_tabs, undo

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql(long=True)]

TAB, OTHER = "2024 Prog-metal", "2023 Prog-metal"
HISTORY = "/catalog/sync/history/"


def page_of(client: Client, operation: SyncOperation, query: str = "") -> Page:
    return Page(client, f"{HISTORY}{operation.pk}/{query}")


def test_changes_stand_in_groups_by_kind_and_tab(client: Client, path: Path) -> None:
    sync_tabs(path, {TAB: [album(), album("Haken", "Virus")], OTHER: [album("Haken", "Fauna")]})
    edited = {
        TAB: [album(country="Norway"), album("Caligula's Horse", "Bloom")],
        OTHER: [album("Haken", "Fauna", vocals="Mixed")],
    }
    page = page_of(client, sync_tabs(path, edited))
    assert page.texts(".change-group__title") == [f"New {TAB}", f"Changed {TAB}", f"Changed {OTHER}", f"Removed {TAB}"]
    assert page.texts(".chip") == ["All", "New 1", "Changed 2", "Removed 1"]
    assert page.texts("select[name=tab] option") == ["All tabs", f"{TAB} (3)", f"{OTHER} (1)"]


def test_changes_are_filtered_by_tab_field_and_words_in_an_address_to_share(client: Client, path: Path) -> None:
    sync_tabs(path, {TAB: [album(), album("Haken", "Virus")], OTHER: [album("Haken", "Fauna")]})
    edited = {TAB: [album(country="Norway"), album("Haken", "Virus", vocals="Mixed")], OTHER: []}
    done = sync_tabs(path, edited)
    assert page_of(client, done, f"?tab={OTHER}").texts(".change__head a") == ["Fauna"]
    assert page_of(client, done, "?field=country").texts(".change__head a") == ["Aphelion"]
    assert page_of(client, done, "?field=vocal_style&q=virus").texts(".change__head a") == ["Virus"]
    assert (
        page_of(client, done, f"?kind=removed&tab={OTHER}").texts("title")[0].startswith(f"Removed {OTHER} · Sync of")
    )
    nothing = page_of(client, done, "?field=title").texts(".section .quiet")
    assert nothing == ["No changes match these filters. Show all"]
    everything = page_of(client, done, "?kind=x&tab=<b>&field=pk__gt&page=-1")
    assert len(everything.texts(".change")) == 3


def test_two_addresses_are_a_changed_link_and_stay_reachable(client: Client, path: Path) -> None:
    sync_tabs(path, {TAB: [album(spotify=spotify_id(1))]})
    page = page_of(client, sync_tabs(path, {TAB: [album(spotify=spotify_id(2))]}))
    (told,) = page.texts(".fields dd")
    assert told.startswith("link changed In full")
    assert page.texts(".fields dt") == ["Spotify"]
    shown = "".join(page.texts(".fields__full p"))
    assert spotify_id(1) in shown
    assert spotify_id(2) in shown


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"release_date": ["2024-05-03", None]}, ["3 May 2024 → nothing"]),
        ({"is_debut": [False, True]}, ["no → yes"]),
        ({"genres": [["Djent"], ["Djent", "Jazz"]]}, ["Djent → Djent, Jazz"]),
        ({"title": ["<script>", "<b>"]}, ["<script> → <b>"]),
        ({"release_date": ["soon", "2024"]}, ["soon → 2024"]),
    ],
)
def test_fields_read_as_people_say_them(fields: dict[str, list[object]], told: list[str]) -> None:
    change = AlbumChange(kind="updated", fields=fields)
    written = html.fragment_fromstring(render_to_string("catalog/history/field_changes.html", {"change": change}))
    assert [" ".join(found.text_content().split()) for found in written.xpath("//dd")] == told


def test_a_word_is_not_torn_apart_by_the_marks(client: Client) -> None:
    change = AlbumChange(kind="updated", fields={"country": ["Notodden, Norway", "Norway"]})
    written = html.fragment_fromstring(render_to_string("catalog/history/field_changes.html", {"change": change}))
    assert written.xpath("string(//del)").strip() == "Notodden, Norway"
    assert written.xpath("string(//mark)") == "Notodden, "


def test_covers_are_small_lazy_and_linked_and_others_are_drawn(client: Client) -> None:
    operation = SyncOperation.objects.create(status="completed", created=2)
    cover = "https://i.scdn.co/image/a"
    known, unknown = add_album(spotify_id="3" * 22, cover=cover), add_album(title="Fauna")
    for each in (known, unknown):
        AlbumChange.objects.create(operation=operation, album=each, kind="created", tab=TAB)
    page = page_of(client, operation)
    assert page.values("a.change__cover", "href") == [known.spotify_url]
    assert [(image.get("src"), image.get("loading"), image.get("width")) for image in page.find(".change img")] == [
        (cover, "lazy", "64")
    ]
    assert len(page.find(".change .placeholder")) == 1


def test_queries_do_not_grow_with_the_changes(client: Client, path: Path) -> None:
    few = sync_tabs(path, {TAB: many(2)})
    more = sync_tabs(path, {TAB: many(60, country="Norway"), OTHER: [album("Haken", "Fauna", spotify=spotify_id(9))]})
    numbers = []
    for operation in (few, more):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page_of(client, operation)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]
    client.force_login(User.objects.create_user("einar", is_staff=True))
    assert len(Page(client, "/catalog/sync/undo/").texts(".change")) == 50


def test_an_undo_and_a_held_sheet_have_the_same_list(client: Client, path: Path) -> None:
    sync_tabs(path, {TAB: many(80)})
    held = sync_tabs(path, {TAB: many(20)})
    assert page_of(client, held).texts(".change-group__title") == [f"Removed {TAB}"]
    assert page_of(client, undo()).texts(".change-group__title") == [f"Removed {TAB}"]
