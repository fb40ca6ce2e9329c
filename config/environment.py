"""Reads the settings that an operator may give, from the environment or from .env, and never shows a value."""

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from dj_database_url import DBConfig
from django.core.exceptions import ImproperlyConfigured
from dotenv import load_dotenv
from environs import Env, ValidationError
from marshmallow.validate import OneOf, Range, Regexp

SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"
INTERVAL = re.compile(r"0*[1-9]\d{0,5}[smhd]\Z")
HOW_TO_MAKE_A_KEY = (
    "set while DEBUG is off: run script/setup, which writes one to .env, or make one with "
    """python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"""
)
A_DATABASE = (
    "sqlite:///path or postgres://user:password@host/name, "
    "with special characters percent-encoded, such as %3F for a question mark"
)


class Environment(Env):
    """Typed settings. An empty variable counts as not given.

    A reader whose variable is wrong returns None; ``check`` then names all that are wrong at once. Its message is made
    from what was expected alone: a value may be a secret, and libraries quote it.
    """

    def __init__(self, given: Mapping[str, str]) -> None:
        super().__init__(eager=False)
        self._given = given
        self._expected: dict[str, str] = {}

    @classmethod
    def load(cls, default_file: Path) -> "Environment":
        """Add the lines of .env (or ENV_FILE) to the environment, which wins, and read from there."""
        load_dotenv(os.environ.get("ENV_FILE") or default_file, interpolate=False)
        return cls(os.environ)

    def check(self) -> None:
        """Raise ImproperlyConfigured if a variable that was read is wrong; nothing is read afterwards."""
        if self._errors:
            raise ImproperlyConfigured("\n".join(f"{name} must be {self._expected[name]}" for name in self._errors))
        self.seal()

    def _get_value(self, env_key: str, default: Any) -> Any:  # noqa: ANN401 - as environs declares it
        return self._given.get(env_key, "").strip() or default

    def text(self, name: str, default: str = "") -> str:
        """Read any text."""
        return self.str(name, default)

    def words(self, name: str, default: list[str]) -> list[str]:
        """Read a list separated by commas."""
        return [word for word in self.list(name, default, subcast=str.strip) if word]

    def number(self, name: str, default: float) -> float:
        """Read a number of zero or more."""
        self._expected[name] = f"a number of zero or more, such as {default:g}"
        return self.float(name, default, validate=Range(min=0))

    def optional_number(self, name: str, example: float) -> float | None:
        """Read a number of zero or more that has no default; the example is for the error."""
        return self.number(name, example) if self.text(name) else None

    def whole_number(self, name: str, default: int, *, largest: int | None = None) -> int:
        """Read a whole number of zero or more."""
        limit = f" and at most {largest}" if largest else ""
        self._expected[name] = f"a whole number of zero or more{limit}, such as {default}"
        return self.int(name, default, validate=Range(min=0, max=largest))

    def flag(self, name: str) -> bool:
        """Read on or off (or yes, no, true, false, 1, 0); off is the default."""
        self._expected[name] = "on or off, such as on"
        return self.bool(name, default=False)

    def choice(self, name: str, options: tuple[str, ...]) -> str:
        """Read one of a few words; the first is the default."""
        self._expected[name] = f"{' or '.join(options)}, such as {options[0]}"
        return self.str(name, options[0], validate=OneOf(options))

    def pattern(self, name: str) -> str:
        """Read a regular expression; an empty one is the default."""
        self._expected[name] = r"a regular expression, such as ^20\d\d"
        return self.str(name, "", validate=_is_pattern)

    def interval(self, name: str) -> timedelta | None:
        """Read a number with its unit, such as 90s or 6h."""
        self._expected[name] = "a number and a unit (s, m, h or d), such as 30m, 6h or 1d"
        # environs alone would take 6 for six seconds, where six hours are likelier meant.
        return self.timedelta(name, None) if self.str(name, None, validate=Regexp(INTERVAL)) else None

    def secret_key(self, name: str, *, debug: bool) -> str:
        """Read a text that may be missing only while debugging."""
        self._expected[name] = HOW_TO_MAKE_A_KEY
        given = self.text(name, "only-for-debugging" if debug else "")
        if not given:
            self._errors[name].append("missing")
        return given

    def database(self, name: str, default: str) -> DBConfig:
        """Read the URL of a database of SQLite or PostgreSQL."""
        self._expected[name] = A_DATABASE
        config = cast("DBConfig | None", self.dj_db_url(name, default))
        if config and not _is_complete(config):
            self._errors[name].append("incomplete")
        return config or {}


def _is_pattern(value: str) -> None:
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValidationError("not a regular expression") from error


def _is_complete(config: DBConfig) -> bool:
    options: dict[str, Any] = config.get("OPTIONS", {})
    if config.get("ENGINE") == SQLITE:
        # sqlite://name, a slash too few, would be a database in memory on a host of that name.
        return not config.get("HOST")
    name = config.get("NAME", "")
    return config.get("ENGINE") == POSTGRESQL and not name.startswith("/") and bool(name or "service" in options)
