"""Bands that share a name are told apart where countries or shops disagree."""

from collections.abc import Sequence

import pytest

from catalog.browse.bands import Traces, bands_of


def albums(*traces: tuple[str, str]) -> list[Traces]:
    return [
        Traces(pk, country, f"https://{shop}.bandcamp.com/album/{pk}" if shop else "")
        for pk, (country, shop) in enumerate(traces)
    ]


@pytest.mark.parametrize(
    ("traces", "bands"),
    [
        ([], []),
        ([("", "")], [[0]]),
        ([("Helsinki, Finland", ""), ("Finland", "wheel")], [[0, 1]]),
        ([("Finland", ""), ("Austin, TX", ""), ("Finland", "")], [[0, 2], [1]]),
        # A shop holds a band together that moved, and an album without a country belongs to the greater part.
        ([("UK", "a"), ("Norway", "a"), ("", "")], [[0, 1, 2]]),
        ([("UK", "a"), ("UK", "b"), ("France", "c"), ("", "c"), ("", "")], [[0, 1, 4], [2, 3]]),
        # What comes last may be the link between those before.
        ([("UK", ""), ("Norway", ""), ("UK / Norway", "")], [[0, 1, 2]]),
        ([("UK", "a"), ("", "label")], [[0, 1]]),
        ([("In Space", ""), ("Japan", "")], [[0, 1]]),
    ],
)
def test_bands_of_one_name(traces: Sequence[tuple[str, str]], bands: list[list[int]]) -> None:
    assert [band.albums for band in bands_of(albums(*traces))] == bands


@pytest.mark.parametrize(
    ("traces", "others", "bands"),
    [
        ([("Norway", ""), ("Norway", "")], {1}, [[0, 1]]),
        ([("Norway", ""), ("Denmark", "")], {1}, [[0, 1]]),
        ([("Norway", ""), ("Norway", ""), ("Denmark", ""), ("Denmark", "")], {1, 3}, [[0, 1], [2, 3]]),
        ([("Norway", ""), ("Denmark", "")], {0, 1}, [[0, 1]]),
    ],
)
def test_what_a_curator_joined_is_of_one_of_its_bands(
    traces: Sequence[tuple[str, str]], others: set[int], bands: list[list[int]]
) -> None:
    assert [band.albums for band in bands_of(albums(*traces), others)] == bands
