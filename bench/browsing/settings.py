"""The settings of the app, with addresses that only the benchmarks need."""

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE as OURS

ROOT_URLCONF = "bench.browsing.urls"
MIDDLEWARE = ["bench.browsing.floor.QueryCounter", *OURS]
