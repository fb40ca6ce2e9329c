"""Download the workbook: within limits, from where it may come from, with one error class per cause."""

import logging
import math
import random
import re
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import ClassVar
from urllib.parse import SplitResult, parse_qs, quote, unquote, urljoin, urlsplit

import requests
import urllib3

from catalog.services.errors import SyncError
from catalog.services.facts import Parameter
from catalog.services.http import CHUNK, BodyTooLarge, BodyTooSlow, PlainSession, parse_retry_after, read_body
from catalog.services.sheet.workbook import SheetNotAWorkbook, SheetTooLarge

logger = logging.getLogger(__name__)

SHORT_PAUSE = 10
ZIP_SIGNATURE = b"PK\x03\x04"
GOOGLES_HOST = re.compile(r"docs\.google\.com|doc-[0-9a-z]{1,3}-[0-9a-z]{1,3}-sheets\.googleusercontent\.com")
"""Where Google serves exports from; below googleusercontent.com anybody can have a host of their own."""

SIGN_IN_HOST = "accounts.google.com"
SIGN_IN_PAGE = re.compile(rb"accounts\.google\.com/(?:v\d/signin|ServiceLogin|AccountChooser)")
OUTAGE_PAGE = re.compile(rb"unable to open the file at (?:this time|present)", re.IGNORECASE)
"""What Google says while it cannot open a sheet, with any status. It also says to check the address, which is right."""

