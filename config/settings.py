"""Settings. The environment chooses (DATABASE_URL, REDIS_URL, BROKER_URL); without it the embedded default runs.

`docs/configuration.md` lists every variable. Nothing outside this file asks which way it runs.
"""

import tomllib
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.urls import reverse_lazy

from config import environment
from config.logs import logging_config
from config.mail import mail_config
from inventory.privacy.classes import JOURNAL, SESSION

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
DATA_DIR = Path(environment.text("DATA_DIR", str(BASE_DIR / ".data"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
DATABASE_URL = environment.url("DATABASE_URL", "", {"sqlite", "postgres", "postgresql"})
REDIS_URL = environment.url("REDIS_URL", "", {"redis", "rediss", "unix"})
BROKER_URL = environment.url("BROKER_URL", "", {"amqp", "amqps", "redis", "rediss"})
EMBEDDED = not DATABASE_URL
JOURNAL_DAYS = environment.integer("JOURNAL_DAYS", JOURNAL.period.days, least=1)

DEBUG = environment.flag("DEBUG", default=False)
DEMO = environment.flag("DEMO", default=False)
# A camera on this machine: the demo's simulated one. Elsewhere such an address would lead into our own insides.
CAMERAS_ON_LOOPBACK = environment.flag("CAMERAS_ON_LOOPBACK", default=DEMO)
DEMO_CAMERA_PORT = environment.integer("DEMO_CAMERA_PORT", 8001, least=1)
SECRET_KEY = environment.secret("SECRET_KEY", keep_in=DATA_DIR / "secret_key" if EMBEDDED else None)
ALLOWED_HOSTS = environment.names("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver" if EMBEDDED else "")
CSRF_TRUSTED_ORIGINS = environment.names("CSRF_TRUSTED_ORIGINS")
METRICS_TOKEN = environment.text("METRICS_TOKEN")
PUBLIC_URL = environment.url("PUBLIC_URL", "http://127.0.0.1:8000", {"http", "https"})
HTTPS = PUBLIC_URL.startswith("https:")
PAYMENT_PROVIDERS = environment.names("PAYMENT_PROVIDERS", "sandbox,till" if EMBEDDED or DEMO else "till")
STRIPE_API_KEY = environment.text("STRIPE_API_KEY")
STRIPE_WEBHOOK_SECRET = environment.text("STRIPE_WEBHOOK_SECRET")
STRIPE_API_BASE = environment.url("STRIPE_API_BASE", "https://api.stripe.com", {"http", "https"})
# For the systems of one retailer together, on all servers.
API_CALLS_PER_MINUTE = environment.integer("API_CALLS_PER_MINUTE", 600, least=1)
# Only for tests and networks of one's own: webhooks to addresses that the internet does not see.
FEEDS_PRIVATE_ADDRESSES = environment.flag("FEEDS_PRIVATE_ADDRESSES", default=False)
WEBHOOKS_TO_PRIVATE = environment.flag("WEBHOOKS_TO_PRIVATE", default=False)

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "channels",
    "django_htmx",
    "csp",
    "inventory",
    "carts",
    "checkout",
    "console",
]

MIDDLEWARE = [
    "config.request_ids.request_ids",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "console.second_factor.second_factor_gate",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# SQLite: deferred transactions fail when two writers meet, so every transaction takes the write lock at its start.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA cache_size=-16000;",
}
DATABASES: dict[str, dict[str, Any]] = {
    "default": dict(dj_database_url.parse(DATABASE_URL or f"sqlite:///{DATA_DIR / 'store.sqlite3'}"))
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
else:
    # A pool left to itself waits twice as long after each attempt to reach an absent server: 1, 2, 4 … s.
    # One that gives up at once tries again for each who asks.
    pool = {"min_size": 2, "max_size": environment.integer("DATABASE_POOL", 20), "reconnect_timeout": 0.5, "timeout": 5}
    DATABASES["default"]["OPTIONS"] = {"pool": pool}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CHANNEL_LAYERS: dict[str, dict[str, Any]] = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
CACHES: dict[str, dict[str, Any]] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if REDIS_URL:
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # redis-py 8 gives sockets a time-out of its own, which would end the layer's idle subscriptions.
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}]},
    }
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}

