"""Settings of one deployment, read from the environment, with safe defaults.

Facts of the society (share price, limits, quorum) are rows in the database, never settings. Every variable read here is
described in docs/run/settings.md.
"""

import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from pennypress.config import connecting, deployment, embedded, pictures, secrets

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("PENNYPRESS_VAR", ROOT / "var")).resolve()
deployment.load(VAR)
PORT = int(os.environ.get("PORT", "8000"))
DEMO = os.environ.get("PENNYPRESS_DEMO") == "1"
BIND = os.environ.get("PENNYPRESS_BIND", "127.0.0.1")
PAGE_STORE_BYTES = int(os.environ.get("PENNYPRESS_PAGE_STORE_MB", "64")) * 1_000_000
SPOOL_BYTES = int(os.environ.get("PENNYPRESS_SPOOL_MB", "500")) * 1_000_000
RENDER_THREADS = int(os.environ.get("PENNYPRESS_RENDER_THREADS", "1"))
WRITE_THREADS = int(os.environ.get("PENNYPRESS_WRITE_THREADS", "3"))
# Searches in a minute from one address; those that find no page count as well, since they look for what was meant.
SEARCHES_PER_MINUTE = int(os.environ.get("PENNYPRESS_SEARCHES_PER_MINUTE", "300" if DEMO else "30"))
# How many connections one process keeps open at once, whatever is done with them.
CONNECTIONS = int(os.environ.get("PENNYPRESS_CONNECTIONS", "4000"))
# Whether readers' browsers keep what was read for when there is no network.
OFFLINE = os.environ.get("PENNYPRESS_OFFLINE") == "1"

DEBUG = False
SITE_URL = os.environ.get("PENNYPRESS_URL", f"http://localhost:{PORT}").rstrip("/")
SECURE = SITE_URL.startswith("https://")
SECRET_KEY = secrets.read("SECRET_KEY", VAR)
ALLOWED_HOSTS = [str(urlsplit(SITE_URL).hostname), "localhost"]
ALLOWED_HOSTS += [host for host in os.environ.get("PENNYPRESS_HOSTS", "").split(",") if host]
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SECURE else []

INSTALLED_APPS = [
    "pennypress.config",
    "pennypress.demo",
    "pennypress.newsroom",
    "pennypress.reader",
    "pennypress.desk",
    "pennypress.gateway",
    "pennypress.moving",
    "pennypress.settlement",
    "pennypress.giving",
    "pennypress.shares",
    "pennypress.subscriptions",
    "pennypress.payments",
    "pennypress.letters",
    "pennypress.society",
    "pennypress.ledger",
    "pennypress.people",
    "pennypress.delivery",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pennypress.config.policy.ContentPolicy",
    "django.middleware.http.ConditionalGetMiddleware",
    "pennypress.delivery.encoding.Encode",
    "pennypress.delivery.caching.PrivateByDefault",
    "pennypress.delivery.fragments.Compose",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pennypress.desk.second_factor.Required",
    "pennypress.newsroom.column_refusals.TellTheEditor",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "pennypress.delivery.replicas.ReadFromReplica",
]

ROOT_URLCONF = "pennypress.config.urls"
WSGI_APPLICATION = "pennypress.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pennypress.newsroom.context.paper",
            ],
        },
    },
]

# Two roles everywhere: the owner migrates, the application works. DATABASE_URL is the application's.
AS_OWNER = os.environ.get("PENNYPRESS_AS_OWNER") == "1" or (
    len(sys.argv) > 1 and sys.argv[1] in {"migrate", "makemigrations"}
)
IS_EMBEDDED = not os.environ.get("DATABASE_URL")
_app_url = os.environ.get("DATABASE_URL") or embedded.url(VAR, embedded.APP_ROLE)
_owner_url = os.environ.get("DATABASE_OWNER_URL") or (
    os.environ["DATABASE_URL"] if os.environ.get("DATABASE_URL") else embedded.url(VAR, embedded.OWNER_ROLE)
)
# Where DATABASE_URL is a pooler's that lends a connection for one transaction, this is the server itself: for whoever
# listens, which is the page stores and the worker.
_direct_url = os.environ.get("DATABASE_DIRECT_URL") or _app_url
_replica_url = os.environ.get("DATABASE_REPLICA_URL")
IS_POOLED = _direct_url != _app_url and not AS_OWNER and sys.argv[1:2] != ["work"]
if AS_OWNER:
    _url = _owner_url
