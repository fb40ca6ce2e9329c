"""Polls the status 500 times a second while two processes serve the app and one of them syncs the sheet."""

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

POLLS_PER_SECOND = 500
PAGES = 50
WARM_UP_SECONDS, ALONE_SECONDS = 2.0, 5.0
REQUEST = b"GET /catalog/sync/status/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n"


class Page:
    """An open page that polls over one connection."""

    def __init__(self, host: str, port: int) -> None:
        self._address = host, port
        self.latencies: list[float] = []
        self.status = ""

    async def poll(self, first: float, interval: float, until: "asyncio.Event") -> None:
        """Poll on a fixed schedule. Latency counts from when a poll was due, so slow answers can't hide."""
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
                self.latencies.append(time.perf_counter() - due)
                due += interval


async def poll_until(pages: list[Page], ended: "asyncio.Event") -> None:
    """Let all pages poll, spread evenly over the interval."""
    interval, now = PAGES / POLLS_PER_SECOND, time.perf_counter()
    await asyncio.gather(*(page.poll(now + interval * n / PAGES, interval, ended) for n, page in enumerate(pages)))


async def measure(url: str, seconds: float | None) -> dict[str, float]:
    """Poll for some seconds, or until the sync ends if `seconds` is None."""
    parts = urlsplit(url)
    pages = [Page(str(parts.hostname), int(parts.port or 80)) for _ in range(PAGES)]
    ended = asyncio.Event()

    async def watch() -> None:
        start = time.perf_counter()
        while time.perf_counter() - start < (seconds or 300):
            await asyncio.sleep(0.1)
            if seconds is None and pages[0].status in {"completed", "failed"} and time.perf_counter() - start > 3:
                break
        ended.set()

    await asyncio.gather(watch(), poll_until(pages, ended))
    latencies = [latency for page in pages for latency in page.latencies]
    return {"polls": len(latencies), **percentiles(latencies)}


def measure_apart(url: str, *arguments: str) -> dict[str, float]:
    """Measure from a separate process."""
    command = [sys.executable, "-m", "bench.polling", url, *arguments]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def main(folder: Path) -> None:
    """Print the percentiles without and with a sync."""
    from bench.serving import serving

    with serving(folder) as app:
        measure_apart(app.url, str(WARM_UP_SECONDS))
        alone = measure_apart(app.url, str(ALONE_SECONDS))
        app.start()
        print(json.dumps({"alone": alone, "syncing": measure_apart(app.url)}))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(asyncio.run(measure(sys.argv[1], float(sys.argv[2]) if sys.argv[2:] else None))))
    else:
        with TemporaryDirectory(prefix="progmetal-bench-") as temporary:
            main(Path(temporary))