CELERY_BROKER_URL = BROKER_URL or "memory://"
CELERY_TASK_DEFAULT_QUEUE = environment.text("TASK_QUEUE", "smartcart")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 60
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Managers, operators and superusers must then have a second factor; everybody may.
REQUIRE_SECOND_FACTOR = environment.flag("REQUIRE_SECOND_FACTOR", default=False)
LOGIN_URL = reverse_lazy("console:login")
LOGIN_REDIRECT_URL = reverse_lazy("console:home")
LOGOUT_REDIRECT_URL = reverse_lazy("console:login")

vars().update(mail_config(environment.url("EMAIL_URL", "", {"smtp", "smtps", "smtp+plain"})))
DEFAULT_FROM_EMAIL = environment.text("EMAIL_FROM", "Receipts <receipts@localhost>")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "Español"), ("fr", "Français")]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
VENDOR = {"uplot": "uplot/dist", "zxing/es": "zxing-wasm/dist/es", "zxing/reader": "zxing-wasm/dist/reader"}
STATICFILES_DIRS = [
    (f"vendor/{name}", path) for name, part in VENDOR.items() if (path := BASE_DIR / "node_modules" / part).is_dir()
]
MEDIA_URL = "media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    # The admin's library writes inline styles and uses Alpine; only its own pages may relax the policy.
    "EXCLUDE_URL_PREFIXES": ["/admin/"],
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "media-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}

SESSION_COOKIE_AGE = int(SESSION.period.total_seconds())

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["carts.authentication.DeviceAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "inventory.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Smart cart backend",
    "DESCRIPTION": "REST API of the cart tablet, the gate and the retailer's systems.",
    "VERSION": VERSION,
    "ENUM_NAME_OVERRIDES": {"ImportState": ["checked", "refused", "applied", "waiting", "running"]},
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
}

UNFOLD = {
    "SITE_TITLE": "Smart cart",
    "SITE_HEADER": "Smart cart",
    "SITE_SYMBOL": "shopping_cart",
    "SHOW_HISTORY": True,
    "SIDEBAR": {"show_search": True, "navigation": "inventory.admin.navigation.navigation"},
}

LOGGING = logging_config(
    form=environment.choice("LOG_FORMAT", "text" if EMBEDDED else "json", {"text", "json"}),
    level=environment.text("LOG_LEVEL", "WARNING"),
)

# What a lost task left is found within seconds; what has had its time goes within minutes.
CELERY_BEAT_SCHEDULE = {
    "pictures": {"task": "checkout.tasks.learn_pictures", "schedule": 15.0, "options": {"expires": 15.0}},
    "cameras": {"task": "checkout.tasks.check_cameras", "schedule": 60.0, "options": {"expires": 60.0}},
    "orphans": {"task": "checkout.tasks.compare_frames", "schedule": 300.0, "options": {"expires": 300.0}},
    "draws": {"task": "checkout.tasks.bind_draws", "schedule": 600.0, "options": {"expires": 600.0}},
    "days": {"task": "checkout.tasks.close_days", "schedule": 300.0, "options": {"expires": 300.0}},
    "sweep": {"task": "checkout.tasks.sweep", "schedule": 3.0, "options": {"expires": 3.0}},
    "expire": {"task": "carts.tasks.expire", "schedule": 600.0, "options": {"expires": 600.0}},
    "previews": {"task": "console.tasks.previews", "schedule": 15.0, "options": {"expires": 15.0}},
    "reports": {"task": "console.tasks.keep_days", "schedule": 600.0, "options": {"expires": 600.0}},
    "learn": {"task": "carts.tasks.learn", "schedule": 10.0, "options": {"expires": 10.0}},
    "budgets": {"task": "carts.tasks.keep_budgets", "schedule": 600.0, "options": {"expires": 600.0}},
    "forget": {"task": "inventory.tasks.forget", "schedule": 3600.0, "options": {"expires": 3600.0}},
    "feeds": {"task": "inventory.tasks.fetch_feeds", "schedule": 60.0, "options": {"expires": 60.0}},
    "archive": {"task": "carts.tasks.archive_journal", "schedule": 3600.0, "options": {"expires": 3600.0}},
}
