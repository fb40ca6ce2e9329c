"""What the commands that sync have in common: one slot with the button, progress on the terminal, exit codes."""

import getpass
import signal
import sys
import threading
from types import FrameType

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, connections

from catalog.models import PlannedChange, ReviewRow, SyncOperation
from catalog.services.database import cause_of
from catalog.services.sync import owner, shutdown
from catalog.services.sync.options import SyncOptions
from catalog.services.sync.snapshot import status_of
from catalog.services.sync.status import SyncStatus
from catalog.services.sync_manager import OfferGone, SyncAlreadyRunning, SyncManager
from catalog.tasks import send_what_is_due, tidy_up
from catalog.wording import database_cause, error_hint, error_message, joined, status_message, warning_line

Status = SyncOperation.Status
FAILED, WITH_WARNINGS, ALREADY_RUNNING, CANCELLED = 1, 2, 3, 130
BAR = 30
REPORT_SECONDS = 0.5
MOST_LISTED = 200


class SyncCommand(BaseCommand):
    """Run a sync in this process."""

    def options(self, given: dict[str, object]) -> SyncOptions:
        """Return what the sync is asked for."""
        raise NotImplementedError

    def kind(self, given: dict[str, object]) -> SyncOperation.Kind:  # noqa: ARG002 - for commands that have a preview
        """Return whether the catalogue is written."""
        return SyncOperation.Kind.SYNC

    def handle(self, **given: object) -> None:
        """Exit 0 when done, 1 failed, 2 done with warnings, 3 when one is already running, 130 cancelled by Ctrl-C."""
        manager = SyncManager.from_settings()
        try:
            operation = manager.start(
                SyncOperation.Trigger.COMMAND,
                started_by=_username(),
                options=self.options(given),
                kind=self.kind(given),
                owner=owner.this_process(),
            )
        except DatabaseError as error:
            said, cause = " ".join(str(error).split()), cause_of(error)
            remedy = database_cause(cause) if cause else "Is it migrated? Run manage.py migrate."
            raise CommandError(f"The database cannot be used ({said}). {remedy}") from error
        except OfferGone as error:
            raise CommandError(
                "This list can't be accepted any more: it has been, or a newer comparison or sync came in between."
            ) from error
        except SyncAlreadyRunning:
            self.stderr.write("A sync is already in progress. Its progress is on the catalogue page.")
            sys.exit(ALREADY_RUNNING)
        self._cancel_on_ctrl_c(operation)
        shutdown.stop_on_sigterm()
        ended = threading.Event()
        reporter = threading.Thread(target=self._report, args=(operation.pk, ended), daemon=True)
        reporter.start()
        manager.run(operation.pk)
        ended.set()
        reporter.join(timeout=5)
        code = self._tell_the_end(operation.pk)
        send_what_is_due(here=True)
        tidy_up()
        sys.exit(code)

    def _cancel_on_ctrl_c(self, operation: SyncOperation) -> None:
        def ask() -> None:
            operation.request_cancel()
            connections.close_all()

        def cancel(_number: int, _frame: FrameType | None) -> None:
            # In a thread: the signal may come in the middle of a transaction of this one.
            threading.Thread(target=ask, daemon=True).start()

        signal.signal(signal.SIGINT, cancel)

    def _report(self, operation_id: int, ended: threading.Event) -> None:
        told = ""
        on_terminal = self.stdout.isatty()
        while not ended.wait(REPORT_SECONDS):
            try:
                status = _read(operation_id)
            except (DatabaseError, InterfaceError):  # the sync itself will say so
                connections.close_all()
                continue
            line = status_message(status)
            if on_terminal:
                done = BAR * status.percent // 100
                self.stdout.write(f"\r\033[K[{'#' * done}{'.' * (BAR - done)}] {status.percent} % {line}", ending="")
                self.stdout.flush()
            elif (step := f"{status.stage} {status.percent // 10}") != told:
                told = step
                self.stdout.write(f"{status.percent:3d} %  {line}")
        if on_terminal:
            self.stdout.write("\r\033[K", ending="")
        connections.close_all()

    def _tell_the_end(self, operation_id: int) -> int:
        status = _read(operation_id)
        self.stdout.write(status_message(status))
        for name, number in status.counts.items():
            self.stdout.write(f"  {name.replace('_', ' '):22}{number:>8,}")
        for warning in status.warnings:
            self.stderr.write(f"! {warning_line(warning)}")
        for note in status.notes:
            self.stdout.write(f"· {warning_line(note)}")
        if status.error:
            self.stderr.write(f"{status.error.code}: {error_message(status.error)} {error_hint(status.error)}")
        self._tell_what_would_change(operation_id)
        if status.status == Status.COMPLETED:
            return WITH_WARNINGS if status.warnings else 0
        return CANCELLED if status.status == Status.CANCELLED else FAILED

    def _tell_what_would_change(self, operation_id: int) -> None:
        """List what a preview, or a sync that was refused, found."""
        planned = PlannedChange.objects.filter(operation=operation_id)
        for change in planned[:MOST_LISTED]:
            where = f"{change.tab}, row {change.row}" if change.row else change.tab
            self.stdout.write(f"  {change.kind:8} {change.artist} – {change.title} ({where})")
            for name, (old, new) in change.fields.items():
                self.stdout.write(f"{'':11}{name}: {joined(old) or 'nothing'} → {joined(new) or 'nothing'}")
        if (more := planned.count() - MOST_LISTED) > 0:
            self.stdout.write(f"  … and {more:,} more, on the page /catalog/sync/preview/")


def _read(operation_id: int) -> SyncStatus:
    operation = SyncOperation.objects.get_queryset().with_silence().get(pk=operation_id)
    return status_of(operation, {"rows_to_review": ReviewRow.objects.to_review().count()})


def _username() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
