"""The pages about syncs, read as HTML: what each reader sees, may press, and is told."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.models import Album, AlbumChange, SyncOperation
from tests.factories import Page
from tests.sheets import album, many
from tests.syncs import sync_tabs, undo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("anyone")]

TAB = "2024 Prog-metal"
PREVIEW, UNDO, TRIGGER = "/catalog/sync/preview/", "/catalog/sync/undo/", "/catalog/sync/trigger/"
HISTORY, REMOVED = "/catalog/sync/history/", "/catalog/albums/removed/"
JSON = {"accept": "application/json"}


def buttons(page: Page) -> list[str]:
    return page.texts(".deeds button") + page.texts(".deeds a")


# Preview


def test_before_the_first_preview_there_is_a_button_for_one(client: Client) -> None:
    page = Page(client, PREVIEW)
    assert page.texts(".empty__title") == ["No preview yet."]
    assert buttons(page) == ["Compare now"]


def test_a_preview_is_told_album_by_album_with_a_button_to_apply(client: Client, path: Path) -> None:
    sync_tabs(path, {TAB: [album(), album("Haken", "Virus")]})
    sync_tabs(path, {TAB: [album(country="Norway")]}, preview=True)
    page = Page(client, PREVIEW)
    assert page.texts(".result p")[0].startswith("2 albums would change, 0 would stay as they are.")
    assert page.texts(".change__kind") == ["Changed", "Removed"]
    assert page.texts(".fields del") == ["Notodden, Norway"]
    assert page.texts(".fields ins") == ["Norway"]
    assert buttons(page) == ["Apply: sync now", "Compare again"]
    assert page.texts(".chip") == ["All", "Changed 1", "Removed 1"]


def test_a_preview_without_changes_says_so(client: Client, path: Path) -> None:
    sync_tabs(path, {TAB: [album()]})
    sync_tabs(path, {TAB: [album()]}, preview=True)
    page = Page(client, PREVIEW)
    assert page.texts(".result p")[0].startswith("Nothing would change")
    assert buttons(page) == ["Compare again"]


@pytest.mark.postgresql
def test_changes_are_narrowed_by_kind_and_by_words(client: Client, path: Path) -> None:
    sync_tabs(
        path, {TAB: [album("Sigur Rós", "Kveikur"), album("Haken", "Virus"), album("Haken", "Fauna")]}, preview=True
    )
    assert Page(client, f"{PREVIEW}?q=sigur ros").texts(".change__artist") == ["Sigur Rós"]
    assert Page(client, f"{PREVIEW}?kind=created&q=haken fauna").texts(".change__head a, .change__head b") == ["Fauna"]
    nothing = Page(client, f"{PREVIEW}?q=<b>opeth")
    assert nothing.texts(".change") == []
    assert "No changes match “<b>opeth”." in nothing.texts(".quiet")[-1]
    assert len(Page(client, f"{PREVIEW}?kind=nonsense&page=x").texts(".change")) == 3


def test_who_may_not_sync_is_led_to_sign_in(client: Client, settings) -> None:
    settings.SYNC = replace(settings.SYNC, permission="staff")
    assert client.post(PREVIEW, headers=JSON).status_code == 403
    page = Page(client, PREVIEW)
    assert buttons(page) == ["Sign in to preview"]
    assert page.values(".deeds a", "href") == [f"/login/?next={PREVIEW}"]


def test_a_press_starts_a_preview_in_the_one_slot(client: Client) -> None:
    started = client.post(PREVIEW, headers=JSON)
    assert (started.status_code, started.json()["status"]) == (202, "pending")
    assert SyncOperation.objects.get().kind == "preview"
    assert client.post(PREVIEW, headers=JSON).status_code == 409
    assert client.post(TRIGGER, headers=JSON).status_code == 409
    plain = client.post(PREVIEW)
    assert (plain.status_code, plain["Location"]) == (303, PREVIEW)


@pytest.mark.postgresql
def test_previews_and_syncs_cool_down_apart(client: Client, settings) -> None:
    settings.SYNC = replace(settings.SYNC, cooldown_seconds=10)
    SyncOperation.objects.create(kind="preview", status="completed")
    assert client.post(PREVIEW, headers=JSON).status_code == 429
    assert client.post(TRIGGER, headers=JSON).status_code == 202


# A sheet that shrank


@pytest.mark.parametrize("is_preview", [True, False])
def test_staff_see_what_would_go_and_may_accept_it(client: Client, path: Path, is_preview: bool) -> None:
    sync_tabs(path, {TAB: many(80)})
    refused = sync_tabs(path, {TAB: many(20)}, preview=is_preview)
    address = PREVIEW if is_preview else f"{HISTORY}{refused.pk}/"
    accept = "Apply anyway" if is_preview else "Accept the removal"
    assert accept not in buttons(Page(client, address))
    client.force_login(User.objects.create_user("einar", is_staff=True))
    page = Page(client, address)
    assert accept in buttons(page)
    assert page.values(".deeds input[name=accept]", "value") == [str(refused.pk)]
    assert page.texts(".chip") == ["All", "Removed 60"]
    assert len(page.texts(".change")) == 50


def test_only_staff_may_accept_a_sheet_that_shrank(client: Client) -> None:
    assert client.post(TRIGGER, {"force": "1"}, headers=JSON).status_code == 403
    assert not SyncOperation.objects.exists()
    client.force_login(User.objects.create_user("einar", is_staff=True))
    assert client.post(TRIGGER, {"force": "1"}, headers=JSON).status_code == 202
    assert SyncOperation.objects.get().options == {"force": True}


# Undo


def test_an_undo_is_shown_before_it_is_done(staff: Client, path: Path) -> None:
    sync_tabs(path, {TAB: [album(), album("Haken", "Virus")]})
    edit = sync_tabs(path, {TAB: [album(country="Norway"), album("Caligula's Horse", "Bloom")]})
    page = Page(staff, UNDO)
    assert page.texts(".change__kind") == ["Changed", "Removed", "Restored"]
    assert (page.texts(".fields del"), page.texts(".fields ins")) == (["Norway"], ["Notodden, Norway"])
    assert buttons(page) == ["Undo this sync"]
    assert page.values(".deeds input[name=sync]", "value") == [str(edit.pk)]
    assert Page(staff, f"{UNDO}?kind=revived").texts(".change__head a") == ["Virus"]


def test_only_staff_may_undo(client: Client, path: Path) -> None:
    sync = sync_tabs(path, {TAB: [album()]})
    assert client.post(UNDO, {"sync": sync.pk}, headers=JSON).status_code == 403
    assert buttons(Page(client, UNDO)) == ["Sign in as staff to undo"]


def test_an_undo_is_for_the_sync_that_was_shown_and_for_no_other(staff: Client, path: Path) -> None:
    shown = sync_tabs(path, {TAB: [album()]})
    sync_tabs(path, {TAB: [album(country="Norway")]})
    for sent in (shown.pk, "", "x"):
        assert staff.post(UNDO, {"sync": sent}, headers=JSON).status_code == 409
    assert not SyncOperation.objects.filter(kind="undo").exists()
    plain = staff.post(UNDO, {"sync": shown.pk})
    assert (plain.status_code, plain["Location"]) == (303, UNDO)
    assert "There is nothing to undo" in staff.get(UNDO).content.decode()


def test_after_an_undo_the_pages_say_what_comes(staff: Client, path: Path) -> None:
    sync_tabs(path, {TAB: [album()]})
    edit = sync_tabs(path, {TAB: [album(country="Norway")]})
    assert buttons(Page(staff, f"{HISTORY}{edit.pk}/")) == ["Undo this sync"]
    undone = undo()
    assert "has already been undone" not in staff.get(UNDO).content.decode()
    assert buttons(Page(staff, UNDO)) == ["Undo this sync"]
    undo()
    assert re.fullmatch(
        r"The last sync with changes \(.+\) has already been undone\. .+", Page(staff, UNDO).texts(".empty p")[1]
    )
    assert "Undone: the catalogue is back in its state before this sync." in Page(staff, f"{HISTORY}{edit.pk}/").texts(
        ".result p"
    )
    assert Page(staff, f"{HISTORY}{undone.pk}/").texts(".change__kind") == ["Changed"]
    assert [row[-4:] for row in Page(staff, HISTORY).texts(".table td") if row.endswith(("undo", "undone"))]


# History


def test_a_sync_that_did_not_complete_can_be_tried_again(client: Client, path: Path) -> None:
    failed = sync_tabs(path, {TAB: []})
    good = sync_tabs(path, {TAB: [album()]})
    assert failed.status == "completed"
    SyncOperation.objects.filter(pk=failed.pk).update(status="failed")
    assert buttons(Page(client, f"{HISTORY}{failed.pk}/")) == ["Retry"]
    assert buttons(Page(client, f"{HISTORY}{good.pk}/")) == []


@pytest.mark.postgresql
def test_past_syncs_are_narrowed_by_outcome(client: Client, path: Path) -> None:
    sync_tabs(path, {TAB: [album()]})
    sync_tabs(path, {TAB: [album(), album(artist="", title="Nameless")]})
    assert len(Page(client, HISTORY).texts("tbody tr")) == 2
    assert len(Page(client, f"{HISTORY}?outcome=warnings").texts("tbody tr")) == 1
    assert Page(client, f"{HISTORY}?outcome=failed").texts("tbody tr") == []
    assert len(Page(client, f"{HISTORY}?outcome=nonsense").texts("tbody tr")) == 2


def test_the_number_of_queries_does_not_grow_with_the_changes(
    client: Client, path: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sync_tabs(path, {TAB: many(60)})
    edit = sync_tabs(path, {TAB: many(60, country="Norway")})
    sync_tabs(path, {TAB: many(60)}, preview=True)
    for address, most in ((PREVIEW, 6), (UNDO, 6), (HISTORY, 6), (f"{HISTORY}{edit.pk}/", 6)):
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


# Removed albums


@pytest.mark.postgresql
def test_staff_find_removed_albums_and_the_sync_that_removed_them(staff: Client, path: Path) -> None:
    sync_tabs(path, {TAB: [album(), album("Haken", "Virus")]})
    removal = sync_tabs(path, {TAB: [album()]})
    page = Page(staff, REMOVED)
    assert page.texts("tbody th") == ["Virus"]
    assert page.values("tbody td a", "href") == [f"{HISTORY}{removal.pk}/"]
    assert AlbumChange.objects.get(operation=removal).album == Album.objects.removed().get()


def test_removed_albums_are_for_staff(client: Client) -> None:
    answer = client.get(REMOVED)
    assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={REMOVED}")
    client.force_login(User.objects.create_user("visitor"))
    assert client.get(REMOVED).status_code == 302


def test_an_empty_list_of_removed_albums_says_so(staff: Client) -> None:
    assert Page(staff, REMOVED).texts(".empty__title") == ["No album is removed."]
