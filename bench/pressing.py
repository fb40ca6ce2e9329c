"""Lets fifty people press Sync Now at the same moment, and as a baseline ask whether the process lives."""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measuring import percentiles

PEOPLE = 50
ROUNDS = 4


def seconds_of(act: Callable[[], object]) -> list[float]:
    """Return how long each of the people waited when all acted at once."""
    together = threading.Barrier(PEOPLE)

    def one(_: int) -> float:
        together.wait()
        began = time.perf_counter()
        act()
        return time.perf_counter() - began

    with ThreadPoolExecutor(PEOPLE) as people:
        return list(people.map(one, range(PEOPLE)))


def main(folder: Path) -> None:
    """Print the percentiles of both."""
    from bench.serving import serving

    with serving(folder) as app:
        app.cancel()
        alive = [each for _ in range(ROUNDS) for each in seconds_of(lambda: app.client.get("/healthz"))]
        pressed = [each for _ in range(ROUNDS) for each in seconds_of(app.trigger)]
        app.cancel()
    print(json.dumps({"healthz": percentiles(alive), "press": percentiles(pressed)}))


if __name__ == "__main__":
    with TemporaryDirectory(prefix="progmetal-bench-") as temporary:
        main(Path(temporary))
