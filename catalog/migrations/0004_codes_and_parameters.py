"""Keeps errors, warnings and failures as codes and parameters. What is stored is converted, and back.

The tables below are the sentences of the version before. One that is found here becomes a cause and its parameters, so
that pages can word it anew; any other is kept as it is, under "legacy", and shown as it is.
"""

import re
from string import Formatter

from django.db import migrations, models

AT_ONCE = 500
NAMED = "what the sentence for the code names"
LISTS = {"tabs": ", ", "columns": " or "}

ERRORS = {
    "internal": ("The sync stopped because of a mistake in progmetal", {}),
    "sheet_unreachable": ("The sheet could not be downloaded", {
        "scheme": "its address must begin with https:, http: or file:",
        "address": "its address is not valid",
        "redirect_loop": "it redirects in circles",
        "redirect_address": "it redirects to an address that is not valid",
        "redirect": "it redirects to {scheme}://{host}, which progmetal does not follow",
        "deadline": "it took longer than {seconds:d} s",
        "deadline ": "it was not here within {seconds:d} s",
        "timeout": "its server took too long to answer",
        "proxy": "the proxy did not let it through",
        "connection": "the connection failed ({kind})",
        "status": "its server answers {status:d}",
        "file": "{path} cannot be read",
    }),
    "sheet_forbidden": ("The sheet is not open to everybody", {
        "sign_in": "Google asks to sign in",
        "status": "its server answers {status:d}",
    }),
    "sheet_not_found": ("There is no sheet at the address", {"": "its server answers {status:d}"}),
    "rate_limited": ("The sheet's server asks for a pause", {"": "{seconds:d} seconds"}),
    "sheet_not_a_workbook": ("What the sheet's address gave is not an Excel workbook", {
        "empty": "it is empty",
        "web_page": "it is a web page",
        "signature": "it does not begin as a workbook does",
        "password": "it is protected with a password",
        "compression": "{part} is packed in a way that no spreadsheet uses",
        "document_type": "it declares a document type, as no spreadsheet does",
        "shared_cells": "two tabs claim the same cells",
        "no_tabs": "it has no tabs",
        "unreadable": "the file cannot be read ({reason})",
        "unreadable ": "{part} cannot be read ({reason})",
    }),
    "sheet_too_large": ("The workbook is larger than a sheet of albums can be", {
        "bytes": "more than {limit:,} bytes",
        "entries": "more than {limit:,} parts",
        "unpacked": "more than {limit:,} bytes when unpacked",
        "tag_length": "more than {limit:,} bytes in one tag",
        "part": "more than {limit:,} bytes in {part}",
        "ratio": "more than {limit:,} fold packed: {part}",
        "tags": "more than {limit:,} tags",
        "names": "more than {limit:,} names of elements",
        "characters": "more than {limit:,} characters of text",
        "relationships": "more than {limit:,} relationships",
        "tabs": "more than {limit:,} tabs",
        "shared_strings": "more than {limit:,} shared strings",
        "number_formats": "more than {limit:,} number formats",
        "fills": "more than {limit:,} fills",
        "styles": "more than {limit:,} cell styles",
        "hyperlinks": "more than {limit:,} hyperlinks in one tab",
        "slow": "it could not be read within {seconds:d} s",
    }),
    "sheet_layout": ("No tab of the workbook has a header row with Artist and Album", {}),
    "sheet_shrunk": ("The sheet lost so many albums that a mistake is likelier than an edit, so nothing was changed", {
        "": "{lost:,} of the {total:,} albums of {tab} would be removed",
        " ": "{lost:,} of {total:,} albums would be removed",
    }),
    "no_worker": ("No worker took the sync", {}),
    "database": ("The database could not be written", {"": "{detail}"}),
}
"""By code: what its messages began with, and by cause what followed; blanks tell apart two texts of one cause."""

