"""The numbers that web processes keep themselves. All others are read from the database at the scrape."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, Histogram, disable_created_metrics
from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

from catalog.metrics.lock import locked

disable_created_metrics()  # they would double the series, and several processes have none
REGISTRY = CollectorRegistry()

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""A list takes under a millisecond, the slowest page tenths of a second; longer is a fault."""

REQUEST_SECONDS = Histogram(
    "progmetal_request_seconds",
    "How long web processes took for requests, by view, method and class of status.",
    ["view", "method", "status"],
    buckets=SECONDS,
    registry=REGISTRY,
)


def note_index(seconds: float) -> None:
    """Note that this process has built an index, and how long that took."""
    _, built, took = _of_index()
    built.set_to_current_time()
    took.set(seconds)


def note_current_index() -> None:
    """Note that the index of this process is that of the catalogue now."""
    _of_index()[0].set_to_current_time()


@cache
def _of_index() -> tuple[Gauge, Gauge, Gauge]:
    """Make the gauges once there is an index: a process without one would take part as 0, such as gunicorn's first."""
    return (
        Gauge(
            "progmetal_index_current_timestamp_seconds",
            "When the oldest index of all web processes was last known to be that of the catalogue.",
            multiprocess_mode="livemin",
            registry=REGISTRY,
        ),
        Gauge(
            "progmetal_index_built_timestamp_seconds",
            "When the oldest index of all web processes was built.",
            multiprocess_mode="livemin",
            registry=REGISTRY,
        ),
        Gauge(
            "progmetal_index_build_seconds",
            "How long the slowest last build of the index of all web processes took.",
            multiprocess_mode="livemax",
            registry=REGISTRY,
        ),
    )


def read_all(folder: str) -> Iterator[Metric]:
    """Yield the numbers of all web processes that write into a folder, or of this one if it is alone."""
    if not folder:
        yield from REGISTRY.collect()
        return
    with locked(Path(folder)):
        yield from MultiProcessCollector(None, folder).collect()