else:
    _url = _app_url if IS_POOLED else _direct_url
DATABASES = {"default": connecting.database(_url, is_pooled=IS_POOLED)}
if IS_POOLED:
    DATABASES["direct"] = connecting.database(_direct_url, is_pooled=False)
if _replica_url:
    DATABASES["replica"] = connecting.database(_replica_url, is_pooled=False)
DATABASE_ROUTERS = ["pennypress.delivery.replicas.Router"]
# Which pages a replica may make: the stories, and nothing that shows money. By the names of their addresses.
READ_FROM_REPLICA = {
    *("wagtail_serve", "story", "claim", "search", "sitemap", "news-sitemap"),
    *("feed", "feed-section", "feed-contributor", "feed-topic"),
}
DATABASE_OWNER_URL = _owner_url
DATABASE_APP_URL = _app_url
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The paper's own language and time zone; its days and months are counted in this zone.
LANGUAGE_CODE = os.environ.get("PENNYPRESS_LANGUAGE", "en-gb")
TIME_ZONE = os.environ.get("PENNYPRESS_TIME_ZONE", "Europe/London")
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [ROOT / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
STORAGES = {
    "default": pictures.storage(
        bucket=os.environ.get("PENNYPRESS_MEDIA_BUCKET", ""),
        endpoint=os.environ.get("PENNYPRESS_MEDIA_ENDPOINT", ""),
        region=os.environ.get("PENNYPRESS_MEDIA_REGION", ""),
        key=os.environ.get("PENNYPRESS_MEDIA_KEY", ""),
        secret=secrets.given("PENNYPRESS_MEDIA_SECRET"),
    ),
    "staticfiles": {"BACKEND": "pennypress.config.statics.Storage"},
}
WHITENOISE_MAX_AGE = 3600

# Who may come in, and how.
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/account/"
ACCOUNT_ADAPTER = "pennypress.reader.logins.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# Nobody signs up; that a password is among these fields is what gives the front door its password form.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE

# Limits on guessing and the codes already used are counted here: in the database, so that all servers count together.
CACHES = {
    "default": {
        "BACKEND": "pennypress.config.counting.SharedCache",
        "LOCATION": "config_shared_count",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Wagtail would keep what it knows of pictures among them, and push counts out.
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if SECURE:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# The public site's policy: nothing inline, nothing from elsewhere. The desk (Wagtail's admin) has its own.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DESK_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": [SELF, "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
}

WAGTAIL_SITE_NAME = "Pennypress"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_LOGIN_URL = "account_login"
# A document that not everybody may have is never sent by its place in a bucket.
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILIMAGES_IMAGE_MODEL = "newsroom.Picture"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "avif"]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "english"}}
TAGGIT_CASE_INSENSITIVE = True

# For how long a process may go on showing the paper's name, sections and standing pages as it read them.
PAPER_SECONDS = 5
# What is shown of the paper while its database cannot be asked.
REMEMBERED = VAR / "remembered"

# Caches in front of the server, each purged by the worker: the sockets for purges of Varnish, a service of Fastly, a zone of
# Cloudflare. A cache of nginx is not purged, nor told what a page shows: it holds that for the rest of the second.
VARNISH = [each.rstrip("/") for each in os.environ.get("PENNYPRESS_VARNISH", "").split(",") if each]
NGINX_CACHE = os.environ.get("PENNYPRESS_NGINX_CACHE") == "1"
FASTLY_SERVICE, FASTLY_TOKEN = os.environ.get("FASTLY_SERVICE", ""), secrets.given("FASTLY_TOKEN")
FASTLY_BASE = os.environ.get("FASTLY_BASE", "https://api.fastly.com").rstrip("/")
CLOUDFLARE_ZONE, CLOUDFLARE_TOKEN = os.environ.get("CLOUDFLARE_ZONE", ""), secrets.given("CLOUDFLARE_TOKEN")
CLOUDFLARE_BASE = os.environ.get("CLOUDFLARE_BASE", "https://api.cloudflare.com").rstrip("/")
_in_front = {"varnish": VARNISH, "fastly": FASTLY_SERVICE, "cloudflare": CLOUDFLARE_ZONE}
CACHES_IN_FRONT = frozenset(name for name, is_there in _in_front.items() if is_there)

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

