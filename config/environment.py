"""Reads the settings that an operator may give, from the environment or from .env, and never shows a value."""

import os
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from dj_database_url import DBConfig
from django.core.exceptions import ImproperlyConfigured
from dotenv import load_dotenv
from environs import Env, ValidationError
from marshmallow.validate import OneOf, Range, Regexp

from config.databases import WrongAddress, database_of

Network = IPv4Network | IPv6Network

BASE_DIR = Path(__file__).resolve().parent.parent
MOST_OF_A_SECRET = 10_000
SITE = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(?:/[A-Za-z0-9._~/\-]*)?")
INTERVAL = re.compile(r"0*[1-9]\d{0,5}[smhd]\Z")
HOW_TO_MAKE_A_KEY = (
    "set while DEBUG is off: run script/setup, which writes one to .env, or make one with "
    """python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"""
)
A_DATABASE = (
    "sqlite:///path or postgres://user:password@host/name, "
    "with special characters percent-encoded, such as %3F for a question mark"
)
A_SITE = "an address without query, such as https://albums.example.org or https://example.org/albums"
NETWORKS = "addresses or networks separated by commas, such as 127.0.0.1,10.0.0.0/8"


class Environment(Env):
    """Typed settings. An empty variable counts as not given.

    A reader whose variable is wrong returns None; ``check`` then names all that are wrong at once. Its message is made
    from what was expected alone: a value may be a secret, and libraries quote it. Secrets may also stand in a file,
    which the variable of the same name with ``_FILE`` names.
    """

    def __init__(self, given: Mapping[str, str]) -> None:
        super().__init__(eager=False)
        self._given = given
        self._expected: dict[str, str] = {}
        self._wrong: dict[str, str] = {}

    @classmethod
    def load(cls, default_file: Path) -> "Environment":
        """Add the lines of .env (or ENV_FILE) to the environment, which wins, and read from there."""
        load_dotenv(os.environ.get("ENV_FILE") or default_file, interpolate=False)
        return cls(os.environ)

    def check(self) -> None:
        """Raise ImproperlyConfigured if a variable that was read is wrong; nothing is read afterwards."""
        if self._errors:
            raise ImproperlyConfigured("\n".join(map(self._sentence, self._errors)))
        self.seal()

    def _sentence(self, name: str) -> str:
        wrong, expected = self._wrong.get(name), self._expected.get(name)
        if not wrong:
            return f"{name} must be {expected}"
        return f"{name} {wrong}." + (f" It must be {expected}" if expected else "")

    def _refuse(self, name: str, wrong: str) -> None:
        self._errors[name].append(wrong)
        self._wrong[name] = wrong

    def _get_value(self, env_key: str, default: Any) -> Any:  # noqa: ANN401 - as environs declares it
        return self._given.get(env_key, "").strip() or default

    def text(
        self, name: str, default: str = "", expected: str = "", check: Callable[[str], object] | None = None
    ) -> str:
        """Read any text; the check raises ValueError where it can't be what is expected."""
        return self._checked(name, self.str(name, default), expected, check)

    def _checked(self, name: str, given: str, expected: str, check: Callable[[str], object] | None) -> str:
        if expected:
            self._expected[name] = expected
        try:
            if given and check:
                check(given)
        except ValueError:
            self._errors[name].append("not as expected")
        return given

    def words(
        self, name: str, default: list[str], expected: str = "", check: Callable[[str], object] | None = None
    ) -> list[str]:
        """Read a list separated by commas; the check raises ValueError where a word can't be what is expected."""
        words = [word for word in self.list(name, default, subcast=str.strip) if word]
        for word in words:
            self._checked(name, word, expected, check)
        return words

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

    def secret(self, name: str, expected: str = "", check: Callable[[str], object] | None = None) -> str:
        """Read a text that may stand in a file; the check raises ValueError where it can't be what is expected."""
        self._read_file(name)
        return self.text(name, "", expected, check)

    def secret_key(self, name: str, *, debug: bool) -> str:
        """Read a secret that may be missing only while debugging."""
        given = self.secret(name, HOW_TO_MAKE_A_KEY) or ("only-for-debugging" if debug else "")
        if not given and f"{name}_FILE" not in self._errors:
            self._errors[name].append("missing")
        return given

    def database(self, name: str, folder: Path = BASE_DIR) -> DBConfig:
        """Read the URL of a database of SQLite or PostgreSQL; by default it is a file in the folder."""
        given = self.secret(name, A_DATABASE)
        try:
            return database_of(given or "sqlite:///db.sqlite3", folder)
        except WrongAddress as error:
            self._refuse(name, str(error))
        return {}

    def site(self, name: str) -> SplitResult:
        """Read the address that visitors know; without one it is empty."""
        self._expected[name] = A_SITE
        given = self.text(name)
        try:
            address = urlsplit(given)
            is_odd = not address.hostname or address.port == 0 or address.username is not None
        except ValueError:
            address, is_odd = urlsplit(""), True
        if given and (is_odd or not SITE.fullmatch(given)):
            self._errors[name].append("no address")
        return address

    def networks(self, name: str) -> tuple[Network, ...]:
        """Read addresses and networks."""
        self._expected[name] = NETWORKS
        try:
            return tuple(map(ip_network, self.words(name, [])))
        except ValueError:
            self._errors[name].append("no network")
        return ()

    def _read_file(self, name: str) -> None:
        """Take a secret from the file that is named instead; neither its path nor what it holds is ever shown."""
        path = self.text(f"{name}_FILE")
        if not path:
            return
        if self.text(name):
            self._refuse(f"{name}_FILE", f"and {name} are both set: remove one of them")
        elif isinstance(found := _content(Path(path)), OSError):
            self._refuse(f"{name}_FILE", f"names a file that can't be read: {found.strerror or type(found).__name__}")
        elif not found or len(found) > MOST_OF_A_SECRET or not found.isprintable():
            self._refuse(f"{name}_FILE", "names a file that holds no secret: it must be one line of text")
        else:
            self._given = {**self._given, name: found}


def _content(path: Path) -> str | OSError:
    """Return the text of a file without blanks around it, or what keeps it from being read."""
    try:
        if path.exists() and not path.is_file():
            return OSError(0, "it is no file")
        with path.open("rb") as file:
            return file.read(MOST_OF_A_SECRET * 2).decode("utf-8", "surrogateescape").strip()
    except ValueError:
        return OSError(0, "the path is odd")
    except OSError as error:
        return error


def _is_pattern(value: str) -> None:
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValidationError("not a regular expression") from error
