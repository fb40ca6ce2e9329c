"""Watches a first sync of the sheet: how good the estimate is in the middle, and how the percentage moves."""

import itertools
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

LOOK_SECONDS = 0.2


def main(folder: Path) -> None:
    """Print the error of the estimate in the middle, the longest standstill, and the number of steps backwards."""
    from bench.serving import serving
    from tests.live import ENDED

    with serving(folder) as app:
        sync, began = app.start(), time.monotonic()
        looks: list[tuple[float, dict[str, Any]]] = []
        while not looks or looks[-1][1]["status"] not in ENDED:
            looks.append((time.monotonic() - began, app.status()))
            time.sleep(LOOK_SECONDS)
        assert looks[-1][1]["id"] == sync
    print(json.dumps(figures(looks[:-1], looks[-1][0])))


def figures(looks: list[tuple[float, dict[str, Any]]], took: float) -> dict[str, dict[str, float]]:
    """Return what is said of a run that was looked at so often and took so long."""
    when, middle = min(looks, key=lambda look: abs(look[0] - took / 2))
    moves = [(now, look["percent"]) for now, look in looks]
    stood, since = 0.0, 0.0
    for (_, before), (now, percent) in itertools.pairwise(moves):
        stood = max(stood, now - since)
        since = now if percent != before else since
    backwards = sum(later[1] < earlier[1] for earlier, later in itertools.pairwise(moves))
    left = took - when
    return {
        "middle": {"off": abs(middle["eta_seconds"] - left), "left": left},
        "percent": {"stood": stood, "every": took / 100, "backwards": backwards},
    }


if __name__ == "__main__":
    with TemporaryDirectory(prefix="progmetal-bench-") as temporary:
        main(Path(temporary))
