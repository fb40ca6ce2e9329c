"""Invents the albums that are in the sample sheet and on the demo's Spotify."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from random import Random

from demo import names, style
from demo.spotify_ids import seeded, spotify_id

SEED = 7_11_5


@dataclass(frozen=True)
class SampleAlbum:
    """An album on the demo's Spotify. `released` is 2024, 2024-05 or 2024-05-17."""

    artist: str
    title: str
    released: str = "2025-06-06"
    label: str = "Self-released"
    length: str = "LP"
    is_missing: bool = False
    has_cover: bool = True

    @property
    def spotify_id(self) -> str:
        return spotify_id(self.artist, self.title)


@dataclass(frozen=True)
class InventedAlbum:
    """An album of the sheet, before its row is written."""

    artist: str
    title: str
    genres: str
    vocals: str
    place: str
    length: str
    label: str


@dataclass
class InventedArtist:
    """An artist; `titles` returns the title of the next album."""

    name: str
    place: str
    titles: Callable[[], str]


def invented_artists(random: Random) -> Iterator[InventedArtist]:
    """Yield endless artists: one in four from a non-English scene, until those run out."""
    english, english_title = names.english_artists(random), names.title(random)
    places = names.Deck(style.ENGLISH_PLACES, random)
    foreign = [artist for scene in names.SCENES for artist in artists_of(scene, english_title, random)]
    random.shuffle(foreign)
    while True:
        if foreign and random.random() < 0.25:
            yield foreign.pop()
        else:
            yield InventedArtist(next(english), places.draw(), english_title)


def artists_of(scene: names.Scene, english_title: Callable[[], str], random: Random) -> list[InventedArtist]:
    """Return a scene's artists. Most of their titles are in their own language, until those run out."""
    own_titles = random.sample(scene.titles, len(scene.titles))

    def title() -> str:
        return own_titles.pop() if own_titles and random.random() < 0.8 else english_title()

    places = names.Deck(scene.places, random)
    return [InventedArtist(artist, places.draw(), title) for artist in scene.artists]


class Inventor:
    """Invents albums; some artists return with another one."""

    def __init__(self, seed: int = SEED) -> None:
        self.random = Random(seed)
        self._new_artists = invented_artists(self.random)
        self._artists: dict[str, list[InventedArtist]] = {"metal": [], "rock": []}
        self._titles: set[str] = set()
        self._labels = names.Deck(names.LABELS, self.random)

    def album(self, scene: str) -> InventedAlbum:
        """`scene` is metal or rock."""
        artist = self._artist(scene)
        return InventedAlbum(
            artist=artist.name,
            title=self._title(artist),
            genres=style.genres(scene, self.random),
            vocals=style.vocals(scene, self.random),
            place=artist.place,
            length=style.length(self.random),
            label=self._labels.draw(),
        )

    def _artist(self, scene: str) -> InventedArtist:
        known = self._artists[scene]
        if len(known) > 30 and self.random.random() < 0.2:
            return self.random.choice(known)
        known.append(next(self._new_artists))
        return known[-1]

    def _title(self, artist: InventedArtist) -> str:
        title = artist.name if self.random.random() < 0.02 else artist.titles()
        while title in self._titles:
            title = artist.titles()
        self._titles.add(title)
        return title


@cache
def known_tracks() -> tuple[str, ...]:
    source = names.track(seeded("tracks"))
    return tuple(sorted({source() for _ in range(3000)}))


@cache
def known_artists() -> tuple[str, ...]:
    """Artists for albums that aren't in the sample sheet."""
    return tuple(islice(names.english_artists(seeded("artists")), 400))


def invented_for(album_id: str) -> SampleAlbum:
    """Invent an album for an id that isn't in the sample sheet."""
    random = seeded("foreign", album_id)
    released = f"{random.randint(2017, 2026)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"
    artist, title = random.choice(known_artists()), random.choice(known_tracks())
    return SampleAlbum(artist, title, released, random.choice(names.LABELS), style.length(random))