ADDRESS_HINT = (
    "Set GOOGLE_SHEETS_XLSX_URL to an address of the form https://docs.google.com/spreadsheets/d/…/export?format=xlsx"
)
HINTS = {
    "internal": "Try again. If it happens again, report it with the lines of the log around this time.",
    "sheet_unreachable": "Check the server's connection to the internet and GOOGLE_SHEETS_XLSX_URL, then try again in "
    "a few minutes.",
    "sheet_forbidden": "Ask the sheet's owner to share it with “Anyone with the link” and to allow viewers to download "
    "it.",
    "sheet_not_found": f"{ADDRESS_HINT}; the sheet may have been moved or deleted.",
    "rate_limited": "Wait before the next sync; if it comes back, sync less often (SYNC_INTERVAL).",
    "sheet_not_a_workbook": f"{ADDRESS_HINT} and share the sheet with “Anyone with the link”.",
    "sheet_too_large": "Check that GOOGLE_SHEETS_XLSX_URL names the right sheet; if it does, delete the tabs, rows, "
    "formats and pictures that it does not need.",
    "sheet_layout": "Check that GOOGLE_SHEETS_XLSX_URL names the sheet of albums, that SHEET_TABS matches its tabs, "
    "and that the header row still reads Artist, Album, Release Date and so on.",
    "sheet_shrunk": "Look at the sheet's version history and restore what is missing. If the albums are meant to go, "
    "staff can accept it on the page of this sync, or anybody at the server with manage.py import_albums --force.",
    "no_worker": "Start a worker with manage.py db_worker, or set TASKS_BACKEND=thread, then press Sync Now again.",
    "database": "Check that the database runs and that its disk has room, then press Sync Now again: it continues from "
    "what is committed.",
}
"""What a version before this one says where one goes back to it; the way forward needs none of them."""

BLOCKED = (
    "Spotify may not be asked before {until} UTC ({reason}); the next sync after that goes on, as does manage.py "
    "enrich_albums, and a smaller SPOTIFY_DAILY_BUDGET or a larger SPOTIFY_MIN_INTERVAL_SECONDS makes this rarer."
)
FORBIDDEN = (
    "Spotify refuses the app of SPOTIFY_CLIENT_ID ({}), so it is asked for covers only, by oEmbed; when its owner has "
    "Premium again, Spotify needs a few hours to notice."
)
WARNINGS = {
    "failed_tabs": {"": "Not read, and its albums kept: {tabs}. Restore the tab or its header row."},
    "failed_rows": {
        "": "Not taken in: {rows:,} rows. Correct each as the list says.",
        " ": "Not taken in: {rows:,} row. Correct each as the list says.",
    },
    "doubtful_rows": {
        "vanished": "A column of {tabs} is missing or empty; albums keep what they had. Restore it.",
        "missing": "A column of {tabs} is missing or empty; albums keep what they had. Restore it.",
        "rows": "Taken in as written, but worth a look: {rows:,} rows. See the list.",
        "rows ": "Taken in as written, but worth a look: {rows:,} row. See the list.",
    },
    "spotify_credentials": {
        "missing": "SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET are not both set, so Spotify is asked for covers only, "
        "by oEmbed.",
        "rejected": "Spotify does not accept SPOTIFY_CLIENT_ID with SPOTIFY_CLIENT_SECRET, so it is asked for covers "
        "only, by oEmbed; copy both anew from the app's page in Spotify's dashboard.",
    },
    "spotify_forbidden": {
        "no_premium": FORBIDDEN.format("its owner has no Premium subscription"),
        "": FORBIDDEN.format("its owner may lack Premium, or the app may be blocked in Spotify's dashboard"),
    },
    "spotify_blocked": {
        "process_ended": "The process ended while Spotify was asked; the next sync continues there.",
    },
}

FAILURES = {
    "no_artist": {"": "The row has an album but no artist"},
    "text_too_long": {
        "length": "{column} has {characters:,} characters; at most {most:d}",
        "sorting": "{column} is too long to be sorted; shorten it",
        "filter": "“{name}…” is too long for a name that albums are filtered by",
    },
    "other_year": {"": "The release date {date} lies in another year than the tab"},
    "not_a_spotify_album": {"": "The Spotify link leads to no album on Spotify: {link}"},
    "no_spotify_link": {"": "The Spotify cell has no link to a web page"},
    "shared_spotify_link": {"": "Its Spotify link is the one of {artist} – {album} in row {row:d} of {tab}"},
    "vanished_column": {"": "No row has a {column} any more; {albums:d} albums keep theirs"},
    "column_missing": {"": "The header row has no column {column}"},
    "failed_tab": {
        "header": "The header row has no column {columns}",
        "missing": "The tab, or its header row, is not in the sheet; its {albums:d} albums are kept",
    },
    "database_refused": {"": "The database refused it: {detail}"},
}

