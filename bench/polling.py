"""Polls the status 500 times a second while two processes serve and one of them syncs the sheet."""

import asyncio
import json
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from bench.measuring import percentiles

POLLS_A_SECOND = 500
PAGES = 50
SECONDS_TO_WARM, SECONDS_ALONE = 2.0, 5.0
REQUEST = b"GET /catalog/sync/status/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n"


class Page:
    """One open page that polls, over one connection."""

    def __init__(self, host: str, port: int) -> None:
        self._address = host, port
        self.seconds: list[float] = []
        self.status = ""

    async def poll(self, first: float, every: float, until: "asyncio.Event") -> None:
        """Poll at fixed times, whether or not the last answer was late: what is late counts from when it was due."""
        reader, writer = await asyncio.open_connection(*self._address)
        with closing(writer):
            due = first
            while not until.is_set():
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                writer.write(REQUEST)
                head = await reader.readuntil(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 200"), head
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
                self.status = json.loads(await reader.readexactly(length))["status"]
                self.seconds.append(time.perf_counter() - due)
                due += every


async def poll_until(pages: list[Page], ended: "asyncio.Event") -> None:
    """Let all pages poll, evenly spread."""
    every, now = PAGES / POLLS_A_SECOND, time.perf_counter()
    await asyncio.gather(*(page.poll(now + every * n / PAGES, every, ended) for n, page in enumerate(pages)))


async def measure(url: str, seconds: float | None) -> dict[str, float]:
    """Poll for some seconds, or until the sync ends; return the percentiles."""
    parts = urlsplit(url)
    pages = [Page(str(parts.hostname), int(parts.port or 80)) for _ in range(PAGES)]
    ended = asyncio.Event()

    async def watch() -> None:
        began = time.perf_counter()
        while time.perf_counter() - began < (seconds or 300):
            await asyncio.sleep(0.1)
            if seconds is None and pages[0].status in {"completed", "failed"} and time.perf_counter() - began > 3:
                break
        ended.set()

    await asyncio.gather(watch(), poll_until(pages, ended))
    taken = [each for page in pages for each in page.seconds]
    return {"polls": len(taken), **percentiles(taken)}


def poller(url: str, *arguments: str) -> dict[str, float]:
    """Measure from a process of its own."""
    command = [sys.executable, "-m", "bench.polling", url, *arguments]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def main(folder: Path) -> None:
    """Print the percentiles without and with a sync beside."""
    from bench.serving import serving

    with serving(folder) as app:
        poller(app.url, str(SECONDS_TO_WARM))
        alone = poller(app.url, str(SECONDS_ALONE))
        app.start()
        print(json.dumps({"alone": alone, "syncing": poller(app.url)}))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(asyncio.run(measure(sys.argv[1], float(sys.argv[2]) if sys.argv[2:] else None))))
    else:
        with TemporaryDirectory(prefix="progmetal-bench-") as temporary:
            main(Path(temporary))
