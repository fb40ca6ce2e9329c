"""Who may start and cancel a sync, what each face of the buttons answers, and that there is never more than one."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now
from django.http import HttpResponse
from django.test import Client
from lxml import html

from catalog.models import SyncOperation
from catalog.services.sync import owner
from catalog.services.sync.snapshot import current_snapshot
from demo.upstreams import Upstreams
from tests.live import BUSY, App, Warm, rows, running_app
from tests.live import Client as Somebody

# Who may start is decided by constraints and locks.
pytestmark = [pytest.mark.database, pytest.mark.journey, pytest.mark.postgresql]

TRIGGER, CANCEL, CATALOGUE = "/catalog/sync/trigger/", "/catalog/sync/cancel/", "/catalog/albums/"
JSON = {"accept": "application/json"}
HTMX = {"HX-Request": "true"}
RUNNING, PENDING = SyncOperation.Status.RUNNING, SyncOperation.Status.PENDING


@pytest.fixture
def anyone(db: None, settings) -> None:
    settings.SYNC = replace(settings.SYNC, permission="anyone", cooldown_seconds=0)


@pytest.fixture
def cooldown(db: None, settings) -> None:
    settings.SYNC = replace(settings.SYNC, permission="anyone", cooldown_seconds=600)


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_user("einar", password="aphelion", is_staff=True)


def running() -> SyncOperation:
    """Return a sync that this very process runs."""
    return SyncOperation.objects.create(status=RUNNING, owner=owner.this_process(), started_at=Now())


def panel(answer: HttpResponse) -> html.HtmlElement:
    (found,) = html.fromstring(f"<main>{answer.content.decode()}</main>").xpath("//*[@data-sync-panel]")
    return found


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


# One press


def test_a_press_starts_a_sync_and_says_so_in_json(anyone: None, client: Client):
    answer = client.post(TRIGGER, headers=JSON)
    operation = SyncOperation.objects.get()
    assert answer.status_code == 202
    assert (answer.json()["id"], answer.json()["status"]) == (operation.pk, "pending")
    assert (operation.kind, operation.trigger, operation.started_by) == ("sync", "button", "")


def test_a_press_in_a_page_is_answered_with_the_panel(anyone: None, client: Client):
    answer = client.post(TRIGGER, headers=HTMX)
    shown = panel(answer)
    assert answer.status_code == 202
    assert shown.get("data-status") == "pending"
    assert shown.xpath(".//button[@data-sync-button]/@disabled")
    assert shown.xpath(".//button[@data-sync-cancel][not(@disabled)]")


def test_a_press_without_javascript_leads_back_and_tells_the_outcome(anyone: None, client: Client):
    answer = client.post(TRIGGER)
    assert (answer.status_code, answer["Location"]) == (303, CATALOGUE)
    assert "The sync has started." in client.get(CATALOGUE).content.decode()


def test_a_second_press_is_refused_while_one_runs(anyone: None, client: Client):
    operation = running()
    answer = client.post(TRIGGER, headers=JSON)
    assert (answer.status_code, answer.json()["id"], answer.json()["status"]) == (409, operation.pk, "running")
    answer = client.post(TRIGGER, headers=HTMX)
    assert answer.status_code == 409
    assert "already in progress" in text(panel(answer))
    assert client.post(TRIGGER).status_code == 303
    assert "already in progress" in client.get(CATALOGUE).content.decode()
    assert SyncOperation.objects.count() == 1


def test_a_second_press_is_refused_while_one_waits_for_its_worker(anyone: None, client: Client):
    operation = SyncOperation.objects.create()
    answer = client.post(TRIGGER, headers=JSON)
    assert (answer.status_code, answer.json()["id"]) == (409, operation.pk)


def test_a_press_finds_that_the_sync_before_is_dead(anyone: None, client: Client):
    dead = SyncOperation.objects.create(status=RUNNING, owner=f"{owner.this_process()}1", started_at=Now())
    assert client.post(TRIGGER, headers=JSON).status_code == 202
    dead.refresh_from_db()
    assert dead.status == "interrupted"


@pytest.mark.parametrize("path", [TRIGGER, CANCEL])
def test_buttons_are_pressed_not_followed(path: str, anyone: None, client: Client):
    assert client.get(path).status_code == 405


# Who may


@pytest.mark.parametrize("path", [TRIGGER, CANCEL])
def test_only_staff_may_unless_told_otherwise(path: str, db: None, client: Client):
    operation = running()
    assert client.post(path, headers=JSON).status_code == 403
    answer = client.post(path, headers=HTMX)
    assert answer.status_code == 403
    assert "Only staff" in text(panel(answer))
    assert client.post(path).status_code == 303
    assert "Only staff" in client.get(CATALOGUE).content.decode()
    operation.refresh_from_db()
    assert not operation.cancel_requested
    assert SyncOperation.objects.count() == 1


def test_a_user_who_is_not_staff_may_not(db: None, client: Client):
    client.force_login(User.objects.create_user("baard"))
    assert client.post(TRIGGER, headers=JSON).status_code == 403


def test_staff_may_and_are_named(staff: User, client: Client):
    client.force_login(staff)
    assert client.post(TRIGGER, headers=JSON).status_code == 202
    assert SyncOperation.objects.get().started_by == "einar"


def test_those_who_may_not_get_a_link_to_sign_in_that_leads_back(staff: User, client: Client):
    current_snapshot().reset()
    shown = panel(client.get(CATALOGUE))
    (link,) = shown.xpath(".//a[@data-sync-button]/@href")
    assert link == f"/login/?next={CATALOGUE}"
    assert not shown.xpath(".//form")
    assert client.get(link).status_code == 200
    answer = client.post(link, {"username": "einar", "password": "aphelion"})
    assert (answer.status_code, answer["Location"]) == (302, CATALOGUE)
    assert panel(client.get(CATALOGUE)).xpath(".//button[@data-sync-button]")


@pytest.mark.parametrize("path", [TRIGGER, CANCEL])
def test_a_press_needs_the_token_of_its_page(path: str, anyone: None):
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(path, headers=JSON).status_code == 403
    answer = stranger.post(path, headers=HTMX)
    assert answer.status_code == 403
    assert "Allow cookies for this site, then reload" in text(panel(answer))
    assert stranger.post(path).status_code == 403
    assert not SyncOperation.objects.exists()


def test_a_press_on_a_page_that_expired_is_told_to_reload(anyone: None):
    visitor = Client(enforce_csrf_checks=True)
    visitor.get("/login/")
    answer = visitor.post(TRIGGER, headers=HTMX)
    assert answer.status_code == 403
    assert "This page has expired. Reload and try again." in text(panel(answer))


@pytest.mark.parametrize("secure", [True, False])
def test_a_press_from_another_address_names_the_settings_that_allow_it(secure: bool, anyone: None):
    visitor = Client(enforce_csrf_checks=True)
    visitor.get("/login/")
    headers = HTMX | ({} if secure else {"origin": "https://albums.example.org"})
    answer = visitor.post(TRIGGER, headers=headers, secure=secure)
    assert answer.status_code == 403
    assert "CSRF_TRUSTED_ORIGINS" in text(panel(answer))
    assert "X-Forwarded-Proto" in visitor.post(TRIGGER, headers=headers, secure=secure).content.decode()


# The cool-down


def test_a_press_soon_after_the_last_is_told_when_to_come_back(cooldown: None, client: Client):
    SyncOperation.objects.create(status="completed", created_at=Now())
    answer = client.post(TRIGGER, headers=JSON)
    assert (answer.status_code, 500 < int(answer["Retry-After"]) <= 600) == (429, True)
    answer = client.post(TRIGGER, headers=HTMX)
    assert answer.status_code == 429
    soon = re.compile(r"Try again in (10 min|9 min \d+ s)")  # the presses themselves take time
    assert soon.search(text(panel(answer)))
    assert client.post(TRIGGER).status_code == 303
    assert soon.search(client.get(CATALOGUE).content.decode())
    assert SyncOperation.objects.count() == 1


def test_the_cooldown_passes(cooldown: None, client: Client):
    SyncOperation.objects.create(status="completed", created_at=Now() - timedelta(seconds=600))
    assert client.post(TRIGGER, headers=JSON).status_code == 202


def test_the_cooldown_is_not_for_staff_nor_after_other_triggers(cooldown: None, staff: User, client: Client):
    SyncOperation.objects.create(status="completed", trigger="command")
    SyncOperation.objects.create(status="completed", kind="preview")
    assert client.post(TRIGGER, headers=JSON).status_code == 202
    SyncOperation.objects.update(status="completed")
    client.force_login(staff)
    assert client.post(TRIGGER, headers=JSON).status_code == 202


def test_while_one_runs_the_answer_is_that_it_runs(cooldown: None, client: Client):
    running()
    assert client.post(TRIGGER, headers=JSON).status_code == 409


# Cancel


def test_cancel_is_passed_on_to_the_sync_that_runs(anyone: None, client: Client):
    operation = running()
    answer = client.post(CANCEL, headers=JSON)
    assert answer.status_code == 202
    assert (answer.json()["id"], answer.json()["status"]) == (operation.pk, "running")
    assert answer.json()["cancel_requested"] is True
    shown = panel(client.post(CANCEL, headers=HTMX))
    assert "Cancelling" in text(shown)
    assert shown.xpath(".//button[@data-sync-cancel]/@disabled")


def test_cancel_ends_at_once_what_nobody_has_taken(anyone: None, client: Client):
    SyncOperation.objects.create()
    answer = client.post(CANCEL, headers=JSON)
    assert (answer.status_code, answer.json()["status"]) == (202, "cancelled")
    assert answer.json()["cancel_requested"] is False
    assert SyncOperation.objects.get().record.outcome == "cancelled"


def test_cancel_without_javascript_leads_back(anyone: None, client: Client):
    running()
    answer = client.post(CANCEL)
    assert (answer.status_code, answer["Location"]) == (303, CATALOGUE)
    assert "being cancelled" in client.get(CATALOGUE).content.decode()


def test_there_may_be_nothing_to_cancel(anyone: None, client: Client):
    assert client.post(CANCEL, headers=JSON).status_code == 409
    assert "No sync is running" in text(panel(client.post(CANCEL, headers=HTMX)))


# Many at once, in real processes


@pytest.fixture
def slow_sheet(upstreams: Upstreams) -> None:
    upstreams.google.fail("slow_start", seconds=30)


@pytest.fixture(scope="module")
def app_facts() -> dict[str, Any]:
    return {"workers": 4}


@pytest.fixture(scope="module")
def app(app: App) -> App:
    app.cancel()  # fetches the token, so that all presses of a test come at the same moment
    return app


def syncs(database: str) -> int:
    return rows(database, "SELECT count(*) FROM catalog_syncoperation")[0][0]


@pytest.mark.usefixtures("slow_sheet")
def test_of_twenty_presses_at_once_one_starts_a_sync(app: App, database: str):
    before = syncs(database)
    with ThreadPoolExecutor(20) as people:
        answers = Counter(people.map(lambda _: app.trigger().status_code, range(20)))
    assert answers == {202: 1, 409: 19}
    assert syncs(database) == before + 1
    answer = app.cancel()
    assert answer.status_code == 202
    app.end_of(answer.json()["id"])


@pytest.mark.postgresql(alone=True)
@pytest.mark.usefixtures("slow_sheet")
def test_of_a_hundred_presses_and_a_command_one_starts_a_sync(app: App, database: str, upstreams: Upstreams):
    before = syncs(database)
    with Warm(database, upstreams.environment()) as warm, ThreadPoolExecutor(20) as people:
        warm.run("check")
        app.client.close()  # connections that were idle for so long are closed by the server at any moment
        presses = [people.submit(app.trigger) for _ in range(100)]
        importing = warm.start("import_albums")
        answers = Counter(press.result().status_code for press in presses)
        has_command_won = answers[202] == 0
        assert answers == ({409: 100} if has_command_won else {202: 1, 409: 99})
        if not has_command_won:  # it may be slow to start, and must meet the sync that runs
            assert importing.wait(BUSY * 60) == 3
        assert syncs(database) == before + 1
        assert app.cancel().status_code == 202
        assert importing.wait(BUSY * 60) == (130 if has_command_won else 3)


@pytest.mark.long
@pytest.mark.usefixtures("slow_sheet")
def test_of_a_hundred_presses_at_the_same_moment_on_the_real_server_one_starts_a_sync(
    upstreams: Upstreams, new_database: str, tmp_path: Path
):
    database = new_database
    everybody_ready = Barrier(100)
    served = {"workers": 4, "program": ["script/server"], "STATIC_ROOT": tmp_path / "static"}

    def press(person: Somebody) -> int:
        everybody_ready.wait(30)
        return person.press("trigger").status_code

    with (
        running_app(database, upstreams.environment(), **served) as app,
        ThreadPoolExecutor(100) as people,
    ):
        assert len(app.worker_pids()) == 4
        pressing = [people.submit(press, person) for person in [visitor(app) for _ in range(100)]]
        answers = Counter(each.result() for each in pressing)
        assert answers == {202: 1, 409: 99}
        assert syncs(database) == 1
        assert app.cancel().status_code == 202
        app.end_of(app.status()["id"])
    assert rows(database, "SELECT status FROM catalog_syncoperation") == [("cancelled",)]


def visitor(app: App) -> Somebody:
    """Return somebody with the page open."""
    person = Somebody(app.url)
    person.cookies.update(app.client.cookies)
    return person
