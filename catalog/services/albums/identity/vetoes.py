"""Says what rules a pair out, whatever speaks for it."""

import re

from catalog.services.albums.plan import Side, release_order

RELEASE_PAGE = re.compile(r"^https?://(?:www\.)?([^/?#]+/(?:[^?#]*/)?(?:album|track|merch)/[^?#]*[^/?#])/*(?:[?#].*)?$")
"""The page of one release. A band's home page, or its list of releases, is that of all its albums."""

POSTPONED_DAYS = 31
"""How far a release date moves while its album stays the same."""


def release_page(side: Side) -> str:
    """Return the page on Bandcamp so that two spellings are equal; empty where it isn't the page of one release."""
    found = RELEASE_PAGE.match(side.bandcamp_url.casefold()) if side.bandcamp_url else None
    return found[1] if found else ""


def links_disagree(one: Side, other: Side) -> bool:
    """Whether their links lead to two releases: by Spotify if both have an id, else by Bandcamp."""
    if one.spotify_id and other.spotify_id:
        return one.spotify_id != other.spotify_id
    return pages_disagree(one, other)


def pages_disagree(one: Side, other: Side) -> bool:
    """Whether both have the page of a release on Bandcamp, and not the same."""
    if one.bandcamp_url == other.bandcamp_url:
        return False
    pages = release_page(one), release_page(other)
    return all(pages) and pages[0] != pages[1]


def facts_disagree(one: Side, other: Side) -> bool:
    """Whether anything tells them apart, dates too: enough against weak evidence."""
    return links_disagree(one, other) or pages_disagree(one, other) or dates_disagree(one, other)


def dates_disagree(one: Side, other: Side) -> bool:
    """Whether both have a date, and not the same, unless it moved a little and the title got longer or shorter."""
    dates = release_order(one), release_order(other)
    if not all(dates) or dates[0] == dates[1]:
        return False
    shorter, longer = sorted((one.title_key, other.title_key), key=len)
    return abs(dates[0] - dates[1]) > POSTPONED_DAYS or not longer.startswith(f"{shorter} ")