# Providers of money that this deployment offers, the first of them by default.
PAYMENT_PROVIDERS = [
    name for name in os.environ.get("PENNYPRESS_PROVIDERS", "sandbox" if DEMO else "").split(",") if name
]
# Against card testing. Attempts are counted for an address and hour, for a page view, and for a provider and ten minutes;
# an address is believed from X-Forwarded-For only as far as so many proxies of our own have written it.
TRUSTED_HOPS = int(os.environ.get("PENNYPRESS_TRUSTED_HOPS", "0"))
TRIES_PER_ADDRESS = int(os.environ.get("PENNYPRESS_TRIES_PER_ADDRESS", "50" if DEMO else "5"))
TRIES_PER_PAGE = int(os.environ.get("PENNYPRESS_TRIES_PER_PAGE", "3"))
PROVIDER_BUDGET = int(os.environ.get("PENNYPRESS_PROVIDER_BUDGET", "1200"))
BREAKER_SECONDS = int(os.environ.get("PENNYPRESS_BREAKER_SECONDS", "600"))
SANDBOX_WEBHOOK_SECRET = secrets.read("SANDBOX_WEBHOOK_SECRET", VAR)
STRIPE_SECRET_KEY = secrets.given("STRIPE_SECRET_KEY")
# While a secret is being changed there are two, with a comma between.
STRIPE_WEBHOOK_SECRETS = [each.strip() for each in secrets.given("STRIPE_WEBHOOK_SECRETS").split(",") if each.strip()]
STRIPE_API_BASE = os.environ.get("STRIPE_API_BASE", "https://api.stripe.com").rstrip("/")
GOCARDLESS_ACCESS_TOKEN = secrets.given("GOCARDLESS_ACCESS_TOKEN")
GOCARDLESS_WEBHOOK_SECRETS = [
    each.strip() for each in secrets.given("GOCARDLESS_WEBHOOK_SECRETS").split(",") if each.strip()
]
GOCARDLESS_ENVIRONMENT = os.environ.get("GOCARDLESS_ENVIRONMENT", "sandbox")
# For the tests' own servers; empty: GoCardless' address of the environment.
GOCARDLESS_API_BASE = os.environ.get("GOCARDLESS_API_BASE", "").rstrip("/")

# What receipts say of tax relief, in the paper's own words. Empty, as for every society that is no charity: none.
# After so many days a cheque that was paid in counts as cleared, also where no statement was taken in.
CHEQUE_DAYS = int(os.environ.get("PENNYPRESS_CHEQUE_DAYS", "6"))
TAX_RELIEF_WORDING = os.environ.get("PENNYPRESS_TAX_RELIEF_WORDING", "").strip()

# Mail. The demo sends nothing: its letters are read at /demo/letters/.
EMAIL_URL = urlsplit(os.environ.get("EMAIL_URL", ""))
EMAIL_BACKEND = {
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "smtp+tls": "django.core.mail.backends.smtp.EmailBackend",
    "smtps": "django.core.mail.backends.smtp.EmailBackend",
    "": "django.core.mail.backends.dummy.EmailBackend" if DEMO else "django.core.mail.backends.console.EmailBackend",
}[EMAIL_URL.scheme]
EMAIL_HOST, EMAIL_PORT = EMAIL_URL.hostname or "localhost", EMAIL_URL.port or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(EMAIL_URL.username or ""), unquote(EMAIL_URL.password or "")
EMAIL_USE_TLS = EMAIL_URL.scheme == "smtp+tls"
EMAIL_USE_SSL = EMAIL_URL.scheme == "smtps"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("PENNYPRESS_FROM", f"paper@{urlsplit(SITE_URL).hostname}")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"brief": {"()": "pennypress.config.logs.Brief"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["brief"]}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("PENNYPRESS_LOG", "WARNING")},
}
