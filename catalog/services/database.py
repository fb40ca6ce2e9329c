"""Why a database can't be reached. Drivers tell it in words alone, so here, and only here, their words are read."""

import re

CAUSES = (
    ("password", r"password authentication failed|no password supplied|pg_hba\.conf|role .* does not exist"),
    ("no_database", r"database .* does not exist|no such database"),
    ("name", r"resolve|translate host name|name or service not known|temporary failure in name"),
    ("full", r"too many (?:clients|connections)|remaining connection slots|no more connections allowed"),
    ("silent", r"timeout expired|timed out|didn't answer within"),
    ("refused", r"connection refused|no such file or directory|no route to host|network is unreachable"),
    ("starting", r"the database system is (?:starting|shutting)|server_login_retry|server closed the connection"),
    ("lost", r"connection is (?:closed|lost|bad)|connection to server|terminating connection|connection failed"),
    ("slow", r"statement timeout|lock timeout"),
    ("file", r"unable to open database file"),
    ("readonly", r"readonly database"),
    ("locked", r"database is locked"),
)


def cause_of(error: BaseException | None) -> str:
    """Return the code of why the database can't be reached, nothing where it was reached and said no."""
    said = str(error).lower()
    return next((code for code, pattern in CAUSES if re.search(pattern, said)), "")
