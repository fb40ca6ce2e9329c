"""Builds the index that each process holds, in this process: how long it takes, and what memory it keeps.

Usage, with the database in DATABASE_URL: python -m bench.browsing.indexing
"""

import gc
import json
import os
import resource
import time

import psutil

MEGABYTE = 1 << 20


def main() -> None:
    import django

    django.setup()
    from django.db import connection

    from catalog.browse.index.current import IndexKeeper

    connection.ensure_connection()
    gc.collect()
    before = psutil.Process().memory_info().rss
    start = time.perf_counter()
    index = IndexKeeper().get()
    seconds = time.perf_counter() - start
    gc.collect()
    kept = psutil.Process().memory_info().rss - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
    figures = {"albums": len(index), "seconds": seconds, "megabytes": kept / MEGABYTE, "peak": peak / MEGABYTE}
    print(json.dumps(figures))


if __name__ == "__main__":
    os.environ |= {"ENV_FILE": os.devnull, "SECRET_KEY": "only-for-benchmarks"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    main()
