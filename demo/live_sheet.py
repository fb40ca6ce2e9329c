"""What the demo's Google serves: the next edition of the sheet, once the catalogue holds the last one."""

import json
import threading
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from demo.editions import edition, tabs_of
from demo.sample_albums import SampleAlbum
from demo.sample_sheet import on_spotify
from demo.sample_workbook import workbook_of


class LiveSheet:
    """A preview and the sync after it see the same edition. The file remembers which, and when the demo was born."""

    def __init__(self, file: Path, status_address: str, today: date) -> None:
        self._file = file
        self._status_address = status_address
        self._lock = threading.Lock()
        known: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
        self._number: int = known.get("edition", -1)
        self._synced: str | None = known.get("synced")
        self.born = date.fromisoformat(known["born"]) if known else today

    @property
    def albums(self) -> Mapping[str, SampleAlbum]:
        """What the demo's Spotify knows, by id."""
        return on_spotify(tabs_of(self.born))

    def __call__(self) -> bytes:
        """Return the workbook that a download gets."""
        with self._lock:
            synced = self._last_synced()
            if self._number < 0 or synced != self._synced:
                self._number, self._synced = self._number + 1, synced
                said = {"born": self.born.isoformat(), "edition": self._number, "synced": synced}
                self._file.write_text(json.dumps(said))
            return workbook_of(edition(self._number, self.born))

    def _last_synced(self) -> str | None:
        """Return when the app last took in the sheet, as its status says."""
        request = Request(self._status_address, headers={"Accept": "application/json"})  # noqa: S310
        with build_opener(ProxyHandler({})).open(request, timeout=5) as answer:
            return json.load(answer)["last_synced_at"]