PAGE_OF_A_SHEET = re.compile(
    r"(.*/spreadsheets)(?:/u/\d{1,3})?(/d/(?:e/)?[\w-]{1,200})"
    r"(?:/(?:edit|view|preview|copy|htmlview|htmlembed|mobilebasic|pubhtml)?)?/?"
)
HEADERS = {
    "Accept": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, */*;q=0.1",
    "Accept-Encoding": "identity",  # a workbook is packed already
}


class SheetUnreachable(SyncError):
    """The sheet could not be downloaded; it may pass, or somebody has to mend an address."""

    code: ClassVar[str] = "sheet_unreachable"

    def __init__(self, cause: str, *, may_pass: bool = False, **parameters: Parameter) -> None:
        super().__init__(cause, **parameters)
        self.may_pass = may_pass


class SheetForbidden(SyncError):
    """The sheet is not shared with everybody."""

    code: ClassVar[str] = "sheet_forbidden"


class SheetNotFound(SyncError):
    """There is no sheet at the address."""

    code: ClassVar[str] = "sheet_not_found"


class RateLimited(SyncError):
    """The sheet's server asks for a pause, for so many seconds where it says how long."""

    code: ClassVar[str] = "rate_limited"

    def __init__(self, retry_after: int | None = None) -> None:
        super().__init__("", **({"seconds": retry_after} if retry_after else {}))
        self.retry_after = retry_after


class DownloadStopped(Exception):
    """The download ended because it was told to stop: no failure, so not a SyncError."""


@dataclass(frozen=True)
class DownloadLimits:
    """How much, how long (in seconds) and how often a download may try."""

    bytes: int = 50 * 1024 * 1024
    connect: float = 10
    read: float = 30
    deadline: float = 110
    tries: int = 3
    redirects: int = 5
    first_pause: float = 1  # before the second try; doubles, with jitter


DEFAULT_LIMITS = DownloadLimits()


def fetch_workbook(
    url: str,
    folder: Path,
    *,
    limits: DownloadLimits = DEFAULT_LIMITS,
    stop: threading.Event | None = None,
    on_bytes: Callable[[int], None] | None = None,
) -> Path:
    """Download the workbook into the folder and return its path; a file: address is checked and read in place.

    `on_bytes` hears how many bytes there are so far. `stop` and the deadline take effect between two reads of the
    network, each of which can block for `limits.read`: callers that must not wait run this in a thread of its own.
    """
    url = export_address(url)
    address = _split(url)
    match address.scheme:
        case "file":
            return _checked_file(Path(unquote(address.path)), limits)
        case "http" | "https":
            return _Download(url, folder, limits, stop or threading.Event(), on_bytes).run()
        case _:
            raise SheetUnreachable("scheme")


def export_address(url: str) -> str:
    """Return the address of the workbook where people gave the one of the page that they edit or read it on."""
    address = _split(url if "://" in url or not url.startswith("docs.google.com/") else f"https://{url}")
    page = PAGE_OF_A_SHEET.fullmatch(address.path)
    if not page or address.scheme not in ("http", "https"):
        return url
    key = "".join(f"&resourcekey={quote(key)}" for key in parse_qs(address.query).get("resourcekey", [])[:1])
    is_published = page[2].startswith("/d/e/")
    path, query = ("/pub", "output=xlsx") if is_published else ("/export", "format=xlsx")
    return address._replace(path=f"{page[1]}{page[2]}{path}", query=query + key, fragment="").geturl()


def _split(url: str) -> SplitResult:
    try:
        address = urlsplit(url)
        _ = address.port  # looked at now, since a bad one raises only when it is
    except ValueError:
        raise SheetUnreachable("address") from None
    return address


def _place(address: SplitResult) -> tuple[str, int | None]:
    return address.scheme, address.port or {"http": 80, "https": 443}.get(address.scheme)


def _checked_file(path: Path, limits: DownloadLimits) -> Path:
    try:
        with path.open("rb") as file:
            size, head = path.stat().st_size, file.read(CHUNK)
    except (OSError, ValueError) as error:
        raise SheetUnreachable("file", path=str(path)) from error
    _refuse_size(size, limits)
    _refuse_other_kinds(head)
    return path


def _refuse_size(size: int, limits: DownloadLimits) -> None:
    if size > limits.bytes:
        raise _too_large(limits)


def _too_large(limits: DownloadLimits) -> SheetTooLarge:
    return SheetTooLarge("bytes", limit=limits.bytes)


def _refuse_other_kinds(head: bytes) -> None:
    if head.startswith(ZIP_SIGNATURE):
        return
    if SIGN_IN_PAGE.search(head):
        raise SheetForbidden("sign_in")
    _refuse_outage(head)
    if not head:
        raise SheetNotAWorkbook("empty")
    is_page = head.lstrip()[:1] == b"<"
    raise SheetNotAWorkbook("web_page" if is_page else "signature")


def _refuse_outage(head: bytes) -> None:
    if OUTAGE_PAGE.search(head):
        raise SheetUnreachable("outage", may_pass=True)


class _Download:
    """One download with all its tries, against one clock."""

    def __init__(
        self,
        url: str,
        folder: Path,
        limits: DownloadLimits,
        stop: threading.Event,
        on_bytes: Callable[[int], None] | None,
    ) -> None:
        self._url = url
        self._host = urlsplit(url).hostname or ""
        self._folder = folder
        self._limits = limits
        self._stop = stop
        self._on_bytes = on_bytes
        self._ends_at = time.monotonic() + limits.deadline

    def run(self) -> Path:
        logger.info("download started host=%s", self._host)
        with NamedTemporaryFile(dir=self._folder, prefix="sheet-", suffix=".xlsx", delete=False) as file:
            path = Path(file.name)
        try:
            self._try_until_done(path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        logger.info("download finished host=%s bytes=%s", self._host, path.stat().st_size)
        return path

    def _try_until_done(self, path: Path) -> None:
        pauses = [self._limits.first_pause * 2**number for number in range(self._limits.tries - 1)]
        has_waited = False
        while True:
            try:
                return self._try_once(path)
            except RateLimited as refusal:
                pause = refusal.retry_after
                if has_waited or pause is None or pause > min(SHORT_PAUSE, self._seconds_left()):
                    raise
                has_waited = True
            except SheetUnreachable as trouble:
                if not (trouble.may_pass and pauses):
                    raise
                pause = pauses.pop(0) * random.SystemRandom().uniform(0.5, 1.5)
                if pause > self._seconds_left():
                    raise
                logger.warning("download failed host=%s cause=%s next_try_in=%.1f", self._host, trouble, pause)
            self._stop.wait(pause)

    def _try_once(self, path: Path) -> None:
        with PlainSession(self._seconds_left()) as session, self._answer(session) as answer:
            self._refuse_status(answer)
            _refuse_size(_declared_size(answer) or 0, self._limits)
            with path.open("wb") as file:
                size = 0
                for chunk in self._checked_chunks(answer):
                    file.write(chunk)
                    size += len(chunk)
                    if self._on_bytes:
                        self._on_bytes(size)

    def _refuse_status(self, answer: requests.Response) -> None:
        if answer.status_code in (400, 404, 410):  # for good, unless the page behind them says that it passes
            _refuse_outage(self._beginning(answer))
        _refuse_status(answer)

    def _beginning(self, answer: requests.Response) -> bytes:
        """Return what comes first of a page that tells of an error, as far as it comes."""
        head = b""
        with suppress(SheetUnreachable, SheetTooLarge):
            for chunk in self._chunks(answer):
                head += chunk
                if len(head) >= CHUNK:
                    break
        return head

    def _answer(self, session: requests.Session) -> requests.Response:
        url = self._url
        for _ in range(self._limits.redirects + 1):
            answer = self._ask(session, url)
            if not answer.is_redirect:
                return answer
            answer.close()
            url = self._next_address(url, answer.headers["Location"])
        raise SheetUnreachable("redirect_loop")

    def _ask(self, session: requests.Session, url: str) -> requests.Response:
        left = self._seconds_left()
        timeout = (min(self._limits.connect, left), min(self._limits.read, left))
        with _network_errors_as_causes():
            return session.get(url, headers=HEADERS, timeout=timeout, stream=True, allow_redirects=False)

    def _next_address(self, url: str, location: str) -> str:
        try:
            url = urljoin(url, location)
        except ValueError:
            raise SheetUnreachable("redirect_address") from None
        address = _split(url)
        host = address.hostname or ""
        if host == SIGN_IN_HOST:
            raise SheetForbidden("sign_in")
        is_google = GOOGLES_HOST.fullmatch(host) and _place(address) == ("https", 443)
        if address.username is None and (is_google or self._is_at_home(address)):
            return url
        raise SheetUnreachable("redirect", scheme=address.scheme, host=host)

    def _is_at_home(self, address: SplitResult) -> bool:
        """Whether an address is where the sheet is: same host and port, or the same host once it is encrypted."""
        home = _split(self._url)
        is_encrypted_now = (_place(home), _place(address)) == (("http", 80), ("https", 443))
        return address.hostname == self._host and (_place(home) == _place(address) or is_encrypted_now)

    def _checked_chunks(self, answer: requests.Response) -> Iterator[bytes]:
        """Yield the body as it arrives, once its beginning has shown that it is a workbook."""
        head = b""
        is_checked = False
        for chunk in self._chunks(answer):
            if is_checked:
                yield chunk
                continue
            head += chunk
            if head.startswith(ZIP_SIGNATURE) or len(head) >= CHUNK:
                _refuse_other_kinds(head)
                is_checked = True
                yield head
        if not is_checked:
            _refuse_other_kinds(head)

    def _chunks(self, answer: requests.Response) -> Iterator[bytes]:
        self._seconds_left()
        try:
            with _network_errors_as_causes():
                for chunk in read_body(answer, most_bytes=self._limits.bytes, ends_at=self._ends_at):
                    yield chunk
                    self._seconds_left()
        except BodyTooLarge:
            raise _too_large(self._limits) from None
        except BodyTooSlow:
            raise self._too_slow() from None

    def _seconds_left(self) -> float:
        if self._stop.is_set():
            raise DownloadStopped
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise self._too_slow()
        return left

    def _too_slow(self) -> SheetUnreachable:
        return SheetUnreachable("deadline", seconds=round(self._limits.deadline))


@contextmanager
def _network_errors_as_causes() -> Generator[None]:
    """Translate, and leave the cause behind: its text holds the address, whose query can be a secret."""
    try:
        yield
    except (requests.Timeout, urllib3.exceptions.TimeoutError):
        raise SheetUnreachable("timeout", may_pass=True) from None
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, UnicodeError):
        raise SheetUnreachable("address") from None
    except requests.exceptions.ProxyError:
        raise SheetUnreachable("proxy", may_pass=True) from None
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise SheetUnreachable("connection", kind=_kind(error), may_pass=True) from None


def _kind(error: BaseException) -> str:
    """Name the innermost cause, such as NameResolutionError or ConnectionResetError."""
    while cause := error.__cause__ or error.__context__:
        error = cause
    return type(error).__name__


def _refuse_status(answer: requests.Response) -> None:
    status = answer.status_code
    match status:
        case 200:
            return
        case 401 | 403:
            raise SheetForbidden("status", status=status)
        case 400 | 404 | 410:
            raise SheetNotFound(status=status)
        case 429:
            seconds = parse_retry_after(answer.headers.get("Retry-After"), datetime.now(UTC))
            raise RateLimited(None if seconds is None else math.ceil(seconds))
        case _:
            raise SheetUnreachable("status", status=status, may_pass=status == 408 or status >= 500)


def _declared_size(answer: requests.Response) -> int | None:
    text = answer.headers.get("Content-Length", "")
    return int(text[:15]) if text.isascii() and text.isdigit() else None
