"""What must be true of a catalogue at any moment, whatever broke off a sync."""

import json
from itertools import groupby

from tests.live import IS_SQLITE, rows

LOGGED = ("title", "release_date", "genre_text", "spotify_id", "tab")
COUNTED = "created, updated, removed, revived"


def check_all_is_whole(database: str) -> None:
    check_genres(database)
    check_changes(database)
    check_log(database)
    check_counts(database)


def check_genres(database: str) -> None:
    """Each album has the genres that its text names."""
    found = rows(
        database,
        "SELECT a.id, a.genre_text, g.name FROM catalog_album a LEFT JOIN catalog_albumgenre l ON l.album_id = a.id"
        " LEFT JOIN catalog_genre g ON g.id = l.genre_id ORDER BY a.id, l.position",
    )
    for (_, text), links in groupby(found, key=lambda link: link[:2]):
        assert text == ", ".join(name or "" for *_, name in links)


def check_changes(database: str) -> None:
    """Each album was created once, and is hidden if it was removed last."""
    found = rows(
        database,
        "SELECT a.id, a.removed_at IS NULL, c.kind FROM catalog_album a"
        " LEFT JOIN catalog_albumchange c ON c.album_id = a.id ORDER BY a.id, c.id",
    )
    for (_, is_listed), changes in groupby(found, key=lambda change: change[:2]):
        first, *others = [kind for *_, kind in changes]
        assert first == "created"
        assert "created" not in others
        assert bool(is_listed) == ([first, *others][-1] != "removed")


def check_log(database: str) -> None:
    """Each field is what the log told of it last."""
    told: dict[tuple[int, str], str] = {}
    for pk, fields in rows(database, "SELECT album_id, fields FROM catalog_albumchange ORDER BY id"):
        changed = json.loads(fields) if IS_SQLITE else fields
        told |= {(pk, name): changed[name][1] for name in LOGGED if name in changed}
    albums = rows(database, f"SELECT id, {', '.join(LOGGED)} FROM catalog_album")
    found = {(pk, name): value for pk, *values in albums for name, value in zip(LOGGED, values, strict=True)}
    assert told == {key: str(found[key]) for key in told}


def check_counts(database: str) -> None:
    """What a sync counted is what it changed, and its record says the same."""
    changed = (
        f"(SELECT count(*) FROM catalog_albumchange c WHERE c.operation_id = o.id AND c.kind = '{kind}')"
        for kind in COUNTED.split(", ")
    )
    counted = rows(database, f"SELECT {COUNTED} FROM catalog_syncoperation ORDER BY id")
    assert counted == rows(database, f"SELECT {', '.join(changed)} FROM catalog_syncoperation o ORDER BY id")
    recorded = rows(database, f"SELECT operation_id, {COUNTED} FROM catalog_syncrecord ORDER BY operation_id")
    ended = f"SELECT id, {COUNTED} FROM catalog_syncoperation WHERE finished_at IS NOT NULL ORDER BY id"
    assert recorded == rows(database, ended)
