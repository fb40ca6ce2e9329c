"""Addresses as people paste them: redirects unwrapped, only those of the web kept."""

import re
import unicodedata
from urllib.parse import parse_qs, unquote, urlsplit

from catalog.services.sheet.text import INVISIBLE

LONGEST_LINK = 2000

GOOGLE = r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?"
REDIRECTS = (
    (GOOGLE, "/url", ("q", "url")),
    (r"(?:l|lm|www|m)\.facebook\.com", "/l.php", ("u",)),
    (r"(?:www\.|m\.)?youtube\.com", "/redirect", ("q",)),
    (r"l\.instagram\.com", "/", ("u",)),
)
"""Pages that only pass on to the address in one of their parameters, as people copy them from mails and feeds."""

# Looked for first, since taking every address apart to find the few that pass on took a third of reading a row.
PASSING_ON = re.compile("/(?:" + "|".join(re.escape(path[1:]) for _, path, _ in REDIRECTS) + r")\?")

KNOWN_HOST = re.compile(
    r"(?:(?:[a-z0-9-]{1,63}\.){0,3}(?:spotify\.com|bandcamp\.com|youtube\.com|apple\.com|play\.google\.com)"
    rf"|youtu\.be|(?:www\.|music\.)?amazon\.[a-z]{{2,3}}(?:\.[a-z]{{2}})?|{GOOGLE}(?=/url\?))(?::[0-9]{{1,5}})?(?=[/?#]|$)",
    re.IGNORECASE,
)
"""Hosts that are taken for one where the address does not say https."""

SPOTIFY_URI = re.compile(r"spotify:(?://)?album[:/]([0-9A-Za-z]{22})(?![0-9A-Za-z])", re.IGNORECASE)
SPOTIFY_ALBUM = re.compile(r"(?:^|[/:])albums?[/:]([0-9A-Za-z]{22})(?![0-9A-Za-z])", re.IGNORECASE)
SPOTIFY_HOST = re.compile(r"(?:[a-z0-9-]+\.)?spotify\.com", re.IGNORECASE)
OTHER_THING = re.compile(r"/(?:track|artist|playlist|show|episode|user|search)(?:[/:]|$)", re.IGNORECASE)

# Nearly all are like these, which need not be taken apart: that took a twentieth of reading the sheet.
PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:[/?#][!-~]*)?")
PLAIN_ALBUM = re.compile(r"https://open\.spotify\.com/album/([0-9A-Za-z]{22})(?:[?#][!-~]*)?")

MOST_WORDS = 100
AROUND = "()[]<>{}\"'“”‘’«»„,;|"
BEHIND = AROUND + ".!?:"


def address_in(text: str) -> str:
    """Return the http(s) address that a text is or holds, redirects unwrapped, or an empty text."""
    if text.startswith(("https://", "http://")) and text.isprintable() and " " not in text:
        return clean_link(unwrapped(text))
    if "." not in text and ":" not in text:
        return ""
    text = visible(text)
    if text.lower().startswith(("https:", "http:")) and (found := clean_link(unwrapped(text))):
        return found
    for word in text.split(maxsplit=MOST_WORDS)[:MOST_WORDS]:
        if found := _address(word.lstrip(AROUND)):
            return clean_link(unwrapped(found))
    return ""


def _address(word: str) -> str:
    """Return a word as an address, if it is one: what closes a sentence behind it is not part of it."""
    bare = word if word.startswith("//") else f"//{word}"
    if word.lower().startswith(("https://", "http://")):
        return word.rstrip(BEHIND)
    if uri := SPOTIFY_URI.match(word):
        return f"https://open.spotify.com/album/{uri[1]}"
    return f"https:{bare.rstrip(BEHIND)}" if KNOWN_HOST.match(bare.rstrip(BEHIND), 2) else ""


def unwrapped(address: str) -> str:
    """Return the address that pages which only pass on lead to, through three of them at most."""
    if address.isprintable() and not PASSING_ON.search(address):
        return address
    for _ in range(3):
        target = _wrapped(address)
        if target is None:
            break
        address = _address(target.strip()) or target
    return address


def _wrapped(address: str) -> str | None:
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").lower()
        names = next((names for each, path, names in REDIRECTS if parts.path == path and re.fullmatch(each, host)), ())
        query = parse_qs(parts.query, max_num_fields=50) if names else {}
    except ValueError:
        return None
    targets = [query[name][0] for name in names if name in query]
    return next((target for target in targets if _address(target.strip())), targets[0] if targets else None)


def visible(text: str) -> str:
    """Return a text without the characters that carry none, and without blanks around it."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(letter for letter in text if letter.isspace() or unicodedata.category(letter) not in INVISIBLE)
    return text.strip()


def clean_link(address: str) -> str:
    """Return an address without blanks around it if it is http(s), bounded and has a host; else an empty text."""
    if len(address) <= LONGEST_LINK and PLAIN_ADDRESS.fullmatch(address):
        return address
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
    if plain := PLAIN_ALBUM.fullmatch(address):
        return plain[1]
    parts = urlsplit(address)
    if not SPOTIFY_HOST.fullmatch((parts.hostname or "").rstrip(".")):
        return None
    path = unquote(parts.path)
    found = SPOTIFY_ALBUM.search(path)
    if not found and not OTHER_THING.search(path):
        # Players, embedded ones and old addresses have the album behind the path.
        found = SPOTIFY_ALBUM.search(unquote(f"/{parts.query}#{parts.fragment}"))
    return found[1] if found else None
