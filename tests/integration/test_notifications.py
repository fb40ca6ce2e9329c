"""What operators are told of syncs: which are worth a message, what it says, and that it arrives once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from catalog.conf import NotifySettings
from catalog.models import Delivery, SyncOperation
from catalog.models.watch.delivery import PAUSES
from catalog.services.care.pruning import prune
from catalog.services.notify import outbox, sending
from catalog.tasks import send_message, send_what_is_due
from catalog.wording import letter
from demo.responses import Response
from tests.factories import Page
from tests.receivers import WebhookStandIn, mail_server
from tests.sheets import album, many
from tests.spotify_world import SimulatedClock
from tests.syncs import sync, sync_tabs, undo

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql(long=True)]

TAB = "2024 Prog-metal"
NOWHERE = "http://127.0.0.1:9/sheet.xlsx"
SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SITE = "https://albums.example.org"
PAGE = "/catalog/sync/notifications/"


@pytest.fixture
def receiver() -> Iterator[WebhookStandIn]:
    with WebhookStandIn() as receiver:
        yield receiver


@pytest.fixture(autouse=True)
def notify(settings: Any, receiver: WebhookStandIn) -> NotifySettings:
    settings.NOTIFY = NotifySettings(site=SITE, webhook_url=receiver.url, webhook_secret=SECRET)
    return settings.NOTIFY


def events() -> list[str]:
    return list(Delivery.objects.get_queryset().order_by("pk").values_list("event", flat=True))


def age(hours: float) -> None:
    """Let all messages be older."""
    for delivery in Delivery.objects.all():
        created = delivery.created_at - timedelta(hours=hours)
        Delivery.objects.filter(pk=delivery.pk).update(created_at=created)


def good(path: Path, number: int = 3, **facts: Any) -> SyncOperation:
    return sync_tabs(path, {TAB: many(number, **facts)})


def failing() -> SyncOperation:
    return sync(NOWHERE)


def send(settings: Any, clock: SimulatedClock | None = None) -> None:
    """Make the attempts that are due, here and one after the other."""
    now = clock.now() if clock else timezone.now()
    write = partial(letter, site=settings.NOTIFY.site)
    for delivery in Delivery.objects.due(now).order_by("pk"):
        sending.attempt(delivery.pk, delivery.attempts, settings.NOTIFY, write, clock)


# What is worth a message


def test_a_sync_that_is_well_says_nothing(path: Path) -> None:
    good(path)
    good(path)
    assert events() == []


def test_a_failure_is_told_when_it_begins_daily_and_when_it_is_over(path: Path) -> None:
    good(path)
    for _ in range(3):
        failing()
    assert events() == ["sync.failed"]
    age(hours=22)
    failing()
    assert events() == ["sync.failed"]
    age(hours=1.5)
    failing()
    assert events() == ["sync.failed"] * 2
    good(path)
    good(path)
    assert events() == ["sync.failed", "sync.failed", "sync.recovered"]
    failing()
    assert events()[3:] == ["sync.failed"]


def test_another_cause_is_told_at_once(path: Path) -> None:
    failing()
    path.write_bytes(b"no workbook")
    sync(path)
    sync(path)
    assert list(Delivery.objects.order_by("pk").values_list("cause", flat=True)) == [
        "sheet_unreachable",
        "sheet_not_a_workbook",
    ]


def test_a_sheet_that_is_held_back_is_told_once_and_is_no_failure(path: Path) -> None:
    good(path, 200)
    held = good(path, 20)
    good(path, 20)
    assert held.error_code == "sheet_shrunk"
    assert events() == ["sync.held"]
    sync(path, force=True)
    assert events() == ["sync.held", "sync.recovered"]


def test_new_rows_to_review_are_told_by_the_sync_that_met_them_first(path: Path) -> None:
    odd = album("Haken", "Fauna", spotify="https://open.spotify.com/artist/1")
    sync_tabs(path, {TAB: [album(), odd]})
    sync_tabs(path, {TAB: [album(country="Oslo, Norway"), odd]})
    assert events() == ["sync.review"]
    sync_tabs(path, {TAB: [album(), odd, album(None, "No artist")]})
    assert events() == ["sync.review", "sync.review"]


def test_previews_undos_cancelled_and_partial_syncs_say_nothing(path: Path) -> None:
    odd = album("Haken", "Fauna", spotify="https://open.spotify.com/artist/1")
    good(path)
    sync_tabs(path, {TAB: [*many(3), odd]}, preview=True)
    sync_tabs(path, {TAB: [*many(3), odd]}, limit=4)
    sync(NOWHERE, preview=True)
    undo()
    sync(NOWHERE, only_spotify=True)
    SyncOperation.objects.create().cancel_pending()
    assert events() == []


def test_one_interruption_is_a_restart_and_two_are_told() -> None:
    for _ in range(3):
        lost = SyncOperation.objects.create(owner="somebody")
        assert lost.claim("somebody")
        assert lost.end("somebody", SyncOperation.Status.INTERRUPTED)
    told = Delivery.objects.get()
    assert (told.event, told.cause) == ("sync.failed", "interrupted")
    said = letter(told, SITE)
    assert "was interrupted, as was the one before" in said.text


def test_each_receiver_gets_one_message_a_sync(settings: Any, notify: NotifySettings) -> None:
    settings.NOTIFY = replace(
        notify, emails=("ops@example.org",), urls=("json://127.0.0.1:9/a", "json://127.0.0.1:9/b")
    )
    failed = failing()
    told = list(Delivery.objects.order_by("pk"))
    assert [each.channel for each in told] == list(settings.NOTIFY.channels)
    assert len({each.message_id for each in told}) == 1
    assert {each.operation for each in told} == {failed}


def test_the_message_is_written_with_the_end_or_not_at_all(path: Path) -> None:
    running = SyncOperation.objects.create(owner="somebody")
    running.claim("somebody")
    Delivery.objects.create(operation=running, channel="webhook", event="test", next_attempt_at=timezone.now())
    with pytest.raises(Exception, match=r"one_message_per_sync|UNIQUE"):
        running.end("somebody", SyncOperation.Status.FAILED, error_code="internal")
    running.refresh_from_db()
    assert running.status == "running"


def test_without_receivers_nothing_is_written(settings: Any) -> None:
    settings.NOTIFY = NotifySettings()
    failing()
    assert events() == []


# What it says


def test_a_receiver_can_verify_the_webhook(settings: Any, receiver: WebhookStandIn, path: Path) -> None:
    good(path)
    failed = failing()
    send(settings)
    [request] = receiver.taken
    headers = {name.lower(): value for name, value in request.headers.items()}
    verified: Any = Webhook(SECRET).verify(request.body.decode(), headers)
    assert verified["type"] == "sync.failed"
    assert verified["data"]["url"] == f"{SITE}/catalog/sync/history/{failed.pk}/"
    assert verified["data"]["sync"]["error"]["code"] == "sheet_unreachable"
    assert verified["data"]["message"].startswith("The sync of ")
    assert "The catalogue is as it was." in verified["data"]["message"]
    assert headers["content-type"] == "application/json"
    with pytest.raises(Exception, match="signature"):
        Webhook("whsec_" + "A" * 32).verify(request.body.decode(), headers)
    with pytest.raises(Exception, match="signature"):
        Webhook(SECRET).verify(request.body.decode() + " ", headers)


def test_a_secret_may_be_any_text_and_without_one_nothing_is_signed() -> None:
    import base64
    import hashlib
    import hmac

    from catalog.services.notify.webhook import signature

    now = timezone.now()
    headers = signature("a secret", "msg_1", now, b"{}")
    signed = f"msg_1.{headers['webhook-timestamp']}.{{}}".encode()
    expected = base64.b64encode(hmac.new(b"a secret", signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert "webhook-signature" not in signature("", "msg_1", now, b"{}")


def test_what_the_sheet_says_stays_text(settings: Any, receiver: WebhookStandIn, path: Path) -> None:
    tab = "2024 <b>@everyone\u2028\x85"
    sync_tabs(path, {tab: many(30), TAB: [album("Haken", f"Title {number}") for number in range(300)]})
    sync_tabs(path, {tab: many(2), TAB: [album("Haken", f"Title {number}") for number in range(300)]})
    send(settings)
    [body] = receiver.bodies
    assert "\n" not in body["data"]["title"]
    assert "<b>@everyone" in body["data"]["message"]


def test_mail_tells_what_happened_and_where_to_look(settings: Any, notify: NotifySettings, path: Path) -> None:
    good(path, 200)
    with mail_server() as mailbox:
        settings.NOTIFY = NotifySettings(site=SITE, emails=("ops@example.org", "einar@example.org"), sender="p@e.org")
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
        held = good(path, 20)
        send(settings)
        mailbox.refusal = "554 5.7.1 password: hunter2"
        outbox.note_test()
        send(settings)
    [(receivers, mail)] = mailbox.mails
    assert receivers == ["ops@example.org", "einar@example.org"]
    assert mail["Subject"].startswith("[albums.example.org] Sync held back: Stopped, nothing changed.")
    text = mail.get_content()
    assert "The catalogue stays as it is until somebody decides." in text
    assert f"{SITE}/catalog/sync/history/{held.pk}/" in text
    refused = Delivery.objects.get(event="test")
    assert refused.answer == {"code": "not_delivered", "parameters": {"cause": "mail_refused", "status": 554}}


def test_apprise_takes_it_to_everything_else(settings: Any, receiver: WebhookStandIn) -> None:
    port = receiver.port
    settings.NOTIFY = NotifySettings(urls=(f"json://127.0.0.1:{port}/hook", "nonsense://x", "json://127.0.0.1:9/"))
    outbox.note_test()
    send(settings)
    [body] = receiver.bodies
    assert body["title"] == "[progmetal] Test message"
    assert body["message"].startswith("This is a test message.")
    delivered, unknown, refused = Delivery.objects.order_by("pk")
    assert delivered.state == "delivered"
    assert unknown.answer["parameters"]["cause"] == "apprise_unknown"
    assert refused.answer["parameters"]["cause"] == "apprise_refused"


def test_nobody_in_a_chat_is_called_by_the_name_of_a_tab() -> None:
    from catalog.services.notify.messenger import NOT_A_MENTION

    assert "@everyone" not in "@everyone".replace("@", NOT_A_MENTION)


# That it arrives once


def test_a_receiver_that_is_down_for_an_hour_gets_each_message_once(settings: Any, receiver: WebhookStandIn) -> None:
    clock = SimulatedClock()
    for _ in range(3):
        outbox.note_test()
    Delivery.objects.update(next_attempt_at=clock.now())
    receiver.response = Response(503)
    for minute in range(24 * 60):
        if minute == 60:
            receiver.response = Response(200)
        send(settings, clock)
        clock.sleep(60)
    ids = [request.headers["Webhook-Id"] for request in receiver.taken]
    assert len(ids) == len(set(ids)) == 3
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}
    assert len(receiver.refused) == 3 * 5


def test_a_receiver_that_never_answers_is_tried_for_over_a_day_with_growing_pauses(
    settings: Any, receiver: WebhookStandIn
) -> None:
    clock = SimulatedClock()
    outbox.note_test()
    Delivery.objects.update(next_attempt_at=clock.now())
    receiver.fail("reset")
    while Delivery.objects.get().state == "waiting":
        clock.sleep(max(0.0, (Delivery.objects.get().next_attempt_at - clock.now()).total_seconds()))
        send(settings, clock)
    told = Delivery.objects.get()
    assert (told.state, told.attempts) == ("given_up", len(PAUSES) + 1)
    assert clock.passed > 24 * 3600
    assert list(PAUSES) == sorted(PAUSES)
    assert told.answer["parameters"]["cause"] == "connection"


@pytest.mark.parametrize(
    ("response", "cause", "state"),
    [
        (Response(500, b"<b>no</b>\x00\n", "text/plain"), "status", "waiting"),
        (Response(301, headers={"Location": "http://127.0.0.1:9/"}), "redirect", "waiting"),
        (Response(410), "gone", "given_up"),
        (Response(200, b"x", endless_bytes=10_000_000), "", "delivered"),
        (Response(500, b"x", endless_bytes=10_000_000), "status", "waiting"),
    ],
    ids=["500", "redirect", "gone", "endless", "endless error"],
)
def test_what_a_receiver_answers_is_judged(
    settings: Any, receiver: WebhookStandIn, response: Response, cause: str, state: str
) -> None:
    receiver.response = response
    outbox.note_test()
    send(settings)
    told = Delivery.objects.get()
    assert (told.state, told.answer["parameters"].get("cause", "")) == (state, cause)
    assert receiver.count() == 1
    if cause == "status" and response.content_type == "text/plain":
        assert told.answer["parameters"]["said"] == "<b>no</b>"


def test_a_receiver_may_ask_for_a_longer_pause(settings: Any, receiver: WebhookStandIn) -> None:
    receiver.response = Response(429, headers={"Retry-After": "7200"})
    outbox.note_test()
    send(settings)
    left = Delivery.objects.get().next_attempt_at - timezone.now()
    assert timedelta(minutes=119) < left <= timedelta(minutes=120)


def test_of_two_workers_one_makes_each_attempt(settings: Any, receiver: WebhookStandIn) -> None:
    [delivery] = outbox.note_test()
    write = partial(letter, site="")
    made = [sending.attempt(delivery.pk, 0, settings.NOTIFY, write) for _ in range(2)]
    assert made == [True, False]
    assert len(receiver.taken) == 1


def test_an_attempt_that_the_queue_has_is_not_queued_again_for_a_while() -> None:
    [delivery] = outbox.note_test()
    now = timezone.now()
    other = Delivery.objects.get()
    assert delivery.hand_over(now)
    assert not other.hand_over(now)
    assert not Delivery.objects.due(now)
    assert Delivery.objects.due(now + timedelta(minutes=6))


def test_a_process_that_dies_in_an_attempt_loses_nothing(settings: Any, receiver: WebhookStandIn) -> None:
    [delivery] = outbox.note_test()
    assert delivery.begin(0, timezone.now())  # and died
    send(settings)
    assert receiver.taken == []
    Delivery.objects.update(next_attempt_at=timezone.now())
    send(settings)
    assert len(receiver.taken) == 1


def test_a_receiver_that_is_configured_no_more_is_given_up(settings: Any) -> None:
    outbox.note_test()
    settings.NOTIFY = NotifySettings(emails=("ops@example.org",))
    send(settings)
    told = Delivery.objects.get()
    assert (told.state, told.answer["code"]) == ("given_up", "refused")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/TOKEN", "http://no-such-host.invalid/TOKEN"])
def test_an_address_is_neither_stored_nor_logged(settings: Any, url: str, caplog: pytest.LogCaptureFixture) -> None:
    settings.NOTIFY = NotifySettings(webhook_url=url, webhook_secret="SECRET")
    outbox.note_test()
    send(settings)
    told = Delivery.objects.get()
    assert told.answer["parameters"]["cause"] == "connection"
    assert "waiting" in caplog.text
    assert not {"TOKEN", "SECRET"} & set(f"{caplog.text} {vars(told)}".replace("/", " ").split())
    assert "TOKEN" not in repr(settings.NOTIFY)


# Where it is shown


def test_staff_see_what_was_sent_and_send_a_test(staff: Client, client: Client, receiver: WebhookStandIn) -> None:
    failed = failing()
    receiver.response = Response(500, b"<script>alert(1)</script>")
    send_message.func(Delivery.objects.get().pk, 0)
    with CaptureQueriesContext(connection) as seen:
        page = Page(staff, PAGE)
    assert len(seen) <= 6
    [row] = [" ".join(each.split()) for each in page.texts("tbody tr")]
    assert "Sync failed Webhook ! Waiting attempt 2 at" in row
    assert "Answered 500: “<script>alert(1)</script>”" in row
    assert f"/catalog/sync/history/{failed.pk}/" in page.values("tbody a", "href")
    assert "Webhook" in page.texts(".lead")[0]
    assert page.texts(".deeds button") == ["Send a test message", "Send 1 waiting message now"]
    Client().get(PAGE)
    assert Client().get(PAGE)["Location"] == f"/login/?next={PAGE}"
    assert Client().post(PAGE, {"test": "1"})["Location"] == f"/login/?next={PAGE}"
    assert Delivery.objects.count() == 1


def test_the_command_sends_a_test_and_says_what_came_of_it(
    receiver: WebhookStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("notify", "--test")
    assert ended.value.code == 0
    assert "webhook: test delivered. Answered 204." in capsys.readouterr().out
    assert receiver.bodies[0]["type"] == "test"
    receiver.response = Response(500)
    with pytest.raises(SystemExit) as ended:
        call_command("notify", "--test")
    assert ended.value.code == 1
    assert "webhook: test waiting. Answered 500." in capsys.readouterr().err
    receiver.response = Response(204)
    with pytest.raises(SystemExit) as ended:
        call_command("notify")
    assert ended.value.code == 0
    assert len(receiver.taken) == 2


def test_settled_messages_are_pruned_and_waiting_ones_stay() -> None:
    outbox.note_test()
    outbox.note_test()
    first = Delivery.objects.order_by("pk")[0]
    Delivery.objects.filter(pk=first.pk).update(state="delivered")
    age(hours=24 * 91)
    assert prune(90)["messages"] == 1
    assert Delivery.objects.get().state == "waiting"


def test_a_look_for_messages_costs_one_query() -> None:
    with CaptureQueriesContext(connection) as seen:
        assert send_what_is_due() == 0
    assert len(seen) == 1
