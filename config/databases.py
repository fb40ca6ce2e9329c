"""Reads DATABASE_URL. What is wrong with it is named without quoting it: any part of it may be the password."""

import re
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
from dj_database_url import DBConfig
from psycopg.pq import Conninfo

SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "config.postgresql"
MOST_OF_A_PORT = 65535

OF_SQLITE = {"timeout", "cached_statements"}
OF_POSTGRESQL = {option.keyword.decode() for option in Conninfo.get_defaults()} | {"assume_role"}
SOCKET_FOLDERS = ("/run/postgresql", "/var/run/postgresql", "/tmp")  # noqa: S108 - where servers listen, by default
"""Debian's, other distributions', and PostgreSQL's own. The libpq of psycopg's wheel looks into the last one only."""


class WrongAddress(ValueError):
    """The address of a database can't be right; the text says why and goes on after the setting's name."""


def database_of(url: str, folder: Path) -> DBConfig:
    """Return Django's configuration of a database, or raise WrongAddress. Relative paths begin in the folder."""
    scheme, separator, rest = url.partition("://")
    if separator and scheme == "sqlite":
        return _sqlite(url, rest, folder)
    if separator and scheme in ("postgres", "postgresql"):
        return _postgresql(url, rest)
    raise WrongAddress("begins with no scheme that progmetal knows")


def _sqlite(url: str, rest: str, folder: Path) -> DBConfig:
    if rest in ("", ":memory:"):
        return {"ENGINE": SQLITE, "NAME": ":memory:"}
    path, _, query = rest.partition("?")
    if not path.startswith("/"):
        raise WrongAddress("has a slash too few: a path comes after three, an absolute one after four")
    if "#" in rest or _unknown(query, OF_SQLITE):
        raise WrongAddress("has a ? or # in the path that isn't percent-encoded: %3F, %23")
    if path.endswith("/"):
        raise WrongAddress("names no file")
    config = dj_database_url.parse(url)
    return {**config, "NAME": str(folder / config.get("NAME", ""))}


def _postgresql(url: str, rest: str) -> DBConfig:
    _refuse_what_is_not_encoded(rest)
    try:
        port = urlsplit(url).port
    except ValueError:
        port = 0
    if port == 0:
        raise WrongAddress(f"has a port that isn't a number from 1 to {MOST_OF_A_PORT}")
    address, _, query = rest.partition("?")
    authority, _, name = address.partition("/")
    if _unknown(query, OF_POSTGRESQL):
        raise WrongAddress("has a parameter after the ? that PostgreSQL doesn't know, or a ? that isn't encoded: %3F")
    config = dj_database_url.parse(url)
    options: dict[str, Any] = {key: values[-1] for key, values in parse_qs(query, keep_blank_values=True).items()}
    if name.startswith("/"):
        raise WrongAddress("has a path as its host: write the socket's folder as ?host=/run/postgresql")
    if "/" in name:
        raise WrongAddress("has a slash too many after the host")
    if not name and "dbname" not in options and "service" not in options:
        raise WrongAddress("names no database after the host")
    host = unquote(authority.rpartition("@")[2].partition(":")[0] if "[" not in authority else config.get("HOST", ""))
    where: dict[str, str] = {
        "HOST": options.pop("host", host),
        "PORT": options.pop("port", str(port or "")),
        "NAME": options.pop("dbname", config.get("NAME", "")),
        "USER": options.pop("user", config.get("USER", "")),
        "PASSWORD": options.pop("password", config.get("PASSWORD", "")),
    }
    if not where["HOST"] and not {"service", "hostaddr"} & set(options):
        where["HOST"] = _socket_folder(where["PORT"] or "5432")
    return cast("DBConfig", {**config, **where, "ENGINE": POSTGRESQL, "OPTIONS": options})


def _refuse_what_is_not_encoded(rest: str) -> None:
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    path, _, query = rest.partition("?")
    user_and_password = authority.rpartition("@")[0]
    parameters = [piece for piece in query.split("&") if piece.partition("=")[0] not in OF_POSTGRESQL]
    for is_there, character, code in (
        ("#" in rest, "#", "%23"),
        ("@" in path[len(authority) :], "/", "%2F"),
        (any("@" in parameter for parameter in parameters), "?", "%3F"),
        ("@" in user_and_password, "@", "%40"),
        (user_and_password.count(":") > 1, ":", "%3A"),
        ("[" in user_and_password, "[", "%5B"),
        ("]" in user_and_password, "]", "%5D"),
        (re.search(r"%(?![0-9A-Fa-f]{2})", rest), "%", "%25"),
        ("%00" in rest, "NUL", "nothing"),
    ):
        if is_there:
            raise WrongAddress(f"has a {character} in the user or password that isn't percent-encoded: write {code}")


def _unknown(query: str, known: set[str]) -> bool:
    return any(piece.partition("=")[0] not in known for piece in query.split("&") if piece)


def _socket_folder(port: str) -> str:
    """Return where a server of this machine listens, or nothing, which leaves it to libpq and its PGHOST."""
    return next((folder for folder in SOCKET_FOLDERS if Path(folder, f".s.PGSQL.{port}").exists()), "")


def for_syncs_beside_readers(database: DBConfig, seconds: float) -> DBConfig:
    """Return the database with the options that a sync beside readers needs; no answer may take longer than that."""
    options: dict[str, Any] = dict(database.get("OPTIONS", {}))
    if database.get("ENGINE") == SQLITE:
        options.setdefault("timeout", 20)
        options["transaction_mode"] = "IMMEDIATE"
        options["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        return {**database, "OPTIONS": options, "CONN_MAX_AGE": 60}
    usual: dict[str, Any] = {
        "connect_timeout": 5,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }
    # Without a limit of ours, the system would try for a quarter of an hour to reach a host that's gone.
    usual["tcp_user_timeout"] = 25_000
    options = {**usual, **options, "answer_seconds": seconds}
    return {**database, "OPTIONS": options, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
