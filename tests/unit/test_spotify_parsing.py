"""Whatever Spotify sends becomes clean, bounded values or an error."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.services.spotify.errors import MalformedAnswer
from catalog.services.spotify.parsing import (
    Covers,
    is_allowed_image,
    parse_album,
    parse_cover,
    parse_json,
)

HOSTS = ("i.scdn.co", "*.spotifycdn.com", "127.0.0.1:8002")
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["images", "tracks", "name", "url"]), inner),
)


def image(width: int | None, name: str = "a") -> dict[str, object]:
    return {"url": f"https://i.scdn.co/image/{name}", "width": width, "height": width}


def test_a_development_mode_album_needs_no_label() -> None:
    facts = parse_album({"name": "Malina", "release_date": "2017-08", "total_tracks": 11, "images": []}, HOSTS)
    assert facts is not None
    assert (facts.name, facts.release_date, facts.label, facts.total_tracks) == ("Malina", "2017-08", "", 11)
    assert not facts.covers


def test_an_album_that_was_taken_down_is_none() -> None:
    assert parse_album({"name": "", "images": [], "tracks": {"items": []}}, HOSTS) is None


def test_tracks_keep_their_place_where_numbers_lack() -> None:
    items = [{"name": "Bonneville", "duration_ms": 329_500}, {"name": "Stuck", "track_number": "2"}, None]
    facts = parse_album({"name": "Malina", "tracks": {"items": items}}, HOSTS)
    assert facts is not None
    assert [(t.number, t.disc, t.name, t.seconds) for t in facts.tracks] == [
        (1, 1, "Bonneville", 329.5),
        (2, 1, "Stuck", None),
        (3, 1, "", None),
    ]


@pytest.mark.parametrize(
    ("images", "covers"),
    [
        ([image(640, "l"), image(300, "m"), image(64, "s")], Covers(*(f"https://i.scdn.co/image/{n}" for n in "sml"))),
        ([image(None, "l"), image(None, "m")], Covers("", "https://i.scdn.co/image/m", "https://i.scdn.co/image/l")),
        ([image(300)], Covers(medium="https://i.scdn.co/image/a")),
        ([{"url": "https://evil.example/a", "width": 300}, image(320)], Covers(medium="https://i.scdn.co/image/a")),
        ([{"url": None}, None, 7], Covers()),
        (None, Covers()),
    ],
)
def test_covers_are_chosen_by_width(images: object, covers: Covers) -> None:
    facts = parse_album({"name": "Malina", "images": images}, HOSTS)
    assert facts is not None
    assert facts.covers == covers


@pytest.mark.parametrize(
    ("address", "is_allowed"),
    [
        ("https://i.scdn.co/image/ab67616d0000b273", True),
        ("https://image-cdn-ak.spotifycdn.com/image/ab67", True),
        ("http://127.0.0.1:8002/image/a-300.svg", True),
        ("http://i.scdn.co/image/a", False),
        ("https://i.scdn.co:8443/image/a", False),
        ("https://127.0.0.1/image/a", False),
        ("https://spotifycdn.com.evil.example/a", False),
        ("https://evilspotifycdn.com/a", False),
        ("https://i.scdn.co@evil.example/a", False),
        ("https://user@i.scdn.co/a", False),
        ("https://i.scdn.co/a b", False),
        ("https://i.scdn.co/\n", False),
        ("javascript:alert(1)", False),
        ("https://[::1/a", False),
        ("https://i.scdn.co:99999/a", False),
        ("https://i.scdn.co/" + "a" * 500, False),
    ],
)
def test_only_known_hosts_give_covers(address: str, *, is_allowed: bool) -> None:
    assert is_allowed_image(address, HOSTS) is is_allowed


def test_text_is_bounded_and_fit_for_any_database() -> None:
    facts = parse_album({"name": "A\x00B \ud800\nC" + "x" * 1000, "label": 7}, HOSTS)
    assert facts is not None
    assert facts.name.startswith("A B C")
    assert len(facts.name) == 500
    assert facts.label == ""


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[1]", b"\xff", b"[" * 100_000, b'"x"', b'{"a": ' + b"9" * 5000 + b"}"]
)
def test_what_is_not_a_json_object_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedAnswer):
        parse_json(body)


@given(JUNK)
def test_no_content_makes_the_parser_stumble(content: object) -> None:
    facts = parse_album(content, HOSTS)
    assert facts is None or json.dumps([vars(track) for track in facts.tracks]).encode()
    parse_cover({"title": content, "thumbnail_url": content, "thumbnail_width": content}, HOSTS)
