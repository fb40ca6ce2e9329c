"""What an operator may set: what counts, what is refused, and that no error shows a value."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.databases import POSTGRESQL, SQLITE, for_syncs_beside_readers
from config.environment import Environment

ROOT = Path(__file__).resolve().parents[2]
GUNICORN = Path(sys.executable).with_name("gunicorn")
FOLDER = Path("/srv/albums")

READERS: dict[str, Callable[[Environment], object]] = {
    "text": lambda env: env.text("X", "usual"),
    "words": lambda env: env.words("X", ["usual"]),
    "number": lambda env: env.number("X", 60),
    "optional_number": lambda env: env.optional_number("X", example=0.35),
    "whole_number": lambda env: env.whole_number("X", 200, largest=65535),
    "flag": lambda env: env.flag("X"),
    "choice": lambda env: env.choice("X", ("staff", "anyone")),
    "pattern": lambda env: env.pattern("X"),
    "interval": lambda env: env.interval("X"),
    "secret_key": lambda env: env.secret_key("X", debug=True),
    "database": lambda env: env.database("X", FOLDER).get("NAME"),
    "site": lambda env: env.site("X").geturl(),
    "networks": lambda env: [str(network) for network in env.networks("X")],
}
DEFAULTS = {
    "text": "usual", "words": ["usual"], "number": 60, "optional_number": None, "whole_number": 200, "flag": False,
    "choice": "staff", "pattern": "", "interval": None, "secret_key": "only-for-debugging",
    "database": "/srv/albums/db.sqlite3", "site": "", "networks": [],
}  # fmt: skip


def read(reader: str, given: str | None) -> object:
    env = Environment({} if given is None else {"X": given})
    value = READERS[reader](env)
    env.check()
    return value


def refusal(read: Callable[[Environment], object], given: Mapping[str, str]) -> str:
    env = Environment(given)
    read(env)
    with pytest.raises(ImproperlyConfigured) as refused:
        env.check()
    return str(refused.value)


@pytest.mark.parametrize("given", [None, "", "  "])
@pytest.mark.parametrize("reader", READERS)
def test_an_empty_variable_means_the_default(reader: str, given: str | None) -> None:
    assert read(reader, given) == DEFAULTS[reader]


@pytest.mark.parametrize(
    ("reader", "given", "value"),
    [
        ("text", " Leprous ", "Leprous"),
        ("words", "i.scdn.co, *.spotifycdn.com,,", ["i.scdn.co", "*.spotifycdn.com"]),
        ("words", ",", []),
        ("number", "0", 0.0),
        ("number", "0.35", 0.35),
        ("optional_number", "1", 1.0),
        ("optional_number", "0", 0.0),
        ("whole_number", "0", 0),
        ("whole_number", "8000", 8000),
        *(("flag", given, True) for given in ("on", "yes", "true", "1", "ON", "Yes", "True")),
        *(("flag", given, False) for given in ("off", "no", "false", "0", "OFF", "No", "False")),
        ("choice", "anyone", "anyone"),
        ("pattern", r"^20\d\d", r"^20\d\d"),
        ("interval", "90s", timedelta(seconds=90)),
        ("interval", "30m", timedelta(minutes=30)),
        ("interval", "6h", timedelta(hours=6)),
        ("interval", "1d", timedelta(days=1)),
        ("secret_key", "a$b#c%", "a$b#c%"),
        ("database", "sqlite:///albums.sqlite3", "/srv/albums/albums.sqlite3"),
        ("site", "https://albums.example.org", "https://albums.example.org"),
        ("site", "http://10.0.0.7:8000/albums/", "http://10.0.0.7:8000/albums/"),
        ("site", "https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("networks", "127.0.0.1, 10.0.0.0/8,::1", ["127.0.0.1/32", "10.0.0.0/8", "::1/128"]),
    ],
)
def test_a_good_value_is_taken(reader: str, given: str, value: object) -> None:
    assert read(reader, given) == value


BAD = {
    "number": ("-1", "-0.5", "1e999", "nan", "inf", "-inf", "6O", "1,5"),
    "optional_number": ("-7.25", "soon"),
    "whole_number": ("-7", "2.5", "65536", "many", "9" * 5000),
    "flag": ("perhaps", "2"),
    "choice": ("nobody", "Anyone"),
    "pattern": ("[Opeth", "(?P<Haken", "*2023", r"\Qeth"),
    "interval": ("6", "0h", "00s", "-6h", "6 hours", "1.5h", "6h30m", "6h\n6h", "7w", "9999999d", "9" * 5000 + "s"),
    "site": (
        "albums.example.org",
        "ftp://a.org",
        "https://",
        "https://a.org:x",
        "https://u:p@a.org",
        "https://a.org/?q=x",
    ),
    "networks": ("10.0.0.1/8", "proxy", "*", "10.0.0.0/33"),
}
WANTED = {
    "number": "a number of zero or more, such as 60",
    "optional_number": "a number of zero or more, such as 0.35",
    "whole_number": "a whole number of zero or more and at most 65535, such as 200",
    "flag": "on or off, such as on",
    "choice": "staff or anyone, such as staff",
    "pattern": r"a regular expression, such as ^20\d\d",
    "interval": "a number and a unit (s, m, h or d), such as 30m, 6h or 1d",
    "site": "an address without query, such as https://albums.example.org or https://example.org/albums",
    "networks": "addresses or networks separated by commas, such as 127.0.0.1,10.0.0.0/8",
}

ODD_ADDRESSES = {
    "albums.sqlite3": "begins with no scheme that progmetal knows",
    "://secret": "begins with no scheme that progmetal knows",
    "mysql://petrucci:secret@db/albums": "begins with no scheme that progmetal knows",
    "sqlite://albums.sqlite3": "has a slash too few: a path comes after three, an absolute one after four",
    "sqlite:///why?.sqlite3": "has a ? or # in the path that isn't percent-encoded: %3F, %23",
    "sqlite:///no#1.sqlite3": "has a ? or # in the path that isn't percent-encoded: %3F, %23",
    "sqlite:///": "names no file",
    "sqlite:////var/lib/": "names no file",
    **{
        f"postgres://petrucci:s{character}cret@db/albums": f"has a {character} in the user or password that isn't "
        f"percent-encoded: write {code}"
        for character, code in {
            "?": "%3F", "#": "%23", "/": "%2F", "@": "%40", ":": "%3A", "%": "%25", "[": "%5B", "]": "%5D",
        }.items()
    },
    "postgres://petrucci:1?cret@db/albums": "has a ? in the user or password that isn't percent-encoded: write %3F",
    "postgres://petrucci:secret@db:port/albums": "has a port that isn't a number from 1 to 65535",
    "postgres://petrucci:secret@db:0/albums": "has a port that isn't a number from 1 to 65535",
    "postgres://petrucci:secret@db:65536/albums": "has a port that isn't a number from 1 to 65535",
    "postgres://petrucci:secret@db": "names no database after the host",
    "postgres://petrucci:secret@db/": "names no database after the host",
    "postgres:////run/postgresql/albums": "has a path as its host: write the socket's folder as ?host=/run/postgresql",
    "postgres://db/albums/secret": "has a slash too many after the host",
    "postgres://db/albums?sslmod=secret": "has a parameter after the ? that PostgreSQL doesn't know, or a ? that isn't "
    "encoded: %3F",
}  # fmt: skip


@pytest.mark.parametrize(
    ("reader", "given"),
    [pytest.param(reader, given, id=f"{reader} {given[:40]}") for reader, values in BAD.items() for given in values],
)
def test_a_bad_value_is_refused_with_an_example_and_not_shown(reader: str, given: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        read(reader, given)
    assert str(refused.value) == f"X must be {WANTED[reader]}"


@pytest.mark.parametrize(("given", "wrong"), ODD_ADDRESSES.items())
def test_an_odd_address_of_a_database_is_refused_with_the_cause_and_not_shown(given: str, wrong: str) -> None:
    shown = refusal(lambda env: env.database("X", FOLDER), {"X": given})
    assert shown == (
        f"X {wrong}. It must be sqlite:///path or postgres://user:password@host/name, "
        "with special characters percent-encoded, such as %3F for a question mark"
    )
    assert "cret" not in shown


@pytest.mark.parametrize(("reader", "given"), [(reader, values[-1]) for reader, values in BAD.items()])
def test_no_cause_or_context_of_an_error_shows_a_value(reader: str, given: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        read(reader, given)
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None


def test_all_that_is_wrong_is_told_at_once() -> None:
    def read(env: Environment) -> None:
        env.flag("DEBUG")
        env.number("SYNC_COOLDOWN_SECONDS", 10)
        env.text("SPOTIFY_CLIENT_ID")
        env.secret_key("SECRET_KEY", debug=False)

    shown = refusal(read, {"DEBUG": "perhaps", "SYNC_COOLDOWN_SECONDS": "-1", "SPOTIFY_CLIENT_ID": "dt"})
    assert [line.partition(" ")[0] for line in shown.splitlines()] == ["DEBUG", "SYNC_COOLDOWN_SECONDS", "SECRET_KEY"]


def test_a_missing_secret_key_is_refused_and_the_error_says_how_to_make_one() -> None:
    shown = refusal(lambda env: env.secret_key("SECRET_KEY", debug=False), {"SECRET_KEY": " "})
    assert "SECRET_KEY must be set while DEBUG is off" in shown
    assert "script/setup" in shown
    command = shown.partition("python3 -c '")[2].removesuffix("'")
    made = subprocess.run([sys.executable, "-c", command], check=True, capture_output=True, text=True, timeout=30)
    assert len(made.stdout.strip()) >= 50


def database(url: str) -> dict[str, Any]:
    env = Environment({"DATABASE_URL": url})
    config = env.database("DATABASE_URL", FOLDER)
    env.check()
    return dict(for_syncs_beside_readers(config, 25))


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:///albums.sqlite3", "/srv/albums/albums.sqlite3"),
        ("sqlite:///../albums.sqlite3", "/srv/albums/../albums.sqlite3"),
        ("sqlite:////var/lib/albums.sqlite3", "/var/lib/albums.sqlite3"),
        ("sqlite:////var/a%20b%3F.sqlite3", "/var/a b?.sqlite3"),
        ("sqlite://", ":memory:"),
    ],
)
def test_a_url_of_sqlite_names_a_file_in_the_projects_folder_or_an_absolute_one(url: str, name: str) -> None:
    config = database(url)
    assert (config["ENGINE"], config["NAME"]) == (SQLITE, name)
    assert config["OPTIONS"] == {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_url_of_postgresql_says_where_and_who(scheme: str) -> None:
    config = database(f"{scheme}://john:s%3Fcr%40t%2F%23%25@db.example.org:5433/albums")
    named = {key: config[key] for key in ("ENGINE", "HOST", "PORT", "NAME", "USER", "PASSWORD")}
    assert named == {
        "ENGINE": POSTGRESQL, "HOST": "db.example.org", "PORT": "5433", "NAME": "albums", "USER": "john",
        "PASSWORD": "s?cr@t/#%",
    }  # fmt: skip


def test_connections_to_postgresql_are_kept_checked_and_bounded() -> None:
    config = database("postgres://john:secret@db/albums")
    assert (config["CONN_HEALTH_CHECKS"], config["CONN_MAX_AGE"]) == (True, 60)
    options = config["OPTIONS"]
    assert options["connect_timeout"] + options["answer_seconds"] <= 30
    assert options["tcp_user_timeout"] <= 30_000
    assert options["keepalives_idle"] + options["keepalives_interval"] * options["keepalives_count"] <= 30


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("postgres:///albums?host=/run/postgresql", "/run/postgresql"),
        ("postgres://john@/albums?host=/run/postgresql", "/run/postgresql"),
        ("postgres://john@%2Frun%2FPostgreSQL/albums", "/run/PostgreSQL"),
        ("postgres://john@[::1]:5433/albums", "::1"),
    ],
)
def test_a_host_may_be_a_socket_or_an_address(url: str, host: str) -> None:
    config = database(url)
    assert (config["HOST"], config["NAME"]) == (host, "albums")
    assert "host" not in config["OPTIONS"]


def test_options_in_the_url_win_over_ours() -> None:
    config = database("postgres://x/albums?user=john%40db&password=0123&connect_timeout=3&sslmode=require")
    assert (config["USER"], config["PASSWORD"]) == ("john@db", "0123")
    assert (config["OPTIONS"]["connect_timeout"], config["OPTIONS"]["sslmode"]) == ("3", "require")


SECRETS: dict[str, Callable[[Environment], object]] = {
    "SECRET_KEY": lambda env: env.secret_key("SECRET_KEY", debug=False),
    "SPOTIFY_CLIENT_SECRET": lambda env: env.secret("SPOTIFY_CLIENT_SECRET"),
    "DATABASE_URL": lambda env: env.database("DATABASE_URL", FOLDER).get("PASSWORD"),
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_stand_in_a_file_with_or_without_a_newline(name: str, tmp_path: Path) -> None:
    secret = "postgres://john:my%20secret@db/albums" if name == "DATABASE_URL" else "my secret"
    for written in (secret, f"{secret}\n", f"{secret}\r\n"):
        (tmp_path / "secret").write_bytes(written.encode())
        env = Environment({f"{name}_FILE": str(tmp_path / "secret")})
        assert SECRETS[name](env) == "my secret"
        env.check()


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_that_is_given_twice_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hush one")
    shown = refusal(SECRETS[name], {name: "hush two", f"{name}_FILE": str(tmp_path / "secret")})
    assert f"{name}_FILE and {name} are both set: remove one of them" in shown
    assert "hush" not in shown


@pytest.mark.parametrize(
    ("made", "wrong"),
    [
        (lambda path: path.exists(), "names a file that can't be read: No such file or directory"),
        (lambda path: path.mkdir(), "names a file that can't be read: it is no file"),
        (lambda path: path.write_text(" \n"), "names a file that holds no secret: it must be one line of text"),
        (lambda path: path.write_text("hush\nhush"), "names a file that holds no secret: it must be one line of text"),
        (lambda path: path.write_bytes(b"hush\xff"), "names a file that holds no secret: it must be one line of text"),
        (lambda path: path.write_text("hush" * 9999), "names a file that holds no secret: it must be one line of text"),
    ],
)
@pytest.mark.parametrize("name", SECRETS)
def test_a_file_without_a_secret_is_refused_and_neither_it_nor_its_path_is_shown(
    name: str, made: Callable[[Path], object], wrong: str, tmp_path: Path
) -> None:
    made(tmp_path / "hush")
    shown = refusal(SECRETS[name], {f"{name}_FILE": str(tmp_path / "hush")})
    assert shown == f"{name}_FILE {wrong}."


def progmetal(script: str, dotenv: Path | str = os.devnull, **given: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a process that has these variables alone."""
    given = {"PATH": os.defpath, "ENV_FILE": str(dotenv), **given}
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=given, check=False, capture_output=True, text=True, timeout=60
    )


