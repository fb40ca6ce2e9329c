"""The state machine of an operation: from which state each verb leads where, and that it changes nothing elsewhere."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.db.models.functions import Now

from catalog.models import SyncOperation, SyncRecord
from catalog.services.sync.recovery import recover_if_lost

pytestmark = pytest.mark.django_db

Kind, Stage, Status = SyncOperation.Kind, SyncOperation.Stage, SyncOperation.Status
OURS, THEIRS = "boot/pid:[1]/100/1000", "boot/pid:[1]/200/2000"

Verb = Callable[[SyncOperation], bool]
VERBS: dict[str, Verb] = {
    "stand_by": lambda operation: operation.stand_by(operation.owner),
    "claim": lambda operation: operation.claim(OURS),
    "beat": lambda operation: operation.beat(OURS, percent=42),
    "request_cancel": lambda operation: operation.request_cancel(),
    "cancel_pending": lambda operation: operation.cancel_pending(),
    "end": lambda operation: operation.end(OURS, Status.COMPLETED, percent=100),
    "recover the dead": lambda operation: operation.recover(Status.INTERRUPTED, has_died=True),
    "recover the silent": lambda operation: operation.recover(Status.INTERRUPTED, has_died=False),
    "mark_undone": lambda operation: operation.mark_undone(),
}
LEADS_TO: dict[str, dict[SyncOperation.Status, SyncOperation.Status]] = {
    "stand_by": {Status.PENDING: Status.PENDING},
    "claim": {Status.PENDING: Status.RUNNING},
    "beat": {Status.RUNNING: Status.RUNNING},
    "request_cancel": {Status.RUNNING: Status.RUNNING},
    "cancel_pending": {Status.PENDING: Status.CANCELLED},
    "end": {Status.RUNNING: Status.COMPLETED},
    "recover the dead": {Status.PENDING: Status.INTERRUPTED, Status.RUNNING: Status.INTERRUPTED},
    "recover the silent": {Status.PENDING: Status.INTERRUPTED, Status.RUNNING: Status.INTERRUPTED},
    "mark_undone": {status: status for status in Status if status not in SyncOperation.ACTIVE},
}
CHANGES = {
    "stand_by": {"beat_at"},
    "claim": {"status", "owner", "started_at", "beat_at"},
    "beat": {"beat_at", "percent"},
    "request_cancel": {"cancel_requested"},
    "cancel_pending": {"status", "stage", "finished_at", "cancel_requested", "waiting_until", "eta_seconds"},
    "end": {"status", "stage", "finished_at", "percent", "waiting_until", "eta_seconds"},
    "recover the dead": {"status", "stage", "finished_at", "waiting_until", "eta_seconds"},
    "recover the silent": {"status", "stage", "finished_at", "waiting_until", "eta_seconds"},
    "mark_undone": {"undone_at"},
}
LONG_AGO = datetime(2024, 2, 2, tzinfo=UTC)


def operation_in(status: SyncOperation.Status, **facts: object) -> SyncOperation:
    """Return an operation as it is in a state, read from the database, with all that the end of one clears."""
    told: dict[str, object] = {"stage": Stage.ENRICHING, "eta_seconds": 5.0, "waiting_until": LONG_AGO}
    if status != Status.PENDING:
        told |= {"owner": OURS, "started_at": LONG_AGO}
    if status not in SyncOperation.ACTIVE:
        told["finished_at"] = LONG_AGO
    made = SyncOperation.objects.create(status=status, **({"beat_at": LONG_AGO} | told | facts))
    return read(made)


def read(operation: SyncOperation) -> SyncOperation:
    return SyncOperation.objects.active().with_silence().filter(pk=operation.pk).first() or SyncOperation.objects.get(
        pk=operation.pk
    )


def stored(operation: SyncOperation) -> dict[str, object]:
    return SyncOperation.objects.filter(pk=operation.pk).values().get()


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_takes_effect_in_the_states_of_the_drawing_alone(verb: str, status: SyncOperation.Status) -> None:
    operation = operation_in(status)
    before = stored(operation)
    expected = LEADS_TO[verb].get(status)
    assert VERBS[verb](operation) is (expected is not None)
    after = stored(operation)
    changed = {name for name, value in after.items() if value != before[name]}
    assert after["status"] == (expected or status)
    assert changed == (CHANGES[verb] if expected else set())
    is_end = expected is not None and expected not in SyncOperation.ACTIVE and verb != "mark_undone"
    assert SyncRecord.objects.filter(operation=operation, outcome=after["status"]).exists() == is_end


@pytest.mark.parametrize("owner", ["", OURS])
def test_one_that_waits_for_anybody_or_for_us_can_be_claimed(owner: str) -> None:
    operation = operation_in(Status.PENDING, owner=owner)
    assert operation.claim(OURS)
    assert stored(operation)["owner"] == OURS


def test_one_that_waits_for_another_process_cannot_be_claimed() -> None:
    operation = operation_in(Status.PENDING, owner=THEIRS)
    assert not operation.claim(OURS)
    assert stored(operation)["status"] == Status.PENDING


def test_one_that_another_process_hands_over_can_be_claimed_and_is_its_no_more() -> None:
    operation = operation_in(Status.PENDING, owner=THEIRS)
    assert operation.claim(OURS, handed_over_by=THEIRS)
    assert stored(operation)["owner"] == OURS
    assert not read(operation).claim(THEIRS)


def test_of_two_who_claim_one_gets_it() -> None:
    operation = operation_in(Status.PENDING)
    assert [read(operation).claim(owner) for owner in (THEIRS, OURS)] == [True, False]
    assert stored(operation)["owner"] == THEIRS


@pytest.mark.parametrize("verb", ["beat", "end"])
def test_only_the_owner_of_a_running_one_beats_and_ends(verb: str) -> None:
    operation = operation_in(Status.RUNNING, owner=THEIRS)
    before = stored(operation)
    assert not VERBS[verb](operation)
    assert stored(operation) == before


@pytest.mark.parametrize("late", ["claim", "beat", "end"])
def test_one_that_was_recovered_is_not_revived_by_its_late_owner(late: str) -> None:
    operation = operation_in(Status.RUNNING)
    assert read(operation).recover(Status.INTERRUPTED, has_died=False)
    assert not VERBS[late](operation)
    assert stored(operation)["status"] == Status.INTERRUPTED
    assert SyncRecord.objects.count() == 1


def test_a_silent_one_that_beats_before_it_is_recovered_goes_on() -> None:
    operation = operation_in(Status.RUNNING)
    assert operation.beat(OURS)
    assert not operation.recover(Status.INTERRUPTED, has_died=False)
    assert stored(operation)["status"] == Status.RUNNING


def test_a_silent_one_is_recovered_with_the_very_beat_that_the_database_wrote() -> None:
    operation = operation_in(Status.RUNNING)
    assert operation.beat(OURS)
    assert read(operation).recover(Status.INTERRUPTED, has_died=False)


@pytest.mark.parametrize("has_died", [False, True])
def test_a_pending_one_that_was_claimed_before_it_is_recovered_goes_on(has_died: bool) -> None:
    operation = operation_in(Status.PENDING)
    assert read(operation).claim(OURS)
    assert not operation.recover(Status.FAILED, has_died=has_died)
    assert stored(operation)["status"] == Status.RUNNING


def test_both_who_see_that_it_is_lost_read_it_again_and_one_ends_it() -> None:
    operation = operation_in(Status.RUNNING, owner="")
    first, second = read(operation), read(operation)
    assert recover_if_lost(first, stale_after_seconds=60)
    assert recover_if_lost(second, stale_after_seconds=60)
    assert stored(operation)["status"] == Status.INTERRUPTED
    assert SyncRecord.objects.count() == 1
    assert not recover_if_lost(read(operation), stale_after_seconds=60)


def test_a_beat_of_the_dead_does_not_keep_it_alive() -> None:
    operation = operation_in(Status.RUNNING)
    assert operation.beat(OURS)
    assert operation.recover(Status.INTERRUPTED, has_died=True)


@pytest.mark.parametrize("days", [-1, 1])
def test_beats_and_silence_are_of_the_databases_clock(days: int) -> None:
    operation = operation_in(Status.RUNNING)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=days)):
        assert operation.beat(OURS)
        assert timedelta(0) <= read(operation).silence < timedelta(minutes=1)


def test_the_silence_of_a_quiet_one_is_known() -> None:
    operation = operation_in(Status.RUNNING, beat_at=Now() - timedelta(hours=1))
    assert timedelta(minutes=59) < operation.silence < timedelta(minutes=61)


def test_the_record_tells_what_the_operation_counted() -> None:
    operation = operation_in(Status.RUNNING, created=3, failed=2)
    assert operation.end(OURS, Status.COMPLETED, warnings=["failed_rows: Two."], awaiting_enrichment=3)
    record = SyncRecord.objects.get()
    assert record.operation == operation
    assert record.counts == SyncOperation.objects.get().counts
    assert (record.created, record.failed, record.awaiting_enrichment) == (3, 2, 3)
    assert (record.outcome, record.warnings) == ("completed", ["failed_rows: Two."])
    assert (record.started_at, record.finished_at) == (LONG_AGO, stored(operation)["finished_at"])
    assert record.duration_seconds == (record.finished_at - LONG_AGO).total_seconds()


def test_a_preview_ends_without_a_record() -> None:
    assert operation_in(Status.RUNNING, kind=Kind.PREVIEW).end(OURS, Status.COMPLETED)
    assert not SyncRecord.objects.exists()


@pytest.mark.parametrize("verb", ["cancel_pending", "end", "recover the dead", "recover the silent"])
def test_an_end_that_cannot_be_recorded_is_none(verb: str) -> None:
    status = next(iter(LEADS_TO[verb]))
    operation = operation_in(status)
    SyncRecord.of(operation).save()
    with pytest.raises(IntegrityError):
        VERBS[verb](operation)
    assert stored(operation)["status"] == status


def test_what_was_undone_is_not_undone_again_and_an_undo_not_at_all() -> None:
    assert not operation_in(Status.COMPLETED, kind=Kind.UNDO).mark_undone()
    operation = operation_in(Status.COMPLETED)
    assert operation.mark_undone()
    before = stored(operation)
    assert not operation.mark_undone()
    assert stored(operation) == before
