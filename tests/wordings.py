"""Every code that is worded, and for each cause of it the parameters that its sentence needs."""

from collections.abc import Mapping

from catalog.services.facts import Parameter

UNTIL = "2026-05-03T14:30:00+00:00"
PART = {"limit": 64_000_000, "part": "xl/sheet1.xml"}
LIMITS = ("entries", "tags", "tag_length", "names", "characters", "relationships", "tabs", "shared_strings", "unpacked",
          "number_formats", "fills", "styles", "hyperlinks", "bytes")  # fmt: skip

Cases = Mapping[str, list[dict[str, Parameter]]]
"""Parameters by code, one set for each cause."""

ERRORS: Cases = {
    "internal": [{}],
    "sheet_unreachable": [
        {"cause": "timeout"}, {"cause": "deadline", "seconds": 110}, {"cause": "connection", "kind": "gaierror"},
        {"cause": "proxy"}, {"cause": "outage"},
        {"cause": "status", "status": 503}, {"cause": "redirect", "scheme": "https", "host": "a.b"},
        {"cause": "redirect_loop"}, {"cause": "redirect_address"}, {"cause": "address"}, {"cause": "scheme"},
        {"cause": "file", "path": "/srv/sheet.xlsx"}, {},
    ],
    "sheet_forbidden": [{"cause": "sign_in"}, {"cause": "status", "status": 403}],
    "sheet_not_found": [{"status": 404}],
    "rate_limited": [{}, {"seconds": 30}, {"seconds": 3600}],
    "sheet_not_a_workbook": [
        {"cause": "web_page"}, {"cause": "empty"}, {"cause": "signature"}, {"cause": "password"}, {"cause": "no_tabs"},
        {"cause": "shared_cells"}, {"cause": "document_type"}, {"cause": "compression", "part": "xl/sheet1.xml"},
        {"cause": "unreadable", "part": "xl/sheet1.xml", "reason": "not well-formed"},
        {"cause": "unreadable", "part": "", "reason": "File is not a zip file"},
    ],
    "sheet_too_large": [
        {"cause": "slow", "seconds": 120}, {"cause": "part", **PART}, {"cause": "ratio", **PART},
        {"cause": "rows", "limit": 20_000, "tab": "2025 Prog-metal"},
        *({"cause": cause, "limit": 6000} for cause in LIMITS),
    ],
    "sheet_layout": [{}],
    "sheet_shrunk": [{"lost": 1413, "total": 1413, "tab": "2023 Prog-metal"}, {"lost": 80, "total": 160}],
    "sheet_scrambled": [
        {"column": "Artist", "changed": 1413, "total": 1413, "tab": "2023 Prog-metal",
         "examples": ["12: Haken → Leprous", "13: Leprous → Maraton"]},
        {"column": "Spotify", "changed": 80, "total": 160, "examples": []},
    ],
    "no_worker": [{}],
    "database": [{"detail": "disk full"}, {}],
}  # fmt: skip
WARNINGS: Cases = {
    "failed_tabs": [{"tabs": ["2023 Prog-metal"]}, {"tabs": ["2023", "2022", "2021"]}],
    "failed_rows": [{"rows": 1}, {"rows": 1500}],
    "cell_error": [{"rows": 1}, {"rows": 55}],
    "doubtful_rows": [
        {"cause": "rows", "rows": 1}, {"cause": "rows", "rows": 31},
        {"cause": "vanished", "column": "Vocal Style", "tabs": ["X", "Y"]}, {"cause": "vanished", "tabs": ["X"]},
        {"cause": "missing", "column": "Vocal Style", "tabs": ["X"]},
    ],
    "spotify_credentials": [{"cause": "missing"}, {"cause": "rejected"}],
    "spotify_forbidden": [{"cause": "no_premium"}, {}],
    "spotify_blocked": [
        {"cause": "process_ended"}, {"cause": "quota", "until": UNTIL}, {"cause": "failing", "until": UNTIL},
        {"cause": "rate_limited", "until": UNTIL}, {"cause": "refusing", "until": UNTIL},
    ],
}  # fmt: skip
FAILURES: Cases = {
    "no_album": [{}],
    "no_artist": [{}],
    "text_too_long": [
        {"cause": "length", "column": "Genre", "characters": 1200, "most": 1000},
        {"cause": "sorting", "column": "Album"}, {"cause": "filter", "name": "Progressive"},
    ],
    "other_year": [{"date": "2021-05-03", "year": 2023}, {"date": "2021-05-03"}],
    "cell_error": [{"columns": ["Album"]}, {"columns": ["Artist", "Release Date"]}],
    "not_a_spotify_album": [{"link": "https://open.spotify.com/playlist/1"}],
    "no_spotify_link": [{}],
    "far_off_date": [{"cell": "C7"}],
    "column_twice": [{"column": "Spotify", "cells": "I7, K7"}],
    "shared_spotify_link": [{"artist": "Haken", "album": "Virus", "row": 1200, "tab": "2020"}],
    "vanished_column": [{"column": "Vocal Style", "albums": 1200}],
    "column_missing": [{"column": "Vocal Style"}],
    "failed_tab": [{"cause": "header", "columns": ["Artist", "Album"]}, {"cause": "missing", "albums": 31}],
    "database_refused": [{"detail": "value too long"}],
}  # fmt: skip
NOTICES = (
    "started", "comparing", "undoing", "cancelling", "already_running", "too_soon", "nothing_to_cancel",
    "nothing_to_undo", "staff_sync", "staff_preview", "staff_accept", "staff_undo", "form_expired",
    "staff_review",
    "another_runs", "offer_gone", "staff_cancel",
    "form_without_cookie", "form_from_elsewhere",
)  # fmt: skip
