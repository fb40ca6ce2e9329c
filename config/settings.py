"""Django's settings. What an operator may set is read first, and listed in .env.example."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

from csp.constants import NONE, SELF
from dj_database_url import DBConfig

from catalog.conf import SpotifySettings, SyncSettings
from config.environment import SQLITE, Environment

BASE_DIR = Path(__file__).resolve().parent.parent
PUBLIC_SHEET = "https://docs.google.com/spreadsheets/d/1fQFg52uaojpRCz29EzSHVpsX5SYVJ2VN8IuKs9XA5W8/export?format=xlsx"

env = Environment.load(BASE_DIR / ".env")

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret_key("SECRET_KEY", debug=DEBUG)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])
DATABASE = env.database("DATABASE_URL", f"sqlite:///{quote(str(BASE_DIR / 'db.sqlite3'))}")
TASKS_BACKEND = env.choice("TASKS_BACKEND", ("thread", "database"))
RETAIN_DAYS = env.whole_number("RETAIN_DAYS", 90)
IS_DEMO = env.flag("PROGMETAL_DEMO")

SPOTIFY = SpotifySettings(
    client_id=env.text("SPOTIFY_CLIENT_ID"),
    client_secret=env.text("SPOTIFY_CLIENT_SECRET"),
    api_url=env.text("SPOTIFY_API_URL", "https://api.spotify.com/v1").rstrip("/"),
    token_url=env.text("SPOTIFY_TOKEN_URL", "https://accounts.spotify.com/api/token"),
    oembed_url=env.text("SPOTIFY_OEMBED_URL", "https://open.spotify.com/oembed"),
    min_interval_seconds=env.optional_number("SPOTIFY_MIN_INTERVAL_SECONDS", example=0.35),
    image_hosts=tuple(env.words("SPOTIFY_IMAGE_HOSTS", ["i.scdn.co", "*.spotifycdn.com"])),
    daily_budget=env.whole_number("SPOTIFY_DAILY_BUDGET", 200),
    max_wait_seconds=env.number("SPOTIFY_MAX_WAIT_SECONDS", 60),
    ttl_days=env.number("SPOTIFY_TTL_DAYS", 30),
)
SYNC = SyncSettings(
    sheet_url=env.text("GOOGLE_SHEETS_XLSX_URL", PUBLIC_SHEET),
    sheet_tabs=env.pattern("SHEET_TABS"),
    enrich_seconds=env.number("SYNC_ENRICH_SECONDS", 60),
    permission=env.choice("SYNC_PERMISSION", ("staff", "anyone")),
    cooldown_seconds=env.number("SYNC_COOLDOWN_SECONDS", 10),
    stale_after_seconds=env.number("SYNC_STALE_AFTER_SECONDS", 60),
    interval=env.interval("SYNC_INTERVAL"),
)
env.check()

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "catalog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "catalog.context_processors.site",
            ],
            "builtins": ["catalog.templatetags.catalog_extras"],
        },
    },
    {
        # Tiles and filters are rendered by the hundred: there Jinja takes a twentieth of the time.
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "jinja",
        "DIRS": [BASE_DIR / "catalog" / "templates"],
        "OPTIONS": {"environment": "catalog.rendering.jinja.environment"},
    },
]


def for_syncs_beside_readers(database: DBConfig) -> DBConfig:
    """Return the database with the options that a sync beside readers needs."""
    options: dict[str, Any] = dict(database.get("OPTIONS", {}))
    if database.get("ENGINE") == SQLITE:
        options["transaction_mode"] = "IMMEDIATE"
        options["timeout"] = 20
        options["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        return {**database, "OPTIONS": options}
    options.setdefault("pool", {"min_size": 0, "max_size": 20, "timeout": 20})
    options.setdefault("connect_timeout", 10)
    # A process that was stopped in a transaction must not hold its locks for ever.
    options.setdefault("options", "-c lock_timeout=20s -c idle_in_transaction_session_timeout=60s")
    return {**database, "OPTIONS": options, "CONN_HEALTH_CHECKS": True}


def database_at(url: str) -> DBConfig:
    """Return the database of another address, for manage.py move_database."""
    given = Environment({"DATABASE_URL": url})
    database = given.database("DATABASE_URL", "")
    given.check()
    return for_syncs_beside_readers(database)


DATABASES = {"default": for_syncs_beside_readers(DATABASE)}
DATABASE_AT = database_at
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Rendered parts of pages of this process: up to 100 kB each, as they are and compressed. With DEBUG none is kept.
    "pages": {
        "BACKEND": f"django.core.cache.backends.{'dummy.DummyCache' if DEBUG else 'locmem.LocMemCache'}",
        "LOCATION": "pages",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TASKS = {
    "default": {
        "BACKEND": {
            "thread": "catalog.task_backend.ThreadBackend",
            "database": "django_tasks_db.DatabaseBackend",
        }[TASKS_BACKEND]
    }
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, *SPOTIFY.image_hosts],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
CSRF_FAILURE_VIEW = "catalog.views.sync.csrf_failure"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en"
USE_I18N = False  # one language: no looking for translations, a tenth of a page's time
TIME_ZONE = "UTC"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "catalog:album_list"
LOGOUT_REDIRECT_URL = "catalog:album_list"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"catalog": {"level": "INFO"}, "demo": {"level": "INFO"}},
}