def setting(name: str, dotenv: Path | str = os.devnull, **given: str) -> str:
    done = progmetal(f"from config import settings; print(repr((settings.{name})))", dotenv, **given)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_app_does_not_start_without_a_secret_key_unless_it_is_debugged() -> None:
    refused = progmetal("import config.settings")
    assert refused.returncode != 0
    assert "ImproperlyConfigured: SECRET_KEY must be set while DEBUG is off" in refused.stderr
    assert setting("SECRET_KEY", DEBUG="on") == "'only-for-debugging'"


def test_the_app_that_refuses_to_start_shows_no_value() -> None:
    given = {
        "DEBUG": "mangini", "DATABASE_URL": "postgres://mangini:man?gini@db/mangini", "SHEET_TABS": "(mangini",
        "SPOTIFY_DAILY_BUDGET": "mangini", "SYNC_INTERVAL": "mangini", "SYNC_PERMISSION": "mangini",
        "SPOTIFY_TTL_DAYS": "mangini", "SECRET_KEY": "mangini", "SPOTIFY_CLIENT_SECRET": "mangini",
        "PUBLIC_URL": "mangini", "TRUSTED_PROXIES": "mangini",
    }  # fmt: skip
    refused = progmetal("import config.settings", **given)
    assert "mangini" not in refused.stderr + refused.stdout
    wrong = set(given) - {"SECRET_KEY", "SPOTIFY_CLIENT_SECRET"}
    assert (
        set(re.findall(r"^(?:\S+ImproperlyConfigured: )?([A-Z_]+) (?:must be|has) ", refused.stderr, re.MULTILINE))
        == wrong
    )


