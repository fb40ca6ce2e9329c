"""The catalogue that the benchmarks invent, and how they load a server and lay out what they measure."""

import itertools
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bench.browsing import tables
from bench.browsing.load import Connection, load, request
from bench.tools.catalogue import Names, entries_of_the_sheet, fill, invented
from catalog.models import Album, AlbumGenre
from catalog.services.sheet.text import fold
from demo.sample_workbook import build_sample_workbook


@pytest.fixture(autouse=True)
def _sheet(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_SHEET", str(build_sample_workbook(tmp_path_factory.mktemp("sheet") / "sample.xlsx")))


def test_invented_albums_are_those_of_the_sheet_under_other_names() -> None:
    known = entries_of_the_sheet()
    made = list(itertools.islice(invented(known), 3000))
    assert made == list(itertools.islice(invented(known), 3000))
    artists = [artist for artist, _ in itertools.groupby(made, lambda entry: entry.artist)]
    assert len(artists) == len(set(artists))
    assert len({entry.spotify_id for entry in made if entry.spotify_id}) == sum(1 for e in made if e.spotify_id)
    facts = {(entry.genres, entry.vocal_style, entry.country, entry.release_date, entry.tab) for entry in known}
    assert {(entry.genres, entry.vocal_style, entry.country, entry.release_date, entry.tab) for entry in made} <= facts


def test_names_do_not_run_out() -> None:
    from random import Random

    names = Names(["Yes", "Rush", "The Ocean"], Random(1))
    assert len({names.make_new() for _ in range(200)}) == 200


@pytest.mark.postgresql
@pytest.mark.django_db
def test_invented_albums_are_written_as_the_importer_writes_them() -> None:
    fill(120)
    albums = list(Album.objects.listed().select_related("artist", "vocal_style").prefetch_related("genres"))
    assert len(albums) == 120
    for album in albums:
        assert (album.artist_key, album.title_key) == (fold(album.artist.name), fold(album.title))
        assert album.release_order == (album.release_date.toordinal() if album.release_date else 0)
        for genre in album.genres.all():
            assert fold(genre.name) in album.search_text
    assert AlbumGenre.objects.count() >= 120
    following = Album.objects.create(artist=albums[0].artist, title="Next", tab="2026", entry_hash="1")
    assert following.pk not in {album.pk for album in albums}


@pytest.fixture
def url() -> Iterator[str]:
    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.path.encode() * 9000
            self.send_response(404 if self.path == "/missing" else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_each_request_of_a_load_is_answered_once(url: str) -> None:
    used = [Connection(url) for _ in range(4)]
    done = load(used, [request(f"/{number}") for number in range(50)], lambda *_: False)
    assert (len(done.latencies), len(done.ends), sum(done.rates(done.seconds)) > 0) == (50, 50, True)
    for connection in used:
        connection.socket.close()


def test_an_answer_that_is_no_page_ends_the_benchmark(url: str) -> None:
    connection = Connection(url)
    with connection.socket, pytest.raises(AssertionError, match="404"):
        connection.ask(request("/missing"))


def test_a_table_compares_p95_to_the_floor_and_the_smallest_catalogue() -> None:
    def case(p95: float) -> dict[str, float]:
        beside = {"floor": 500.0, "floor_p95": 0.01, "share": 0.5, "queries": 2, "bytes": 90_000, "compressed": 15_000}
        return {"p50": 0.01, "p95": p95, "rate": 250.0, **beside}

    index = {"seconds": 1.5, "megabytes": 30.2, "peak": 44.0}
    figures = {
        "sqlite/100/index": index, "sqlite/100/list/warm": case(0.02),
        "sqlite/900/index": index, "sqlite/900/list/warm": case(0.05),
    }  # fmt: skip
    told = [line.split() for line in tables.lines(figures) if line.startswith("list, warm")]
    assert [line[2:6] for line in told] == [["10.0", "20.0", "2.00", "1.00"], ["10.0", "50.0", "5.00", "2.50"]]
    assert [line[8] for line in told] == ["0.500", "0.500"]
