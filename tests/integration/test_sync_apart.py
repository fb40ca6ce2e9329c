"""What becomes of a sync for which a web process gets no process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.models import SyncOperation
from catalog.processes.sync import run_apart
from catalog.services.sync import shutdown
from catalog.services.sync.options import SyncOptions
from catalog.services.sync.owner import this_process
from catalog.services.sync_manager import SyncManager
from catalog.tasks import run_sync, syncs_apart

pytestmark = pytest.mark.django_db(transaction=True)

NOTHING = SyncOptions(only_spotify=True, skip_spotify=True)


@pytest.fixture
def operation(settings, path: Path) -> SyncOperation:
    settings.BASE_DIR = path / "gone"  # where a process would begin
    return SyncManager.from_settings().start(SyncOperation.Trigger.BUTTON, options=NOTHING, owner=this_process())


@pytest.fixture
def _web_process() -> Iterator[None]:
    syncs_apart.set()
    yield
    syncs_apart.clear()


def test_it_is_left_to_the_one_who_asked(operation: SyncOperation) -> None:
    assert not run_apart(operation.pk)
    operation.refresh_from_db()
    assert operation.status == SyncOperation.Status.PENDING
    assert shutdown.idle.is_set()


@pytest.mark.usefixtures("_web_process")
def test_the_web_process_runs_it_itself(operation: SyncOperation, caplog: pytest.LogCaptureFixture) -> None:
    run_sync.func(operation.pk)
    operation.refresh_from_db()
    assert (operation.status, operation.owner) == (SyncOperation.Status.COMPLETED, this_process())
    assert f"no process for a sync operation={operation.pk}" in caplog.text
