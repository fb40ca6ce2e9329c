"""Watches a first sync of the sheet: the error of the estimate halfway, and how steadily the percentage grows."""

import itertools
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

SAMPLE_SECONDS = 0.2


def main(folder: Path) -> None:
    from bench.tools.serving import serving
    from tests.live import ENDED

    with serving(folder) as app:
        sync, start = app.start(), time.monotonic()
        samples: list[tuple[float, dict[str, Any]]] = []
        while not samples or samples[-1][1]["status"] not in ENDED:
            samples.append((time.monotonic() - start, app.status()))
            time.sleep(SAMPLE_SECONDS)
        assert samples[-1][1]["id"] == sync
    print(json.dumps(figures(samples[:-1], samples[-1][0])))


def figures(samples: list[tuple[float, dict[str, Any]]], took: float) -> dict[str, dict[str, float]]:
    """Evaluate the samples (seconds since the start, status object) of a run that took so many seconds."""
    estimated = [sample for sample in samples if sample[1]["eta_seconds"] is not None]
    when, halfway = min(estimated, key=lambda sample: abs(sample[0] - took / 2))
    steps = [(now, status["percent"]) for now, status in samples]
    stall, since = 0.0, 0.0
    for (_, before), (now, percent) in itertools.pairwise(steps):
        stall = max(stall, now - since)
        since = now if percent != before else since
    backwards = sum(later[1] < earlier[1] for earlier, later in itertools.pairwise(steps))
    left = took - when
    return {
        "halfway": {"error": abs(halfway["eta_seconds"] - left), "left": left},
        "percent": {"stall": stall, "share": took / 100, "backwards": backwards},
    }


if __name__ == "__main__":
    with TemporaryDirectory(prefix="progmetal-bench-") as temporary:
        main(Path(temporary))
