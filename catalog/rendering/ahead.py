"""Renders the tiles of the newest albums before anybody asks for them, in the time that visitors leave."""

import logging
import threading
import time

from django.conf import settings
from django.db import Error, connection
from django.urls import set_script_prefix

from catalog.browse.index.current import current_index
from catalog.rendering.listing import added_by_last_sync
from catalog.rendering.tiles import MOST_KEPT, render_each, tiles_of
from catalog.services.sync.snapshot import current_snapshot

logger = logging.getLogger(__name__)

AT_ONCE = 50
"""Few, so that a request never waits long for its turn."""
LOOK_SECONDS = 2.0
REST = 4
"""Times as long as the work took: visitors come first."""


def start() -> None:
    """Begin, and go on whenever the catalogue has changed. Threads don't survive a fork."""
    threading.Thread(target=_keep_up, name="tiles", daemon=True).start()


def render_ahead(rest: float = REST) -> int:
    """Render what isn't rendered yet, and return how many albums were looked at."""
    index = current_index().get()
    keys = index.keys[:MOST_KEPT].tolist()
    new_albums = added_by_last_sync(index)
    for place in range(0, len(keys), AT_ONCE):
        began = time.monotonic()
        render_each(tiles_of(keys[place : place + AT_ONCE]), new_albums)
        time.sleep(rest * (time.monotonic() - began))
    return len(keys)


def _keep_up() -> None:
    set_script_prefix(settings.FORCE_SCRIPT_NAME or "/")  # each thread has its own, and links begin with it
    done: object = None
    while True:
        try:
            versions = current_index().versions
            if versions != done and not current_snapshot().get().is_active:
                render_ahead()
                done = versions
        except Error as error:
            logger.warning("tiles not rendered ahead error=%s", error)
            connection.close()
        time.sleep(LOOK_SECONDS)