BLOCKS = {
    "rate_limited": "Spotify wants to be asked less often.",
    "quota": "Spotify wants to be asked less often: the quota of the app's developer is used up.",
    "failing": "Spotify fails to answer again and again.",
    "batch_forbidden": "Spotify does not let this app ask for several albums at once, as it is in development mode.",
}

SPOTIFY_ERRORS = {
    "internal": ("A call to Spotify ended because of a mistake in progmetal", {}),
    "temporary_failure": ("Spotify cannot answer at the moment", {
        "status": "status {status:d}",
        "too_slow": "its answer takes too long",
        "no_answer": "no answer within {seconds:d} s",
        "connection": "{kind} at {host}",
    }),
    "malformed_answer": ("Spotify's answer cannot be understood", {
        "status": "status {status:d}",
        "too_large": "it is too large",
        "not_json": "it is not JSON",
        "not_an_object": "it is not a JSON object",
        "other_albums": "it does not hold the albums that were asked for",
        "no_token": "it holds no token",
    }),
    "invalid_id": ("Spotify does not take one of these ids for an id", {}),
    "unknown_album": ("Spotify does not know this album", {}),
    "no_cover": ("Spotify names no cover", {}),
}
BROKEN_ENTRY = "Spotify's entry cannot be understood."


def found(texts, text):
    """Return cause and parameters of the first sentence that is this text, or None."""
    for cause, sentence in texts.items():
        match = re.fullmatch(_pattern(sentence), text, re.DOTALL)
        if match:
            named = {name: _value(name, sentence, value) for name, value in match.groupdict().items()}
            return ({"cause": cause.strip()} if cause.strip() else {}) | named
    return None


def _pattern(sentence):
    parts = []
    for literal, name, form, _ in Formatter().parse(sentence):
        parts.append(re.escape(literal))
        if name:
            parts.append(f"(?P<{name}>{'[0-9,]+' if form else '.+?'})")
    return "".join(parts)


def _value(name, sentence, value):
    if name in LISTS:
        return value.split(LISTS[name])
    is_number = f"{{{name}:" in sentence
    return int(value.replace(",", "")) if is_number else value


def written(texts, parameters):
    """Return the sentence of a cause that names most of its parameters, or the bare facts where there was none."""
    named = {name: LISTS[name].join(value) if name in LISTS else value for name, value in parameters.items() if value}
    fields = {sentence: {name for _, name, _, _ in Formatter().parse(sentence) if name} for sentence in texts.values()}
    fitting = [
        sentence
        for cause, sentence in texts.items()
        if cause.strip() == parameters.get("cause", "") and fields[sentence] <= named.keys()
    ]
    if fitting:
        return max(fitting, key=lambda sentence: len(fields[sentence])).format(**named)
    return ", ".join(f"{name} {value}" for name, value in named.items())


def in_full(start, texts):
    return {cause: f"{start}: {text}." for cause, text in texts.items()} | {"  ": f"{start}."}


def error_parameters(code, message, hint):
    start, texts = ERRORS.get(code, ("", {}))
    known = found(in_full(start, texts), message)
    return known if known is not None else {"legacy_message": message, "legacy_hint": hint}


def error_texts(code, parameters):
    if "legacy_message" in parameters:
        return parameters["legacy_message"], parameters["legacy_hint"]
    start, texts = ERRORS.get(code, (code, {}))
    return written(in_full(start, texts), parameters)[:1000], HINTS.get(code, "")


def warning_fact(said):
    code, _, text = said.partition(": ")
    known = found(WARNINGS.get(code, {}), text)
    blocked = re.fullmatch(_pattern(BLOCKED), text) if code == "spotify_blocked" else None
    causes = {reason.rstrip("."): cause for cause, reason in BLOCKS.items()}
    if blocked and blocked["reason"] in causes:
        known = {"cause": causes[blocked["reason"]], "until": blocked["until"].replace(" ", "T") + "+00:00"}
    return {"code": code[:30], "parameters": {"legacy": text} if known is None else known}


