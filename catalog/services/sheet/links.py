"""Addresses as people paste them: redirects unwrapped, only those of the web kept."""

import re
import unicodedata
from urllib.parse import parse_qs, urlsplit

from catalog.services.sheet.text import INVISIBLE

LONGEST_LINK = 2000

REDIRECTS = {
    "www.google.com": ("/url", ("q", "url")),
    "google.com": ("/url", ("q", "url")),
    "l.facebook.com": ("/l.php", ("u",)),
    "lm.facebook.com": ("/l.php", ("u",)),
    "www.youtube.com": ("/redirect", ("q",)),
    "l.instagram.com": ("/", ("u",)),
}
"""Pages that only pass on to the address in one of their parameters, as people copy them from mails and feeds."""

# Looked for first, since taking every address apart to find the few that pass on took a third of reading a row.
PASSING_ON = re.compile(
    "|".join(rf"{re.escape(host)}\]?(?::[^/?#]*)?{re.escape(path)}\?" for host, (path, _) in REDIRECTS.items()),
    re.IGNORECASE,
)

SPOTIFY_ALBUM = re.compile(r"/(?:intl-[A-Za-z-]+/)?album/([0-9A-Za-z]{22})/?")
SPOTIFY_HOSTS = {"open.spotify.com", "play.spotify.com"}


def unwrapped(address: str) -> str:
    """Return the address that pages which only pass on lead to, through three of them at most."""
    if address.isprintable() and not PASSING_ON.search(address):
        return address
    for _ in range(3):
        target = _wrapped(address)
        if target is None:
            break
        address = target
    return address


def _wrapped(address: str) -> str | None:
    try:
        parts = urlsplit(address.strip())
        path, names = REDIRECTS.get((parts.hostname or "").lower(), ("", ()))
        query = parse_qs(parts.query, max_num_fields=50) if parts.path == path and names else {}
    except ValueError:
        return None
    return next((query[name][0] for name in names if name in query), None)


def clean_link(address: str) -> str:
    """Return an address without blanks around it if it is http(s), bounded and has a host; else an empty text."""
    if not (address.isascii() and address.isprintable()):
        address = "".join(letter for letter in address if unicodedata.category(letter) not in INVISIBLE)
    address = address.strip()
    try:
        parts = urlsplit(address)
        is_web = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return ""
    return address if is_web and len(address) <= LONGEST_LINK else ""


def spotify_album_id(address: str) -> str | None:
    """Return the id of the album on Spotify that an address leads to, or None where it leads elsewhere."""
    if not address:
        return None
    parts = urlsplit(address)
    found = SPOTIFY_ALBUM.fullmatch(parts.path)
    return found[1] if found and (parts.hostname or "").lower() in SPOTIFY_HOSTS else None
