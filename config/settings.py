"""Django's settings. What an operator may set is read first, and listed in .env.example."""

import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from dj_database_url import DBConfig

from catalog.conf import NotifySettings, SpotifySettings, SyncSettings, signing_key
from catalog.logs import secrets
from config.databases import for_syncs_beside_readers
from config.environment import BASE_DIR, Environment
from config.watch import receivers, sentry
from config.watch.logs import FORMATS, logging_config

PUBLIC_SHEET = "https://docs.google.com/spreadsheets/d/1fQFg52uaojpRCz29EzSHVpsX5SYVJ2VN8IuKs9XA5W8/export?format=xlsx"

env = Environment.load(BASE_DIR / ".env")

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret_key("SECRET_KEY", debug=DEBUG)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])
PUBLIC_URL = env.site("PUBLIC_URL")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
HSTS_SECONDS = env.whole_number("HSTS_SECONDS", 31_536_000)
# gunicorn.conf.py renames SCRIPT_NAME, which gunicorn would take for its own.
SUB_PATH = (PUBLIC_URL.path or env.text("SCRIPT_NAME") or env.text("PROGMETAL_SCRIPT_NAME")).rstrip("/")
DATABASE = env.database("DATABASE_URL")
DATABASE_TIMEOUT_SECONDS = env.number("DATABASE_TIMEOUT_SECONDS", 25)
WEB_CONCURRENCY = env.whole_number("WEB_CONCURRENCY", 2)
TASKS_BACKEND = env.choice("TASKS_BACKEND", ("thread", "database"))
RETAIN_DAYS = env.whole_number("RETAIN_DAYS", 90)
IS_DEMO = env.flag("PROGMETAL_DEMO")
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))

SPOTIFY = SpotifySettings(
    client_id=env.text("SPOTIFY_CLIENT_ID"),
    client_secret=env.secret("SPOTIFY_CLIENT_SECRET"),
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
NOTIFY = NotifySettings(
    site=PUBLIC_URL.geturl().rstrip("/"),
    webhook_url=env.secret("SYNC_WEBHOOK_URL", receivers.A_WEBHOOK, receivers.web_address),
    webhook_secret=env.secret("SYNC_WEBHOOK_SECRET", receivers.FOR_SIGNING, signing_key),
    emails=tuple(env.words("ADMIN_EMAILS", [], receivers.ADDRESSES, receivers.email)),
    sender=env.text("EMAIL_FROM", f"progmetal@{PUBLIC_URL.hostname or 'localhost'}"),
    urls=receivers.split(env.secret("NOTIFY_URLS", receivers.FOR_APPRISE, receivers.apprise_urls)),
)
METRICS_FOLDER = env.text("PROMETHEUS_MULTIPROC_DIR")  # gunicorn.conf.py makes one, unless the operator chose one
SENTRY_DSN = env.text("SENTRY_DSN", "", sentry.A_DSN, sentry.dsn)
LOG_FORMAT = env.choice("LOG_FORMAT", FORMATS)
mail_url = env.secret("EMAIL_URL", receivers.A_MAIL_SERVER, receivers.mail_server)
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
    "axes",
    "catalog",
]

MIDDLEWARE = [
    "catalog.metrics.middleware.measured",
    # What sets headers comes first, so that no answer lacks them: neither files nor what the others refuse.
    "catalog.security.proxies.ProxyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "catalog.security.transport.TransportMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
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


def database_at(url: str) -> DBConfig:
    """Return the database of another address, for manage.py move_database."""
    given = Environment({"DATABASE_URL": url})
    database = given.database("DATABASE_URL")
    given.check()
    return for_syncs_beside_readers(database, DATABASE_TIMEOUT_SECONDS)


DATABASES = {"default": for_syncs_beside_readers(DATABASE, DATABASE_TIMEOUT_SECONDS)}
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

# All that HTTPS needs follows from PUBLIC_URL.
IS_HTTPS = PUBLIC_URL.scheme == "https"
if PUBLIC_URL.hostname:
    ALLOWED_HOSTS.append(f"[{PUBLIC_URL.hostname}]" if ":" in PUBLIC_URL.hostname else PUBLIC_URL.hostname)
    CSRF_TRUSTED_ORIGINS.append(f"{PUBLIC_URL.scheme}://{PUBLIC_URL.netloc}")
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [""]  # everything: TransportMiddleware redirects instead, or says why it can't
SECURE_HSTS_SECONDS = HSTS_SECONDS if IS_HTTPS else 0
# Whether subdomains and the browsers' own lists are included is up to whoever owns the domain, not to one site of it.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if SUB_PATH:
    FORCE_SCRIPT_NAME = SUB_PATH
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{SUB_PATH}/"
MESSAGE_STORAGE = "catalog.security.cookies.MessageStorage"

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_HANDLER = "catalog.security.throttle.LoginThrottle"
AXES_LOCKOUT_CALLABLE = "catalog.security.throttle.locked_out"
AXES_CLIENT_IP_CALLABLE = "catalog.security.proxies.client_network"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username", "ip_address"]
AXES_FAILURE_LIMIT = 1  # of the rules in catalog.security.throttle
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # or an attacker could lock an account for ever
AXES_VERBOSE = False
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en"
USE_I18N = False  # one language: no looking for translations, a tenth of a page's time
TIME_ZONE = "UTC"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = f"{SUB_PATH}/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.SiteStaticFilesStorage"},
}
# Where static files were not collected, and while debugging, they are served from their sources; that is no problem.
warnings.filterwarnings("ignore", "No directory at", module="django.core.handlers.base")
WHITENOISE_USE_FINDERS = DEBUG or not (STATIC_ROOT / "staticfiles.json").exists()

ADMINS = [(address, address) for address in NOTIFY.emails]
SERVER_EMAIL = DEFAULT_FROM_EMAIL = NOTIFY.sender
MAIL_SERVER = receivers.mail_server(mail_url or "smtp://localhost")
EMAIL_BACKEND, EMAIL_FILE_PATH = MAIL_SERVER["EMAIL_BACKEND"], MAIL_SERVER["EMAIL_FILE_PATH"]
EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = (MAIL_SERVER[f"EMAIL_{name}"] for name in ("HOST", "PORT", "TIMEOUT"))
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL_SERVER["EMAIL_HOST_USER"], MAIL_SERVER["EMAIL_HOST_PASSWORD"]
EMAIL_USE_SSL, EMAIL_USE_TLS = MAIL_SERVER["EMAIL_USE_SSL"], MAIL_SERVER["EMAIL_USE_TLS"]

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "catalog:album_list"
LOGOUT_REDIRECT_URL = "catalog:album_list"

LOGGING = logging_config(LOG_FORMAT)
secrets.hide(
    [
        SECRET_KEY,
        SPOTIFY.client_secret,
        NOTIFY.webhook_secret,
        EMAIL_HOST_PASSWORD or "",
        str(DATABASE.get("PASSWORD", "")),
    ],
    addresses=[NOTIFY.webhook_url, *NOTIFY.urls, mail_url],
)
if SENTRY_DSN:
    sentry.start(SENTRY_DSN)
