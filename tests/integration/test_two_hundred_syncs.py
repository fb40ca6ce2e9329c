"""A process that syncs for weeks needs no more threads, files, sockets or memory than after its first syncs."""

import threading
from pathlib import Path

import psutil
import pytest

from demo.upstreams import Upstreams
from tests.sheets import album, sheet
from tests.syncs import sync

MEGABYTE = 2**20


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_threads_files_and_memory_stay_flat(tmp_path: Path) -> None:
    process = psutil.Process()
    with Upstreams(sheet(tmp_path / "0.xlsx", {"2024 Prog-metal": [album()]})) as upstreams:
        address = upstreams.google.sheet_url

        def run(number: int) -> tuple[int, int, int]:
            albums = [album(title=f"Number {number + each}") for each in range(20)]
            upstreams.google.workbook = sheet(tmp_path / "sheet.xlsx", {"2024 Prog-metal": albums})
            assert sync(address).status == "completed"
            return threading.active_count(), process.num_fds(), process.memory_info().rss

        for number in range(20):
            run(number)
        threads, files, memory = run(20)
        for number in range(21, 220):
            last = run(number)
        assert last[0] <= threads
        assert last[1] <= files + 2
        assert last[2] <= memory + 20 * MEGABYTE