def test_dotenv_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    dotenv = tmp_path / "settings"
    lines = [
        "# DEBUG=on",
        "SECRET_KEY=a$HOME${HOME}#b",
        "export SHEET_TABS='^20\\d\\d'",
        "ALLOWED_HOSTS=a.org, b.org",
    ]
    dotenv.write_text("\n".join(lines), encoding="utf-8")
    read = "SECRET_KEY, settings.DEBUG, settings.SYNC.sheet_tabs, settings.ALLOWED_HOSTS"
    assert setting(read, dotenv) == repr(("a$HOME${HOME}#b", False, r"^20\d\d", ["a.org", "b.org"]))
    given = {"SECRET_KEY": "ours", "DEBUG": "on", "SHEET_TABS": "", "ALLOWED_HOSTS": ""}
    usual = ["localhost", "127.0.0.1", "[::1]"]
    assert setting(read, dotenv, **given) == repr(("ours", True, "", usual))


def test_the_example_and_an_empty_environment_mean_the_same_but_for_who_may_sync() -> None:
    script = """from config.settings import *
print(SPOTIFY, SYNC, DEBUG, ALLOWED_HOSTS, CSRF_TRUSTED_ORIGINS, DATABASE, TASKS_BACKEND, IS_DEMO)"""
    usual = progmetal(script, SECRET_KEY="x").stdout
    example = progmetal(script, ROOT / ".env.example", SECRET_KEY="x").stdout
    assert "permission='staff'" in usual
    assert example == usual.replace("permission='staff'", "permission='anyone'")