def warning_text(fact):
    code, parameters = fact["code"], fact["parameters"]
    if "until" in parameters:
        until = parameters["until"].replace("T", " ")[:19]
        reason = BLOCKS.get(parameters.get("cause"), "Spotify asks for a pause")
        return f"{code}: " + BLOCKED.format(until=until, reason=reason.rstrip("."))
    text = parameters.get("legacy") or written(WARNINGS.get(code, {}), parameters)
    return f"{code}: " + (text.replace(": 1 rows.", ": 1 row.") if parameters.get("rows") == 1 else text)


def failure_parameters(code, reason):
    known = found(FAILURES.get(code, {}), reason)
    return {"legacy": reason} if known is None else known


def failure_reason(code, parameters):
    return (parameters.get("legacy") or written(FAILURES.get(code, {}), parameters))[:500]


def spotify_error(text):
    if text == BROKEN_ENTRY:
        return "malformed_answer", {"cause": "entry"}
    for code, (start, texts) in SPOTIFY_ERRORS.items():
        known = found(in_full(start, texts), text)
        if known is not None:
            return code, known
    return text, {}


def spotify_error_text(code, parameters):
    if parameters.get("cause") == "entry":
        return BROKEN_ENTRY
    start, texts = SPOTIFY_ERRORS.get(code, (None, {}))
    return code if start is None else written(in_full(start, texts), parameters)[:300]


def each(rows, fields, change):
    """Change rows and write these fields of them, some hundreds at a time."""
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        changed = list(rows.model.objects.filter(pk__in=keys[start : start + AT_ONCE]))
        for row in changed:
            change(row)
        rows.model.objects.bulk_update(changed, fields)


def to_facts(apps, schema_editor):
    operations, failures = (apps.get_model("catalog", name).objects for name in ("SyncOperation", "SyncFailure"))
    records, albums = (apps.get_model("catalog", name).objects for name in ("SyncRecord", "SpotifyAlbum"))

    def error(row):
        row.error_parameters = error_parameters(row.error_code, row.error_message, row.error_hint)

    def warnings(row):
        row.warnings = [warning_fact(said) for said in row.warnings]

    def failure(row):
        row.parameters = failure_parameters(row.code, row.reason)

    def album(row):
        row.last_error, row.last_error_parameters = spotify_error(row.last_error)

    each(operations.exclude(error_code=""), ["error_parameters"], error)
    each(operations.exclude(warnings=[]), ["warnings"], warnings)
    each(records.exclude(warnings=[]), ["warnings"], warnings)
    each(failures.all(), ["parameters"], failure)
    each(albums.exclude(last_error=""), ["last_error", "last_error_parameters"], album)
    quotas = apps.get_model("catalog", "SpotifyQuota").objects
    for code, text in BLOCKS.items():
        quotas.filter(blocked_reason=text).update(blocked_reason=code)


def to_sentences(apps, schema_editor):
    operations, failures = (apps.get_model("catalog", name).objects for name in ("SyncOperation", "SyncFailure"))
    records, albums = (apps.get_model("catalog", name).objects for name in ("SyncRecord", "SpotifyAlbum"))

    def error(row):
        row.error_message, row.error_hint = error_texts(row.error_code, row.error_parameters)

    def warnings(row):
        row.warnings = [warning_text(fact) for fact in row.warnings]

    def failure(row):
        row.reason = failure_reason(row.code, row.parameters)

    def album(row):
        row.last_error = spotify_error_text(row.last_error, row.last_error_parameters)

    each(operations.exclude(error_code=""), ["error_message", "error_hint"], error)
    each(operations.exclude(warnings=[]), ["warnings"], warnings)
    each(records.exclude(warnings=[]), ["warnings"], warnings)
    each(failures.all(), ["reason"], failure)
    each(albums.exclude(last_error=""), ["last_error"], album)
    quotas = apps.get_model("catalog", "SpotifyQuota").objects
    for code, text in BLOCKS.items():
        quotas.filter(blocked_reason=code).update(blocked_reason=text)


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0003_genre_alias"),
    ]

    operations = [
        migrations.AddField("syncoperation", "error_parameters", models.JSONField(default=dict, help_text=NAMED)),
        migrations.AddField("syncfailure", "parameters", models.JSONField(default=dict, help_text=NAMED)),
        migrations.AddField("spotifyalbum", "last_error_parameters", models.JSONField(default=dict)),
        migrations.RunPython(to_facts, to_sentences),
    ]
