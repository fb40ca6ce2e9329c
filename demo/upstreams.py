"""Starts both stand-ins and provides the settings that point the app to them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from demo.google import GoogleStandIn
from demo.sample_albums import SampleAlbum
from demo.sample_sheet import sample_albums
from demo.sample_workbook import build_sample_workbook
from demo.spotify import Mode, SpotifyStandIn


def sample_workbook_bytes() -> bytes:
    with TemporaryDirectory() as folder:
        return build_sample_workbook(Path(folder) / "sample.xlsx").read_bytes()


class Upstreams:
    """Google and Spotify on loopback ports, with the sample sheet by default; `lifelike` adds realistic latency."""

    def __init__(
        self,
        workbook: Path | bytes | Callable[[], bytes] | None = None,
        albums: Mapping[str, SampleAlbum] | None = None,
        ports: tuple[int, int] = (0, 0),
        mode: Mode = "extended",
        *,
        lifelike: bool = False,
    ) -> None:
        content = sample_workbook_bytes() if workbook is None else workbook
        known = sample_albums() if albums is None else albums
        self.google = GoogleStandIn(content, ports[0])
        self.spotify = SpotifyStandIn(known, ports[1], mode=mode)
        if lifelike:
            self.google.latency, self.google.seconds = (0.1, 0.2), 0.6
            self.spotify.latency = (0.08, 0.12)

    def __enter__(self) -> Self:
        self.google.start()
        self.spotify.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.google.stop()
        self.spotify.stop()

    def environment(self) -> dict[str, str]:
        """Return the settings that point the app to the stand-ins."""
        return {
            "GOOGLE_SHEETS_XLSX_URL": self.google.sheet_url,
            "SPOTIFY_API_URL": self.spotify.api_url,
            "SPOTIFY_TOKEN_URL": self.spotify.token_url,
            "SPOTIFY_OEMBED_URL": self.spotify.oembed_url,
            "SPOTIFY_CLIENT_ID": self.spotify.client_id,
            "SPOTIFY_CLIENT_SECRET": self.spotify.client_secret,
            "SPOTIFY_IMAGE_HOSTS": self.spotify.host,
        }
