"""A list as an Atom feed (RFC 4287) of several pages (RFC 5005)."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast
from xml.sax.handler import ContentHandler

from django.core.paginator import Page
from django.template.loader import get_template
from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator

from catalog.browse.query import CatalogQuery
from catalog.formats.names import Site, album_uuid, changed_at, list_uuid
from catalog.formats.records import AlbumRow, genres_of, rows_of

FEED = "catalog:feed"
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What an XML document can't hold, escaped or not."""


class PagedFeed(Atom1Feed):
    """A feed that names its other pages, and whose age doesn't depend on when it is read."""

    def add_root_elements(self, handler: ContentHandler) -> None:
        """Write what stands before the entries."""
        writer = cast("SimplerXMLGenerator", handler)
        super().add_root_elements(handler)
        for relation, address in self.feed["pages"].items():
            writer.addQuickElement("link", "", {"rel": relation, "href": address})

    def latest_post_date(self) -> datetime:
        """Return when the latest of the entries changed."""
        return max((item["updateddate"] for item in self.items), default=self.feed["empty_since"])


def feed_of(query: CatalogQuery, page: Page, site: Site, title: str, since: datetime) -> str:
    """Return a page of a list as a feed; an empty one has been so ``since``."""
    keys = list(page.object_list)
    rows, genres, changes = rows_of(keys), genres_of(keys), changed_at(keys)
    feed = PagedFeed(
        title=xml_text(title),
        link=site.list(query, page.number),
        feed_url=site.list(query, page.number, FEED),
        feed_guid=list_uuid(query).urn,
        description=None,
        author_name="progmetal",
        author_link=site.list(query),
        pages=_pages(query, page, site),
        empty_since=since,
        language="en",
    )
    for row in rows:
        feed.add_item(**_entry(row, genres.get(row.pk, ()), site, changes))
    return feed.writeString("utf-8")


def xml_text(text: str) -> str:
    """Return a text without what XML can't hold."""
    return NOT_IN_XML.sub("", text)


def _entry(row: AlbumRow, genres: Sequence[str], site: Site, changes: Mapping[int, datetime]) -> dict[str, Any]:
    return {
        "title": xml_text(f"{row.artist__name} – {row.title}"),
        "link": site.album(row.pk),
        "unique_id": album_uuid(row.pk, row.added_at).urn,
        "pubdate": row.added_at,
        "updateddate": max(row.added_at, changes.get(row.pk, row.added_at)),
        "author_name": xml_text(row.artist__name),
        "categories": [xml_text(genre) for genre in genres],
        "description": xml_text(_summary(row, genres)),
    }


def _summary(row: AlbumRow, genres: Sequence[str]) -> str:
    return " ".join(_entry_template()({"album": row, "genres": genres}).split())


@cache
def _entry_template() -> Callable[[Mapping[str, object]], str]:
    """Return the template, which takes longer to look up than to fill in."""
    return get_template("catalog/feeds/entry.html", using="jinja").render


def _pages(query: CatalogQuery, page: Page, site: Site) -> dict[str, str]:
    """Return the addresses of the other pages by their relation to this one."""
    numbers = {"first": 1, "previous": page.number - 1, "next": page.number + 1, "last": page.paginator.num_pages}
    known = {name: number for name, number in numbers.items() if 1 <= number <= page.paginator.num_pages}
    return {name: site.list(query, number, FEED) for name, number in known.items()}
