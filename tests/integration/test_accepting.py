"""People confirm exactly what they saw: a list that was held back, a preview, the sync that is to be cancelled."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db.models.functions import Now
from django.test import Client

from catalog.models import Album, SyncOperation
from catalog.services.sync import owner
from catalog.services.sync.snapshot import current_snapshot
from catalog.services.sync_manager import OfferGone, SyncManager
from tests.factories import Page
from tests.sheets import Row, album, many, sheet
from tests.syncs import counts, sync, sync_tabs, undo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("anyone")]

TAB, OTHER = "2024 Prog-metal", "2023 Prog-metal"
PREVIEW, TRIGGER, CANCEL = "/catalog/sync/preview/", "/catalog/sync/trigger/", "/catalog/sync/cancel/"
JSON = {"accept": "application/json"}


def titled(numbers: Sequence[int], **facts: Any) -> list[Row]:
    return [album("Haken", f"Album {number}", **facts) for number in numbers]


def held(path: Path, left: int = 8, **options: Any) -> SyncOperation:
    """Return a sync, or a preview, that was held back: 12 of 20 albums of a tab are missing."""
    sync_tabs(path, {TAB: titled(range(20)), OTHER: titled(range(20, 60))})
    found = sync_tabs(path, {TAB: titled(range(left)), OTHER: titled(range(20, 60))}, **options)
    assert found.error_code == "sheet_shrunk"
    return found


def run_pending(path: Path, settings: Any) -> SyncOperation:
    """Run what a press has started."""
    pending = SyncOperation.objects.active().get()
    settings.SYNC = replace(settings.SYNC, sheet_url=path.as_uri(), enrich_seconds=0.0)
    SyncManager.from_settings().run(pending.pk)
    pending.refresh_from_db()
    return pending


def press(client: Client, **fields: object) -> int:
    return client.post(TRIGGER, fields, headers=JSON).status_code


# What was shown, and no more


@pytest.mark.parametrize("by_number", [True, False])
def test_what_was_shown_is_accepted(path: Path, by_number: bool) -> None:
    shown = held(path)
    accepted = sync(path, force=True, accept=shown.pk if by_number else None)
    assert counts(accepted) == {"removed": 12, "unchanged": 48}


WORSE: Mapping[str, Mapping[str, Sequence[Row]]] = {
    "more albums are missing": {TAB: titled(range(7)), OTHER: titled(range(20, 60))},
    "another tab is missing": {TAB: titled(range(8))},
    "other albums are missing": {TAB: titled(range(12, 20)), OTHER: titled(range(20, 60))},
    "albums have changed": {TAB: titled(range(8)), OTHER: titled(range(20, 60), country="Norway")},
    "a column is empty": {TAB: titled(range(8)), OTHER: titled(range(20, 60), country="")},
}


@pytest.mark.parametrize("by_number", [True, False])
@pytest.mark.parametrize("worse", WORSE)
def test_a_sheet_that_is_worse_by_now_is_held_back_again_with_its_new_list(
    path: Path, worse: str, by_number: bool
) -> None:
    shown = held(path)
    again = sync_tabs(path, WORSE[worse], force=True, accept=shown.pk if by_number else None)
    assert (again.status, again.error_code) == ("failed", "sheet_shrunk")
    assert Album.objects.listed().count() == 60
    assert again.planned.exists()
    with pytest.raises(OfferGone):
        sync(path, force=True, accept=shown.pk)
    assert sync(path, force=True, accept=again.pk).status == "completed"


BETTER: Mapping[str, Mapping[str, Sequence[Row]]] = {
    "fewer albums are missing": {TAB: titled(range(9)), OTHER: titled(range(20, 60))},
    "there are new albums": {TAB: titled(range(8)), OTHER: titled(range(20, 65))},
    "all albums are back": {TAB: titled(range(20)), OTHER: titled(range(20, 60))},
}


@pytest.mark.parametrize("better", BETTER)
def test_a_sheet_that_is_better_by_now_is_accepted(path: Path, better: str) -> None:
    shown = held(path)
    done = sync_tabs(path, BETTER[better], force=True, accept=shown.pk)
    assert done.status == "completed"
    assert Album.objects.listed().count() == sum(map(len, BETTER[better].values()))


def test_a_command_that_forces_what_nobody_was_shown_takes_it_as_it_is(path: Path) -> None:
    sync_tabs(path, {TAB: titled(range(20))})
    assert counts(sync_tabs(path, {TAB: titled(range(8))}, force=True)) == {"removed": 12, "unchanged": 8}


def test_a_command_names_the_list_it_accepts(path: Path, settings, capsys) -> None:
    shown = held(path)
    settings.SYNC = replace(settings.SYNC, sheet_url=path.as_uri(), enrich_seconds=0.0)
    with pytest.raises(SystemExit) as ended:
        call_command("import_albums", "--skip-spotify", f"--accept={shown.pk}")
    assert ended.value.code == 0  # the dates of one tab are of another year, but that is no news
    with pytest.raises(CommandError, match="can't be accepted any more"):
        call_command("import_albums", "--skip-spotify", f"--accept={shown.pk}")
    assert not SyncOperation.objects.active().exists()


# An offer, and its end


@pytest.mark.postgresql
@pytest.mark.parametrize("is_preview", [False, True])
def test_an_offer_is_used_once(staff: Client, path: Path, settings, is_preview: bool) -> None:
    shown = held(path, preview=is_preview)
    assert press(staff, accept=shown.pk, digest="other") == 409
    assert press(staff, accept=shown.pk, digest=shown.plan_digest) == 202
    assert press(staff, accept=shown.pk) == 409
    done = run_pending(path, settings)
    assert (done.status, done.removed) == ("completed", 12)
    assert press(staff, accept=shown.pk) == 409
    assert not SyncOperation.objects.active().exists()
    address = PREVIEW if is_preview else f"/catalog/sync/history/{shown.pk}/"
    page = Page(staff, address)
    assert page.find("input[name=accept]") == []
    assert any(text.startswith("Accepted at ") for text in page.texts(".result p"))


def test_an_accepted_list_whose_sheet_cannot_be_read_may_be_accepted_later(staff: Client, path: Path, settings) -> None:
    shown = held(path)
    assert press(staff, accept=shown.pk) == 202
    assert run_pending(path.with_name("missing.xlsx"), settings).status == "failed"
    assert press(staff, accept=shown.pk) == 202
    assert run_pending(path, settings).removed == 12


@pytest.mark.parametrize("between", ["sync", "preview", "undo"])
def test_an_offer_ends_with_the_next_comparison(staff: Client, path: Path, between: str) -> None:
    shown = held(path)
    if between == "undo":
        undo()
    else:
        sync_tabs(path, {TAB: titled(range(20)), OTHER: titled(range(20, 59))}, preview=between == "preview")
    assert press(staff, accept=shown.pk) == 409
    assert Page(staff, f"/catalog/sync/history/{shown.pk}/").find("input[name=accept]") == []
    answer = staff.post(TRIGGER, {"accept": shown.pk}, headers={"HX-Request": "true"})
    assert "This list is out of date" in answer.content.decode()


@pytest.mark.parametrize("sent", ["0", "x", "-1", "999999", "9" * 5000, "²"])
def test_what_names_no_offer_starts_nothing(staff: Client, path: Path, sent: str) -> None:
    held(path)
    assert press(staff, accept=sent) == 409
    assert not SyncOperation.objects.active().exists()


def test_only_staff_accept_what_was_held_back(client: Client, path: Path) -> None:
    for shown in (held(path), held(path, preview=True)):
        assert press(client, accept=shown.pk) == 403
    assert press(client, force="1") == 403
    assert not SyncOperation.objects.active().exists()


@pytest.mark.parametrize("sent", ["", "0", "false", "off", "no"])
def test_a_press_that_says_no_forces_nothing(staff: Client, path: Path, settings, sent: str) -> None:
    held(path)
    assert press(staff, force=sent) == 202
    assert run_pending(path, settings).error_code == "sheet_shrunk"


# Preview and apply


def test_a_preview_that_was_applied_says_so_and_is_not_applied_again(client: Client, path: Path, settings) -> None:
    sync_tabs(path, {TAB: [album()]})
    shown = sync_tabs(path, {TAB: [album(country="Norway")]}, preview=True)
    page = Page(client, PREVIEW)
    assert page.values(".deeds input[name=accept]", "value") == [str(shown.pk)]
    assert page.values(".deeds input[name=digest]", "value") == [shown.plan_digest]
    assert press(client, accept=shown.pk, digest=shown.plan_digest) == 202
    done = run_pending(path, settings)
    assert (done.updated, done.options) == (1, {"accept": shown.pk, "digest": shown.plan_digest})
    page = Page(client, PREVIEW)
    assert page.texts(".result p")[0].startswith("Applied at ")
    assert page.texts(".deeds button") == ["Compare again"]
    assert press(client, accept=shown.pk) == 409
    current_snapshot().reset()
    told = client.get("/catalog/sync/status/", headers=JSON).json()["message"]
    assert "The preview was applied." in told


def test_applying_a_preview_lifts_no_guard(client: Client, path: Path, settings) -> None:
    sync_tabs(path, {TAB: titled(range(100))})
    shown = sync_tabs(path, {TAB: titled(range(99))}, preview=True)
    sheet(path, {TAB: titled(range(10))})
    assert press(client, accept=shown.pk) == 202
    assert run_pending(path, settings).error_code == "sheet_shrunk"


def test_a_preview_that_another_sync_overtook_is_out_of_date(client: Client, path: Path) -> None:
    sync_tabs(path, {TAB: [album()]})
    sync_tabs(path, {TAB: [album(country="Norway")]}, preview=True)
    sync(path)
    page = Page(client, PREVIEW)
    assert page.texts(".result p")[0] == "The catalogue has changed since this preview. Compare again."
    assert page.texts(".deeds button") == ["Compare again"]


# Cancel


def active(**facts: object) -> SyncOperation:
    return SyncOperation.objects.create(
        **{"status": "running", "owner": owner.this_process(), "started_at": Now(), **facts}
    )


def cancel(client: Client, **fields: object) -> int:
    return client.post(CANCEL, fields, headers=JSON).status_code


def is_cancelled(operation: SyncOperation) -> bool:
    operation.refresh_from_db()
    return operation.cancel_requested


def test_cancel_ends_what_the_page_showed_and_nothing_else(client: Client) -> None:
    shown = active()
    assert Page(client, "/catalog/albums/").values("[data-sync-panel] input[name=id]", "value") == [str(shown.pk)]
    for sent in (shown.pk + 1, "", "x", "9" * 5000):
        assert cancel(client, id=sent) == 409
    assert not is_cancelled(shown)
    assert cancel(client, id=shown.pk) == 202
    assert is_cancelled(shown)


@pytest.mark.parametrize("kind", ["sync", "preview"])
def test_cancel_without_a_name_ends_what_runs(client: Client, kind: str) -> None:
    operation = active(kind=kind)
    assert cancel(client) == 202
    assert is_cancelled(operation)


@pytest.mark.parametrize(
    "facts", [{"kind": "undo"}, {"options": {"force": True}}, {"kind": "undo", "status": "pending"}]
)
def test_who_may_not_start_it_may_not_cancel_it(client: Client, facts: dict[str, object]) -> None:
    operation = active(**facts)
    assert cancel(client) == 403
    assert cancel(client, id=operation.pk) == 403
    assert Page(client, "/catalog/albums/").find("[data-sync-cancel]") == []
    assert not is_cancelled(operation)
    client.force_login(User.objects.create_user("einar", is_staff=True))
    assert cancel(client, id=operation.pk) == 202


def test_a_cancel_of_what_has_ended_tells_what_runs(client: Client) -> None:
    over = active()
    SyncOperation.objects.update(status="completed")
    assert cancel(client, id=over.pk) == 409
    runs = active()
    answer = client.post(CANCEL, {"id": over.pk}, headers=JSON)
    assert (answer.status_code, answer.json()["id"]) == (409, runs.pk)
    assert not is_cancelled(runs)
    shown = client.post(CANCEL, {"id": over.pk}, headers={"HX-Request": "true"})
    assert "Nothing was cancelled" in shown.content.decode()


def test_there_is_one_offer_at_a_time(path: Path) -> None:
    first = sync_tabs(path, {TAB: many(30)}, preview=True)
    second = sync(path, preview=True)
    first.refresh_from_db()
    assert (second.status, second.error_code) == ("completed", "")
    assert (first.plan_digest, bool(second.plan_digest)) == ("", True)
