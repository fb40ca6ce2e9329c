"""The index of this process: built before the first request, and swapped for a newer one in the background."""

import ctypes
import logging
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Protocol

from django.db import Error, connection

from catalog.browse.index.catalogue import CatalogueIndex
from catalog.browse.index.entries import Versions, read_catalogue, read_versions
from catalog.metrics.instruments import note_current_index, note_index
from catalog.models import SyncOperation
from catalog.services.prepared import PreparedQuery

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
"""How often the version is read: what one process changes, the others show within two seconds."""

SHARE_OF_SYNC = 20
"""While a sync runs, an index is built so many times as long after the last one as that took to build, unless the sync
has just committed its sheet."""

LARGE = 5000
"""Albums from which on an index takes long to build: a process of its own does it while a sync runs."""

LONGEST_WAIT = 3.0
"""Seconds that a page waits for the albums of the sync that has just ended."""

LONGEST_WAIT_OF_LARGE = 0.3
"""The same where that takes long. All who look wait at the same moment, and no thread would be left for
anything else; a list that didn't get the albums asks for itself again."""

LONGEST_GAP = 10.0
"""Seconds after which there is a new index even so, on a catalogue of any size that builds faster."""


class Builder(Protocol):
    """Builds indexes elsewhere."""

    @property
    def is_running(self) -> bool:
        """Whether it is there."""
        ...

    def start(self) -> None:
        """Get it ready, as there will be something to build."""

    def build(self) -> CatalogueIndex:
        """Build an index, or raise OSError or EOFError."""
        ...

    def end(self) -> None:
        """Let it end, as there is nothing to build for now."""


def build_index(before: CatalogueIndex | None = None) -> CatalogueIndex:
    """Build the index of the catalogue as the database has it now; sooner, where there is one to take parts of."""
    version = read_versions().albums
    return CatalogueIndex(read_catalogue(), version, before)


def _return_memory() -> None:
    """Return to the system what the build and the index before needed, where the C library keeps it."""
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)


class IndexKeeper:
    """Holds one index. Without a watcher, as in tests and commands, it looks for a newer version whenever asked."""

    def __init__(
        self,
        build: Callable[[CatalogueIndex | None], CatalogueIndex] = build_index,
        read: Callable[[], Versions] = read_versions,
        is_syncing: Callable[[], bool] = lambda: SyncOperation.objects.active().exists(),
    ) -> None:
        self._build, self._read, self._is_syncing = build, read, is_syncing
        self._building = threading.Lock()
        self._swapped, self._wanted = threading.Condition(), threading.Event()
        self._sync: int | None = None
        self._current: CatalogueIndex | None = None
        self._watcher: threading.Thread | None = None
        self._is_behind = False
        self._ended = self._took = 0.0
        self._versions = Versions(0, 0)

    def get(self) -> CatalogueIndex:
        """Return the index at hand; after a sync or an undo, the one of its albums, if it comes soon enough."""
        if not self.is_watched or self._current is None:
            return self._renew()
        version = self._look()
        if not self._is_of(version):
            is_after_sync = self._committed() != self._sync
            if is_after_sync or not self._is_in_gap:
                self._wanted.set()
            if is_after_sync:
                with self._swapped:
                    wait = LONGEST_WAIT_OF_LARGE if self._is_large else LONGEST_WAIT
                    self._is_behind = not self._swapped.wait_for(lambda: self._is_of(version), wait)
        return self._current

    def is_behind(self, index: CatalogueIndex) -> bool:
        """Whether an index lacks the albums of the last sync or undo, as one does that was replaced meanwhile."""
        return self._is_behind or index is not self._current

    @property
    def is_watched(self) -> bool:
        """Whether a thread keeps up with the catalogue."""
        return self._watcher is not None and self._watcher.is_alive()

    @property
    def versions(self) -> Versions:
        """The versions of albums, and of covers and the like, as they were when the keeper last looked."""
        return self._versions

    def watch(self, builder: Builder | None = None) -> None:
        """Build the index, and from now on a newer one whenever the catalogue changes. Threads don't survive a fork.

        While syncs change a large catalogue, a builder spares this process the work, which requests would wait for.
        """
        try:
            self._renew()
        except Error as error:
            logger.warning("no index yet error=%s", error)
        self._watcher = threading.Thread(target=self._watch, args=(builder,), name="index", daemon=True)
        self._watcher.start()

    def _watch(self, builder: Builder | None) -> None:
        while True:
            self._wanted.wait(LOOK_SECONDS)
            self._wanted.clear()
            try:
                self._keep_up(builder)
            except Error as error:
                logger.warning("index not renewed error=%s", error)
                connection.close()
            except Exception:  # without this thread pages would show an old index for good
                logger.exception("index not renewed")

    def _keep_up(self, builder: Builder | None) -> None:
        is_current = self._is_of(self._look())
        is_syncing = (not is_current or self._is_large) and self._is_syncing()
        if builder and is_syncing and self._is_large:
            builder.start()
        if is_current:
            note_current_index()
            if builder and not is_syncing:
                builder.end()
        elif not (is_syncing and self._should_wait()):
            self._renew(builder)

    @property
    def _is_large(self) -> bool:
        return self._current is not None and len(self._current) >= LARGE

    def _committed(self) -> int | None:
        """Return the sync that the catalogue follows."""
        committed = _last_committed().first()
        return None if committed is None else committed.pk

    @property
    def _is_in_gap(self) -> bool:
        gap = min(SHARE_OF_SYNC * self._took, max(LONGEST_GAP, 2 * self._took))
        return time.monotonic() - self._ended < gap

    def _should_wait(self) -> bool:
        return self._is_in_gap and self._committed() == self._sync

    def _look(self) -> int:
        self._versions = self._read()
        return self._versions.albums

    def _is_of(self, version: int) -> bool:
        return self._current is not None and self._current.version == version

    def _renew(self, builder: Builder | None = None) -> CatalogueIndex:
        with self._building:
            version = self._look()
            if self._current is None or not self._is_of(version):
                began = time.monotonic()
                sync, built = self._committed(), self._built(builder)
                with self._swapped:
                    self._current, self._sync, self._is_behind = built, sync, False
                    self._swapped.notify_all()
                built.words.get_ready()
                _return_memory()
                self._ended = time.monotonic()
                self._took = self._ended - began
                logger.info("index built albums=%s seconds=%.2f", len(built), self._took)
                note_index(self._took)
                note_current_index()
            return self._current  # pyright: ignore[reportReturnType]

    def _built(self, builder: Builder | None) -> CatalogueIndex:
        if builder and builder.is_running:
            try:
                return builder.build()
            except (OSError, EOFError) as error:
                logger.warning("index built here error=%s", error)
                builder.end()
        return self._build(self._current)


@cache
def _last_committed() -> PreparedQuery[SyncOperation]:
    return PreparedQuery(SyncOperation.objects.committed().only("pk")[:1])


@cache
def current_index() -> IndexKeeper:
    """Return the keeper of this process."""
    return IndexKeeper()
