"""How all processes log: to standard error, in the format that LOG_FORMAT names."""

from typing import Any

from catalog.logs.formats import FORMATTERS

FORMATS = tuple(FORMATTERS)


def logging_config(log_format: str) -> dict[str, Any]:
    """Return Django's setting LOGGING."""
    formatter = FORMATTERS[log_format]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"chosen": {"()": f"{formatter.__module__}.{formatter.__qualname__}"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "chosen"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "catalog": {"level": "INFO"},
            "demo": {"level": "INFO"},
            # Django itself would mail each error to ADMINS, with what the visitor sent.
            "django": {"handlers": [], "level": "INFO"},
        },
    }
