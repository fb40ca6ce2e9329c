"""The numbers that web processes keep themselves. All others are read from the database at the scrape."""

from collections.abc import Iterator
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
INDEX_VERSION = Gauge(
    "progmetal_index_version",
    "The version of the catalogue that the oldest index of all web processes shows.",
    multiprocess_mode="livemin",
    registry=REGISTRY,
)
INDEX_BUILT = Gauge(
    "progmetal_index_built_timestamp_seconds",
    "When the oldest index of all web processes was built.",
    multiprocess_mode="livemin",
    registry=REGISTRY,
)
INDEX_BUILD_SECONDS = Gauge(
    "progmetal_index_build_seconds",
    "How long the slowest last build of the index of all web processes took.",
    multiprocess_mode="livemax",
    registry=REGISTRY,
)


def read_all(folder: str) -> Iterator[Metric]:
    """Yield the numbers of all web processes that write into a folder, or of this one if it is alone."""
    if not folder:
        yield from REGISTRY.collect()
        return
    with locked(Path(folder)):
        yield from MultiProcessCollector(None, folder).collect()
