"""What a preview found is told in the panel and in the live region, in the same words, to those who may sync."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.services.sync.snapshot import current_snapshot, read_status
from tests.factories import Page
from tests.sheets import album
from tests.syncs import sync_tabs

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql(long=True)]

TAB = "2024 Prog-metal"
STATUS, PREVIEW = "/catalog/sync/status/", "/catalog/sync/preview/"
AGAIN = {TAB: [album(country="Norway"), album("Haken", "Virus"), album("Haken", "Fauna")]}


def look(client: Client, seen: str = "") -> Page:
    current_snapshot().reset()
    return Page(client, f"{STATUS}?seen={seen}", **{"hx-request": "true"})


@pytest.mark.usefixtures("anyone")
def test_panel_and_live_region_say_what_a_preview_found(client: Client, path: Path) -> None:
    sync_tabs(path, {TAB: [album(), album(title="Coal")]})
    preview = sync_tabs(path, AGAIN, preview=True)
    page = look(client, f"{preview.pk}-running-open")
    (said,) = page.texts("[data-sync-message]")
    assert page.texts("#sync-announcement") == [said]
    assert said.endswith(": 2 new, 1 changed, 1 removed. Nothing was changed yet.")
    assert said.startswith("Preview complete in ")
    assert page.values(".sync__more a", "href")[0] == PREVIEW
    assert json.loads(page.response["HX-Trigger"]) == {"sync:compared": {}}
    assert look(client, f"{preview.pk}-completed-open").response.status_code == 204


@pytest.mark.usefixtures("anyone")
def test_a_preview_that_found_nothing_says_so(client: Client, path: Path) -> None:
    sync_tabs(path, {TAB: [album()]})
    sync_tabs(path, {TAB: [album()]}, preview=True)
    assert look(client).texts("[data-sync-message]")[0].endswith(": no changes.")


@pytest.mark.usefixtures("anyone")
def test_another_operation_takes_the_place_of_a_preview(client: Client, path: Path) -> None:
    sync_tabs(path, {TAB: [album()]}, preview=True)
    assert "Preview complete" in look(client).texts("[data-sync-message]")[0]
    sync_tabs(path, {TAB: [album()]})
    page = look(client)
    assert "Sync complete" in page.texts("[data-sync-message]")[0]
    assert page.texts(".sync__more a")[0] == "What changed →"
    assert read_status().preview is None


def test_others_read_and_hear_nothing_of_a_preview(client: Client, path: Path, settings) -> None:
    settings.SYNC = replace(settings.SYNC, permission="staff")
    sync_tabs(path, {TAB: [album()]})
    preview = sync_tabs(path, AGAIN, preview=True)
    page = look(client, f"{preview.pk}-running-open")
    assert page.texts("[data-sync-message]") == [""]
    assert page.texts(".sync__line")[0].startswith("1 album · updated just now")
    assert "review" not in "".join(page.texts("#sync-announcement")).lower()


@pytest.mark.usefixtures("anyone")
def test_a_preview_that_was_held_back_leads_to_its_own_page(client: Client, path: Path) -> None:
    sync_tabs(path, {TAB: [album(title=f"Album {number}") for number in range(80)]})
    sync_tabs(path, {TAB: [album(title="Album 1")]}, preview=True)
    page = look(client)
    assert page.values(".sheet__actions a", "href") == [PREVIEW]
    assert page.response.status_code == 200


def test_only_an_ended_preview_costs_another_query(
    path: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sync_tabs(path, {TAB: [album()]})
    with django_assert_num_queries(1):
        read_status()
    sync_tabs(path, AGAIN, preview=True)
    with django_assert_num_queries(2):
        read_status()
