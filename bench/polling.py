"""Polls the status 500 times a second while two processes serve the app and one of them syncs the sheet."""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.browsing.load import request
from bench.tools.measuring import percentiles
from bench.tools.visitors import Connection, Kind, visit

POLLS_PER_SECOND = 500
PAGES = 50
WARM_UP_SECONDS, ALONE_SECONDS = 2.0, 5.0
STATUS = "/catalog/sync/status/"
PLAIN_JSON = {"Accept": "application/json", "Accept_Encoding": "identity"}


async def measure(url: str, seconds: float | None) -> dict[str, float]:
    """Poll from open pages for some seconds, or until the sync ends if `seconds` is None."""
    polls = Kind("polls", [STATUS], PAGES, PAGES / POLLS_PER_SECOND, PLAIN_JSON)
    ended = asyncio.Event()
    await asyncio.gather(watch(url, seconds, ended), visit(url, [polls], ended))
    assert polls.answers.keys() == {"200"}, polls.answers
    return {"polls": len(polls.latencies), **percentiles(polls.latencies)}


async def watch(url: str, seconds: float | None, ended: asyncio.Event) -> None:
    """End the polling after so many seconds, or with the sync."""
    start, connection = time.perf_counter(), Connection(url)
    while time.perf_counter() - start < (seconds or 300):
        await asyncio.sleep(0.1)
        if seconds is None and time.perf_counter() - start > 3:
            _, status = await connection.ask(request(STATUS, **PLAIN_JSON))
            if json.loads(status)["status"] in {"completed", "failed"}:
                break
    connection.close()
    ended.set()


def measure_apart(url: str, *arguments: str) -> dict[str, float]:
    """Measure from a separate process."""
    command = [sys.executable, "-m", "bench.polling", url, *arguments]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def main(folder: Path) -> None:
    """Print the percentiles without and with a sync."""
    from bench.tools.serving import serving

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
