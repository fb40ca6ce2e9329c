"""How much of an answer of Spotify is kept, and which picture is which size."""

import pytest

from catalog.services.spotify.parsing import AlbumFacts, parse_album

HOSTS = ("i.scdn.co",)
COVER = "https://i.scdn.co/image/a"


def parsed(**content: object) -> AlbumFacts:
    facts = parse_album({"name": "Malina", **content}, HOSTS)
    assert facts is not None
    return facts


def test_five_hundred_tracks_are_kept() -> None:
    tracks = parsed(tracks={"items": [{"name": f"Track {number}"} for number in range(1, 502)]}).tracks
    assert (len(tracks), tracks[-1].number, tracks[-1].name) == (500, 500, "Track 500")


def test_ten_pictures_are_looked_at() -> None:
    strangers = [{"url": "https://elsewhere.example/a", "width": 300}] * 9
    ours = {"url": COVER, "width": 300}
    assert parsed(images=[*strangers, ours]).covers.medium == COVER
    assert not parsed(images=[*strangers, strangers[0], ours]).covers


@pytest.mark.parametrize(
    ("width", "size"),
    [(1, "small"), (150, "small"), (151, "medium"), (450, "medium"), (451, "large"), (100_000, "large")],
)
def test_a_picture_is_small_up_to_150_pixels_and_large_from_451(width: int, size: str) -> None:
    covers = parsed(images=[{"url": COVER, "width": width}]).covers
    assert {name: getattr(covers, name) for name in ("small", "medium", "large") if getattr(covers, name)} == {
        size: COVER
    }