def test_the_defaults_are_the_documented_ones() -> None:
    done = progmetal("from config import settings; print(settings.SPOTIFY, settings.SYNC)", SECRET_KEY="x")
    for said in (
        "api_url='https://api.spotify.com/v1'", "token_url='https://accounts.spotify.com/api/token'",
        "oembed_url='https://open.spotify.com/oembed'", "min_interval_seconds=None", "daily_budget=200",
        "image_hosts=('i.scdn.co', '*.spotifycdn.com')", "max_wait_seconds=60", "ttl_days=30", "enrich_seconds=60",
        "permission='staff'", "cooldown_seconds=10", "stale_after_seconds=60", "interval=None", "sheet_tabs=''",
    ):  # fmt: skip
        assert said in done.stdout


def server(**given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [GUNICORN, "--check-config", "--print-config", "config.wsgi"],
        cwd=ROOT, env={"PATH": os.defpath, "ENV_FILE": os.devnull, "SECRET_KEY": "x", **given},
        check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_the_server_listens_where_it_is_told_to() -> None:
    usual, told = server(), server(HOST="0.0.0.0", PORT="8123", WEB_CONCURRENCY="3")
    lines = [" ".join(line.split()) for line in (usual.stdout + told.stdout).splitlines()]
    assert [line for line in lines if line.startswith(("bind =", "workers ="))] == [
        "bind = ['127.0.0.1:8000']", "workers = 2", "bind = ['0.0.0.0:8123']", "workers = 3",
    ]  # fmt: skip


def test_the_server_names_what_is_wrong_with_its_settings() -> None:
    refused = server(PORT="65536", SYNC_INTERVAL="every morning")
    assert refused.returncode != 0
    assert "PORT must be a whole number of zero or more and at most 65535, such as 8000" in refused.stderr
    assert "SYNC_INTERVAL must be a number and a unit" in refused.stderr
    assert "every morning" not in refused.stderr
