"""Lets fifty people press Sync Now at the same moment; the baseline is the same load on /healthz."""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.tools.measuring import percentiles

PEOPLE = 50
ROUNDS = 4


def latencies_of(act: Callable[[], object]) -> list[float]:
    """Return how long each person waited when all acted at once."""
    barrier = threading.Barrier(PEOPLE)

    def one(_: int) -> float:
        barrier.wait()
        start = time.perf_counter()
        act()
        return time.perf_counter() - start

    with ThreadPoolExecutor(PEOPLE) as people:
        return list(people.map(one, range(PEOPLE)))


def main(folder: Path) -> None:
    from bench.tools.serving import serving

    with serving(folder) as app:
        app.cancel()
        healthz = [latency for _ in range(ROUNDS) for latency in latencies_of(lambda: app.client.get("/healthz"))]
        pressed = [latency for _ in range(ROUNDS) for latency in latencies_of(app.trigger)]
        app.cancel()
    print(json.dumps({"healthz": percentiles(healthz), "press": percentiles(pressed)}))


if __name__ == "__main__":
    with TemporaryDirectory(prefix="progmetal-bench-") as temporary:
        main(Path(temporary))
