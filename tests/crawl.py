"""Follows every link of the site, a few times for each kind of address."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import html

LINKS = ("href", "src", "action", "formaction", "hx-get", "hx-post", "srcset", "content")
SENDS = {"action", "formaction", "hx-post"}
EACH_KIND = 1
"""Addresses that differ in numbers, names and values of the query alone are of one kind."""


@dataclass(frozen=True)
class Answer:
    """What was found at an address."""

    address: str
    status: int
    kind: str
    text: str

    def links(self) -> Iterator[tuple[str, str]]:
        """Yield the attributes that lead within the site, and where."""
        if "html" not in self.kind or not self.text.strip():
            return
        for element in html.document_fromstring(self.text).iter():
            for name in LINKS:
                link = element.get(name, "") if isinstance(element.tag, str) else ""
                if link.startswith("/") or (link and name != "content" and not re.match(r"[a-z]+:|#|//", link)):
                    yield name, urldefrag(urljoin(self.address, link)).url


def crawl(ask: Callable[[str], Answer], starts: Iterable[str]) -> list[Answer]:
    """Return what every address answers that is reached from these by links."""
    waiting, seen, kinds = list(starts), set(starts), Counter[str]()
    answers: list[Answer] = []
    while waiting:
        answer = ask(waiting.pop())
        answers.append(answer)
        for name, link in answer.links():
            kind = _kind(link)
            if name in SENDS or link in seen or kinds[kind] >= EACH_KIND:
                continue
            kinds[kind] += 1
            seen.add(link)
            waiting.append(link)
    return answers


def _kind(link: str) -> str:
    address = urlsplit(link)
    path = re.sub(r"/\d+/(?:[\w-]+/)?$", "/<pk>/", re.sub(r"/\d+/", "/<pk>/", address.path))
    keys = {part.partition("=")[0] for part in address.query.split("&")}
    if "/admin/" in path:  # each list has a dozen ways to be sorted and filtered
        return path
    return f"{path}?{keys.pop() if len(keys) == 1 else 'several'}"  # filters can be combined in a thousand ways
