"""Gunicorn's own log lines, in the format of all others."""

from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger as GunicornLogger

from catalog.logs.formats import FORMATTERS
from config.watch.logs import FORMATS


class Logger(GunicornLogger):
    """Gunicorn's own lines in the same format. Those of requests have neither query nor address of the visitor."""

    log_format = FORMATS[0]
    """Set by gunicorn.conf.py."""

    def _set_handler(self, log: Any, output: Any, fmt: Any, stream: Any = None) -> None:  # noqa: ANN401, ARG002
        set_handler: Any = getattr(super(), "_set_handler")  # noqa: B009 - the stubs forget it
        set_handler(log, output, FORMATTERS[self.log_format](), stream)

    def access(self, resp: Any, req: Any, environ: MutableMapping[str, Any], request_time: timedelta) -> None:  # noqa: ANN401, ARG002
        """Log a request, if access logging is on: ``--access-logfile -`` in GUNICORN_CMD_ARGS."""
        if not self.access_log_enabled:
            return
        fields = {
            "method": environ["REQUEST_METHOD"],
            "path": environ["PATH_INFO"],
            "status": resp.status_code,
            "bytes": resp.sent,
            "seconds": request_time.total_seconds(),
        }
        self.access_log.info("%s %s status=%s bytes=%s seconds=%s", *fields.values(), extra={"fields": fields})
